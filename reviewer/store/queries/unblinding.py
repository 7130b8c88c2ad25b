"""Who had shown what was hidden from them, and who has decided what: for a review that is blind."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from reviewer.core.decisions import Hidden, ReviewEventKind, standing_decisions, standing_events
from reviewer.store.database import Workspace
from reviewer.store.facts.review import Unblinding
from reviewer.store.finals import batches, events
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import DecisionRow, ReviewEventRow
from reviewer.store.rows import ResponseRow

_UNBLINDED = (
    select(ReviewEventRow)
    .where(col(ReviewEventRow.response_id) == bindparam("id"), ReviewEventRow.kind == ReviewEventKind.UNBLINDED.value)
    .order_by(col(ReviewEventRow.id))
)


def unblindings(session: Session, response_id: int) -> tuple[Unblinding, ...]:
    """Of one response, oldest first."""
    return tuple(
        Unblinding(row_id(row.id), row.response_id, row.reviewer, _revealed(row.detail), row.at)
        for row in session.exec(_UNBLINDED, params={"id": response_id})
    )


def _revealed(detail: str) -> frozenset[Hidden]:
    return frozenset(map(Hidden, json.loads(detail).get("revealed", ())))


def decided_by(workspace: Workspace, ids: Sequence[int], reviewer: str) -> set[int]:
    """Those of these responses on whose present text a decision of this reviewer stands."""
    with workspace.read() as session:
        found: set[int] = set()
        for some in batches(ids):
            said = events(session, some)
            hashes = session.exec(select(ResponseRow.id, ResponseRow.hash).where(col(ResponseRow.id).in_(list(said))))
            found |= {
                row_id(id_)
                for id_, hash_ in hashes
                if reviewer in standing_decisions(standing_events(said[row_id(id_)], hash_))
            }
        return found


def came_back_to(workspace: Workspace, ids: Sequence[int], reviewer: str) -> set[int]:
    """Those of these responses on which this reviewer has given a second word that stands."""
    with workspace.read() as session:
        return {
            id_
            for some in batches(ids)
            for id_, said in events(session, some).items()
            if any(event.came_back and event.reviewer == reviewer for event in standing_events(said))
        }


def decided_in_run(workspace: Workspace, run_id: int, reviewer: str) -> list[int]:
    """The responses of a run on which this reviewer ever decided, in the order of their ids."""
    query = (
        select(DecisionRow.response_id)
        .join(ResponseRow, col(DecisionRow.response_id) == col(ResponseRow.id))
        .where(ResponseRow.run_id == run_id, DecisionRow.reviewer == reviewer)
        .distinct()
        .order_by(col(DecisionRow.response_id))
    )
    with workspace.read() as session:
        return list(session.exec(query))
