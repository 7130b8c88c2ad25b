"""How many cases it takes to see a change of d_a, by what both versions' responses to one case are expected to share.

The standard error of the change is that of its efficient score, with the expected information. As many cases as a
two-sided 5 % test of it takes are where the search begins; `verdict_power` then says how often the verdict finds the
change, and the number is the one that finds it with the power asked for.

Source of the form: Self and Mauritsen 1988, Biometrics 44, 79–86 (power of score tests by expected information).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from reviewer.core.plural import counted, noun
from reviewer.core.scoring.cases import Floats
from reviewer.core.scoring.frontier_change import FrontierChange
from reviewer.core.scoring.shared_evidence import NODE_WEIGHTS, OWN_EFFECT, Expected, cells
from reviewer.core.scoring.verdict_power import VerdictPower

POWER = 0.8
"""In 4 of 5 comparisons a change of the size asked for is found."""
MOST_REPEATS = 10
LARGEST_GAIN = 2.0
"""Changes beyond this are not planned for."""
_GAIN_STEP = 0.05
_KNOTS = (0.15, 0.3, 0.5, 0.8, 1.2, 2.0)
"""Changes at which the verdict is asked; between them what it costs beyond the formula is interpolated."""
_REACH = float(ndtri(0.975) + ndtri(POWER))
_WIDEST, _BISECTIONS, _ROUNDS = 4.0, 14, 2
_CLOSE, _AMPLE = 0.02, 0.08
"""By how much the power of a number of cases may miss the one asked for, below and above."""
_DOUBLINGS, _SETTLING = 14, 5


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
    alone = [float((cells(expected, pole, version, 0.0)[0] * scores[version] ** 2).sum()) for version in range(2)]
    both = _shared(expected, scores, pole, (0, 1), expected.rho)
    return sum(a / k + (1 - 1 / k) * o for a, o in zip(alone, own, strict=True)) + 2 * both


def _shared(expected: Expected, scores: Floats, pole: int, versions: tuple[int, int], share: float) -> float:
    """Covariance of the scores of two responses to one case whose evidence has this share in common."""
    one, two = (cells(expected, pole, version, share) @ scores[version] for version in versions)
    return float(NODE_WEIGHTS @ (one * two) - (NODE_WEIGHTS @ one) * (NODE_WEIGHTS @ two))


def cases_for(expected: Expected, gain: float) -> int:
    """Cases at each pole with which the verdict finds a change of `gain` in d_a with the power asked for."""
    return math.ceil(round(_formula(expected, gain) * care(expected, gain), 6))


def _formula(expected: Expected, gain: float) -> float:
    """The same by the standard error alone."""
    return 100.0 * (_REACH * error_of(replace(expected, delta=gain), 100.0) / gain) ** 2


def care(expected: Expected, gain: float) -> float:
    """So many times the cases of the formula are needed for what the three questions, the factor for misfit and the
    agreement cost, and for what few cases cost."""
    least = _formula(expected, gain)
    found = least
    for _ in range(_ROUNDS):
        found = _where_found(VerdictPower(replace(expected, delta=gain), found), least)
    return _settled(expected, found, gain) / least


def _settled(expected: Expected, cases: float, gain: float) -> float:
    """The number of cases, tried itself: near a ceiling what is worked out for one number is far from what holds for
    another. Where none is enough, the largest one that is tried."""

    def is_enough(tried: float) -> bool:
        return power_of(expected, tried, gain) >= POWER

    if POWER - _CLOSE <= power_of(expected, cases, gain) <= POWER + _AMPLE:
        return cases
    most = math.ldexp(cases, _DOUBLINGS)
    high = next(filter(is_enough, (math.ldexp(cases, k) for k in range(_DOUBLINGS))), most)
    low = next(
        (tried for tried in (math.ldexp(high, -k) for k in range(1, _DOUBLINGS)) if not is_enough(tried)), high / 2
    )
    high = min(2 * low, high)
    for _ in range(_SETTLING):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _where_found(power: VerdictPower, least: float) -> float:
    """The number of cases about `least` at which it reaches `POWER`."""
    low, high = least / _WIDEST, least * _WIDEST
    for _ in range(_BISECTIONS):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if power.at(middle) >= POWER else (middle, high)
    return math.sqrt(low * high)


def power_of(expected: Expected, cases: float, gain: float) -> float:
    """In which share of comparisons a change of `gain` is found with so many cases at each pole."""
    return VerdictPower(replace(expected, delta=gain), cases).at(cases)


def repeats_for(expected: Expected, cases: float, gain: float) -> int | None:
    """Responses to each of so many cases at each pole that find the gain; None beyond `MOST_REPEATS`."""
    tried = range(expected.repeats, MOST_REPEATS + 1)
    return next((k for k in tried if cases_for(replace(expected, repeats=k), gain) <= cases), None)


def cases_by_gain(expecting: Callable[[float], Expected]) -> dict[float, int]:
    """Change of d_a → cases at each pole that find it, up to `LARGEST_GAIN`; `expecting` says what to expect at it."""
    steps = [round(_GAIN_STEP * step, 2) for step in range(1, round(LARGEST_GAIN / _GAIN_STEP) + 1)]
    formula = np.array([_formula(expecting(gain), gain) for gain in steps])
    cares = [care(expecting(gain), gain) for gain in _KNOTS]
    found = formula * np.interp(np.log(steps), np.log(_KNOTS), cares)
    # a larger change is never harder to see
    least = np.minimum.accumulate(np.ceil(found.round(6)))
    return dict(zip(steps, least.astype(int).tolist(), strict=True))


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
            change = f"no change of judgement (d_a) up to {LARGEST_GAIN:g}"
        else:
            change = f"a change of judgement (d_a) of {math.ceil(10 * self.smallest - 0.01) / 10:g} or more"
        return f"{self._with_these} {change} is found in 4 of 5 comparisons."

    @property
    def _with_these(self) -> str:
        return f"With {noun(self.there, 'this', 'these')} {counted(self.there, 'case')} at each end"

    @property
    def sentence(self) -> str:
        """For people."""
        found = f"would decide a gain of {self.gain:g} in 4 of 5 comparisons"
        if self.cases <= self.there:
            return f"{self._with_these} a gain of {self.gain:g} is found in 4 of 5 comparisons."
        cases = f"{counted(rounded(self.cases), 'case')} at each end"
        if self.repeats is None:
            return f"{cases} {found}."
        return f"{cases}, or {self.repeats} repeats of {noun(self.there, 'this', 'these')} {self.there:,}, {found}."


def rounded(cases: int) -> int:
    """To two figures, upwards: more would promise too much."""
    step = int(10 ** max(len(str(cases)) - 2, 0))
    return math.ceil(cases / step) * step


def decides(
    change: FrontierChange, cases: tuple[float, float], gain: float, first_held: int, repeats: int = 1
) -> Decides:
    """From what was seen: `cases` at the two poles, each answered `repeats` times by both versions; of the actions of
    `change` those from `first_held` on hold back."""
    at_each = 2 / (1 / cases[0] + 1 / cases[1])
    found = _expected(change, first_held, repeats)
    found = replace(found, rho=_rho(found, at_each, change.paired_error))
    times = care(found, gain) * at_each * (_REACH / gain) ** 2
    more = (
        k
        for k in range(repeats + 1, MOST_REPEATS + 1)
        if times * error_of(replace(found, repeats=k), at_each) ** 2 <= at_each
    )
    return Decides(gain, math.ceil(times * change.error**2), next(more, None), round(at_each))


def _expected(change: FrontierChange, first_held: int, repeats: int) -> Expected:
    best = change.best
    thresholds, mean, slope = change.parts(best.theta)
    return Expected(thresholds, mean, first_held, slope, best.delta, 0.0, OWN_EFFECT, repeats)


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
