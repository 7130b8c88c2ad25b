"""The label histories of those cases of a run whose label was set more than once."""

from __future__ import annotations

from sqlmodel import col, func, select

from reviewer.core.cases import CaseKey
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import LabelEvent
from reviewer.store.queries.suites import label_event
from reviewer.store.rescaled import readings_of_suite
from reviewer.store.rows import CaseRow, LabelEventRow, RunCaseRow, RunRow


def edited_labels(workspace: Workspace, run_id: int) -> dict[CaseKey, list[LabelEvent]]:
    """Case key → every event of its history, oldest first; cases with one event are left out."""
    several = (
        select(LabelEventRow.case_id)
        .join(RunCaseRow, col(RunCaseRow.case_id) == col(LabelEventRow.case_id))
        .where(col(RunCaseRow.run_id) == run_id)
        .group_by(col(LabelEventRow.case_id))
        .having(func.count() > 1)
    )
    query = (
        select(CaseRow.key, LabelEventRow)
        .join(CaseRow, col(LabelEventRow.case_id) == col(CaseRow.id))
        .where(col(LabelEventRow.case_id).in_(several))
        .order_by(col(CaseRow.key), col(LabelEventRow.label_version))
    )
    found: dict[CaseKey, list[LabelEvent]] = {}
    with workspace.read() as session:
        readings = readings_of_suite(session, session.get_one(RunRow, run_id).suite_id)
        for key, row in session.exec(query):
            found.setdefault(CaseKey(key), []).append(label_event(row, readings))
    return found
