"""Whether a planned number of cases has the power it promises: simulated pairs of versions of the planned size.

The evidence of version v on case i is pole · (d_a + v · gain) + √ρ·u_i + √own·w_iv + noise, as in `verdicts`, half of
the cases twins; here a version has repeats, which share w, and scales have five or seven actions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from reviewer.core.scoring.cases import Floats
from reviewer.core.scoring.expecting import Expecting
from reviewer.core.scoring.intervals import z_of
from reviewer.core.scoring.movement import anything_changed, frontier_test
from reviewer.core.scoring.power import cases_for
from reviewer.core.scoring.rates import PoleCases, cluster_tables
from reviewer.core.scoring.verdict_power import ANYTHING_LEVEL, MOVED_LEVEL
from tests.benchmarks.coverage import Row

REPLICATES = 400
ACTIONS = (5, 7)
LEVELS = (1.0, 2.0, 3.0)
SHARED = (0.3, 0.5, 0.7)
GAINS = (0.5, 0.8)
ASKED = ((1, 0.0), (3, 0.0), (3, 0.2))
"""Repeats, and the own case effect, which without repeats is noise like any other."""


@dataclass(frozen=True)
class PlannedPair:
    """Two versions whose second has `gain` more d_a, each case asked `repeats` times."""

    expecting: Expecting
    gain: float
    repeats: int

    @property
    def cases(self) -> int:
        """At each pole, as planned."""
        return cases_for(self.expecting.at(self.gain, self.repeats), self.gain)

    def responses(self, cases: int, rng: np.random.Generator) -> PoleCases:
        """Of both versions to `cases` cases at each pole."""
        expected = self.expecting.at(self.gain, self.repeats)
        n = 2 * cases
        pole = np.arange(n) % 2
        cluster = np.where(np.arange(n) < cases, np.arange(n) // 2, np.arange(n))
        common = math.sqrt(expected.rho) * rng.normal(size=n)[cluster]
        shares = np.zeros((2, n, self.expecting.actions))
        for version in range(2):
            mean = pole * (self.expecting.d_a + version * self.gain)
            evidence = mean + common + math.sqrt(expected.own) * rng.normal(size=n)
            for _ in range(self.repeats):
                noise = math.sqrt(1 - expected.rho - expected.own) * rng.normal(size=n)
                action = np.searchsorted(expected.thresholds[version], evidence + noise)
                shares[version, np.arange(n), action] += 1 / self.repeats
        return PoleCases(pole, shares, np.unique(cluster, return_inverse=True)[1])

    def found(self, replicates: int, seed: int, cases: int = 0) -> float:
        """The share of simulated comparisons whose verdict is that the frontier moved outward; `cases` at each pole
        are as many as planned by default."""
        cases = cases or self.cases
        rng = np.random.default_rng([seed, cases, self.repeats])
        holding = range(self.expecting.first_held, self.expecting.actions)
        tables = (cluster_tables(self.responses(cases, rng)) for _ in range(replicates))
        return sum(_moved_outward(table, holding) for table in tables) / replicates


def _moved_outward(clusters: Floats, holding: range) -> bool:
    """As `movement` decides, without what it works out beside the verdict."""
    tested = frontier_test(clusters, holding)
    if tested is None or not tested.agrees or tested.statistic < z_of(1 - MOVED_LEVEL):
        return False
    return anything_changed(clusters)[1] <= ANYTHING_LEVEL or tested.statistic > z_of(1 - ANYTHING_LEVEL)


def planner(replicates: int = REPLICATES, seed: int = 1) -> Iterator[Row]:
    """A row for each setting: the planned cases a pole, the power promised and the power simulated."""
    for actions, d_a, rho, gain in product(ACTIONS, LEVELS, SHARED, GAINS):
        row: Row = {"actions": str(actions), "d_a": f"{d_a:g}", "ρ": f"{rho:g}", "change": f"{gain:g}"}
        for repeats, own in ASKED:
            pair = PlannedPair(Expecting(actions, actions - 2, d_a, rho, own, paired=0.5), gain, repeats)
            name = f"{repeats} × own {own:g}"
            row[f"cases, {name}"] = str(pair.cases)
            row[f"power, {name}"] = pair.found(replicates, seed)
        yield row
