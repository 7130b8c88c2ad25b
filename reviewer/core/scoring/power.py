"""How many cases it takes to see a change of d_a: by what both versions' responses to one case are expected to share.

Evidence of version v on case i is pole + spread·(√ρ·u_i + √o·w_iv + √(1 − ρ − o)·e), with u shared by versions, w by
the repeats of one version, e by nothing; the poles are those of `frontier_change`. The standard error of the change is
that of its efficient score, with the expected information; power is that of a two-sided 5 % test.

Source of the form: Self and Mauritsen 1988, Biometrics 44, 79–86 (power of score tests by expected information).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from reviewer.core.scoring.cases import Floats
from reviewer.core.scoring.frontier_change import FrontierChange

POWER = 0.8
"""In 4 of 5 comparisons a change of the size asked for is found."""
COST_OF_CARE = 0.25
"""So large a part of the formula's cases, divided by the repeats, is needed on top for what the first test, the factor
for misfit and the agreement cost: the factor takes chance for misfit, and there is less of it in a mean of repeats.
Read off simulations (`python -m tests.benchmarks planner`)."""
OWN_EFFECT = 0.2
"""Share of the evidence that a version's repeats of one case have in common beyond other versions', where no repeats
say how much it is."""
MOST_REPEATS = 10
LARGEST_GAIN = 2.0
"""Changes beyond this are not planned for: the formula promises less than is found there."""
_GAIN_STEP = 0.05
_REACH = float(ndtri(0.975) + ndtri(POWER))
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(48)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Expected:
    """What is expected of two versions: `thresholds` (2, K − 1), the further pole's mean and slope, the change δ, and
    which share of the evidence on a case is common to all versions (`rho`) and to a version's own repeats (`own`).
    """

    thresholds: Floats
    mean: float
    slope: float = 1.0
    delta: float = 0.0
    rho: float = 0.5
    own: float = OWN_EFFECT
    repeats: int = 1


def error_of(expected: Expected, cases: float) -> float:
    """The standard error of δ with so many cases at each pole."""
    gaps = np.log(np.diff(expected.thresholds, axis=1))
    theta = np.concatenate(
        [np.column_stack([expected.thresholds[:, :1], gaps]).ravel(), [expected.mean, math.log(expected.slope)]]
    )
    model = FrontierChange(np.full((1, 2, 2, expected.thresholds.shape[1] + 1), cases))
    chances, slopes = model.chances(theta, expected.delta)
    information = np.einsum("vpki,vpkj->ij", slopes * cases, slopes / chances[..., None])
    weights = np.linalg.solve(information[:-1, :-1] + np.diag(model.precision), information[:-1, -1])
    relative = slopes / chances[..., None]
    efficient = relative[..., -1] - relative[..., :-1] @ weights
    variance = cases * sum(_variance(expected, efficient[:, pole], pole) for pole in range(2))
    prior = float((weights * model.precision) @ weights)
    return math.sqrt(variance + prior) / float(information[-1, -1] - information[-1, :-1] @ weights)


def _variance(expected: Expected, scores: Floats, pole: int) -> float:
    """Of one case's mean scores of both versions, added. `scores` (2, K) have the mean 0 in each version."""
    k = expected.repeats
    own = [_shared(expected, scores, pole, (version, version), expected.rho + expected.own) for version in range(2)]
    alone = [float((_cells(expected, pole, version, 0.0)[0] * scores[version] ** 2).sum()) for version in range(2)]
    both = _shared(expected, scores, pole, (0, 1), expected.rho)
    return sum(a / k + (1 - 1 / k) * o for a, o in zip(alone, own, strict=True)) + 2 * both


def _shared(expected: Expected, scores: Floats, pole: int, versions: tuple[int, int], share: float) -> float:
    """Covariance of the scores of two responses to one case whose evidence has this share in common."""
    one, two = (_cells(expected, pole, version, share) @ scores[version] for version in versions)
    return float(_WEIGHTS @ (one * two) - (_WEIGHTS @ one) * (_WEIGHTS @ two))


def _cells(expected: Expected, pole: int, version: int, share: float) -> Floats:
    """(nodes, K) chances of each action given the shared part of the evidence."""
    unit = math.sqrt((1 + expected.slope**2) / 2)
    mean = (expected.mean + version * expected.delta * unit) if pole else 0.0
    spread = expected.slope if pole else 1.0
    return given_share((expected.thresholds[version] - mean) / spread, share)


def given_share(z: Floats, share: float) -> Floats:
    """(nodes, K) chances of falling between thresholds `z` (K − 1,) given the part of the evidence that is shared."""
    share = min(max(share, 0.0), 0.99)
    below = ndtr((z[None, :] - math.sqrt(share) * _NODES[:, None]) / math.sqrt(1 - share))
    edge = np.ones((len(_NODES), 1))
    return np.diff(np.concatenate([0 * edge, below, edge], axis=1), axis=1)


def together(first: Floats, second: Floats, share: float) -> Floats:
    """(K, K) chances of two responses to one case, of thresholds (K − 1,) each, whose evidence shares so much."""
    return np.asarray((given_share(first, share) * _WEIGHTS[:, None]).T @ given_share(second, share))


