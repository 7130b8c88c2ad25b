"""A suite's guideline as each of its versions had it, and which versions a run's labels were set under."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from reviewer.store.database import Workspace
from reviewer.store.facts.suites import GuidelineText
from reviewer.store.review_rows import GuidelineTextRow
from reviewer.store.rows import CaseRow, LabelEventRow, RunCaseRow


def guideline_texts(workspace: Workspace, suite_id: int) -> dict[int, GuidelineText]:
    """Version → its text, of those that were kept."""
    query = (
        select(GuidelineTextRow).where(GuidelineTextRow.suite_id == suite_id).order_by(col(GuidelineTextRow.version))
    )
    with workspace.read() as session:
        return {row.version: GuidelineText(row.text, row.at) for row in session.exec(query)}


def labels_by_guideline(workspace: Workspace, run_id: int) -> dict[int, int]:
    """Guideline version → how many of the run's cases have the label that they have since it was in force."""
    of_now = and_(
        col(LabelEventRow.case_id) == col(CaseRow.id), col(LabelEventRow.label_version) == col(CaseRow.label_version)
    )
    counted: tuple[Any, ...] = (LabelEventRow.guideline_version, func.count())
    query = (
        select_columns(*counted)
        .join(CaseRow, of_now)
        .join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
        .where(col(RunCaseRow.run_id) == run_id, col(CaseRow.label).is_not(None))
        .group_by(counted[0])
        .order_by(counted[0])
    )
    with workspace.read() as session:
        return {version: n for version, n in session.connection().execute(query)}
