"""Bring back what was undone: the same word once more, as an event of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from reviewer.core.changes import Changes
from reviewer.core.decisions import DecisionKind, standing_events
from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.store.finals import about, events, refresh_finals
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import AdjudicationRow, DecisionRow
from reviewer.store.rows import ResponseRow
from reviewer.store.writes.decisions import event_uid

_OF_ITS_OWN = {"id", "at", "uid"}


def redo_decision(workspace: Workspace, *, decision_id: int, reviewer: str, at: str) -> tuple[int, Changes]:
    """Append once more what was undone, with its note and all that was said with it, and return the new event's id.

    Raises InputError where it is another reviewer's or was not undone, and where its response has another text by now.
    """
    with workspace.write() as session:
        target = session.get(DecisionRow, decision_id)
        if target is None or target.kind == DecisionKind.UNDO:
            raise InputError(f"There is no decision {decision_id}.", "Reload the history.")
        _check(session, target, reviewer)
        new = DecisionRow(**target.model_dump(exclude=_OF_ITS_OWN), at=at, uid=event_uid(session, target.response_id))
        session.add(new)
        session.flush()
        cause = session.get(AdjudicationRow, decision_id)
        if cause is not None:
            session.add(AdjudicationRow(decision_id=row_id(new.id), cause=cause.cause))
            session.flush()
        refresh_finals(session, [target.response_id])
        run_ids, case_ids = about(session, [target.response_id])
        return row_id(new.id), Changes(decisions=True, responses=True, run_ids=run_ids, case_ids=case_ids)


def redo_decisions(
    workspace: Workspace, *, decision_ids: Sequence[int], reviewer: str, at: str
) -> tuple[list[int], Changes]:
    """Bring back what was undone together, all of it or nothing. Raises InputError as `redo_decision`."""
    ids, changes = [], Changes()
    with workspace.write():
        for decision_id in decision_ids:
            brought_back, touched = redo_decision(workspace, decision_id=decision_id, reviewer=reviewer, at=at)
            ids.append(brought_back)
            changes |= touched
    return ids, changes


def _check(session: Session, target: DecisionRow, reviewer: str) -> None:
    if target.reviewer != reviewer:
        raise InputError(f"That decision is {target.reviewer}'s.", "Decide yourself if you agree with it.")
    said = events(session, [target.response_id])[target.response_id]
    if any(event.lapsed for event in said if event.id == target.id):
        raise InputError("That decision was made on a former scale.", "Decide again on this one.")
    if target.id in [event.id for event in standing_events(said)]:
        raise InputError("That decision stands, so there is nothing to bring back.", "Look at the history.")
    text = session.exec(select(ResponseRow.hash).where(col(ResponseRow.id) == target.response_id)).one()
    if text != target.response_hash:
        raise InputError("The response was asked for again and has another text now.", "Read it and decide again.")
