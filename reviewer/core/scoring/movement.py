"""Whether a version moved the frontier or only turned its dial: the verdict, with the tests that led to it.

Three questions, in this order. Does it do anything otherwise at all, at the two poles? Does it tell the poles apart
better or worse than turning a dial would do (`frontier_change`)? If not, is a change of the frontier excluded, so that
it slid? What none of these answers is not decidable, and then the odds are given. `python -m tests.benchmarks verdicts`
prints simulated sizes and powers; the names of all thresholds are below.

A change excludes zero when both its limits are on one side:

    >>> [Change(0.4, low, 0.9, 0.01).excludes_zero for low in (0.1, -0.1)]
    [True, False]
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from scipy.special import chdtrc, ndtr

from reviewer.core.scoring.cases import Flags, Floats
from reviewer.core.scoring.frontier_change import (
    FARTHEST_BY_SCORE,
    LEAST_EXPECTED,
    LEAST_SPREAD,
    MATTERS,
    PRIOR_ODDS_SD,
    PRIORS,
    RARE_SHARE,
    FrontierChange,
    cut_in_two,
    merged,
)
from reviewer.core.scoring.intervals import LEVEL, Limits, z_of
from reviewer.core.scoring.movement_words import (
    ALIKE,
    CLEAR_MISFIT,
    FAR,
    FEWEST_TO_PLAN,
    LEANS,
    MOST_PLANNED,
    movement_sentence,
)
from reviewer.core.scoring.power import MOST_REPEATS, POWER, Decides, decides
from reviewer.core.scoring.probit import ProbitFit, fit_probit
from reviewer.core.scoring.rates import PoleCases, Rates, cluster_tables, density, rates_of
from reviewer.core.scoring.shared_evidence import OWN_EFFECT
from reviewer.core.scoring.verdict_power import AGREEMENT, ANYTHING_LEVEL, MOVED_LEVEL

EQUIVALENCE = 0.5
"""In units of d_a: a slide excludes a change of the frontier as large as this, each side at 5 %."""
SLID_LEVEL = 0.05
"""One-sided, of either end of what a slide excludes."""


FEWEST_CHANGED = 6
"""Of so many cases or contrast pairs at least must an action have changed, or nothing has moved: were all changes to
one side, the sign test's p-value would still be over 5 % with one fewer."""


class MovementVerdict(StrEnum):
    """What happened between two versions."""

    NONE = "none"
    MOVED = "moved"
    SLID = "slid"
    MOVED_AND_SLID = "moved_and_slid"
    NOT_DECIDABLE = "not_decidable"


IN_BETWEEN = "in_between"
"""The direction of a slide that holds back as much as before: the actions in between are used otherwise."""


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


