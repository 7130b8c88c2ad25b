"""What a workspace holds, so that it can be compared with another one."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel, col

from reviewer.store.database import Workspace
from reviewer.store.facts.contents import Contents, LastDecision
from reviewer.store.review_rows import DecisionRow
from reviewer.store.rows import ResponseRow, RunRow


def contents_of(workspace: Workspace) -> Contents:
    with workspace.read() as session:
        counts = _counts(session)
        runs = {(name, at) for name, at in session.execute(select(col(RunRow.name), col(RunRow.created_at)))}
        return Contents(counts, frozenset(runs), frozenset(_decisions(session)), _last_decision(session))


def counts_of(workspace: Workspace) -> dict[str, int]:
    """Rows of each table."""
    with workspace.read() as session:
        return _counts(session)


def _counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in SQLModel.metadata.sorted_tables
    }


def _decisions(session: Session) -> set[tuple[str, ...]]:
    """Each by what it is called everywhere; one from before there were such names by what it says."""
    columns = (DecisionRow.uid, RunRow.name, DecisionRow.response_hash, DecisionRow.reviewer, DecisionRow.at)
    query = (
        select(*(col(each) for each in (*columns, DecisionRow.kind)))
        .join(ResponseRow, col(ResponseRow.id) == col(DecisionRow.response_id))
        .join(RunRow, col(RunRow.id) == col(ResponseRow.run_id))
    )
    return {(uid,) if uid else tuple(said) for uid, *said in session.execute(query)}


def _last_decision(session: Session) -> LastDecision | None:
    query = select(col(DecisionRow.at), col(DecisionRow.reviewer)).order_by(col(DecisionRow.id).desc()).limit(1)
    found = session.execute(query).first()
    return None if found is None else LastDecision(str(found[0]), str(found[1]))
