"""What the corrected score needs of a run's responses, a slice at a time: keys that decide come in between."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from reviewer.core.actions import ActionScale
from reviewer.core.bands import Band
from reviewer.core.cases import CaseStatus
from reviewer.core.scoring.credit import credit
from reviewer.core.scoring.live_rows import LiveRow
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.review_rows import ReviewPlanItemRow, ReviewPlanRow
from reviewer.store.rows import CaseRow, ResponseRow

SLICE = 500
"""Responses in one read: a few milliseconds."""

_COLUMNS: tuple[Any, ...] = (
    ResponseRow.id,
    CaseRow.key,
    ResponseRow.repeat,
    CaseRow.label,
    CaseRow.band,
    CaseRow.status,
    CaseRow.pair,
    ResponseRow.automatic_action,
    ResponseRow.final_action,
    ResponseRow.reviewed,
)
_PLANNED: tuple[Any, ...] = (
    ReviewPlanItemRow.response_id,
    ReviewPlanItemRow.position,
    ReviewPlanItemRow.inclusion_probability,
)


@dataclass(frozen=True)
class LiveSlice:
    """Rows of responses to labelled cases; `last` is the id from which to go on, None at the end."""

    rows: tuple[LiveRow, ...]
    last: int | None


def live_slice(workspace: Workspace, run_id: int, scale: ActionScale, after: int) -> LiveSlice:
    """The next `SLICE` responses of the run, in the order of their ids."""
    found = _read(workspace, run_id, scale, col(ResponseRow.id) > after, SLICE)
    return LiveSlice(tuple(row for _, row in found if row is not None), found[-1][0] if len(found) == SLICE else None)


def live_plan(workspace: Workspace, run_id: int, after: int) -> list[tuple[int, int, float]]:
    """(response id, place, inclusion probability) of the next responses of the run's latest review plan, from the place
    behind `after` on, which is −1 at the beginning.
    """
    latest = select(func.max(ReviewPlanRow.id)).where(ReviewPlanRow.run_id == run_id).scalar_subquery()
    query = (
        select_columns(*_PLANNED)
        .where(col(ReviewPlanItemRow.plan_id) == latest, col(ReviewPlanItemRow.position) > after)
        .order_by(col(ReviewPlanItemRow.position))
        .limit(SLICE)
    )
    with workspace.read() as session:
        return [(found, place, chance) for found, place, chance in session.connection().execute(query)]


def live_rows(
    workspace: Workspace, run_id: int, scale: ActionScale, case_ids: Collection[int]
) -> tuple[LiveRow, ...] | None:
    """The responses to these cases, a few at most; None where one of them is not labelled any more."""
    found = _read(workspace, run_id, scale, col(ResponseRow.case_id).in_(case_ids), None)
    rows = tuple(row for _, row in found if row is not None)
    return rows if len(rows) == len(found) else None


def _read(
    workspace: Workspace, run_id: int, scale: ActionScale, which: ColumnElement[bool], limit: int | None
) -> list[tuple[int, LiveRow | None]]:
    query = (
        select_columns(*_COLUMNS)
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id, which)
        .order_by(col(ResponseRow.id))
        .limit(limit)
    )
    bands: dict[str, Band] = {}
    with workspace.read() as session:
        return [(row.id, _row(row, scale, bands)) for row in session.connection().execute(query)]


def _row(row: Row[Any], scale: ActionScale, bands: dict[str, Band]) -> LiveRow | None:
    if not row.label or row.status != CaseStatus.LABELLED:
        return None
    if row.band not in bands:
        bands[row.band] = mapping.band_from_text(row.band)
    band = bands[row.band]
    decided = row.reviewed and row.final_action
    return LiveRow(
        response_id=row.id,
        case=row.key,
        repeat=row.repeat,
        label=scale.rank(row.label),
        pair=row.pair,
        verdict=credit(row.label, band, row.automatic_action) if row.automatic_action else math.nan,
        decision=credit(row.label, band, row.final_action) if decided else math.nan,
        seen=bool(row.reviewed),
    )