class FrontierTest:
    """How the change of d_a was tested; what takes time is computed when it is asked for.

    `statistic` and `held_back` are in standard errors, the second with the scale cut in two. `against_loss` and
    `against_gain` are the statistics that a slide is proved by. `actions` is how many were left once rare ones were
    joined to a neighbour, `cases` how many there are at each pole, `changed` in how many clusters something did.
    """

    def __init__(self, joined: Floats, held: Flags, repeats: int) -> None:
        """`joined` (G, 2, 2, K), of whose actions those of `held` (K,) hold back."""
        two = cut_in_two(joined, held)
        self._change, self._repeats, self._first_held = FrontierChange(joined), repeats, int(held.argmax())
        self.actions: int = joined.shape[3]
        # thirds of a response do not always add up to the same
        self.changed = int(np.any(np.abs(joined[:, 1] - joined[:, 0]) > 1e-9, axis=(1, 2)).sum())
        self.statistic = self._change.statistic()
        self.held_back = FrontierChange(two).statistic()
        first, second = (two.sum(axis=(0, 1, 3)) / 2).tolist()
        self.cases: tuple[float, float] = (first, second)

    @property
    def is_clear(self) -> bool:
        """Whether the frontier statistic alone speaks for a move."""
        return self.changed >= FEWEST_CHANGED and abs(self.statistic) > z_of(1 - MOVED_LEVEL)

    @property
    def is_hidden(self) -> bool:
        """Whether holding back alone is clear where the statistic over all actions is not."""
        return self.changed >= FEWEST_CHANGED and not self.is_clear and abs(self.held_back) > z_of(1 - MOVED_LEVEL)

    @property
    def excludes_change(self) -> bool:
        """Whether a gain and a loss as large as `EQUIVALENCE` are both excluded."""
        one_sided = z_of(1 - 2 * SLID_LEVEL)
        return self.against_loss > one_sided and self.against_gain < -one_sided

    @property
    def agrees(self) -> bool:
        """Whether holding back alone points the same way."""
        return self.statistic * self.held_back > 0 and abs(self.held_back) > AGREEMENT

    @property
    def against_loss(self) -> float:
        return self._change.statistic(-EQUIVALENCE)

    @property
    def against_gain(self) -> float:
        return self._change.statistic(EQUIVALENCE)

    @property
    def misfit(self) -> float:
        """The factor by which the variance grew because one axis does not explain the table."""
        return self._change.misfit

    @property
    def change(self) -> float:
        """Of d_a, as it fits best."""
        return self._change.best.delta

    @cached_property
    def limits(self) -> Limits:
        """95 % limits of the change; one that nothing rejects is infinite."""
        return self._change.limits(LEVEL)

    @property
    def odds(self) -> tuple[float, float, float]:
        """P(loss), P(neither), P(gain); a change under `MATTERS` is neither."""
        return self._change.odds

    @cached_property
    def would_decide(self) -> Decides:
        """What would find a change as large as a slide excludes."""
        return decides(self._change, self.cases, EQUIVALENCE, self._first_held, self._repeats)


@dataclass(frozen=True)
class Movement:
    """`direction` is outward, inward, more_cautious, less_cautious or in_between, or two with a comma; empty for none.

    `frontier` is None where a version holds back always or never, whatever is asked: then nothing can be tested.
    `use` says which action changed most, of all that both versions took: its name and on how many more cases.
    """

    verdict: MovementVerdict
    direction: str
    rates: Rates
    anything: float
    anything_p: float
    criterion: Change
    d_prime: Change
    fit: ProbitFit | None
    d_a: Change | None
    d_a_equivalence: Limits | None
    frontier: FrontierTest | None
    ranges_overlap: bool
    whatever_the_frontier: str
    use: tuple[str, float] = ("", 0.0)

    @cached_property
    def sentence(self) -> str:
        """What happened, for people: the counts first."""
        return movement_sentence(self)

    @property
    def thresholds(self) -> dict[str, float]:
        """What the verdict and its words go by, under the names of the method page."""
        return dict(THRESHOLDS)


THRESHOLDS: dict[str, float] = {
    "anything_level": ANYTHING_LEVEL,
    "moved_level": MOVED_LEVEL,
    "agreement": AGREEMENT,
    "equivalence": EQUIVALENCE,
    "slid_level": SLID_LEVEL,
    "rare_share": RARE_SHARE,
    "prior_sd": PRIOR_ODDS_SD,
    "matters": MATTERS,
    "interval_level": LEVEL,
    "farthest_by_score": FARTHEST_BY_SCORE,
    "least_expected": LEAST_EXPECTED,
    "least_spread": LEAST_SPREAD,
    "fewest_changed": FEWEST_CHANGED,
    "far": FAR,
    "leans": LEANS,
    "alike": ALIKE,
    "clear_misfit": CLEAR_MISFIT,
    "fewest_to_plan": FEWEST_TO_PLAN,
    "most_planned": MOST_PLANNED,
    "power": POWER,
    "own_effect": OWN_EFFECT,
    "most_repeats": MOST_REPEATS,
    **PRIORS,
}
"""Every number that somebody chose, under the name that the method page explains it by."""


