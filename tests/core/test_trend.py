"""Several versions: one frontier fits what only the dial moved, and no longer where one version tells better."""

from __future__ import annotations

import numpy as np
import pytest

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.trend import sentence, trend
from tests.support.builders import scale_of

SCALE = scale_of(5)
EDGES = np.array([-0.9, -0.3, 0.3, 0.9])
NAMES = ("a", "b", "c", "d", "e")


def version(dial: float, gain: float, seed: int, n: int = 400) -> list[Observation]:
    """2n cases of the two poles; equal difficulty of a case in every version."""
    lean = 0.7 * np.random.default_rng(0).normal(size=2 * n)
    own = np.sqrt(0.51) * np.random.default_rng(seed).normal(size=2 * n)
    side = np.repeat([-1, 1], n)
    rank = np.searchsorted(EDGES, side * gain + dial + lean + own)
    return [
        Observation(
            CaseKey(f"case-{number:04}"),
            SCALE.ids[0 if pole < 0 else 4],
            FinalAction(SCALE.ids[action], FinalSource.RULES),
        )
        for number, (pole, action) in enumerate(zip(side.tolist(), rank.tolist(), strict=True))
    ]


def test_a_turned_dial_stays_on_one_frontier() -> None:
    found = trend([version(dial, 1.0, seed) for seed, dial in enumerate((-0.6, -0.3, 0.0, 0.3, 0.6), 1)], SCALE)
    assert found.one_frontier_p is not None
    assert found.one_frontier_p > 0.01
    assert "One frontier fits all 5" in sentence(found, NAMES)
    criteria = [point.card.discrimination.criterion for point in found.points]
    assert criteria == sorted(criteria, key=lambda c: -(c or 0))


def test_a_version_that_tells_better_is_named() -> None:
    gains = (0.8, 0.8, 0.8, 0.8, 1.6)
    found = trend([version(0.0, gain, seed) for seed, gain in enumerate(gains, 1)], SCALE)
    assert "e lies farthest outward" in sentence(found, NAMES)
    residuals = [point.residual for point in found.points]
    assert max(residuals, key=lambda r: r or 0.0) == residuals[-1]


def test_only_cases_that_all_answered_count() -> None:
    first, second, third = (version(0.0, 1.0, seed, 100) for seed in (1, 2, 3))
    found = trend([first, second[3:], third[:-2]], SCALE)
    assert (found.n_shared, found.n_left_out, found.one_frontier_p) == (195, 5, None)
    assert [point.card.n_cases for point in found.points] == [195] * 3


def test_order_of_versions_changes_no_figure() -> None:
    sides = [version(0.1 * seed, 1.0 + 0.1 * seed, seed, 100) for seed in range(5)]
    found, other = trend(sides, SCALE), trend(sides[::-1], SCALE)
    d_a = [point.d_a for point in other.points][::-1]
    assert [point.d_a for point in found.points] == pytest.approx(d_a, abs=2e-4)
    assert found.one_frontier_p == pytest.approx(other.one_frontier_p, abs=1e-3)


def test_nothing_shared_is_said() -> None:
    first, second = version(0.0, 1.0, 1, 20), version(0.0, 1.0, 2, 20)
    found = trend([first[:10], second[20:30]], SCALE)
    assert sentence(found, ("a", "b")) == "The runs share no scored case with equal messages and label."
