"""What the corrected score needs of a run's responses, a slice at a time: keys that decide come in between."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, tuple_
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.cases import CaseStatus
from reviewer.core.scoring.credit import credit
from reviewer.core.scoring.live_rows import LiveRow
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.mapping import row_id
from reviewer.store.queries.plans import bulk_ids, skipped_ids
from reviewer.store.review_rows import ReviewPlanItemRow, ReviewPlanRow
from reviewer.store.rows import CaseRow, ResponseRow

SLICE = 200
"""Responses in one read: about two milliseconds, for which a key that comes meanwhile waits."""

_COLUMNS: tuple[Any, ...] = (
    ResponseRow.id,
    ResponseRow.case_id,
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


Place: TypeAlias = tuple[int, int]
"""Of a response in its run: the id of the case, and the repeat."""
FIRST: Place = (0, 0)


@dataclass(frozen=True)
class LiveSlice:
    """Rows of responses to labelled cases; `last` is the place from which to go on, None at the end."""

    rows: tuple[LiveRow, ...]
    last: Place | None


def live_slice(workspace: Workspace, run_id: int, scale: ActionScale, after: Place) -> LiveSlice:
    """The next `SLICE` responses of the run, in the order of its index: any other sorts the run for each slice."""
    behind = tuple_(col(ResponseRow.case_id), col(ResponseRow.repeat)) > tuple_(*after)
    found = _read(workspace, run_id, scale, behind, SLICE)
    return LiveSlice(tuple(row for _, row in found if row is not None), found[-1][0] if len(found) == SLICE else None)


def live_plans(workspace: Workspace, run_id: int) -> list[int]:
    """The run's review plans, the newest first."""
    query = select(ReviewPlanRow.id).where(ReviewPlanRow.run_id == run_id).order_by(col(ReviewPlanRow.id).desc())
    with workspace.read() as session:
        return [row_id(plan_id) for plan_id in session.exec(query)]


def live_plan(workspace: Workspace, plan_id: int, after: int) -> list[tuple[int, int, float]]:
    """(response id, place, inclusion probability) of the next responses of a review plan, from the place behind `after`
    on, which is −1 at the beginning.
    """
    query = (
        select_columns(*_PLANNED)
        .where(col(ReviewPlanItemRow.plan_id) == plan_id, col(ReviewPlanItemRow.position) > after)
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
) -> list[tuple[Place, LiveRow | None]]:
    query = (
        select_columns(*_COLUMNS)
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id, which)
        .order_by(col(ResponseRow.case_id), col(ResponseRow.repeat))
        .limit(limit)
    )
    credits = _Credits()
    with workspace.read() as session:
        rows = session.connection().execute(query).all()
        decided = [row.id for row in rows if row.reviewed]
        bulk = bulk_ids(session, run_id, decided) if decided else set()
        skipped = skipped_ids(session, run_id, [row.id for row in rows if not row.reviewed])
    return [_row(row, scale, credits, bulk=row.id in bulk, skipped=row.id in skipped) for row in rows]


class _Credits(dict[tuple[ActionId, str, ActionId | None], float]):
    """What an action earns with a label and a band, as stored; NaN for none. Few differ, so each is worked out once."""

    def __missing__(self, key: tuple[ActionId, str, ActionId | None]) -> float:
        label, band, action = key
        self[key] = found = credit(label, mapping.band_from_text(band), action) if action else math.nan
        return found


def _row(
    row: Row[Any], scale: ActionScale, credits: _Credits, *, bulk: bool, skipped: bool
) -> tuple[Place, LiveRow | None]:
    """Decided in bulk, a response was looked at by nobody: it does not count, and ends no sample."""
    id_, case_id, key, repeat, label, band, status, pair, automatic, final, reviewed = tuple(row)
    if not label or status != CaseStatus.LABELLED:
        return (case_id, repeat), None
    verdict, decision = credits[label, band, automatic], credits[label, band, final if reviewed and not bulk else None]
    seen = bool(reviewed) or skipped
    return (case_id, repeat), LiveRow(id_, key, repeat, scale.rank(label), pair, verdict, decision, seen)