def movement(cases: PoleCases, hold_back: Collection[int], names: tuple[str, ...] = (), repeats: int = 1) -> Movement:
    """The verdict on the second of two versions; `hold_back` are ranks, `names` what the actions are called.

    `repeats` is how often each version answered each case.
    """
    found = rates_of(cases, hold_back)
    clusters = cluster_tables(cases)
    fit = fit_probit(clusters.sum(axis=0), clusters)
    anything = anything_changed(clusters)
    criterion = _change(np.array([0.5, 0.5, -0.5, -0.5]), found)
    tested = frontier_test(clusters, hold_back, repeats)
    verdict, direction = _decide(anything[1], criterion, tested)
    return Movement(
        verdict,
        direction,
        found,
        *anything,
        criterion,
        _change(np.array([-1.0, 1, 1, -1]), found),
        fit,
        _d_a_change(fit) if fit else None,
        fit.difference(1 - 2 * SLID_LEVEL)[1:] if fit else None,
        tested,
        _ranges_overlap(clusters.sum(axis=0)),
        _whatever_the_frontier(found),
        _moved_use(clusters, names),
    )


def anything_changed(clusters: Floats) -> tuple[float, float]:
    """χ² on 2 df and its p: whether the actions moved up or down the scale at either pole.

    `clusters` (G, 2, 2, K). Actions score their ridits of both versions together; the variance is that of exchanging
    the versions within a cluster, which under one policy is exact.

    Source: Bross 1958, Biometrics 14, 18–38 (ridits); Lehmann and Romano 2005, 15.2 (exchanging signs).
    """
    both = clusters.sum(axis=(0, 1))
    ridits = (np.cumsum(both, axis=1) - both / 2) / np.maximum(both.sum(axis=1, keepdims=True), 1e-12)
    apart = np.einsum("gpk,pk->gp", clusters[:, 1] - clusters[:, 0], ridits)
    total = apart.sum(axis=0)
    statistic = float(total @ np.linalg.pinv(apart.T @ apart) @ total)
    return statistic, float(chdtrc(2, statistic))


def frontier_test(clusters: Floats, hold_back: Collection[int], repeats: int = 1) -> FrontierTest | None:
    """Of `clusters` (G, 2, 2, K); None where one version only holds back, or never does: any dial explains that."""
    joined, held = merged(clusters, hold_back)
    if (cut_in_two(joined, held).sum(axis=(0, 2)) == 0).any():
        return None
    return FrontierTest(joined, held, repeats)


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


def _decide(anything_p: float, criterion: Change, tested: FrontierTest | None) -> tuple[MovementVerdict, str]:
    """A move takes the frontier statistic, and holding back alone must point the same way."""
    beyond = (
        tested is not None and tested.is_clear and tested.agrees and abs(tested.statistic) > z_of(1 - ANYTHING_LEVEL)
    )
    if anything_p > ANYTHING_LEVEL and not beyond:
        return MovementVerdict.NONE, ""
    if tested is None:
        return MovementVerdict.NOT_DECIDABLE, ""
    # a lower criterion holds back more
    slid = ("more_cautious" if criterion.value < 0 else "less_cautious") if criterion.excludes_zero else ""
    if tested.is_clear and tested.agrees:
        moved = "outward" if tested.statistic > 0 else "inward"
        if slid:
            return MovementVerdict.MOVED_AND_SLID, f"{moved},{slid}"
        return MovementVerdict.MOVED, moved
    if tested.excludes_change:
        return MovementVerdict.SLID, slid or IN_BETWEEN
    return MovementVerdict.NOT_DECIDABLE, ""


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


def _moved_use(clusters: Floats, names: tuple[str, ...]) -> tuple[str, float]:
    """The action whose use changed most, and on how many more cases B took it."""
    if not names:
        return "", 0.0
    total = clusters.sum(axis=(0, 2))
    apart = total[1] - total[0]
    # where as many were gained as lost, what was gained is said
    most = int((np.abs(apart) + 1e-6 * (apart > 0)).argmax())
    return names[most], float(apart[most])
