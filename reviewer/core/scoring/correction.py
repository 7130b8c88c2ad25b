"""The corrected score of a partly reviewed run: what people's words on a random part say of all the verdicts.

Source: DESIGN, Partly reviewed runs: a difference estimator with Hájek weights (Särndal, Swensson and Wretman 1992,
Model Assisted Survey Sampling, sections 5.7 and 6.3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtr

from reviewer.core.scoring.cases import Flags, Floats, Ints
from reviewer.core.scoring.intervals import LEVEL, Limits, mover_difference, wilson, z_of
from reviewer.core.scoring.paired import Difference
from reviewer.core.scoring.resampling import CLOSED, ENOUGH, FEW_APART, WIDENED, LabelMeans, Sample
from reviewer.core.scoring.score import SMALL_SAMPLE, Correction, Interval

FEWEST_REVIEWED = 5
"""Sampled decisions within a labelled action under which nothing is estimated."""
FEW_REVIEWED = 15
"""Sampled decisions within a labelled action under which the normal form is not used."""
FEW_CHANGES = 4.0
"""Effective decisions that changed the credit, over all labels, under which it is not used either. Under `FEW_APART` of
them the limits are called rough, whichever the form."""
NORMAL = CLOSED
_NO_PARTS: Floats = np.zeros(0)
_NO_SPREAD = 1e-15


@dataclass(frozen=True)
class Reviewed:
    """One entry for each response, in the order of its case.

    `label` and `cluster` are numbered from 0 without gaps, `case` ascends from 0 without gaps. `verdict` is the credit
    of the automatic action. `decision` is the credit of the people's word, NaN where there is none. `inclusion` is the
    probability with which the response was drawn for review: 1 where that was certain (its decision then simply
    counts), NaN where it was not drawn or not decided.
    """

    label: Ints
    case: Ints
    cluster: Ints
    verdict: Floats
    decision: Floats
    inclusion: Floats

    @cached_property
    def certain(self) -> Flags:
        """(n,) decided, and certain to be asked."""
        return np.asarray((self.inclusion == 1) & ~np.isnan(self.decision))

    @cached_property
    def drawn(self) -> Flags:
        """(n,) sampled and decided."""
        return ~self.certain & ~np.isnan(self.inclusion) & ~np.isnan(self.decision)

    @cached_property
    def known(self) -> Floats:
        """(n,) the verdict's credit in [0, 1], and the decision's where it was certain to be asked."""
        return np.where(self.certain, self.decision, self.verdict)

    @cached_property
    def weight(self) -> Floats:
        """(n,) each response's part of the mean of its label: repeats share their case's."""
        repeats = np.bincount(self.case)[self.case]
        per_label = np.bincount(self.label, 1 / repeats)
        return np.asarray(1 / (repeats * per_label[self.label]))

    @cached_property
    def by_label(self) -> tuple[_LabelPart, ...]:
        return tuple(_label(self, label) for label in range(int(self.label.max(initial=-1)) + 1))

    @cached_property
    def sample(self) -> Sample:
        """Of the cases."""
        first = np.flatnonzero(np.diff(self.case, prepend=-1))
        return Sample(self.label[first], np.unique(self.cluster[first], return_inverse=True)[1])

    def by_case(self, values: Floats) -> Floats:
        """(cases,) the mean of a response's figure, `values` (n,), over the repeats of each case."""
        return np.asarray(np.bincount(self.case, values) / np.bincount(self.case))

    @cached_property
    def estimates(self) -> Floats:
        """(cases,) ŷ of each case: the verdict's credit, plus the mean error, plus what was found of its own error."""
        errors = np.array([found.error for found in self.by_label])[self.label]
        own = np.where(self.drawn, (self.decision - self.verdict - errors) / self.inclusion, 0.0)
        return self.by_case(self.known + np.where(self.certain, 0.0, errors + own))


@dataclass(frozen=True)
class _LabelPart:
    """A label's corrected mean and how far this run's true mean may be below and above it by the form for few.

    `parts` (n,) are the reviewed responses' parts of the error of the mean: their squares add up to its variance.
    """

    value: float
    error: float
    below: float
    above: float
    reviewed: int
    parts: Floats
    has_enough: bool
    is_known: bool


def _label(found: Reviewed, label: int) -> _LabelPart:
    own = found.label == label
    frame, drawn = own & ~found.certain, own & found.drawn
    mean = float((found.weight * found.known)[own].sum())
    n, size = int(drawn.sum()), int(frame.sum())
    if not size:
        return _LabelPart(mean, 0.0, 0.0, 0.0, int(own.sum()), _NO_PARTS, True, True)
    reviewed = n + int((own & found.certain).sum())
    if n < min(FEWEST_REVIEWED, size):
        return _LabelPart(mean, 0.0, math.inf, math.inf, reviewed, _NO_PARTS, False, False)
    errors, inclusion = (found.decision - found.verdict)[drawn], found.inclusion[drawn]
    weight = found.weight[drawn]
    scaled = weight / inclusion
    error = float((scaled * errors).sum() / scaled.sum())
    share = float(found.weight[frame].sum())
    value = mean + share * error
    parts = np.sqrt(1 - inclusion) * scaled * (errors - error) * math.sqrt(n / max(n - 1, 1))
    unseen = share * math.sqrt(max(1 - n / size, 0.0))
    below, above = (unseen * length for length in _two_sided(errors, scaled))
    # a label's mean credit cannot leave [0, 1]
    below, above = min(below, max(value, 0.0)), min(above, max(1 - value, 0.0))
    return _LabelPart(value, error, below, above, reviewed, parts, n >= FEW_REVIEWED, True)


