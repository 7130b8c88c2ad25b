"""Whether people who see the verdict lean towards it: decisions made blind beside those with the verdict in sight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from reviewer.core.scoring.cases import Flags, Floats, Ints
from reviewer.core.scoring.intervals import LEVEL, Limits, mover_difference, wilson, z_of
from reviewer.core.scoring.paired import Difference

FEWEST_DECISIONS = 10
"""In each arm, under which nothing is estimated."""
FEWEST_REVIEWERS = 5
"""With so many who decided in both arms the interval speaks of reviewers like these, else of these reviewers."""
FEWEST_OF_REVIEWER = 5
FEWEST_IN_LABEL = 5
FEW_CHANGES = 10


@dataclass(frozen=True)
class HeardDecision:
    """One reviewer's word on a response: ranks of the verdict and of what was said, and whether the verdict was hidden.

    `cluster` is shared by responses that depend on each other. `label` is the rank of the labelled action, None for a
    case that is not scored; the credits in [0, 1] are those of verdict and decision there.
    """

    response: int
    cluster: str
    reviewer: str
    verdict: int
    said: int
    blind: bool
    label: int | None = None
    verdict_credit: float = 0.0
    said_credit: float = 0.0


@dataclass(frozen=True)
class Anchoring:
    """In sight minus blind, of decisions on responses with equal verdicts by the same reviewer.

    `agreement`: of the share that says what the verdict says; `distance`: of the steps between the two; `caution`: of
    the signed steps, above 0 more cautious than the verdict. `score` is what the decisions in sight moved the balanced
    score by for having been made in sight. None with the `reason`, and `score_reason`, where too little is known.
    `by_reviewers` says that the intervals are over reviewers.
    """

    blind: int
    in_sight: int
    agreement: Difference | None = None
    distance: Difference | None = None
    caution: Difference | None = None
    by_reviewers: bool = False
    reason: str = ""
    score: Difference | None = None
    score_reason: str = ""
    randomised: bool = False
    """Whether chance chose what was decided blind, as far as the review plan can tell."""
    unknown: int = 0
    """Decisions that were left out, because nobody knows whether the verdict was in sight."""


def anchoring(
    heard: Sequence[HeardDecision], levels: int, sizes: Sequence[float] = (), *, randomised: bool = False
) -> Anchoring:
    """On a scale of `levels` actions; the effect on the score needs `sizes`, the run's scored responses by label."""
    blind = sum(each.blind for each in heard)
    counts = blind, len(heard) - blind
    moved, score_reason = _score_effect(heard, sizes)
    arms = _Arms.of(heard)
    if arms is None or min(arms.sizes) < FEWEST_DECISIONS:
        reason = (
            f"it takes {FEWEST_DECISIONS} decisions blind and as many in sight, by the same reviewer on equal verdicts"
        )
        return Anchoring(*counts, reason=reason, score=moved, score_reason=score_reason, randomised=randomised)
    said, verdict = (np.array([getattr(each, name) for each in arms.heard]) for name in ("said", "verdict"))
    same, apart = (said == verdict).astype(np.float64), (said - verdict).astype(np.float64)
    few = min(np.bincount(arms.in_sight[said != verdict], minlength=2)) < FEW_CHANGES
    return Anchoring(
        *counts,
        agreement=arms.difference(same, same),
        distance=_steps(arms, np.abs(apart), few, levels),
        caution=_steps(arms, apart, few, levels),
        by_reviewers=arms.by_reviewers,
        score=moved,
        score_reason=score_reason,
        randomised=randomised,
    )


def _steps(arms: _Arms, steps: Floats, few: bool, levels: int) -> Difference:
    """Of `steps` (n,) on the scale; where few decisions differ from the verdict their errors are bounded as shares."""
    if not few:
        return arms.difference(steps)
    most = levels - 1
    found = arms.difference(steps / most, np.abs(steps) / most)
    low, high = (None if end is None else end * most for end in (found.low, found.high))
    return Difference(found.value * most, low, high, None, found.method)


