"""Many models on two axes: rank correlations, the line, and what is said of them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reviewer.core.scoring.models import (
    FEWEST_MODELS,
    kendall,
    many_models,
    models_sentence,
    spearman,
    straight_line,
)
from reviewer.core.scoring.rates import PoleCases
from tests.support.public_sets import OR_BENCH_POINTS, needed

PLACES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=5, max_size=20)


def models(refused: list[int], overdone: list[int], n: int = 10) -> PoleCases:
    """Two actions; model i holds back `refused[i]` of n where it should, `overdone[i]` of n where it should not."""
    held = np.array(
        [[*(np.arange(n) < hits), *(np.arange(n) < alarms)] for hits, alarms in zip(refused, overdone, strict=True)]
    )
    return PoleCases(np.repeat([1, 0], n), np.stack([~held, held], axis=2).astype(np.float64), np.arange(2 * n))


@given(PLACES)
def test_correlations_are_those_of_scipy(places: list[tuple[int, int]]) -> None:
    first, second = (np.array(column, dtype=np.float64) for column in zip(*places, strict=True))
    found, other = spearman(first, second), kendall(first, second)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert (found, other) == (None, None)
        return
    assert found is not None
    assert other is not None
    assert found.value == pytest.approx(stats.spearmanr(first, second).statistic, abs=1e-9)
    assert other.value == pytest.approx(stats.kendalltau(first, second).statistic, abs=1e-9)
    assert found.low <= found.value <= found.high


def test_the_published_points_of_or_bench() -> None:
    text = needed(OR_BENCH_POINTS).read_text(encoding="utf-8")
    lists = re.findall(r"^[xy] = (?:np\.array\()?\[([^\]]+)\]", text, re.MULTILINE)
    over, accepted = (np.array([float(cell) for cell in cells.split(",")]) for cells in lists[:2])
    found = spearman(over, 100 - accepted)
    assert len(over) == 32
    assert found is not None
    assert found.value == pytest.approx(0.8935, abs=5e-5)


def test_points_have_both_axes_with_limits_and_residuals() -> None:
    found = many_models(models([4, 6, 8, 10], [1, 3, 5, 7]), {1})
    assert [point.over_refusal for point in found.points] == pytest.approx([0.1, 0.3, 0.5, 0.7])
    assert [point.under_refusal for point in found.points] == pytest.approx([0.6, 0.4, 0.2, 0.0])
    assert all(point.over_limits[0] < point.over_refusal < point.over_limits[1] for point in found.points)
    assert found.line is not None
    assert (found.line.slope, found.line.intercept, found.line.r2) == pytest.approx((1.0, 0.3, 1.0))
    assert [point.residual for point in found.points] == pytest.approx([0.0] * 4, abs=1e-9)


def test_a_line_needs_points_that_differ() -> None:
    assert straight_line(np.array([1.0, 1.0]), np.array([0.0, 1.0])) is None


@pytest.mark.parametrize(
    ("refused", "overdone", "said"),
    [
        ([2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6], "Models that refuse more where they should also refuse more"),
        ([2, 3, 4, 5, 6, 7], [6, 5, 4, 3, 2, 1], "Models that refuse more where they should refuse less"),
        ([2, 3, 4, 5, 6, 7], [3, 1, 6, 2, 5, 4], "is open (Spearman"),
        ([2, 3, 4], [1, 2, 3], f"is said from {FEWEST_MODELS}"),
    ],
)
def test_each_sentence_is_said_where_it_holds(refused: list[int], overdone: list[int], said: str) -> None:
    cases = models(refused, overdone)
    names = [f"m{number}" for number in range(len(refused))]
    assert said in models_sentence(many_models(cases, {1}), names)
