"""Which of a run's decisions are a random sample of it, and with what probability each was drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TypeAlias

import numpy as np

from reviewer.core.actions import ActionScale
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.cases import Floats, Ints, ranks
from reviewer.core.scoring.correction import Reviewed, correct, corrected_change
from reviewer.core.scoring.credit import Observation, credit
from reviewer.core.scoring.paired import Difference
from reviewer.core.scoring.score import (
    LABEL_WITHOUT_SCORE,
    NO_SAMPLE,
    NOTHING_DECIDED,
    SAMPLE_BEFORE,
    Correction,
    PassedOver,
)

Plan: TypeAlias = Mapping[tuple[CaseKey, int], tuple[int, float]]
"""(case, repeat) → its place in the review plan and its inclusion probability there."""

_ROUNDS = 50


def corrected_score(
    observations: Iterable[Observation], scale: ActionScale, bands: BandChoice, plan: Plan
) -> Correction:
    """The corrected score of a run as far as its plan was worked, or the reason why there is none.

    Where everything is decided it is the mean of the decisions. Else the plan's responses count up to the first that
    nobody has looked at: a sample of each label with known probabilities. Decisions further on were picked by hand and
    change the patched score only. Unscored responses that nobody decided are left out, as in every mean. What could not
    be decided, was skipped or was decided with many others at once does not end the plan and is no part of the sample.
    """
    given = list(observations)
    found = _reviewed(given, scale, bands, plan)
    if isinstance(found, str):
        return Correction(reason=found)
    estimated = correct(found)
    if estimated.missing:
        labels = sorted({scale.rank(o.label) for o in given})
        names = ", ".join(scale.actions[labels[number]].name for number in estimated.missing)
        estimated = replace(estimated, reason=f"too few of the random sample are decided for: {names}")
    return replace(estimated, passed_over=_passed_over(given, plan))


def _passed_over(given: Sequence[Observation], plan: Plan) -> PassedOver:
    """What the plan went past, up to the first scored response that nobody has looked at."""
    planned = sorted((o for o in given if (o.case, o.repeat) in plan), key=lambda o: plan[o.case, o.repeat][0])
    found: Counter[str] = Counter()
    for o in planned:
        if o.automatic and not _is_looked_at(o):
            break
        found[_why_not_sampled(o)] += 1
    return PassedOver(found["cannot decide"], found["skipped"], found["bulk"])


def _is_looked_at(o: Observation) -> bool:
    return o.reviewed or o.skipped


def _why_not_sampled(o: Observation) -> str:
    if _is_decided(o) or not _is_looked_at(o):
        return ""
    return "skipped" if not o.reviewed else "bulk" if o.bulk else "cannot decide"


def _reviewed(given: Sequence[Observation], scale: ActionScale, bands: BandChoice, plan: Plan) -> Reviewed | str:
    """What is known of the responses, or why nothing can be estimated from it."""
    items = sorted((o for o in given if o.automatic or _is_decided(o)), key=attrgetter("case", "repeat"))
    if not any(_is_decided(o) for o in items):
        return NOTHING_DECIDED
    if {o.label for o in given} != {o.label for o in items}:
        return LABEL_WITHOUT_SCORE
    drawn = _Drawn(tuple(items), ranks((o.label for o in items), scale))
    if not all(_is_decided(o) for o in items):
        frame = [place for place, o in enumerate(items) if o.automatic]
        if not plan:
            return NO_SAMPLE
        if any((items[place].case, items[place].repeat) not in plan for place in frame):
            return SAMPLE_BEFORE
        drawn = replace(drawn, inclusion=_inclusion(drawn, frame, plan))
    return drawn.reviewed(scale, bands)


def corrected_difference(
    first: Sequence[Observation],
    second: Sequence[Observation],
    scale: ActionScale,
    bands: BandChoice,
    plans: tuple[Plan, Plan],
) -> Difference | None:
    """Of the corrected score over the same responses, in one order; None where either version has none."""
    sides = (first, second)
    if not all(any(_is_decided(o) for o in side) for side in sides):
        return None
    a, b = (_reviewed(side, scale, bands, plan) for side, plan in zip(sides, plans, strict=True))
    return None if isinstance(a, str) or isinstance(b, str) else corrected_change(a, b)


@dataclass(frozen=True)
class _Drawn:
    """Responses in case order, their labels' ranks and inclusion probabilities, by default 1."""

    items: Sequence[Observation]
    label: Ints
    inclusion: Floats | None = None

    def reviewed(self, scale: ActionScale, bands: BandChoice) -> Reviewed:
        counted = {
            key: bands.band(key[0], dict(key[1]), scale)
            for key in {(o.label, tuple(o.band.items())) for o in self.items}
        }
        own = [counted[o.label, tuple(o.band.items())] for o in self.items]
        pairs = list(zip(self.items, own, strict=True))
        verdict = [credit(o.label, band, o.automatic) if o.automatic else 0.0 for o, band in pairs]
        decision = [
            credit(o.label, band, o.final.action) if _is_decided(o) and o.final.action else np.nan for o, band in pairs
        ]
        return Reviewed(
            label=_numbered(self.label.tolist()),
            case=_numbered([o.case for o in self.items]),
            cluster=_numbered([f"pair {o.pair}" if o.pair else f"case {o.case}" for o in self.items]),
            verdict=np.array(verdict),
            decision=np.array(decision),
            inclusion=np.ones(len(self.items)) if self.inclusion is None else self.inclusion,
        )


def _is_decided(o: Observation) -> bool:
    return o.reviewed and o.final.action is not None and not o.bulk


def _numbered(values: Sequence[object]) -> Ints:
    """Numbers from 0 without gaps, in ascending order of the values."""
    return np.asarray(np.unique(np.array(values, dtype=object), return_inverse=True)[1])


def _inclusion(drawn: _Drawn, frame: Sequence[int], plan: Plan) -> Floats:
    """π of the responses worked in the plan's order, 1 of the unscored ones that were decided, NaN of the others."""
    items = drawn.items
    order = sorted(frame, key=lambda place: plan[items[place].case, items[place].repeat][0])
    worked = next((at for at, place in enumerate(order) if not _is_looked_at(items[place])), len(order))
    found = np.where([o.automatic is None for o in items], 1.0, np.nan)
    for label in np.unique(drawn.label).tolist():
        own = [place for place in frame if drawn.label[place] == label]
        sampled = [place for place in order[:worked] if drawn.label[place] == label and _is_decided(items[place])]
        if own and sampled:
            sizes = np.array([plan[items[place].case, items[place].repeat][1] for place in own])
            probability = dict(zip(own, inclusion_probabilities(sizes, len(sampled)).tolist(), strict=True))
            found[sampled] = [probability[place] for place in sampled]
    return np.asarray(found)


def inclusion_probabilities(sizes: Floats, n: int) -> Floats:
    """(N,) in proportion to `sizes` > 0 of that shape, at most 1, with sum n; of a sample of n in the order of
    uniform number / size.

    Source: Ohlsson 1998, Journal of Official Statistics 14, 149-162 (sequential Poisson sampling).
    """
    if n >= len(sizes):
        return np.ones(len(sizes))
    capped = np.zeros(len(sizes), dtype=bool)
    found = np.array(sizes, dtype=np.float64)
    for _ in range(_ROUNDS):
        found = np.where(capped, 1.0, sizes * (n - capped.sum()) / sizes[~capped].sum())
        if not (found > 1).any():
            break
        capped |= found >= 1
    return np.minimum(found, 1.0)
