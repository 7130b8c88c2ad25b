"""Limits that need not hold are called rough wherever they are printed, and others nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from reviewer.app.figures.comparing import ComparedRuns, comparison_document
from reviewer.app.figures.trends import FollowedRuns
from reviewer.cli.following import axes_row, rulers_row, trend_document
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.scoring.comparison import Comparison, compare
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.gate import GateEvidence, judged
from reviewer.core.scoring.live import LiveScore
from reviewer.core.scoring.models import ManyModels
from reviewer.core.scoring.paired import Difference
from reviewer.core.scoring.policy import policy
from reviewer.core.scoring.score import SMALL_SAMPLE, BalancedScore, Correction, FigureKey, Interval, Scorecard, Slice
from reviewer.core.scoring.swing import Swing
from reviewer.core.scoring.trend import trend
from reviewer.ui.review.progress import score_words as live_words
from reviewer.ui.score.cards import with_interval
from reviewer.ui.score.dot_plot import slice_words
from reviewer.ui.score.steps import share_words, with_limits
from reviewer.ui.score.top import score_words
from reviewer.wording.comparison import cells, slices
from reviewer.wording.decision import change_words
from reviewer.wording.excuses import change_under_bands, with_stakes
from reviewer.wording.swing import step_sentence, swing_sentence
from reviewer.wording.tables import balanced_words, interval_words
from tests.app.figures.test_behind import LINE
from tests.core.test_comparison import observation

FEW, MANY = 1, 16
"""Wrong answers of forty at each pole: one says nothing sure of how often, sixteen do."""
ASKED: Mapping[str, Mapping[str, object]] = {
    "balanced score": {"minimum_balanced_score": 0.1},
    "worst slice": {"minimum_slice_score": 0.1},
    "slices": {"maximum_slice_loss": 0.9},
}


def run(wrong: int, *, stakes: float = 1, shift: int = 0) -> list[Observation]:
    """Forty cases labelled 1 and forty labelled 5; at each pole `wrong` of them were answered as the other pole."""
    found = [
        observation(f"{label}-{n:02}", label, 4 - label if shift <= n < shift + wrong else label)
        for label in (0, 4)
        for n in range(40)
    ]
    return [replace(each, stakes=stakes if n == 0 else 1, category="all") for n, each in enumerate(found)]


def card(wrong: int) -> Scorecard:
    return scorecard(run(wrong, stakes=2), DEFAULT_SCALE)


def compared(wrong: int) -> Comparison:
    return compare(run(wrong, stakes=2), run(wrong, stakes=2, shift=wrong), DEFAULT_SCALE)


def gate_figure(name: str, wrong: int) -> str:
    evidence = GateEvidence(card(wrong), None, "nobody decided", compared(wrong))
    rules = judged(policy(ASKED[name]), evidence)
    return next(rule.found for rule in rules if rule.name == name)


def change(wrong: int, key: FigureKey = "balanced") -> Difference:
    found = compared(wrong).deltas[key]
    assert found is not None
    return found


def sliced(wrong: int) -> Slice:
    return card(wrong).slices[0]


def followed(wrong: int) -> FollowedRuns:
    """Both versions of `compared`."""
    sides = [run(wrong, shift=shift) for shift in (0, wrong)]
    return FollowedRuns(("old", "new"), trend(sides, DEFAULT_SCALE), "")


def swung(wrong: int) -> Swing:
    found = followed(wrong).trend.swing
    assert found is not None
    return found


def many(wrong: int) -> ManyModels:
    found = followed(wrong).trend.models
    assert found is not None
    return found


def live(wrong: int) -> str:
    found = card(wrong).intervals["balanced"]
    told, meant = live_words(LiveScore(Correction(0.5, found, found, 20), 20, 80), 0.02)
    assert told.count("rough") == meant.count("rough")
    return told


PRINTED: Mapping[str, Callable[[int], str]] = {
    **{f"gate: {name}": partial(gate_figure, name) for name in ASKED},
    "stakes": lambda wrong: with_stakes(card(wrong)),
    "change": lambda wrong: change_words("balanced", change(wrong)),
    "change of a share": lambda wrong: change_words("over_cautious", change(wrong, "over_cautious")),
    "table of changes": lambda wrong: cells(change(wrong))[1],
    "table of slices": lambda wrong: str(slices(compared(wrong)).rows),
    "step of a trend": lambda wrong: with_limits(change(wrong), 2),
    "ruler": lambda wrong: share_words(swung(wrong).rulers[0].refused),
    "dial of a step": lambda wrong: step_sentence(swung(wrong).steps[0], "old", "new"),
    "dial of a trend": lambda wrong: swing_sentence(swung(wrong)),
    "point of a model": lambda wrong: str(axes_row("old", many(wrong).points[0])),
    "table of rulers": lambda wrong: str(rulers_row("old", swung(wrong).rulers[0])),
    "change under other bands": lambda wrong: change_under_bands(compared(wrong)),
    "interval": lambda wrong: interval_words(card(wrong).intervals["balanced"]),
    "list of runs": lambda wrong: balanced_words(BalancedScore(0.5, card(wrong).intervals["balanced"])),
    "card": lambda wrong: with_interval("0.500", card(wrong).intervals["balanced"]),
    "top of the score": lambda wrong: score_words(0.5, card(wrong).intervals["balanced"]),
    "slice": lambda wrong: slice_words(DEFAULT_SCALE, sliced(wrong)),
    "line of the review": live,
}


@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED)
def test_what_is_rough_is_called_so(printed: Callable[[int], str]) -> None:
    assert "rough" in printed(FEW)
    assert "rough" not in printed(MANY)


@pytest.mark.parametrize(("low", "high"), [(None, 0.6), (0.4, None)])
def test_an_open_end_hides_it_nowhere(low: float | None, high: float | None) -> None:
    for method in (SMALL_SAMPLE, "mover"):
        found = Interval(low, high, method)
        for words in (
            interval_words(found),
            with_interval("0.500", found),
            cells(Difference(0.5, low, high, 1, method)),
        ):
            assert ("rough" in str(words)) is (method == SMALL_SAMPLE)


@pytest.mark.parametrize("wrong", [FEW, MANY])
def test_the_document_says_it_of_each_change(wrong: int) -> None:
    document = comparison_document(ComparedRuns(LINE, LINE, compared(wrong)))
    told = [document["delta"]["balanced"], document["with_stakes"]["plain"], document["slices"][0]["delta"]]
    assert [each["rough"] for each in told] == [wrong == FEW] * 3


@pytest.mark.parametrize("wrong", [FEW, MANY])
def test_the_document_of_a_trend_says_it_of_each_interval(wrong: int) -> None:
    document: Any = trend_document(followed(wrong))
    swing, points = document["swing"], document["models"]["points"]
    step = swing["steps"][0]
    told = [
        *(each["rough"] for rulers in swing["rulers"] for each in rulers.values()),
        *(each["rough"] for each in (swing["got"], step["dial"], step["refused"]["change"])),
        *(each[name] for each in points for name in ("over_rough", "under_rough")),
        *(each["balanced"]["rough"] for each in document["points"]),
    ]
    assert told == [wrong == FEW] * 13


def test_the_document_says_it_of_each_change_under_bands() -> None:
    for wrong in (FEW, MANY):
        document = comparison_document(ComparedRuns(LINE, LINE, compared(wrong)))
        assert [each["delta"]["rough"] for each in document["under_bands"]] == [wrong == FEW] * 3
