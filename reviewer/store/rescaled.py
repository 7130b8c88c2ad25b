"""Which rescalings a suite has been through, and so how what was said on its former scales reads now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, case, exists
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.decisions import FinalSource
from reviewer.core.rescaling import AS_SAID, Readings
from reviewer.store import mapping
from reviewer.store.facts.runs import OnFormerScale
from reviewer.store.review_rows import DecisionRow
from reviewer.store.rows import RescalingRow, ResponseRow, RunRow, SuiteRow, VerdictRow


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


def said_on_former_scale(session: Session, run_id: int) -> OnFormerScale:
    """Of the run's responses those whose final action was last said before the suite got the scale that it has."""
    suite = session.get_one(SuiteRow, session.get_one(RunRow, run_id).suite_id)
    query = select(RescalingRow).where(RescalingRow.suite_id == suite.id).order_by(col(RescalingRow.id).desc())
    step = session.exec(query).first()
    if step is None:
        return OnFormerScale()
    people = (FinalSource.DECIDED.value, FinalSource.ADJUDICATED.value)
    decided = _answered(DecisionRow, run_id).where(col(ResponseRow.final_source).in_(people))
    decided = decided.having(func.sum(case((col(DecisionRow.scale_hash) == suite.scale_hash, 1), else_=0)) == 0)
    automatic = _answered(VerdictRow, run_id).where(col(ResponseRow.final_source).not_in(people))
    classified = automatic.having(func.max(VerdictRow.id) <= step.last_verdict_id)
    both = (select_columns(func.count()).select_from(each.subquery()) for each in (decided, classified))
    return OnFormerScale(*(session.connection().execute(each).scalar_one() for each in both))


def _answered(said: type[DecisionRow] | type[VerdictRow], run_id: int) -> Select[Any]:
    columns: tuple[Any, ...] = (ResponseRow.id,)
    joined = select_columns(*columns).join(said, col(said.response_id) == col(ResponseRow.id))
    return joined.where(col(ResponseRow.run_id) == run_id).group_by(col(ResponseRow.id))


_RESCALED = select_columns(exists().where(col(RescalingRow.id) > 0))


_KNOWN = "any suite was rescaled"


def _any(session: Session) -> bool:
    """Asked once in a session, which sees one moment; whatever adds a rescaling in it says so by `look_again`."""
    if _KNOWN not in session.info:
        session.info[_KNOWN] = bool(session.connection().execute(_RESCALED).scalar_one())
    return bool(session.info[_KNOWN])


def look_again(session: Session) -> None:
    """Rescalings may have come in this session."""
    session.info.pop(_KNOWN, None)
