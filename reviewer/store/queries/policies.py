"""The release policies that a suite was given."""

from __future__ import annotations

import json

from sqlmodel import col, func, select

from reviewer.core.scoring.policy_lock import EditsSince, PolicyLock
from reviewer.store.database import Workspace
from reviewer.store.rows import CaseRow, LabelEventRow, PolicyLockRow, ResponseRow, RunCaseRow


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


def edits_since(workspace: Workspace, run_id: int, locked_at: str) -> EditsSince:
    """What was edited of a run's cases after this time.

    Where all of its cases are younger than the lock, it was made for cases to come or elsewhere: none counts as added.
    """
    event = col(LabelEventRow.at)
    is_first = (col(LabelEventRow.label_version) == 1) & (col(CaseRow.version) == 1)
    with workspace.read() as session:
        first = session.exec(select(func.min(ResponseRow.received_at)).where(ResponseRow.run_id == run_id)).one()

        def cases(*conditions: object) -> int:
            query = (
                select(func.count(func.distinct(LabelEventRow.case_id)))
                .join(RunCaseRow, col(RunCaseRow.case_id) == col(LabelEventRow.case_id))
                .join(CaseRow, col(CaseRow.id) == col(LabelEventRow.case_id))
                .where(col(RunCaseRow.run_id) == run_id, *conditions)  # type: ignore[arg-type]
            )
            return session.exec(query).one()

        return EditsSince(
            cases(~is_first, event > locked_at),
            cases(~is_first, event > locked_at, event > first) if first else 0,
            cases(is_first, event > locked_at) if cases(is_first, event <= locked_at) else 0,
        )
