"""What a threshold buys: shares of the run's own responses, agreement from a table of others, in one sentence."""

from __future__ import annotations

import pytest

from reviewer.app.figures.thresholds import threshold_figures
from reviewer.classify.coverage import CoverageRow, RiskCoverage
from reviewer.store.facts.review import SureResponses

TABLE = RiskCoverage(
    "1", ("one set", "another"), 100, (CoverageRow(0.0, 1.0, 0.8, 100), CoverageRow(0.7, 0.7, 0.96, 70))
)
COUNTS = (
    SureResponses(0.9, 300, 5),
    SureResponses(0.7, 20, 0),
    SureResponses(0.3, 100, 30),
    SureResponses(None, 30, 2),
)


def test_the_sentence_says_what_is_read_how_well_and_what_is_left() -> None:
    found = threshold_figures(COUNTS, 0.7, TABLE)
    assert (found.total, found.read, found.left, found.decided) == (450, 320, 130, 32)
    assert found.sentence == (
        "At this threshold 71 % of the responses are read with 96 % agreement; 130 are left to people, "
        "who have decided 32."
    )
    assert found.source == "Agreement was measured on other responses: one set, another."


@pytest.mark.parametrize(
    ("threshold", "left"), [(0.0, 30), (0.3, 30), (0.31, 130), (0.7, 130), (0.71, 150), (1.0, 450)]
)
def test_what_is_less_sure_than_the_threshold_is_left(threshold: float, left: int) -> None:
    assert threshold_figures(COUNTS, threshold, TABLE).left == left


def test_what_judges_read_is_counted_apart() -> None:
    counts = (*COUNTS, SureResponses(None, 50, 3, judged=True))
    found = threshold_figures(counts, 0.7, TABLE)
    assert (found.total, found.read, found.judged, found.left, found.decided) == (500, 320, 50, 130, 32)
    assert "64 % of the responses are read with 96 % agreement, and 50 by judges that count; 130" in found.sentence
    judged = threshold_figures(counts, 1.0, TABLE)
    assert judged.sentence.startswith("At this threshold 50 responses are read by judges that count; 450 are left")


def test_all_and_none_are_said_only_where_it_is_all_or_none() -> None:
    nearly = (SureResponses(0.9, 999, 0), SureResponses(None, 1, 0))
    assert "99 % of the responses are read" in threshold_figures(nearly, 0.5, TABLE).sentence
    assert "1 is left to people." in threshold_figures(nearly, 0.5, TABLE).sentence
    assert "100 % of the responses" in threshold_figures(nearly[:1], 0.5, TABLE).sentence
    assert threshold_figures((), 0.5, TABLE).sentence == "There is no response to read."


def test_where_nothing_is_read_no_agreement_is_said() -> None:
    said = threshold_figures([SureResponses(0.2, 3, 0)], 0.5, TABLE).sentence
    assert said == "At this threshold no response is read; 3 are left to people."
