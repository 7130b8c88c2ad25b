"""`reviewer declare`, and what a report then says of the person and of labels that were edited."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.commands import Commands


def test_a_statement_stands_until_it_is_taken_back(filled: Commands) -> None:
    said = filled.done("declare", "--reviewer", "ana", "--conflict", "I work for the vendor", "--json").document
    assert (said["reviewer"], said["conflict"]) == ("ana", "I work for the vendor")
    assert "has declared nothing" in filled.done("declare", "--reviewer", "ana", "--conflict", "").out


def test_what_was_said_before_is_kept_and_nothing_is_said_twice(filled: Commands) -> None:
    for words in ("I work for the vendor", "I work for the vendor", "", "none"):
        said = filled.done("declare", "--reviewer", "ana", "--conflict", words, "--json").document
    history = said["history"]
    assert isinstance(history, list)
    assert [each["conflict"] for each in history] == ["none", None, "I work for the vendor"]
    assert all(each["at"] for each in history)


def test_nobody_cannot_declare(filled: Commands) -> None:
    assert "Nobody is named" in filled("declare", "--reviewer", " ", "--conflict", "none").refused()


def test_a_report_has_the_edit_of_a_label_and_both_scores(filled: Commands, tmp_path: Path) -> None:
    before = filled.done("score", "--run", "v1", "--json").document
    suite = str(before["suite"])
    filled.done("report", "--run", "v1", "--out", tmp_path / "a.json")
    case = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["cases"][0]
    other = "refuse" if case["label"] != "refuse" else "answer"
    asked = ("--suite", suite, "--case", case["key"], "--label", other, "--reason", "read again", "--reviewer", "ana")
    filled.done("label", *asked)
    filled.done("report", "--run", "v1", "--out", tmp_path / "b.json")
    found = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    (edit,) = found["label_edits"]
    assert (edit["case"], edit["after"]["label"], edit["reason"]) == (case["key"], other, "read again")
    assert edit["before"]["label"] == case["label"]
    old = before["score"]
    assert isinstance(old, dict)
    assert found["score_under_first_labels"]["plain"] == old["plain"]["value"]
    assert found["score_under_first_labels"]["balanced"] == old["balanced"]["value"]
