"""The release policies that a suite was given."""

from __future__ import annotations

import json

from sqlmodel import col, func, select

from reviewer.core.scoring.policy_lock import PolicyLock
from reviewer.store.database import Workspace
from reviewer.store.rows import PolicyLockRow, ResponseRow


def policy_locks(workspace: Workspace, suite_id: int) -> list[PolicyLock]:
    """The suite's, oldest first."""
    query = select(PolicyLockRow).where(PolicyLockRow.suite_id == suite_id).order_by(col(PolicyLockRow.id))
    with workspace.read() as session:
        return [
            PolicyLock(row.policy_hash, row.name, json.loads(row.rules), row.author, row.at, row.last_response_id)
            for row in session.exec(query)
        ]


def first_response_id(workspace: Workspace, run_id: int) -> int | None:
    """Of the run's response that came first; ids ascend in the order of arrival. None for a run without one."""
    with workspace.read() as session:
        return session.exec(select(func.min(ResponseRow.id)).where(ResponseRow.run_id == run_id)).one()
