"""The table of what a threshold of confidence buys, as it is stored and as it is looked up."""

from __future__ import annotations

from itertools import pairwise

import pytest

from reviewer.classify.coverage import CoverageRow, RiskCoverage, risk_coverage
from reviewer.classify.rules import RULES_VERSION

TABLE = RiskCoverage(
    "1.0",
    ("a set",),
    100,
    (CoverageRow(0.0, 1.0, 0.8, 100), CoverageRow(0.29, 0.7, 0.9, 70), CoverageRow(0.9, 0.2, 1.0, 20)),
)


def test_the_stored_table_is_of_these_rules_and_reads_all_at_zero() -> None:
    table = risk_coverage()
    assert table.rules == RULES_VERSION
    assert table.sets
    assert table.rows[0].threshold == 0
    assert table.rows[0].coverage == 1
    assert table.rows[0].n == table.total >= 1000


def test_a_higher_threshold_never_reads_more() -> None:
    for lower, higher in pairwise(risk_coverage().rows):
        assert lower.threshold < higher.threshold
        assert lower.n >= higher.n > 0
        assert lower.coverage >= higher.coverage


def test_what_is_left_at_a_high_threshold_is_read_better() -> None:
    table = risk_coverage()
    assert table.at(0.9).agreement > table.at(0.0).agreement + 0.05


@pytest.mark.parametrize(
    ("threshold", "found"), [(-1.0, 0.0), (0.0, 0.0), (0.28, 0.0), (0.1 + 0.19, 0.29), (0.5, 0.29), (1.0, 0.9)]
)
def test_a_threshold_is_looked_up_at_or_below_itself(threshold: float, found: float) -> None:
    assert TABLE.at(threshold).threshold == found
