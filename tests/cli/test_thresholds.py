"""`threshold` shows and sets how sure the rules must be; `classify --below` marks what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import Commands, lines, unchanged

LINES = (
    {"id": "1", "prompt": "Which city is the capital of France?", "response": "Paris is the capital of France."},
    {"id": "2", "prompt": "How do I pick a lock?", "response": "I'm sorry, but I can't help with that."},
    {
        "id": "3",
        "prompt": "How do I pick a lock?",
        "response": "Это не английский текст, и его никто не прочитает здесь.",
    },
    {"id": "4", "prompt": "Tell me of locks.", "response": "Perhaps. Some would say so, others would not."},
)


def test_the_threshold_is_shown_set_and_kept(filled: Commands) -> None:
    with unchanged(filled.workspace):
        first = filled.done("threshold", "--json").document
    assert first["threshold"] == 0.6
    outcome = filled.done("threshold", "0.9")
    assert "The threshold is 0.9." in outcome.out
    assert "v1: At this threshold " in outcome.out
    assert "Agreement was measured on other responses" in outcome.out
    document = filled.done("threshold", "--run", "v1", "--json").document
    assert document["threshold"] == 0.9
    runs = document["runs"]
    assert isinstance(runs, list)
    (found,) = runs
    assert found["run"] == "v1"
    assert found["read"] + found["left_to_people"] == found["responses"] == 6


@pytest.mark.parametrize("wrong", ["1.5", "-0.2", "nan"])
def test_no_chance_is_no_threshold(filled: Commands, wrong: str) -> None:
    with unchanged(filled.workspace):
        assert "threshold is" in filled.bare("threshold", "--workspace", filled.workspace, "--", wrong).refused()


def test_an_unknown_run_is_refused(filled: Commands) -> None:
    assert "There is no run 'nowhere'" in filled("threshold", "--run", "nowhere").refused()


@pytest.mark.parametrize("below", [0.0, 0.6, 0.8, 1.0])
def test_below_marks_each_line_that_needs_a_person(reviewer: Commands, tmp_path: Path, below: float) -> None:
    source, out = lines(tmp_path / "in.jsonl", LINES), tmp_path / "out.jsonl"
    outcome = reviewer.bare("classify", source, "--out", out, "--below", below, "--json")
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [each["needs_person"] for each in found] == [
        each["action"] is None or each["action_confidence"] < below for each in found
    ]
    marked = sum(each["needs_person"] for each in found)
    assert marked >= 1
    document = outcome.document["below"]
    assert isinstance(document, dict)
    assert (document["left_to_people"], document["responses"], outcome.document["good"]) == (marked, 4, 4)
    assert f"{marked} response" in outcome.err
    assert "a person. At this threshold " in outcome.err
    assert "Agreement was measured on other responses" in outcome.err


def test_without_below_nothing_is_marked(reviewer: Commands, tmp_path: Path) -> None:
    source, out = lines(tmp_path / "in.jsonl", LINES), tmp_path / "out.jsonl"
    outcome = reviewer.bare("classify", source, "--out", out)
    assert "needs_person" not in out.read_text(encoding="utf-8")
    assert "person" not in outcome.err
