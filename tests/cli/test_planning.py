"""`reviewer plan`, and the corrected score that comes of working its queue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.review.kinds import KINDS
from reviewer.store.database import open_workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.queries import review, runs
from tests.support.commands import Commands


def order(filled: Commands, design: str = "uniform") -> list[tuple[str, int]]:
    workspace = open_workspace(filled.workspace, create=False)
    try:
        line = runs.run_named(workspace, "v1")
        key = QueueFilter.EFFECT if design == "impact" else QueueFilter.RANDOM
        ids = KINDS[key].order(workspace, line.id)
        return [(found.key, found.repeat) for found in review.review_lines(workspace, ids)]
    finally:
        workspace.close()


@pytest.mark.parametrize("design", ["uniform", "impact"])
def test_the_queue_follows_from_the_seed_and_is_worked_into_a_corrected_score(filled: Commands, design: str) -> None:
    said = json.loads(filled.done("plan", "--run", "v1", "--design", design, "--seed", "4", "--json").out)
    first = order(filled, design)
    assert said["responses"] == len(first) == said["budget"] + said["unscored"]
    filled.done("plan", "--run", "v1", "--design", design, "--seed", "4")
    assert order(filled, design) == first
    assert (
        json.loads(filled.done("score", "--run", "v1", "--json").out)["correction"]["corrected_reason"]
        == "nobody has decided a response yet"
    )
    for key, repeat in first:
        filled.done("decide", "--run", "v1", "--case", key, "--repeat", str(repeat), "--action", "refuse")
    document = json.loads(filled.done("score", "--run", "v1", "--json").out)
    assert document["correction"]["corrected"]["value"] == pytest.approx(document["score"]["balanced"]["value"])
    assert document["correction"]["corrected_of_run"]["low"] == pytest.approx(document["score"]["balanced"]["value"])
    assert "Corrected score" in filled.done("score", "--run", "v1").out


def test_hand_picked_decisions_give_no_corrected_score(filled: Commands) -> None:
    key, repeat = (filled.done("plan", "--run", "v1"), order(filled)[0])[1]
    filled.done("plan", "--run", "v1", "--seed", "9")
    filled.done("decide", "--run", "v1", "--case", key, "--repeat", str(repeat), "--action", "refuse")
    found = json.loads(filled.done("score", "--run", "v1", "--json").out)["correction"]
    assert found["corrected"] is None
    assert found["corrected_reason"]


@pytest.mark.parametrize("words", [("--run", "v9"), ("--run", "v1", "--design", "random")])
def test_mistakes_are_said(filled: Commands, words: tuple[str, ...]) -> None:
    assert words[-1] in filled("plan", *words).refused()


def planned(filled: Commands, run: str, *words: str) -> dict[str, Any]:
    document: dict[str, Any] = filled.done("plan", "--run", run, *words, "--json").document
    return document


def test_the_document_lists_the_queue_in_its_order(filled: Commands) -> None:
    said = planned(filled, "v1", "--seed", "4", "--budget", "2")
    assert [(each["case"], each["repeat"]) for each in said["queue"]] == order(filled)
    assert sum(each["probability"] for each in said["queue"]) == pytest.approx(said["budget"] + said["unscored"])


def second_run(filled: Commands, tmp_path: Path, lines: list[dict[str, object]]) -> None:
    path = tmp_path / "second.jsonl"
    path.write_text("".join(f"{json.dumps({'run': 'v2', 'repeat': 1, **each})}\n" for each in lines), "utf-8")
    filled.done("import", path, "--suite", "cases")


def test_what_holds_nothing_to_read_is_left_out_and_counted(filled: Commands, tmp_path: Path) -> None:
    second_run(
        filled, tmp_path, [{"case": "c00", "text": "Here is how."}, {"case": "c01", "text": "", "state": "empty"}]
    )
    said = planned(filled, "v2")
    assert ([each["case"] for each in said["queue"]], said["undecidable"]) == (["c00"], 1)
    assert "1 response without anything to read left out" in filled.done("plan", "--run", "v2").out


def test_against_another_run_only_what_both_answered_is_drawn(filled: Commands, tmp_path: Path) -> None:
    second_run(filled, tmp_path, [{"case": key, "text": "Here is how."} for key in ("c01", "c03")])
    said = planned(filled, "v1", "--against", "v2")
    assert sorted(each["case"] for each in said["queue"]) == ["c01", "c03"]
    assert "cannot stand beside" in filled("plan", "--run", "v1", "--against", "v1").refused()
    assert "no run 'v9'" in filled("plan", "--run", "v1", "--against", "v9").refused()


def test_a_queue_is_shared_out_and_named(filled: Commands) -> None:
    people = ("--reviewer", "ana", "--reviewer", "ben", "--needed", "2", "--overlap", "0.5")
    said = planned(filled, "v1", "--name", "first round", *people)
    several = sum(len(each["reviewers"]) == 2 for each in said["queue"])
    assert several == round(len(said["queue"]) / 2)
    assert {who for each in said["queue"] for who in each["reviewers"]} == {"ana", "ben"}
    assert "first round" in filled("plan", "--run", "v1", "--name", "first round").refused()
    assert "Parts: ana" in filled.done("plan", "--run", "v1", "--reviewer", "ana").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--needed", "2"), "0 are named"),
        (("--needed", "2", "--reviewer", "ana"), "1 are named"),
        (("--overlap", "0.5", "--reviewer", "ana"), "two or more decide"),
        (("--within", "colour"), "'colour'"),
        (("--within", "category", "--design", "impact"), "uniform"),
    ],
)
def test_what_cannot_be_shared_out_or_drawn_is_said(filled: Commands, words: tuple[str, ...], told: str) -> None:
    assert told in filled("plan", "--run", "v1", *words).refused()


def test_a_queue_within_slices_says_so(filled: Commands) -> None:
    said = planned(filled, "v1", "--within", "label", "--budget", "2")
    assert said["design"] == "uniform by label"
    assert sum(each["probability"] for each in said["queue"]) == pytest.approx(said["budget"] + said["unscored"])
