"""What was undone comes back whole, as an event of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.core.decisions import Cause, DecisionKind, standing_events
from reviewer.core.errors import InputError
from reviewer.store.facts.review import NewDecision
from reviewer.store.queries import review
from reviewer.store.rows import ResponseRow
from reviewer.store.writes.decisions import append_decision, undo_decision
from reviewer.store.writes.redoing import redo_decision
from tests.support.builders import ANSWER, AT, LATER, REFUSE, Filled, decide, filled_workspace, undo


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    return filled_workspace(tmp_path / "own.sqlite", 2)


def redo(filled: Filled, decision_id: int, reviewer: str = "ana") -> int:
    return redo_decision(filled.workspace, decision_id=decision_id, reviewer=reviewer, at=LATER)[0]


def test_it_comes_back_with_all_that_was_said_with_it(filled: Filled) -> None:
    said = NewDecision(
        filled.response_ids[0],
        "ana",
        REFUSE,
        DecisionKind.ADJUDICATION,
        note="see the end",
        blind=True,
        seconds_spent=4.5,
        cause=Cause.SLIP,
    )
    first, _ = append_decision(filled.workspace, decision=said, at=AT)
    undo(filled.workspace, first)
    again = redo(filled, first)
    item = review.review_item(filled.workspace, filled.response_ids[0])
    assert [event.id for event in standing_events(item.events)] == [again]
    event = item.events[-1]
    assert (event.action, event.note, event.blind, event.seconds_spent, event.cause, event.kind, event.at) == (
        REFUSE,
        "see the end",
        True,
        4.5,
        Cause.SLIP,
        DecisionKind.ADJUDICATION,
        LATER,
    )
    assert len(item.events) == 3, "the history keeps all of it"
    assert item.final.action == REFUSE


def test_counts_and_changes_are_those_of_a_decision(filled: Filled) -> None:
    first = decide(filled.workspace, filled.response_ids[0], ANSWER)
    undo_decision(filled.workspace, decision_id=first, reviewer="ana", at=AT)
    _, changes = redo_decision(filled.workspace, decision_id=first, reviewer="ana", at=LATER)
    assert changes.decisions
    assert changes.touches_run(filled.run_id)


@pytest.mark.parametrize("reviewer", ["ana", "bo"])
def test_what_stands_or_is_somebody_else_s_does_not_come_back(filled: Filled, reviewer: str) -> None:
    first = decide(filled.workspace, filled.response_ids[0], ANSWER)
    if reviewer != "ana":
        undo(filled.workspace, first)
    with pytest.raises(InputError):
        redo(filled, first, reviewer)
    assert len(review.review_item(filled.workspace, filled.response_ids[0]).events) == (1 if reviewer == "ana" else 2)


def test_an_undoing_is_not_brought_back_as_a_decision(filled: Filled) -> None:
    taken_back = undo(filled.workspace, decide(filled.workspace, filled.response_ids[0], ANSWER))
    with pytest.raises(InputError, match="no decision"):
        redo(filled, taken_back)


def test_on_another_text_it_has_to_be_said_anew(filled: Filled) -> None:
    first = decide(filled.workspace, filled.response_ids[0], ANSWER)
    undo(filled.workspace, first)
    with filled.workspace.write() as session:
        row = session.get_one(ResponseRow, filled.response_ids[0])
        row.hash = "of another text"
        session.add(row)
    with pytest.raises(InputError, match="another text"):
        redo(filled, first)
