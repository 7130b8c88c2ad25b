"""That a reviewer had shown what was hidden from them: an event of the response's history."""

from __future__ import annotations

import json
from collections.abc import Sequence

from reviewer.core.changes import Changes
from reviewer.core.decisions import Hidden, ReviewEventKind, hidden_words
from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.store.finals import about
from reviewer.store.review_rows import ReviewEventRow


def append_unblinding(
    workspace: Workspace, *, response_ids: Sequence[int], reviewer: str, revealed: frozenset[Hidden], at: str
) -> Changes:
    """Append one event for each response; on disk when this returns. Raises InputError without a reviewer."""
    if not reviewer.strip():
        raise InputError("The event has no reviewer.", "Say who looked.")
    detail = json.dumps({"revealed": hidden_words(revealed)})
    kind = str(ReviewEventKind.UNBLINDED)
    with workspace.write() as session:
        session.add_all(
            ReviewEventRow(response_id=response_id, reviewer=reviewer, kind=kind, detail=detail, at=at)
            for response_id in response_ids
        )
        session.flush()
        run_ids, case_ids = about(session, list(response_ids))
    return Changes(decisions=bool(response_ids), run_ids=run_ids, case_ids=case_ids)
