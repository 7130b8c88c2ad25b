"""What a planned comparison can expect: where versions stand, and how much their responses to one case share.

Both are taken from earlier runs where there are any. Two responses to one case are compared across all cases of a pole:
the correlation of the evidence behind them is the polychoric one, with the thresholds of the marginal shares. Responses
of one version share ρ + own, those of two versions ρ.

Source: Olsson 1979, Psychometrika 44, 443–460 (polychoric correlation in two steps).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from reviewer.core.scoring.cases import CaseTable, Flags, Floats, Ints
from reviewer.core.scoring.frontier_change import FrontierChange, merged
from reviewer.core.scoring.shared_evidence import OWN_EFFECT, Expected, together

DEFAULT_D_A = 2.0
"""How well versions tell the poles apart, where no run says it."""
DEFAULT_RHO = 0.5
"""What two versions' evidence on a case has in common, where no two versions say it."""
DEFAULT_STEP = 0.6
"""Between thresholds, in units of the evidence's spread, where no run says where they stand."""
PRIOR_SD = 0.25
"""Of a share about its default: a few cases move it little, hundreds as far as they must."""
LEAST_CASES = 10
"""With fewer cases at a pole nothing is taken from runs."""
_MOST_SHARED = 0.95
_FAR = 8.0


@dataclass(frozen=True)
class Expecting:
    """What is expected of two versions at two labels, for any change and number of repeats.

    `thresholds` (K − 1,) and `slope` come from a run; without one the thresholds stand around the middle, the one that
    holds back first in it. `paired` is the part of the cases at each pole that has a twin at the other one.
    `rho_seen_by` and `own_seen_by` are how many pairs of responses to one case say so; 0 where it is the default.
    """

    actions: int
    first_held: int
    d_a: float = DEFAULT_D_A
    rho: float = DEFAULT_RHO
    own: float = OWN_EFFECT
    thresholds: tuple[float, ...] = ()
    slope: float = 1.0
    paired: float = 0.0
    rho_seen_by: int = 0
    own_seen_by: int = 0

    def at(self, gain: float, repeats: int = 1) -> Expected:
        """For `power`: d_a on the unit of the less cautious pole's spread."""
        own = min(self.own, 1 - self.rho)
        mean = self.d_a * math.sqrt((1 + self.slope**2) / 2)
        thresholds = np.array(self.thresholds or self._around_the_middle(gain))
        both = np.stack([thresholds, thresholds])
        return Expected(both, mean, self.first_held, self.slope, gain, self.rho, own, repeats, self.paired)

    def _around_the_middle(self, gain: float) -> list[float]:
        middle = (self.d_a + gain / 2) / 2
        return [middle + DEFAULT_STEP * (cut - self.first_held) for cut in range(1, self.actions)]


def from_runs(
    tables: Sequence[CaseTable], versions: Sequence[object], hold_back: Collection[int], poles: tuple[int, int]
) -> Expecting:
    """From one run or more, the newest last, of these `versions`: two runs of one version are like repeats.

    `hold_back` are ranks, `poles` the ranks of the less and the more cautious label.
    """
    default = Expecting(len(tables[0].scale), min(hold_back))
    standing = next(filter(None, (_standing(table, hold_back, poles) for table in reversed(tables))), default)
    apart, within = _compared(tables, versions, poles)
    rho, n_rho = _share(apart, DEFAULT_RHO)
    both, n_own = _share(within, rho + OWN_EFFECT)
    own = max(both - rho, 0.0) if n_own else min(OWN_EFFECT, 1 - rho)
    if n_own and not n_rho:
        rho = min(rho, both)
    paired = _paired(tables[-1], poles)
    return replace(standing, rho=rho, own=own, paired=paired, rho_seen_by=n_rho, own_seen_by=n_own)


def _paired(table: CaseTable, poles: tuple[int, int]) -> float:
    """Which part of the cases at each pole has a twin at the other one."""
    own = [np.flatnonzero(table.label == pole) for pole in poles]
    both = np.intersect1d(table.cluster[own[0]], table.cluster[own[1]])
    return min(2 * len(both) / max(sum(map(len, own)), 1), 1.0)


