"""Append decisions to equal responses of another run, each with the one that it was carried over from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from reviewer.core.changes import Changes
from reviewer.core.decisions import DecisionKind
from reviewer.host.uids import new_uid
from reviewer.store.database import Workspace
from reviewer.store.finals import about, refresh_finals
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import AdjudicationRow, DecisionRow

CARRIED = "carried"
"""The origin of such a decision, as it is stored."""


def carry_decisions(workspace: Workspace, *, pairs: Sequence[tuple[int, int]], at: str) -> Changes:
    """(decision id, response id): say the same of that response, under the same name. One transaction.

    The caller has checked that request, text and scale are equal.
    """
    with workspace.write() as session:
        for decision_id, response_id in pairs:
            _carry(session, decision_id, response_id, at)
        touched = sorted({response_id for _, response_id in pairs})
        refresh_finals(session, touched)
        run_ids, case_ids = about(session, touched)
    return Changes(decisions=bool(pairs), responses=bool(pairs), run_ids=run_ids, case_ids=case_ids)


def _carry(session: Session, decision_id: int, response_id: int, at: str) -> None:
    source = session.get_one(DecisionRow, decision_id)
    last = session.exec(select(func.max(DecisionRow.uid)).where(col(DecisionRow.response_id) == response_id)).one()
    row = DecisionRow(
        response_id=response_id,
        response_hash=source.response_hash,
        scale_hash=source.scale_hash,
        reviewer=source.reviewer,
        action=source.action,
        kind=source.kind,
        note=source.note,
        blind=source.blind,
        bulk=source.bulk,
        at=at,
        hidden=source.hidden,
        guideline_version=source.guideline_version,
        origin=CARRIED,
        uid=new_uid(last or ""),
        carried_from=decision_id,
    )
    session.add(row)
    session.flush()
    if source.kind == DecisionKind.ADJUDICATION:
        cause = session.get_one(AdjudicationRow, decision_id).cause
        session.add(AdjudicationRow(decision_id=row_id(row.id), cause=cause))
        session.flush()
