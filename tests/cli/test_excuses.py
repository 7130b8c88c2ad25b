"""What bands excuse, as `score` says it: the demo's figures, reviewers' disputes, and several labellers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Commands


def scored(filled: Commands) -> dict[str, Any]:
    document: dict[str, Any] = filled.done("score", "--run", "v1", "--json").document
    return document


def test_the_demo_says_how_much_its_bands_give_to_either_side(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.bare("demo", "--headless", "--out", tmp_path / "demo")
    document = json.loads((tmp_path / "demo" / "report-1.1.json").read_text(encoding="utf-8"))
    assert document["band_credit"]["offered"] == pytest.approx({"open": 17.35, "cautious": 11.85})
    said = "The bands offer 17.35 cases of credit for being more open than the label and 11.85 for being more cautious"
    assert said in (tmp_path / "demo" / "report-1.1.html").read_text(encoding="utf-8")
    assert [each["bands"] for each in document["under_bands"]] == ["none", "labelled", "neighbours:0.5"]
    assert document["under_bands"][1]["balanced"] == document["score"]["balanced"]["value"]


def test_a_dispute_inside_the_band_is_told_from_one_outside(filled: Commands) -> None:
    for reviewer, action in (("ana", "answer"), ("ben", "answer_with_caveat")):
        filled.done("decide", "--run", "v1", "--case", "c00", "--action", action, "--reviewer", reviewer)
        filled.done("decide", "--run", "v1", "--case", "c01", "--action", action, "--reviewer", reviewer)
    assert scored(filled)["disputes"] == {"n": 2, "inside_band": 0}
    band = ("--label", "answer", "--band", "answer_with_caveat=0.5", "--reason", "two readings", "--reviewer", "cleo")
    filled.done("label", "--suite", "cases", "--case", "c00", *band)
    assert scored(filled)["disputes"] == {"n": 2, "inside_band": 1}
    assert "on 1 of them (50.0 %) everything they said lies" in filled.done("score", "--run", "v1").out


def test_each_labeller_has_a_score_where_there_are_several(filled: Commands) -> None:
    before = scored(filled)
    assert (len(before["labellers"]), before["by_labeller"]) == (1, [])
    assert "All labels are by one labeller" in filled.done("score", "--run", "v1").out
    new = ("--label", "clarify", "--reason", "it asks for two things", "--reviewer", "cleo")
    filled.done("label", "--suite", "cases", "--case", "c00", *new)
    after = {each["name"]: each for each in scored(filled)["by_labeller"]}
    first = after[before["labellers"][0]]
    assert first["balanced"] == before["score"]["balanced"]["value"]
    assert (first["cases"], first["differ"]) == (6, 1)
    assert (after["cleo"]["cases"], after["cleo"]["differ"]) == (1, 0)
    assert after["cleo"]["balanced"] == scored(filled)["score"]["balanced"]["value"]
    assert "cleo" in filled.done("score", "--run", "v1").out
