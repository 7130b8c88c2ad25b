"""Whether a version moved the frontier or slid along it: five verdicts, each with the tests that led to it.

The rates at the two poles are looked at first: where neither changed, nothing is said of the frontier. Then comes what
both versions share, one slope of the probit, because d_a of two slopes cannot be compared; and last the change of d_a
and of the criterion, which tell a move from a slide. A change excludes zero when both its limits are on one side:

    >>> [Change(0.4, low, 0.9, 0.01).excludes_zero for low in (0.1, -0.1)]
    [True, False]
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import chdtrc, ndtr

from reviewer.core.scoring.intervals import LEVEL, Limits, z_of
from reviewer.core.scoring.probit import Floats, ProbitFit, fit_probit
from reviewer.core.scoring.rates import FEW_EVENTS, PoleCases, Rates, cluster_tables, density, rates_of

EQUIVALENCE = 0.5
"""Half the width, in units of d_a, of the range in which two frontiers count as one."""
_ALPHA = 0.05
_EQUIVALENCE_LEVEL = 0.90
# How many cases' worth of caution the words "far" and "somewhat" stand for.
_FAR = 0.25


class MovementVerdict(StrEnum):
    """What happened between two versions."""

    NONE = "none"
    MOVED = "moved"
    SLID = "slid"
    MOVED_AND_SLID = "moved_and_slid"
    NOT_DECIDABLE = "not_decidable"


@dataclass(frozen=True)
class Change:
    """A difference, second version minus first, with its limits; `p` two-sided."""

    value: float
    low: float
    high: float
    p: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Movement:
    """`direction` is outward or inward, more_cautious or less_cautious, or both with a comma; empty for none."""

    verdict: MovementVerdict
    direction: str
    sentence: str
    rates: Rates
    rates_p: float
    criterion: Change
    d_prime: Change
    fit: ProbitFit | None
    d_a: Change | None
    d_a_equivalence: Limits | None
    equivalence: float
    ranges_overlap: bool
    whatever_the_frontier: str


def movement(cases: PoleCases, hold_back: Collection[int], equivalence: float = EQUIVALENCE) -> Movement:
    """The verdict on the second of two versions by DESIGN's five steps; `hold_back` are ranks."""
    found = rates_of(cases, hold_back)
    clusters = cluster_tables(cases)
    fit = fit_probit(clusters.sum(axis=0), clusters)
    jumps = np.array([[-1.0, 0, 1, 0], [0, -1, 0, 1]])
    change = jumps @ found.z
    statistic = float(change @ np.linalg.pinv(jumps @ found.covariance @ jumps.T) @ change)
    rates_p = float(chdtrc(2, statistic))
    criterion = _change(np.array([0.5, 0.5, -0.5, -0.5]), found)
    d_prime = _change(np.array([-1.0, 1, 1, -1]), found)
    d_a = _d_a_change(fit) if fit else None
    saturated = min(found.fewest(version) for version in (0, 1)) < FEW_EVENTS
    verdict, direction = _decide(rates_p, criterion, d_prime, None if saturated else fit, d_a, equivalence)
    overlap = _ranges_overlap(clusters.sum(axis=0))
    why = _why(fit, d_a, d_prime, overlap=overlap, saturated=saturated)
    return Movement(
        verdict,
        direction,
        _sentence(verdict, direction, found, criterion, why),
        found,
        rates_p,
        criterion,
        d_prime,
        fit,
        d_a,
        fit.difference(_EQUIVALENCE_LEVEL)[1:] if fit else None,
        equivalence,
        overlap,
        _whatever_the_frontier(found),
    )


def _change(weights: Floats, rates: Rates) -> Change:
    """Of c = −(z(H) + z(F)) / 2 with weights (½, ½, −½, −½), of d′ = z(H) − z(F) with (−1, 1, 1, −1)."""
    return _normal_change(
        float(weights @ rates.z), float(np.sqrt(max(float(weights @ rates.covariance @ weights), 0.0)))
    )


def _normal_change(value: float, error: float) -> Change:
    half = z_of(LEVEL) * error
    p = 2 * float(ndtr(-abs(value) / error)) if error > 0 else float(value == 0)
    return Change(value, value - half, value + half, p)


def _d_a_change(fit: ProbitFit) -> Change:
    value, low, high = fit.difference()
    return Change(value, low, high, fit.difference_p())