def cases_for(expected: Expected, gain: float) -> int:
    """Cases at each pole that find a change of `gain` in d_a with the power asked for."""
    return needed(error_of(replace(expected, delta=gain), 100.0), 100.0, gain, expected.repeats)


def needed(error: float, cases: float, gain: float, repeats: int = 1) -> int:
    """The same where the standard error with so many `cases` at each pole is known."""
    return math.ceil(cost(repeats) * cases * (_REACH * error / gain) ** 2)


def cost(repeats: int) -> float:
    """So many times the cases of the formula are taken."""
    return 1 + COST_OF_CARE / repeats


def power_of(expected: Expected, cases: float, gain: float) -> float:
    """In which share of comparisons a change of `gain` is found with so many cases at each pole."""
    error = error_of(replace(expected, delta=gain), cases) * math.sqrt(cost(expected.repeats))
    return float(ndtr(gain / error - ndtri(0.975)))


def repeats_for(expected: Expected, cases: float, gain: float) -> int | None:
    """Responses to each of so many cases at each pole that find the gain; None beyond `MOST_REPEATS`."""
    tried = range(expected.repeats, MOST_REPEATS + 1)
    return next((k for k in tried if cases_for(replace(expected, repeats=k), gain) <= cases), None)


def cases_by_gain(expecting: Callable[[float], Expected]) -> dict[float, int]:
    """Change of d_a → cases at each pole that find it, up to `LARGEST_GAIN`; `expecting` says what to expect at it."""
    steps = (round(_GAIN_STEP * step, 2) for step in range(1, round(LARGEST_GAIN / _GAIN_STEP) + 1))
    return {gain: cases_for(expecting(gain), gain) for gain in steps}


def smallest_found(by_gain: Mapping[float, int], cases: float) -> float | None:
    """The smallest change that so many cases at each pole find; None where they find none of them."""
    return next((gain for gain, needed_cases in by_gain.items() if needed_cases <= cases), None)


@dataclass(frozen=True)
class Decides:
    """What would find a change of `gain` with the power asked for: cases at each pole, or repeats of the `there` that
    are there; None where more repeats than `MOST_REPEATS` would be needed.
    """

    gain: float
    cases: int
    repeats: int | None
    there: int

    @property
    def smallest(self) -> float:
        """The change that the cases that are there find with the power asked for, whatever the repeats add."""
        return self.gain * math.sqrt(self.cases / self.there) if self.there else math.inf

    @property
    def smallest_sentence(self) -> str:
        """What the comparison could have found at all."""
        if self.smallest > LARGEST_GAIN:
            cases = f"With these {self.there:,} cases a pole"
            return f"{cases} no change of d_a up to {LARGEST_GAIN:g} is found in 4 of 5 comparisons."
        up = math.ceil(10 * self.smallest - 0.01) / 10
        return f"These {self.there:,} cases a pole find a change of d_a of {up:g} or more in 4 of 5 comparisons."

    @property
    def sentence(self) -> str:
        """For people."""
        found = f"would decide a gain of {self.gain:g} in 4 of 5 comparisons"
        if self.cases <= self.there:
            return f"With these {self.there:,} cases a pole a gain of {self.gain:g} is found in 4 of 5 comparisons."
        cases = f"{rounded(self.cases):,} cases a pole"
        if self.repeats is None:
            return f"{cases} {found}."
        return f"{cases}, or {self.repeats} repeats of these {self.there:,}, {found}."


def rounded(cases: int) -> int:
    """To two figures, upwards: more would promise too much."""
    step = int(10 ** max(len(str(cases)) - 2, 0))
    return math.ceil(cases / step) * step


def decides(change: FrontierChange, cases: tuple[float, float], gain: float, repeats: int = 1) -> Decides:
    """From what was seen: `cases` at the two poles, each answered `repeats` times by both versions."""
    at_each = 2 / (1 / cases[0] + 1 / cases[1])
    found = _expected(change, repeats)
    rho = _rho(found, at_each, change.paired_error)
    more = (
        k
        for k in range(repeats + 1, MOST_REPEATS + 1)
        if needed(error_of(replace(found, rho=rho, repeats=k), at_each), at_each, gain, k) <= at_each
    )
    return Decides(gain, needed(change.error, at_each, gain, repeats), next(more, None), round(at_each))


def _expected(change: FrontierChange, repeats: int) -> Expected:
    best = change.best
    thresholds, mean, slope = change.parts(best.theta)
    return Expected(thresholds, mean, slope, best.delta, 0.0, OWN_EFFECT, repeats)


def _rho(expected: Expected, cases: float, error: float) -> float:
    """The share that gives this standard error: the more two versions share on a case, the smaller it is."""
    low, high = 0.0, 1 - OWN_EFFECT - 0.01
    for _ in range(20):
        middle = (low + high) / 2
        if error_of(replace(expected, rho=middle), cases) > error:
            low = middle
        else:
            high = middle
    return (low + high) / 2
