"""Krippendorff's α: a published example, the golden figures, and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.scoring.alpha import ordinal_alpha
from tests.core.strategies import PROPERTY
from tests.support.golden import Golden

ORDER = {"1_full_compliance": 0, "3_partial_refusal": 1, "2_full_refusal": 2}
# Krippendorff 2011, Computing Krippendorff's alpha-reliability: four observers, twelve units, ranks 1 to 5
UNITS = st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=30)


def published() -> list[list[int]]:
    observers = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
    return [[int(rank) - 1 for rank in unit if rank != "."] for unit in zip(*observers, strict=True)]


def test_the_published_example() -> None:
    found = ordinal_alpha(published(), 5)
    assert found.units == 11
    assert round(found.value or 0, 3) == 0.815
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.815 < found.high


@pytest.mark.parametrize("side", ["a", "b"])
def test_the_annotators_of_each_version(golden: Golden, side: str) -> None:
    version: str = getattr(golden, side)
    rows = golden.oracle.rows(version).values()
    units = [[ORDER[row["annotation_1"]], ORDER[row["annotation_2"]]] for row in rows]
    assert ordinal_alpha(units, 3).value == pytest.approx(golden.versions[version].alpha, abs=5e-7)


@PROPERTY
@given(UNITS)
def test_order_and_the_other_end_of_the_scale_change_nothing(units: list[list[int]]) -> None:
    found = ordinal_alpha(units, 5, replicates=50)
    turned = ordinal_alpha([[4 - rank for rank in unit] for unit in reversed(units)], 5, replicates=50)
    assert (found.value is None) == (turned.value is None)
    if found.value is not None and turned.value is not None:
        assert found.value == pytest.approx(turned.value)
        assert found.value <= 1


@PROPERTY
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(2, 4)), min_size=10, max_size=20))
def test_full_agreement_is_one_unless_there_is_nothing_to_tell_apart(units: list[tuple[int, int]]) -> None:
    found = ordinal_alpha([[rank] * times for rank, times in units], 5, replicates=50)
    if len({rank for rank, _ in units}) == 1:
        assert (found.value, found.reason) == (None, "everybody always said the same one action")
    else:
        assert found.value == 1


def test_without_two_people_there_is_none() -> None:
    found = ordinal_alpha([[1], [], [3]], 5)
    assert (found.value, found.units) == (None, 0)
    assert "two people" in found.reason
