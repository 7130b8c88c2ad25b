"""`reviewer plan`, and the corrected score that comes of working its queue."""

from __future__ import annotations

import json

import pytest

from reviewer.store.database import open_workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.queries import review, runs
from tests.support.commands import Commands


def order(filled: Commands) -> list[tuple[str, int]]:
    workspace = open_workspace(filled.workspace, create=False)
    try:
        line = runs.run_named(workspace, "v1")
        ids = review.response_ids(workspace, line.id, QueueFilter.RANDOM)
        return [(found.key, found.repeat) for found in review.review_lines(workspace, ids)]
    finally:
        workspace.close()


@pytest.mark.parametrize("design", ["uniform", "impact"])
def test_the_queue_follows_from_the_seed_and_is_worked_into_a_corrected_score(filled: Commands, design: str) -> None:
    said = json.loads(filled.done("plan", "--run", "v1", "--design", design, "--seed", "4", "--json").out)
    first = order(filled)
    assert said["responses"] == len(first) == said["budget"] + said["unscored"]
    filled.done("plan", "--run", "v1", "--design", design, "--seed", "4")
    assert order(filled) == first
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