def _standing(table: CaseTable, hold_back: Collection[int], poles: tuple[int, int]) -> Expecting | None:
    """Where one run stands; None where it has too few cases or only ever does one of the two."""
    rows = [np.flatnonzero(table.is_scored & (table.label == pole)) for pole in poles]
    if min(map(len, rows)) < LEAST_CASES:
        return None
    own = np.stack([table.shares[at].sum(axis=0) for at in rows])
    joined, held = merged(np.broadcast_to(own, (1, 2, *own.shape)), hold_back)
    if not 0 < joined[..., held].sum() < joined.sum():
        return None
    model = FrontierChange(joined)
    thresholds, mean, slope = model.parts(model.at(0.0).theta)
    d_a = mean * math.sqrt(2 / (1 + slope**2))
    return Expecting(joined.shape[3], int(held.argmax()), d_a, thresholds=tuple(thresholds[0].tolist()), slope=slope)


# what responses to one case have in common


@dataclass(frozen=True)
class Pairs:
    """Pairs of responses to the cases of one pole: `table` (K, K) counts each case once, `first` and `second` (K − 1,)
    are the thresholds of either side's own shares.
    """

    table: Floats
    first: Floats
    second: Floats

    @property
    def n(self) -> float:
        return float(self.table.sum())

    def log_likelihood(self, share: float) -> float:
        chances = together(self.first, self.second, share)
        return float((self.table * np.log(np.maximum(chances, 1e-12))).sum())


def _compared(
    tables: Sequence[CaseTable], versions: Sequence[object], poles: tuple[int, int]
) -> tuple[list[Pairs], list[Pairs]]:
    """Pairs of different versions, and of one version."""
    apart: list[Pairs] = []
    within = [pairs for table in tables for pairs in _repeated(table, poles)]
    for (one, first), (two, second) in combinations(zip(tables, versions, strict=True), 2):
        (within if first == second else apart).extend(_shared_cases(one, two, poles))
    return apart, within


def _repeated(table: CaseTable, poles: tuple[int, int]) -> Iterator[Pairs]:
    """Of the responses of one run to one case, every two of them."""
    for rows in _of_poles(table.label, table.scored > 1, poles):
        counts, scored = table.counts[rows], table.scored[rows]
        each = 1 / (scored * (scored - 1))
        both = counts.T @ (counts * each[:, None]) - np.diag((counts * each[:, None]).sum(axis=0))
        yield _pairs(both)


def _shared_cases(one: CaseTable, two: CaseTable, poles: tuple[int, int]) -> Iterator[Pairs]:
    """Of two runs, over the cases that both were asked in the same words and labelled alike."""
    places = {key: place for place, key in enumerate(two.keys)}
    shared = [(place, places[key]) for place, key in enumerate(one.keys) if key in places]
    first, second = (np.array([pair[side] for pair in shared], dtype=np.intp) for side in (0, 1))
    same = np.array([one.facts[a].message_hash == two.facts[b].message_hash for a, b in shared], dtype=bool)
    usable = same & one.is_scored[first] & two.is_scored[second] & (one.label[first] == two.label[second])
    for rows in _of_poles(one.label[first], usable, poles):
        yield _pairs(one.shares[first[rows]].T @ two.shares[second[rows]])


def _of_poles(label: Ints, usable: Flags, poles: tuple[int, int]) -> Iterator[Ints]:
    found = [np.flatnonzero(usable & (label == pole)) for pole in poles]
    yield from (rows for rows in found if len(rows) >= LEAST_CASES)


def _pairs(table: Floats) -> Pairs:
    return Pairs(table, _cuts(table.sum(axis=1)), _cuts(table.sum(axis=0)))


def _cuts(counts: Floats) -> Floats:
    below = np.minimum(np.cumsum(counts)[:-1] / counts.sum(), 1.0)
    return np.asarray(np.clip(ndtri(below), -_FAR, _FAR), np.float64)


def _share(pairs: Sequence[Pairs], default: float) -> tuple[float, int]:
    """The most likely share with its prior about `default`, and how many pairs of responses say so."""
    if not pairs:
        return default, 0

    def against(share: float) -> float:
        return 0.5 * ((share - default) / PRIOR_SD) ** 2 - sum(each.log_likelihood(share) for each in pairs)

    found = minimize_scalar(against, bounds=(0.0, _MOST_SHARED), method="bounded")
    return float(found.x), round(sum(each.n for each in pairs))