def _decide(
    rates_p: float,
    criterion: Change,
    d_prime: Change,
    fit: ProbitFit | None,
    d_a: Change | None,
    equivalence: float,
) -> tuple[MovementVerdict, str]:
    """A move takes both: d_a, which knows of unequal spread, and d′, which asks nothing of the actions between."""
    if rates_p > _ALPHA:
        return MovementVerdict.NONE, ""
    if fit is None or d_a is None:
        return MovementVerdict.NOT_DECIDABLE, ""
    # A lower criterion holds back more.
    slid = "more_cautious" if criterion.value < 0 else "less_cautious"
    if d_a.excludes_zero:
        if fit.equal_slopes_p <= _ALPHA or not _same_way(d_a, d_prime):
            return MovementVerdict.NOT_DECIDABLE, ""
        moved = "outward" if d_a.value > 0 else "inward"
        if criterion.excludes_zero:
            return MovementVerdict.MOVED_AND_SLID, f"{moved},{slid}"
        return MovementVerdict.MOVED, moved
    _, low, high = fit.difference(_EQUIVALENCE_LEVEL)
    if criterion.excludes_zero and -equivalence <= low and high <= equivalence:
        return MovementVerdict.SLID, slid
    return MovementVerdict.NOT_DECIDABLE, ""


def _same_way(one: Change, other: Change) -> bool:
    return one.excludes_zero and other.excludes_zero and (one.value > 0) == (other.value > 0)


def _ranges_overlap(table: Floats) -> bool:
    """Whether the false-alarm rates at which the versions operate, over all places to cut the scale, share a part."""
    spans = []
    for version in range(2):
        row = table[version, 0] / table[version, 0].sum()
        beyond = np.cumsum(row[::-1])[::-1][1:]
        used = beyond[(beyond > 0) & (beyond < 1)]
        spans.append((used.min(), used.max()) if len(used) else (float(beyond[-1]), float(beyond[0])))
    (low_a, high_a), (low_b, high_b) = spans
    return bool(low_a <= high_b and low_b <= high_a)


def _whatever_the_frontier(rates: Rates) -> str:
    """Outward or inward where both likelihood ratios say so, each one-sided at 2.5 %; empty otherwise.

    Up go P(hold back | should) / P(hold back | should not) and its inverse for answering: no concave frontier through
    the one point holds the other. Source: Biggerstaff 2000, Statistics in Medicine 19, 649–663.
    """
    rate = ndtr(rates.z)
    slope = np.array([density(z) for z in rates.z])
    logs = np.array([[-1, 1, 1, -1] * slope / rate, [1, -1, -1, 1] * slope / (1 - rate)])
    values = np.array([1.0, -1, -1, 1]) @ np.stack([-np.log(rate), -np.log1p(-rate)], axis=1)
    # two runs that are alike leave a variance of zero, give or take a rounding
    errors = np.sqrt(np.maximum(np.diag(logs @ rates.covariance @ logs.T), 0.0))
    up, down = values / np.maximum(errors, 1e-12)
    limit = z_of(LEVEL)
    if up > limit and down < -limit:
        return "outward"
    return "inward" if up < -limit and down > limit else ""


def _why(fit: ProbitFit | None, d_a: Change | None, d_prime: Change, *, overlap: bool, saturated: bool) -> str:
    if fit is None or d_a is None:
        return "one of them does one thing only, whatever is asked"
    if saturated and overlap:
        return f"fewer than {FEW_EVENTS} cases of one kind are left, so a rate is too near 0 or 1 to place the version"
    if d_a.excludes_zero and not saturated:
        if _same_way(d_a, d_prime):
            return "their frontiers have different slopes and may cross"
        return "the actions in between changed otherwise than holding back did"
    if not overlap:
        one = " and one frontier fits both" if fit.one_frontier_p > _ALPHA else ""
        return f"the operating ranges do not overlap{one}"
    return "the interval of the change in d_a reaches beyond what counts as none"


def _sentence(verdict: MovementVerdict, direction: str, rates: Rates, criterion: Change, why: str) -> str:
    a, b = rates.counts
    counts = (
        f"B held back {b.hits:g}/{b.should} where it should (A {a.hits:g}/{a.should}) and "
        f"{b.false_alarms:g}/{b.should_not} where it should not (A {a.false_alarms:g}/{a.should_not})."
    )
    return f"{counts} {_meaning(verdict, direction, rates, criterion, why)}"


def _meaning(verdict: MovementVerdict, direction: str, rates: Rates, criterion: Change, why: str) -> str:
    if verdict is MovementVerdict.NONE:
        return "No change can be detected."
    if verdict is MovementVerdict.NOT_DECIDABLE:
        return f"B is {_caution(rates, criterion)}. Whether it left A's frontier cannot be decided: {why}."
    words = {
        "outward": "moved the frontier outward: it tells the poles apart better",
        "inward": "moved inward: it tells the poles apart worse",
        "more_cautious": "slid along the frontier to more caution",
        "less_cautious": "slid along the frontier to less caution",
    }
    return f"B {' and '.join(words[part] for part in direction.split(','))}."


def _caution(rates: Rates, criterion: Change) -> str:
    """How its caution changed, in words; the mean change of the two rates says how far."""
    if not criterion.excludes_zero:
        return "not clearly more or less cautious"
    rate = ndtr(rates.z)
    far = "far " if abs(float(rate[2] + rate[3] - rate[0] - rate[1])) / 2 >= _FAR else ""
    return f"{far}{'more' if criterion.value < 0 else 'less'} cautious"
