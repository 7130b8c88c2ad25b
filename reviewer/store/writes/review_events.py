"""What a reviewer does on a response beside deciding on it: flags it, takes that back, passes it over."""

from __future__ import annotations

import json
from collections.abc import Mapping

from reviewer.core.changes import Changes
from reviewer.core.decisions import ReviewEventKind
from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.store.finals import about, flags_on
from reviewer.store.review_rows import ReviewEventRow
from reviewer.store.rows import ResponseRow


def append_review_event(
    workspace: Workspace,
    *,
    response_id: int,
    reviewer: str,
    kind: ReviewEventKind,
    at: str,
    detail: Mapping[str, object] | None = None,
) -> Changes:
    """Raises InputError for a response that is gone and for a reviewer without a name."""
    if not reviewer.strip():
        raise InputError("It is not said who does this.", "Give a reviewer's name.")
    with workspace.write() as session:
        if session.get(ResponseRow, response_id) is None:
            raise InputError("The response does not exist any more.", "Reload the list.")
        session.add(
            ReviewEventRow(
                response_id=response_id,
                reviewer=reviewer,
                kind=str(kind),
                detail=json.dumps(dict(detail or {})),
                at=at,
            )
        )
        session.flush()
        run_ids, case_ids = about(session, [response_id])
    return Changes(queues=True, run_ids=run_ids, case_ids=case_ids)


def toggle_flag(workspace: Workspace, *, response_id: int, reviewer: str, at: str) -> tuple[bool, Changes]:
    """Flag a response, or take this reviewer's flag off it; whether it is flagged now. Raises InputError as above."""
    with workspace.write() as session:
        flagged = reviewer in flags_on(session, [response_id], reviewer).get(response_id, ())
        kind = ReviewEventKind.UNFLAGGED if flagged else ReviewEventKind.FLAGGED
        changes = append_review_event(workspace, response_id=response_id, reviewer=reviewer, kind=kind, at=at)
    return not flagged, changes
