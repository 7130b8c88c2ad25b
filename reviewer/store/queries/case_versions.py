"""All versions of cases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from reviewer.store.database import Workspace
from reviewer.store.finals import batches
from reviewer.store.mapping import row_id
from reviewer.store.rows import CaseRow


def version_ids(workspace: Workspace, suite_id: int, keys: Sequence[str]) -> dict[str, list[int]]:
    """Key → the ids of its versions, oldest first; keys that the suite lacks are left out."""
    found: dict[str, list[int]] = {}
    with workspace.read() as session:
        for some in batches(keys):
            query = select(CaseRow.key, CaseRow.id).where(CaseRow.suite_id == suite_id, col(CaseRow.key).in_(some))
            for key, case_id in session.exec(query.order_by(col(CaseRow.key), col(CaseRow.version))):
                found.setdefault(key, []).append(row_id(case_id))
    return found
