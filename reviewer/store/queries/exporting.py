"""Where a run's responses stand, and which rows may not be used commercially: what an export chooses by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import col, select

from reviewer.core.cases import CaseKey, CaseStatus
from reviewer.core.decisions import FinalSource, UnscoredReason
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import CaseOriginRow, OriginRow, ResponseOriginRow
from reviewer.store.rows import CaseRow, ResponseRow

_BY_PEOPLE = frozenset({FinalSource.DECIDED, FinalSource.ADJUDICATED})


@dataclass(frozen=True)
class ResponsePlace:
    """A stored response without its text: whose it is, and what it can be chosen by."""

    id: int
    key: CaseKey
    repeat: int
    category: str
    tags: tuple[str, ...]
    decided: bool
    disputed: bool


_PLACE: tuple[Any, ...] = (
    ResponseRow.id,
    CaseRow.key,
    ResponseRow.repeat,
    CaseRow.category,
    CaseRow.tags,
    CaseRow.status,
    ResponseRow.final_source,
    ResponseRow.unscored_reason,
)


def response_places(workspace: Workspace, run_id: int) -> list[ResponsePlace]:
    """The run's responses in case-key and repeat order. `disputed` are those on which reviewers differ, and those to
    cases whose label is disputed."""
    query = (
        select_columns(*_PLACE)
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id)
        .order_by(col(CaseRow.key), col(ResponseRow.repeat))
    )
    tags = cache(lambda text: mapping.tags_and_stakes(text)["tags"])
    with workspace.read() as session:
        return [
            ResponsePlace(
                row_id(response_id),
                CaseKey(key),
                repeat,
                category,
                tags(held),
                source in _BY_PEOPLE,
                reason == UnscoredReason.DISPUTED or status == CaseStatus.DISPUTED,
            )
            for response_id, key, repeat, category, held, status, source, reason in session.connection().execute(query)
        ]


def non_commercial_cases(workspace: Workspace, suite_id: int) -> dict[CaseKey, str]:
    """Case key → licence ("" where none is said) of the suite's cases that may not be used commercially."""
    query = (
        select(CaseRow.key, CaseRow.licence, OriginRow.licence)
        .join(CaseOriginRow, col(CaseOriginRow.case_id) == col(CaseRow.id))
        .join(OriginRow, col(OriginRow.id) == col(CaseOriginRow.origin_id))
        .where(col(CaseRow.suite_id) == suite_id, col(CaseOriginRow.non_commercial))
    )
    with workspace.read() as session:
        return {CaseKey(key): own or of_file for key, own, of_file in session.exec(query)}


def non_commercial_places(workspace: Workspace, run_id: int) -> dict[tuple[CaseKey, int], str]:
    """(case key, repeat) → licence of the run's responses whose own file forbids commercial use."""
    query = (
        select(CaseRow.key, ResponseRow.repeat, OriginRow.licence)
        .join(ResponseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .join(ResponseOriginRow, col(ResponseOriginRow.response_id) == col(ResponseRow.id))
        .join(OriginRow, col(OriginRow.id) == col(ResponseOriginRow.origin_id))
        .where(col(ResponseRow.run_id) == run_id, col(OriginRow.non_commercial))
    )
    with workspace.read() as session:
        return {(CaseKey(key), repeat): licence for key, repeat, licence in session.exec(query)}