def _two_sided(errors: Floats, scaled: Floats) -> tuple[float, float]:
    """How far the mean error may lie below and above: MOVER on the shares of credit gained and lost."""
    worth = float(scaled.sum() ** 2 / (scaled**2).sum())
    gained, lost = (float((scaled * np.maximum(part, 0)).sum() / scaled.sum()) for part in (errors, -errors))
    gain, loss = (wilson(share * worth, worth) for share in (gained, lost))
    return math.hypot(gained - gain[0], loss[1] - lost), math.hypot(gain[1] - gained, lost - loss[0])


def correct(found: Reviewed) -> Correction:
    """The corrected score of one run, kept inside [0, 1], which the estimate by itself can leave."""
    labels = found.by_label
    reviewed = sum(each.reviewed for each in labels)
    missing = tuple(number for number, each in enumerate(labels) if not each.is_known)
    if missing or not labels:
        return Correction(reviewed=reviewed, missing=missing)
    value = sum(each.value for each in labels) / len(labels)
    run = _of_run(found)
    of_run = _within(value - run.below, value + run.above, SMALL_SAMPLE if run.is_rough else run.method)
    means = LabelMeans(found.sample, found.estimates[:, None], shares=False)
    limits, form = means.quick_limits(means.sample.balanced()[None])
    if SMALL_SAMPLE in (run.method, form):
        like_these = _within(*_wider(value, (run.below, run.above), _of_known(found)), SMALL_SAMPLE)
    else:
        like_these = _within(*limits, SMALL_SAMPLE if run.is_rough else form)
    return Correction(min(max(value, 0.0), 1.0), like_these, of_run, reviewed)


def _within(low: float, high: float, method: str) -> Interval:
    return Interval(min(max(low, 0.0), 1.0), max(min(high, 1.0), 0.0), method)


def corrected_change(first: Reviewed, second: Reviewed) -> Difference | None:
    """Of the corrected score from one version to another, both reviewed in part, over the same cases in one order.

    Where both are estimated by the normal form its error is that of z^B − z^A over clusters, so that what the versions
    have in common cancels; else the limits are MOVER of both intervals, which takes them as independent. None where
    either has no corrected score.
    """
    a, b = correct(first), correct(second)
    if a.value is None or b.value is None or a.interval is None or b.interval is None:
        return None
    value = b.value - a.value
    estimates = np.stack([first.estimates, second.estimates], axis=1)
    means = LabelMeans(first.sample, estimates, shares=False)
    own = means.sample.balanced()
    weights = np.stack([-own, own])
    found, form = means.quick_limits(weights)
    runs = _of_run(first), _of_run(second)
    normal, error = all(run.method != SMALL_SAMPLE for run in runs), means.error(weights)
    if normal and form != SMALL_SAMPLE:
        method = SMALL_SAMPLE if any(run.is_rough for run in runs) else form
        low, high = min(found[0], value), max(found[1], value)
        return Difference(value, low, high, 2 * float(stdtr(means.degrees, -abs(value) / error)), method)
    if normal and error < _NO_SPREAD:
        # one version twice, or one case a label: nothing tells how sure the change is
        return Difference(value, None, None, None, CLOSED)
    limits = [(each.low, each.high) for each in (a.interval, b.interval)]
    (low_a, high_a), (low_b, high_b) = ((low or 0.0, 1.0 if high is None else high) for low, high in limits)
    low, high = mover_difference(b.value, (low_b, high_b), a.value, (low_a, high_a))
    return Difference(value, low, high, None, SMALL_SAMPLE)


@dataclass(frozen=True)
class _OfRun:
    """How far this run's true score may lie `below` and `above` the corrected one, how that was found, and whether few
    decisions tell of it."""

    below: float
    above: float
    method: str
    is_rough: bool


def _of_run(found: Reviewed) -> _OfRun:
    """How far this run's true score may lie below and above the corrected one, and how that was found.

    The normal form, widened where few reviewed responses tell of the error, as `LabelMeans` does; where a label has
    hardly any, MOVER.
    """
    labels = len(found.by_label)
    squares = np.concatenate([each.parts for each in found.by_label]) ** 2
    total = float(squares.sum())
    everything = all(not len(each.parts) for each in found.by_label)
    if everything:
        return _OfRun(0.0, 0.0, NORMAL, is_rough=False)
    effective = total**2 / float(squares @ squares) if total > _NO_SPREAD else 0.0
    if effective >= FEW_CHANGES and all(each.has_enough for each in found.by_label):
        half = z_of(LEVEL) * math.sqrt(total * (1 + 1 / effective)) / labels
        form = NORMAL if effective >= ENOUGH else WIDENED
        return _OfRun(half, half, form, is_rough=effective < FEW_APART)
    below, above = (
        math.sqrt(sum(length**2 for length in lengths)) / labels
        for lengths in zip(*((each.below, each.above) for each in found.by_label), strict=True)
    )
    return _OfRun(below, above, SMALL_SAMPLE, is_rough=True)


def _of_known(found: Reviewed) -> tuple[float, float]:
    """How far other cases of this kind may lie below and above, by the credits of the verdicts."""
    means = LabelMeans(found.sample, found.by_case(found.known)[:, None])
    weights = means.sample.balanced()[None]
    value = means.value(weights)
    (low, high), _ = means.quick_limits(weights)
    return value - low, high - value


def _wider(value: float, run: tuple[float, float], cases: tuple[float, float]) -> Limits:
    """What is not known of this run's responses, and what other cases would have changed: two independent errors."""
    return value - math.hypot(run[0], cases[0]), value + math.hypot(run[1], cases[1])
