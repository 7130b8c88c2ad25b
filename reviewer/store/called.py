"""Which cases a run means by their keys, found by their index: SQLite would go through all cases of the run."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from reviewer.core.cases import CaseKey
from reviewer.store.rows import CaseRow, ResponseRow, RunCaseRow, RunRow

_ID: tuple[Any, ...] = (CaseRow.id,)


def _called(run_id: int, keys: Collection[CaseKey]) -> Select[Any]:
    suite_id = select(RunRow.suite_id).where(RunRow.id == run_id).scalar_subquery()
    return select_columns(*_ID).where(col(CaseRow.suite_id) == suite_id, col(CaseRow.key).in_(keys))


def planned(run_id: int, keys: Collection[CaseKey]) -> ColumnElement[bool]:
    """The places of a run that are over cases with these keys."""
    return and_(col(RunCaseRow.run_id) == run_id, col(RunCaseRow.case_id).in_(_called(run_id, keys)))


def answered(run_id: int, keys: Collection[CaseKey]) -> ColumnElement[bool]:
    """The responses of a run to cases with these keys."""
    return and_(col(ResponseRow.run_id) == run_id, col(ResponseRow.case_id).in_(_called(run_id, keys)))
