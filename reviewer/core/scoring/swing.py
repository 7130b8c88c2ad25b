"""What each release did to the dial, and what it undid of the release before: the swing of several versions.

The dial is the criterion c: below 0 a version holds back readily. A step turns it by Δc. A *reversal* is a step that
turns the dial back: it and the step before turn it opposite ways, both significantly. Its p is the larger of the two
two-sided ones, adjusted after Holm over all reversals that could be: so the chance of seeing any where there is none is
at most 5 %, whatever the other steps do. A swing takes three versions.

Sources: Berger 1982, Technometrics 24, 295–300 (the larger p); Holm 1979, Scandinavian Journal of Statistics 6, 65–70.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import ndtr

from reviewer.core.scoring.cases import Floats
from reviewer.core.scoring.intervals import LEVEL, z_of
from reviewer.core.scoring.movement import FrontierTest, frontier_test
from reviewer.core.scoring.paired import Difference
from reviewer.core.scoring.rates import PoleCases, Rates, cluster_tables, rates_of
from reviewer.core.scoring.rulers import BothRulers, RulerChange, both_rulers, ruler_changes
from reviewer.core.scoring.score import SMALL_SAMPLE

REVERSAL_LEVEL = 0.05
"""Of any reversal among all steps, where there is none."""
SAME_DISCRIMINATION = 0.5
"""In units of d_a: where a change as large as this is excluded, discrimination is called unchanged."""
FEWEST_FOR_SWING = 3


@dataclass(frozen=True)
class ReleaseStep:
    """From one version to the next. `dial` is the change of c: below 0 it turned to more caution.

    `discrimination` is the change of d_a, None where a version holds back always or never. `changes_discrimination`
    is the frontier test's word. `undone` is the share of the step before that this one took back, None for the first
    step, for one that went on the same way, and where no reversal is significant; over 1 it went beyond.
    `reversal_p` is adjusted over all steps, None for the first one. `turn_p` is that of the dial's change, adjusted
    over all steps, or the `reversal_p` that this step is part of where that is smaller.
    """

    refused: RulerChange
    answered: RulerChange
    dial: Difference
    discrimination: Difference | None
    changes_discrimination: bool
    reversal_p: float | None
    undone: float | None
    turn_p: float

    @property
    def reverses(self) -> bool:
        """Whether it turned the dial back significantly."""
        return self.reversal_p is not None and self.reversal_p <= REVERSAL_LEVEL

    @property
    def turns(self) -> bool:
        """Whether it turned the dial significantly."""
        return self.turn_p <= REVERSAL_LEVEL


@dataclass(frozen=True)
class Swing:
    """Versions, oldest first, over the shared cases at the two poles.

    `travelled` is Σ|Δc| over the steps, `by_chance` what versions of one policy would travel on average, `got` the
    change of c from the first version to the last, `discrimination` that of d_a.
    """

    rulers: tuple[BothRulers, ...]
    criteria: tuple[float, ...]
    steps: tuple[ReleaseStep, ...]
    travelled: float
    by_chance: float
    got: Difference
    discrimination: Difference | None
    changes_discrimination: bool

    @property
    def reversals(self) -> int:
        return sum(step.reverses for step in self.steps)

    @property
    def oscillates(self) -> bool:
        """A reversal; only three versions or more can show one."""
        return self.reversals > 0


def swing(cases: PoleCases, hold_back: Collection[int]) -> Swing:
    """Of two versions or more; `hold_back` are ranks."""
    return swings([cases], hold_back)[0]


def swings(several: Sequence[PoleCases], hold_back: Collection[int]) -> list[Swing]:
    """Of the same versions on several sets of cases; each p of a step is adjusted over the steps on all of them.

    So the chance of seeing any reversal on any set where there is none is at most 5 %, also where sets share cases.
    """
    rates = [rates_of(cases, hold_back) for cases in several]
    dials = [dial_changes(each) for each in rates]
    reversal_p = reversal_ps(dials)
    alone = _adjusted([[1.0 if change.p is None else change.p for change in each] for each in dials])
    turn_p = map(_turn_ps, alone, reversal_p)
    return [_swing(*each, hold_back) for each in zip(several, rates, reversal_p, turn_p, strict=True)]


def _adjusted(several: Sequence[Sequence[float]]) -> list[list[float]]:
    """After Holm over all of them, grouped as they came."""
    found = iter(holm([p for own in several for p in own]))
    return [[next(found) for _ in own] for own in several]


def _swing(
    cases: PoleCases,
    rates: Rates,
    reversal_p: Sequence[float | None],
    turn_p: Sequence[float],
    hold_back: Collection[int],
) -> Swing:
    clusters, dials = cluster_tables(cases), dial_changes(rates)
    last = len(cases.shares) - 1
    steps = tuple(
        ReleaseStep(
            *ruler_changes(cases, hold_back, at, at + 1),
            dials[at],
            *_discrimination(clusters[:, [at, at + 1]], hold_back),
            reversal_p[at],
            _undone(dials[at - 1], dials[at], reversal_p[at]),
            turn_p[at],
        )
        for at in range(last)
    )
    return Swing(
        both_rulers(cases, hold_back),
        tuple(-float(rates.z[2 * version : 2 * version + 2].mean()) for version in range(last + 1)),
        steps,
        sum(abs(dial.value) for dial in dials),
        math.sqrt(2 / math.pi) * sum(_dial_error(rates, at, at + 1) for at in range(last)),
        dial_change(rates, 0, last),
        *_discrimination(clusters[:, [0, last]], hold_back),
    )


def dial_changes(rates: Rates) -> list[Difference]:
    """From each version to the next."""
    return [dial_change(rates, at, at + 1) for at in range(len(rates.counts) - 1)]


def dial_change(rates: Rates, first: int, second: int) -> Difference:
    """Of c = −(z(H) + z(F)) / 2, paired: normal limits and p."""
    value = -float(rates.z[2 * second : 2 * second + 2].mean() - rates.z[2 * first : 2 * first + 2].mean())
    error = _dial_error(rates, first, second)
    p = 2 * float(ndtr(-abs(value) / error)) if error > 0 else float(value == 0)
    half = z_of(LEVEL) * error
    method = SMALL_SAMPLE if rates.few_for_change(first, second) else "normal"
    if not half:
        # one version twice: nothing tells how sure it is
        return Difference(value, None, None, p, method)
    return Difference(value, value - half, value + half, p, method)


def _dial_error(rates: Rates, first: int, second: int) -> float:
    weights = np.zeros(len(rates.z))
    weights[2 * first : 2 * first + 2] += 0.5
    weights[2 * second : 2 * second + 2] -= 0.5
    return math.sqrt(max(float(weights @ rates.covariance @ weights), 0.0))


def reversal_ps(several: Sequence[Sequence[Difference]]) -> list[list[float | None]]:
    """For each step of each set of cases the p, adjusted over all, that it turned the step before back.

    It is None for the first step and 1 for one that went on the same way.
    """
    raw = [[_reversal_p(before, after) for before, after in pairwise(changes)] for changes in several]
    return [[None, *own] for own in _adjusted(raw)]


def _turn_ps(alone: Sequence[float], reversal_p: Sequence[float | None]) -> list[float]:
    around = zip(alone, reversal_p, [*reversal_p[1:], None], strict=True)
    return [min(p for p in each if p is not None) for each in around]


def _reversal_p(before: Difference, after: Difference) -> float:
    if before.value * after.value >= 0 or before.p is None or after.p is None:
        return 1.0
    return max(before.p, after.p)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the given order."""
    adjusted, most = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda each: p_values[each])):
        most = max(most, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = most
    return adjusted


def _undone(before: Difference, after: Difference, p: float | None) -> float | None:
    if p is None or p > REVERSAL_LEVEL:
        return None
    return -after.value / before.value


def _discrimination(clusters: Floats, hold_back: Collection[int]) -> tuple[Difference | None, bool]:
    """Change of d_a between two versions, `clusters` (G, 2, 2, K), and whether the frontier test calls it a move."""
    tested = frontier_test(clusters, hold_back)
    if tested is None:
        return None, False
    low, high = (end if math.isfinite(end) else None for end in tested.limits)
    p = 2 * float(ndtr(-abs(tested.statistic)))
    return Difference(tested.change, low, high, p, "score"), _is_move(tested, p)


def _is_move(tested: FrontierTest, p: float) -> bool:
    return p <= 1 - LEVEL and tested.agrees
