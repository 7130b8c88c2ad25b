"""Where imported rows came from."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete
from sqlmodel import Session, col, select

from reviewer.core.cases import CaseKey
from reviewer.core.changes import Changes
from reviewer.core.hashing import canonical_json
from reviewer.store.called import answered
from reviewer.store.database import Workspace
from reviewer.store.dialects import insert_many, insert_rows
from reviewer.store.facts.origins import Beside, Origin
from reviewer.store.finals import batches
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import CaseOriginRow, OriginRow, ResponseOriginRow
from reviewer.store.rows import CaseRow, ResponseRow

Place = tuple[CaseKey, int]


def add_origin(workspace: Workspace, *, origin: Origin) -> tuple[int, Changes]:
    with workspace.write() as session:
        row = OriginRow(**origin.__dict__)
        session.add(row)
        session.flush()
        return row_id(row.id), Changes()


def put_beside_cases(workspace: Workspace, *, origin_id: int, cases: Mapping[int, Beside]) -> Changes:
    """What stands beside these case versions, by their ids; what stood there before gives way."""
    with workspace.write() as session:
        for some in batches(list(cases)):
            session.connection().execute(delete(CaseOriginRow).where(col(CaseOriginRow.case_id).in_(some)))
        rows = [(case_id, origin_id, _text(beside.kept), beside.non_commercial) for case_id, beside in cases.items()]
        insert_rows(session.connection(), "case_origin", ("case_id", "origin_id", "kept", "non_commercial"), rows)
    return Changes(cases=bool(rows))


def put_beside_responses(
    workspace: Workspace, *, run_id: int, origin_id: int, kept: Mapping[Place, Mapping[str, str]]
) -> Changes:
    """What is kept beside those of the run's responses that it names, which came in the place of others."""
    with workspace.write() as session:
        if kept:
            _put_kept(session, run_id, origin_id, kept)
    return Changes()


def _put_kept(session: Session, run_id: int, origin_id: int, kept: Mapping[Place, Mapping[str, str]]) -> None:
    rows = []
    for keys in _portions(list(dict.fromkeys(key for key, _ in kept))):
        query = (
            select(CaseRow.key, ResponseRow.repeat, ResponseRow.id)
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(answered(run_id, keys))
        )
        for key, repeat, response_id in session.exec(query):
            if found := kept.get((CaseKey(key), repeat)):
                rows.append({"response_id": response_id, "origin_id": origin_id, "kept": _text(found)})
    for some in batches([row["response_id"] for row in rows]):
        session.connection().execute(delete(ResponseOriginRow).where(col(ResponseOriginRow.response_id).in_(some)))
    insert_many(session.connection(), "response_origin", rows)


def _portions(keys: list[CaseKey]) -> list[list[CaseKey]]:
    return [keys[start : start + 500] for start in range(0, len(keys), 500)]


def _text(kept: Mapping[str, str]) -> str:
    return canonical_json(dict(kept)) if kept else "{}"
