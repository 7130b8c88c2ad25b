"""What of a workspace goes into a review packet, and what is there for one that comes back to be joined with."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import col, select

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Cause, DecisionKind, ReviewEventKind
from reviewer.core.hashing import content_hash
from reviewer.core.responses import UNSCORED_STATES, ResponseState
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.packets import (
    KnownText,
    TravellingDecision,
    TravellingDispute,
    TravellingMark,
)
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import (
    AdjudicationRow,
    DecisionRow,
    LabelDisputeRow,
    ReviewEventRow,
)
from reviewer.store.rows import CaseRow, ResponseRow, RunCaseRow, RunRow, SuiteRow

_TEXT: tuple[Any, ...] = (CaseRow.key, ResponseRow.repeat, ResponseRow.id, ResponseRow.hash, ResponseRow.state)


def known_texts(workspace: Workspace, run_id: int) -> dict[tuple[CaseKey, int], KnownText]:
    """(case key, repeat) → which text the run has there."""
    query = select_columns(*_TEXT).join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
    with workspace.read() as session:
        return {
            (CaseKey(key), repeat): KnownText(id_, hash_, ResponseState(state) not in UNSCORED_STATES)
            for key, repeat, id_, hash_, state in session.connection().execute(
                query.where(col(ResponseRow.run_id) == run_id)
            )
        }


def travelling_decisions(workspace: Workspace, run_id: int) -> dict[str, TravellingDecision]:
    """Every event on the run's responses under the name that it has everywhere, oldest first.

    An event from before there were names gets one from what it says and its place among the events of its response, so
    that copies of a workspace give it the same one; it sorts before all others.
    """
    return {event.uid: event for _, event in _named(workspace, run_id)}


def ids_by_uid(workspace: Workspace, run_id: int) -> dict[str, int]:
    """The name that each event on the run's responses has everywhere → its id here."""
    return {event.uid: id_ for id_, event in _named(workspace, run_id)}


_EVENT: tuple[Any, ...] = (DecisionRow, AdjudicationRow.cause, CaseRow.key, ResponseRow.repeat, RunRow.name)


def _named(workspace: Workspace, run_id: int) -> list[tuple[int, TravellingDecision]]:
    query = (
        select_columns(*_EVENT)
        .join(ResponseRow, col(DecisionRow.response_id) == col(ResponseRow.id))
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .join(RunRow, col(ResponseRow.run_id) == col(RunRow.id))
        .outerjoin(AdjudicationRow, col(AdjudicationRow.decision_id) == col(DecisionRow.id))
        .where(col(ResponseRow.run_id) == run_id)
        .order_by(col(DecisionRow.id))
    )
    found: list[tuple[int, TravellingDecision]] = []
    names: dict[int, str] = {}
    old: Counter[int] = Counter()
    with workspace.read() as session:
        for row, cause, key, repeat, run in session.execute(query):
            undoes = "" if row.undoes is None else names[row.undoes]
            old[row.response_id] += not row.uid
            uid = row.uid or _name_of_old(old[row.response_id], (run, key, repeat, *_said(row), undoes))
            names[row_id(row.id)] = uid
            found.append((row_id(row.id), _travelling(row, cause, CaseKey(key), repeat, uid, undoes)))
    return found


def _said(row: DecisionRow) -> tuple[object, ...]:
    return (row.response_hash, row.reviewer, row.action, row.kind, row.note, row.at)


def _name_of_old(place: int, content: tuple[object, ...]) -> str:
    return f"{place:016x}-{content_hash(list(content))[:16]}"


def _travelling(
    row: DecisionRow, cause: str | None, key: CaseKey, repeat: int, uid: str, undoes: str
) -> TravellingDecision:
    return TravellingDecision(
        uid=uid,
        case=key,
        repeat=repeat,
        response_hash=row.response_hash,
        scale_hash=row.scale_hash,
        reviewer=row.reviewer,
        at=row.at,
        action=ActionId(row.action) if row.action else None,
        kind=DecisionKind(row.kind),
        undoes=undoes,
        note=row.note,
        blind=row.blind,
        bulk=row.bulk,
        seconds_spent=row.seconds_spent,
        cause=Cause(cause) if cause else None,
        hidden=None if row.hidden is None else tuple(json.loads(row.hidden)),
        guideline_version=row.guideline_version,
        origin=row.origin,
    )


def travelling_disputes(workspace: Workspace, run_id: int) -> dict[str, TravellingDispute]:
    """By uid the disputed labels of the case versions that the run is over, oldest first."""
    query = (
        select(LabelDisputeRow, CaseRow.key, CaseRow.message_hash)
        .join(CaseRow, col(LabelDisputeRow.case_id) == col(CaseRow.id))
        .join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
        .where(col(RunCaseRow.run_id) == run_id)
        .order_by(col(LabelDisputeRow.id))
    )
    with workspace.read() as session:
        return {
            row.uid: TravellingDispute(
                uid=row.uid,
                case=CaseKey(key),
                message_hash=message_hash,
                label_version=row.label_version,
                reviewer=row.reviewer,
                reason=row.reason,
                at=row.at,
                label=ActionId(row.label) if row.label else None,
                band=mapping.band_from_text(row.band),
            )
            for row, key, message_hash in session.exec(query)
        }


_MARK: tuple[Any, ...] = (ReviewEventRow, CaseRow.key, ResponseRow.repeat, ResponseRow.hash)


def travelling_marks(workspace: Workspace, run_id: int) -> list[TravellingMark]:
    """Every review event on the run's responses, oldest first."""
    query = (
        select_columns(*_MARK)
        .join(ResponseRow, col(ReviewEventRow.response_id) == col(ResponseRow.id))
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id)
        .order_by(col(ReviewEventRow.at), col(ReviewEventRow.id))
    )
    found, equal = [], Counter[TravellingMark]()
    with workspace.read() as session:
        for row, key, repeat, hash_ in session.execute(query):
            revealed, kind = json.loads(row.detail).get("revealed"), ReviewEventKind(row.kind)
            seen = None if revealed is None else tuple(sorted(revealed))
            mark = TravellingMark(CaseKey(key), repeat, hash_, row.reviewer, kind, row.at, seen)
            found.append(replace(mark, nth=equal[mark]))
            equal[mark] += 1
    return found


def asked_cases(workspace: Workspace, run_id: int) -> dict[tuple[CaseKey, str], int]:
    """(key, message hash) → id of the case versions that a run is over."""
    columns: tuple[Any, ...] = (CaseRow.key, CaseRow.message_hash, CaseRow.id)
    query = select_columns(*columns).join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
    with workspace.read() as session:
        rows = session.connection().execute(query.where(col(RunCaseRow.run_id) == run_id))
        return {(CaseKey(key), message_hash): id_ for key, message_hash, id_ in rows}


def guideline_version(workspace: Workspace, suite_id: int) -> int:
    with workspace.read() as session:
        return session.get_one(SuiteRow, suite_id).guideline_version
