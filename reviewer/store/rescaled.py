"""Which rescalings a suite has been through, and so how what was said on its former scales reads now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from reviewer.core.rescaling import AS_SAID, Readings
from reviewer.store import mapping
from reviewer.store.rows import RescalingRow, ResponseRow, RunRow


def readings_of_suite(session: Session, suite_id: int) -> Readings:
    query = select(RescalingRow).where(RescalingRow.suite_id == suite_id).order_by(col(RescalingRow.id))
    return Readings([mapping.step(row) for row in session.exec(query)])


def readings_of_run(session: Session, run_id: int) -> Readings:
    return readings_of_suite(session, session.get_one(RunRow, run_id).suite_id) if _any(session) else AS_SAID


def readings_of_responses(session: Session, response_ids: Sequence[int]) -> Mapping[int, Readings]:
    """Response id → how what was said of it reads. One statement where the workspace has no rescaled suite."""
    found: defaultdict[int, Readings] = defaultdict(lambda: AS_SAID)
    if not _any(session):
        return found
    columns: tuple[Any, ...] = (ResponseRow.id, RunRow.suite_id)
    query = (
        select_columns(*columns)
        .join(RunRow, col(ResponseRow.run_id) == col(RunRow.id))
        .where(col(ResponseRow.id).in_(response_ids))
    )
    of_suite: dict[int, Readings] = {}
    for response_id, suite_id in session.connection().execute(query):
        if suite_id not in of_suite:
            of_suite[suite_id] = readings_of_suite(session, suite_id)
        found[response_id] = of_suite[suite_id]
    return found


def _any(session: Session) -> bool:
    return bool(session.exec(select(exists().where(col(RescalingRow.id) > 0))).one())
