"""What an import must know of a workspace, row by row: it may be a million of them, and none is kept here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from reviewer.core.cases import Case, CaseKey
from reviewer.core.responses import ResponseState
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.finals import batches
from reviewer.store.mapping import row_id
from reviewer.store.rows import CaseRow, ResponseRow, RunCaseRow, SuiteRow

_AT_ONCE = 2_000
_KEY_AND_HASH: tuple[Any, ...] = (CaseRow.key, CaseRow.content_hash)
_KEY_AND_ID: tuple[Any, ...] = (CaseRow.key, CaseRow.id)
_PLACE: tuple[Any, ...] = (CaseRow.key, ResponseRow.repeat, ResponseRow.hash, ResponseRow.state)


def content_hashes(workspace: Workspace, suite_id: int) -> Iterator[tuple[str, str]]:
    """(key, content hash) of the current cases, the retired ones too."""
    return _rows(workspace, select_columns(*_KEY_AND_HASH).where(*_current(suite_id)))


def current_case_ids(workspace: Workspace, suite_id: int) -> Iterator[tuple[str, int]]:
    """(key, id) of the current cases, the retired ones too."""
    return _rows(workspace, select_columns(*_KEY_AND_ID).where(*_current(suite_id)))


def _current(suite_id: int) -> tuple[Any, ...]:
    return col(CaseRow.suite_id) == suite_id, col(CaseRow.current)


def case_ids_of_run(workspace: Workspace, run_id: int) -> Iterator[tuple[str, int]]:
    """(key, id) of the case versions that a run is over."""
    query = select_columns(*_KEY_AND_ID).join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
    return _rows(workspace, query.where(col(RunCaseRow.run_id) == run_id))


def case_keys(workspace: Workspace, run_id: int) -> Iterator[CaseKey]:
    return (CaseKey(key) for key, _ in case_ids_of_run(workspace, run_id))


def places(workspace: Workspace, run_id: int) -> Iterator[tuple[CaseKey, int, str, ResponseState]]:
    """(case key, repeat, hash, state) of each response of a run."""
    query = (
        select_columns(*_PLACE)
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id)
    )
    return (
        (CaseKey(key), repeat, hash_, ResponseState(state)) for key, repeat, hash_, state in _rows(workspace, query)
    )


def cases(workspace: Workspace, case_ids: Sequence[int]) -> dict[int, Case]:
    """Id → case version."""
    with workspace.read() as session:
        return {
            row_id(row.id): mapping.case(row)
            for ids in batches(case_ids)
            for row in session.exec(select(CaseRow).where(col(CaseRow.id).in_(ids)))
        }


def cases_named(workspace: Workspace, suite: str, keys: Sequence[CaseKey]) -> dict[CaseKey, Case]:
    """Key → current case of the suite, of those that it has."""
    query = select(CaseRow).join(SuiteRow, col(CaseRow.suite_id) == col(SuiteRow.id))
    query = query.where(SuiteRow.name == suite, col(CaseRow.current))
    with workspace.read() as session:
        rows = [row for some in batches(keys) for row in session.exec(query.where(col(CaseRow.key).in_(some)))]
    return {CaseKey(row.key): mapping.case(row) for row in rows}


def _rows(workspace: Workspace, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    with workspace.read() as session:
        yield from session.connection().execute(query.execution_options(yield_per=_AT_ONCE))