@dataclass(frozen=True)
class _Arms:
    """Decisions whose reviewer decided on that verdict both blind and in sight; only those can be compared.

    `stratum` (n,) numbers reviewer and verdict, `cluster` (n,) and `reviewer` (n,) are numbered from 0.
    """

    heard: Sequence[HeardDecision]
    in_sight: Flags
    stratum: Ints
    cluster: Ints
    reviewer: Ints

    @staticmethod
    def of(heard: Sequence[HeardDecision]) -> _Arms | None:
        seen: dict[tuple[str, int], set[bool]] = {}
        for each in heard:
            seen.setdefault((each.reviewer, each.verdict), set()).add(each.blind)
        own = [each for each in heard if len(seen[each.reviewer, each.verdict]) > 1]
        if not own:
            return None
        strata = {name: number for number, name in enumerate(sorted({(e.reviewer, e.verdict) for e in own}))}
        return _Arms(
            own,
            np.array([not each.blind for each in own]),
            np.array([strata[each.reviewer, each.verdict] for each in own]),
            np.unique([each.cluster for each in own], return_inverse=True)[1],
            np.unique([each.reviewer for each in own], return_inverse=True)[1],
        )

    @property
    def sizes(self) -> tuple[int, int]:
        return int((~self.in_sight).sum()), int(self.in_sight.sum())

    @property
    def _able(self) -> list[int]:
        """The reviewers with enough decisions in both arms to be compared by themselves."""
        arms = [
            np.bincount(self.reviewer[arm], minlength=self.reviewer.max() + 1)
            for arm in (self.in_sight, ~self.in_sight)
        ]
        return np.flatnonzero(np.minimum(*arms) >= FEWEST_OF_REVIEWER).tolist()

    @property
    def by_reviewers(self) -> bool:
        return len(self._able) >= FEWEST_REVIEWERS

    def difference(self, values: Floats, bounded: Floats | None = None) -> Difference:
        """Of `values` (n,), in sight minus blind, within strata.

        `bounded` (n,) in [0, 1] are shares that bound its errors where hardly any decision differs from its verdict.
        """
        if self.by_reviewers:
            return self._over_reviewers(values)
        value, error = self._within(values, np.ones(len(values), dtype=bool))
        degrees = max(int(self.cluster.max()) - int(self.stratum.max()) - 1, 1)
        below = above = float(stdtrit(degrees, (1 + LEVEL) / 2)) * error
        if bounded is not None:
            down, up = self._lengths(bounded)
            below, above = max(below, down), max(above, up)
        return Difference(value, value - below, value + above, None, "clusters")

    def _within(self, values: Floats, rows: Flags) -> tuple[float, float]:
        """The difference in sight minus blind with fixed strata, and its error over clusters, of these rows.

        Strata weigh n_blind · n_in_sight / n. Source: Greenland and Robins 1985, Biometrics 41, 55–68 (weights);
        Liang and Zeger 1986, Biometrika 73, 13–22 (error), with (n − 1) / (n − strata − 1) · G / (G − 1).
        """
        stratum = np.unique(self.stratum[rows], return_inverse=True)[1]
        x = _centred(self.in_sight[rows].astype(np.float64), stratum)
        y = _centred(values[rows], stratum)
        spread = float(x @ x)
        value = float(x @ y) / spread
        groups = np.unique(self.cluster[rows], return_inverse=True)[1]
        parts = np.bincount(groups, x * (y - value * x))
        n, k, g = len(x), int(stratum.max()) + 1, len(parts)
        scale = (n - 1) / max(n - k - 1, 1) * g / max(g - 1, 1)
        return value, math.sqrt(scale * float(parts @ parts)) / spread

    def _lengths(self, shares: Floats) -> Limits:
        """How far the difference of `shares` (n,) may lie below and above: MOVER on Wilson limits of both arms.

        An arm counts as as many trials as its weights say, or as clusters leave of them. A mean of what lies between 0
        and 1 varies no more than a share does.
        """
        arms = [self._arm(shares, arm) for arm in (self.in_sight, ~self.in_sight)]
        plain = sum(share * (1 - share) / n for share, n in arms)
        error = self._within(shares, np.ones(len(shares), dtype=bool))[1]
        factor = max(error * error / plain, 1.0) if plain > 0 else 1.0
        sight, blind = (wilson(share * n / factor, n / factor) for share, n in arms)
        low, high = mover_difference(arms[0][0], sight, arms[1][0], blind)
        middle = arms[0][0] - arms[1][0]
        return middle - low, high - middle

    def _arm(self, values: Floats, arm: Flags) -> tuple[float, float]:
        """The weighted share of one arm and the trials that its weights are worth."""
        k = int(self.stratum.max()) + 1
        own, other = (np.bincount(self.stratum[rows], minlength=k) for rows in (arm, ~arm))
        weight = own * other / (own + other)
        share = float((weight * np.bincount(self.stratum[arm], values[arm], minlength=k) / own).sum() / weight.sum())
        return share, float(weight.sum() ** 2 / (weight**2 / own).sum())

    def _over_reviewers(self, values: Floats) -> Difference:
        """The mean of the reviewers' own differences with Student's t over reviewers.

        Source: Ibragimov and Müller 2010, Journal of Business and Economic Statistics 28, 453–468.
        """
        own = np.array([self._within(values, self.reviewer == reviewer)[0] for reviewer in self._able])
        value = float(own.mean())
        half = float(stdtrit(len(own) - 1, (1 + LEVEL) / 2)) * float(own.std(ddof=1)) / math.sqrt(len(own))
        return Difference(value, value - half, value + half, None, "reviewers")


