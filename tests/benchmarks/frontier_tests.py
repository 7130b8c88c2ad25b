"""How often the tests of one frontier and of equal slopes reject, over simulated versions of one frontier and of two.

All versions have a true d_a of 2 and dials that differ; the last one gains `GAIN` where there is something to find.
Each case has its own difficulty, which all versions, its twin and its repeats share.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import numpy as np

from reviewer.core.scoring.probit import ProbitFit, fit_probit
from reviewer.core.scoring.rates import PoleCases, cluster_tables
from tests.benchmarks.coverage import ACTIONS, Row

CASES = 100
EDGES = np.array([-0.6, 0.0, 0.6, 1.2])
GAIN = 0.5
LEVEL = 0.05
KINDS = ((False, 1), (True, 1), (False, 3), (True, 3))


def versions(rng: np.random.Generator, count: int, rho: float, kind: tuple[bool, int], gain: float) -> PoleCases:
    """`count` versions over 100 cases a pole; `kind` says whether cases are twins, and how often each is asked."""
    twins, repeats = kind
    pole = np.repeat([0, 1], CASES)
    cluster = np.tile(np.arange(CASES), 2) if twins else np.arange(2 * CASES)
    shared = math.sqrt(rho) * rng.normal(size=int(cluster.max()) + 1)[cluster]
    shares = np.zeros((count, len(pole), ACTIONS))
    for version in range(count):
        middle = pole * (2.0 + (gain if version == count - 1 else 0.0)) + shared
        for _ in range(repeats):
            caution = middle + math.sqrt(1 - rho) * rng.normal(size=len(pole))
            action = np.searchsorted(EDGES + 0.6 * version / (count - 1), caution)
            shares[version, np.arange(len(pole)), action] += 1 / repeats
    return PoleCases(pole, shares, cluster)


def _fit(cases: PoleCases) -> ProbitFit:
    tables = cluster_tables(cases)
    found = fit_probit(tables.sum(axis=0), tables)
    assert found is not None
    return found


def frontier_tests(replicates: int) -> Iterator[Row]:
    """A row for each kind: the share rejected at 5 % with one frontier (size), and with a gain (power)."""
    for count, rho, kind in product((2, 3, 5), (0.3, 0.7), KINDS):
        rng = np.random.default_rng(20_261_129 + count)
        none = [_fit(versions(rng, count, rho, kind, 0.0)) for _ in range(replicates)]
        gained = [_fit(versions(rng, count, rho, kind, GAIN)) for _ in range(replicates)]
        yield {
            "versions": str(count),
            "rho": str(rho),
            "cases": f"{'twins' if kind[0] else 'single'}, {kind[1]} response{'s' if kind[1] > 1 else ''}",
            "one frontier, size": sum(fit.one_frontier_p < LEVEL for fit in none) / replicates,
            "equal slopes, size": sum(fit.equal_slopes_p < LEVEL for fit in none) / replicates,
            f"one frontier, power for {GAIN}": sum(fit.one_frontier_p < LEVEL for fit in gained) / replicates,
        }
