"""A run's responses that are in doubt: whose text is none, by itself or to its request, or with an unknown end."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, literal
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import UnscoredReason
from reviewer.core.no_response_kinds import SAYS_SO
from reviewer.core.responses import DOUBTED_STATES, ResponseState
from reviewer.store.database import Workspace
from reviewer.store.rows import CaseRow, ResponseRow, VerdictRow

_BY_STATE: tuple[Any, ...] = (ResponseRow.state, ResponseRow.error, ResponseRow.finish_reason)
_NEWEST = (
    select(func.max(VerdictRow.id))
    .where(col(VerdictRow.response_id) == col(ResponseRow.id), col(VerdictRow.source) == "rules")
    .correlate(ResponseRow)
    .scalar_subquery()
)
_BY_RULES: tuple[Any, ...] = (
    literal(str(ResponseState.NO_RESPONSE)).label("state"),
    col(VerdictRow.reason).label("why"),
    literal("").label("ended"),
)


def _queries(run_id: int, *columns: Any) -> tuple[Select[Any], Select[Any]]:  # noqa: ANN401 columns of SQLAlchemy
    """Those of which the state tells it, and those of which only the rules do, which know the request."""
    by_state: Select[Any] = select_columns(*_BY_STATE, *columns).select_from(ResponseRow)
    by_rules: Select[Any] = select_columns(*_BY_RULES, *columns).select_from(ResponseRow)
    of_run = col(ResponseRow.run_id) == run_id
    return (
        by_state.where(of_run, col(ResponseRow.state).in_(sorted(DOUBTED_STATES))).group_by(*_BY_STATE),
        by_rules.join(VerdictRow, col(VerdictRow.id) == _NEWEST)
        .where(of_run, col(ResponseRow.unscored_reason) == UnscoredReason.VERDICT_UNSCORED)
        .where(col(ResponseRow.state).not_in(sorted(DOUBTED_STATES)))
        .where(col(VerdictRow.reason).startswith(SAYS_SO, autoescape=True))
        .group_by(VerdictRow.reason),
    )


def doubted_in(session: Session, run_id: int) -> tuple[tuple[str, str, str, int], ...]:
    """(state, why, finish reason, how many) of the run's responses that are in doubt."""
    queries = _queries(run_id, func.count())
    return tuple(sorted(tuple(row) for query in queries for row in session.connection().execute(query)))


def doubted_groups(workspace: Workspace, run_id: int) -> tuple[tuple[str, str, str, int], ...]:
    """The same, of an open workspace."""
    with workspace.read() as session:
        return doubted_in(session, run_id)


def doubted_examples(workspace: Workspace, run_id: int, limit: int = 50) -> list[tuple[str, int, CaseKey]]:
    """(why, how many, first case by key) of them, the most frequent first, `limit` at most."""
    counts: defaultdict[str, int] = defaultdict(int)
    first: dict[str, str] = {}
    with workspace.read() as session:
        for query in _queries(run_id, func.count(), func.min(CaseRow.key)):
            joined = query.join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            for _state, why, _ended, n, key in session.connection().execute(joined):
                counts[why] += n
                first[why] = min(key, first.get(why, key))
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [(why, n, CaseKey(first[why])) for why, n in ranked[:limit]]