def _centred(values: Floats, stratum: Ints) -> Floats:
    return np.asarray(values - (np.bincount(stratum, values) / np.bincount(stratum))[stratum])


def _score_effect(heard: Sequence[HeardDecision], sizes: Sequence[float]) -> tuple[Difference | None, str]:
    """Σ over labels of (decided in sight / scored) · (mean change of credit in sight − blind) / labels, with MOVER."""
    present = [label for label, size in enumerate(sizes) if size]
    value, below, above = 0.0, 0.0, 0.0
    for label in present:
        own = [each for each in heard if each.label == label]
        sight, blind = ([each for each in own if each.blind is hidden] for hidden in (False, True))
        if not sight:
            continue
        if min(len(sight), len(blind)) < FEWEST_IN_LABEL:
            return None, f"it takes {FEWEST_IN_LABEL} decisions blind and in sight within each labelled action"
        weight = len({each.response for each in sight}) / sizes[label] / len(present)
        (first, down, up), (second, low, high) = _change_of_credit(sight), _change_of_credit(blind)
        value += weight * (first - second)
        below += weight**2 * (down**2 + high**2)
        above += weight**2 * (up**2 + low**2)
    if not present or not below:
        return None, "nothing that is scored was decided with the verdict in sight"
    return Difference(value, value - math.sqrt(below), value + math.sqrt(above), None, "mover"), ""


def _change_of_credit(heard: Sequence[HeardDecision]) -> tuple[float, float, float]:
    """The mean of decision − verdict in credit, and how far the true one may lie below and above."""
    change = np.array([each.said_credit - each.verdict_credit for each in heard])
    n, mean = len(change), float(change.mean())
    groups = np.unique([each.cluster for each in heard], return_inverse=True)[1]
    parts = np.bincount(groups, change - mean)
    g = len(parts)
    half = z_of(LEVEL) * math.sqrt(float(parts @ parts) * g / max(g - 1, 1)) / n
    if np.count_nonzero(change) >= FEW_CHANGES:
        return mean, half, half
    gained, lost = (float(np.maximum(part, 0).mean()) for part in (change, -change))
    gain, loss = wilson(gained * n, n), wilson(lost * n, n)
    below, above = math.hypot(gained - gain[0], loss[1] - lost), math.hypot(gain[1] - gained, lost - loss[0])
    return mean, max(below, half), max(above, half)
