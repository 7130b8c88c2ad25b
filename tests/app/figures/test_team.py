"""How reviewers work: what was in sight, how fast, where they moved the score, and agreement in parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.app.figures.agreement import agreement_document, run_agreement
from reviewer.app.figures.scores import score_run
from reviewer.app.figures.team import KnownShare, team_of
from reviewer.app.figures.team_words import habits_table
from reviewer.core.decisions import DecisionKind
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.queries.agreement import said_of_run
from reviewer.store.queries.runs import run_named
from reviewer.store.writes.decisions import append_decision
from tests.support.builders import ANSWER, CAVEAT, REFUSE, fill, make_case
from tests.support.rewriting import rewritable

SIZE = 24


@pytest.fixture
def run(tmp_path: Path) -> Iterator[tuple[Workspace, tuple[int, ...]]]:
    """Cases labelled answer and refuse in turn, in two categories; the rules call everything an answer."""
    workspace = open_workspace(tmp_path / "team.sqlite")
    cases = [
        make_case(f"case-{n:03}", label=(ANSWER, REFUSE)[n % 2], category=("letters", "health")[n // 12])
        for n in range(SIZE)
    ]
    filled = fill(workspace, cases)
    yield workspace, filled.response_ids
    workspace.close()


def say(workspace: Workspace, response_id: int, name: str, action: object, at: str = "", **more: object) -> None:
    new = NewDecision(response_id, name, action, **more)  # type: ignore[arg-type]
    append_decision(workspace, decision=new, at=at or "2026-03-01T10:00:00Z")


def test_raising_and_lowering_is_what_the_score_does(run: tuple[Workspace, tuple[int, ...]]) -> None:
    workspace, ids = run
    before = score_run(workspace, "run").card.score.balanced
    for response_id in ids[1:8:2]:
        say(workspace, response_id, "ann", REFUSE)
    say(workspace, ids[0], "ann", REFUSE)
    say(workspace, ids[2], "ann", ANSWER)
    after = score_run(workspace, "run").card.score.balanced
    (ann,) = run_agreement(workspace, "run").team.habits
    assert (ann.raised, ann.lowered, ann.decisions) == (4, 1, 6)
    assert before is not None
    assert after is not None
    assert ann.moved == pytest.approx(after - before)
    # where another contradicts, nothing of it is scored, and what ann's words do to the verdicts' score is the same
    for response_id in ids[:8]:
        say(workspace, response_id, "ben", CAVEAT)
    contradicted = {each.reviewer: each for each in run_agreement(workspace, "run").team.habits}
    assert contradicted["ann"].moved == pytest.approx(ann.moved)


def test_shares_are_of_what_is_known(run: tuple[Workspace, tuple[int, ...]]) -> None:
    workspace, ids = run
    for number, response_id in enumerate(ids[:4]):
        say(workspace, response_id, "ann", ANSWER, blind=number == 0, seconds_spent=(0.5, 1.9, 2.0, None)[number])
    with rewritable(workspace, "decision") as connection:
        connection.exec_driver_sql("UPDATE decision SET hidden = NULL")
        connection.exec_driver_sql('UPDATE decision SET hidden = \'["verdict", "label"]\' WHERE id = 2')
        connection.exec_driver_sql("UPDATE decision SET hidden = '[]' WHERE id = 3")
    (ann,) = team_of(workspace, run_named(workspace, "run"), said_of_run(workspace, 1)).habits
    # the first is marked blind, the second hid both, the third nothing, of the fourth nobody knows
    assert ann.verdict_in_sight == KnownShare(1, 3)
    assert ann.label_in_sight == KnownShare(1, 2)
    assert (ann.fast, ann.median_s) == (KnownShare(2, 3), 1.9)


def test_agreement_is_told_by_slice_over_time_and_for_each_pair(run: tuple[Workspace, tuple[int, ...]]) -> None:
    workspace, ids = run
    for number, response_id in enumerate(ids):
        at = f"2026-03-{number + 1:02}T10:00:00Z"
        say(workspace, response_id, "ann", (ANSWER, REFUSE)[number % 2], at)
        # ben says the same in the first half, and the other thing in the second
        say(workspace, response_id, "ben", (ANSWER, REFUSE)[(number + number // 12) % 2], at)
    say(workspace, ids[20], "ann", REFUSE, kind=DecisionKind.ADJUDICATION)
    say(workspace, ids[21], "eve", CAVEAT, kind=DecisionKind.ADJUDICATION)
    found = run_agreement(workspace, "run")
    by_value = {part.value: part for part in found.team.slices if part.by == "category"}
    assert (by_value["letters"].n, by_value["letters"].raw, by_value["letters"].alpha.value) == (12, 1.0, 1.0)
    assert by_value["health"].raw == 0.0
    assert [part.raw for part in found.team.periods] == [1.0, 0.0]
    assert found.team.periods[0].by.startswith("2026-03-01")
    document = agreement_document(found)
    pairs = document["by_pair"]
    assert isinstance(pairs, list)
    (pair,) = pairs
    assert pair["confusion"][ANSWER] == {**dict.fromkeys(pair["confusion"], 0), ANSWER: 6, REFUSE: 6}
    habits = {each.reviewer: each for each in found.team.habits}
    assert (habits["ann"].rulings, habits["ann"].as_party) == (1, 1)
    assert (habits["eve"].rulings, habits["eve"].as_party, habits["eve"].decisions) == (1, 0, 0)
    assert [row[0] for row in habits_table(found.team).rows] == ["ann", "ben", "eve"]
    assert document["names_self_declared"] is True


def test_nobody_is_no_team(run: tuple[Workspace, tuple[int, ...]]) -> None:
    workspace, _ = run
    team = run_agreement(workspace, "run").team
    assert (team.habits, team.slices, team.periods) == ((), (), ())
