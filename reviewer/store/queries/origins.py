"""Where rows came from, what is kept beside them, and which may not be used commercially."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlmodel import col, func, or_, select

from reviewer.core.cases import CaseKey
from reviewer.store.database import Workspace
from reviewer.store.facts.origins import Beside, Origin
from reviewer.store.review_rows import CaseOriginRow, OriginRow, ResponseOriginRow
from reviewer.store.rows import CaseRow, ResponseRow


def beside_case(workspace: Workspace, suite_id: int, key: str) -> Beside:
    """What stands beside the newest version of a case that came from a file."""
    with workspace.read() as session:
        query = (
            select(CaseOriginRow, OriginRow)
            .join(CaseRow, col(CaseRow.id) == col(CaseOriginRow.case_id))
            .join(OriginRow, col(OriginRow.id) == col(CaseOriginRow.origin_id))
            .where(col(CaseRow.suite_id) == suite_id, col(CaseRow.key) == key)
            .order_by(col(CaseRow.version).desc())
            .limit(1)
        )
        found = session.exec(query).first()
        return Beside() if found is None else _beside(*found)


def _beside(row: CaseOriginRow, origin: OriginRow) -> Beside:
    return Beside(json.loads(row.kept), row.non_commercial, _origin(origin))


def _origin(row: OriginRow) -> Origin:
    return Origin(**{name: getattr(row, name) for name in Origin.__dataclass_fields__})


def beside_cases(workspace: Workspace, suite_id: int) -> dict[CaseKey, Beside]:
    """What stands beside the cases of a suite, of those of which something is said."""
    with workspace.read() as session:
        query = (
            select(CaseRow.key, CaseOriginRow.kept, CaseOriginRow.non_commercial)
            .join(CaseRow, col(CaseRow.id) == col(CaseOriginRow.case_id))
            .where(col(CaseRow.suite_id) == suite_id)
            .where(or_(col(CaseOriginRow.kept) != "{}", col(CaseOriginRow.non_commercial)))
            .order_by(col(CaseRow.version))
        )
        return {CaseKey(key): Beside(json.loads(kept), flag) for key, kept, flag in session.exec(query)}


def kept_of_responses(workspace: Workspace, run_id: int) -> dict[tuple[CaseKey, int], dict[str, str]]:
    """(case, repeat) → what is kept beside that response of a run, where something is."""
    with workspace.read() as session:
        query = (
            select(CaseRow.key, ResponseRow.repeat, ResponseOriginRow.kept)
            .join(ResponseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .join(ResponseOriginRow, col(ResponseOriginRow.response_id) == col(ResponseRow.id))
            .where(col(ResponseRow.run_id) == run_id, col(ResponseOriginRow.kept) != "{}")
        )
        return {(CaseKey(key), repeat): json.loads(kept) for key, repeat, kept in session.exec(query)}


def origins_of_suite(workspace: Workspace, suite_id: int) -> Iterator[tuple[Origin, int]]:
    """The files that the cases of a suite came from, with the number of cases, oldest first."""
    with workspace.read() as session:
        query = (
            select(OriginRow, func.count())
            .join(CaseOriginRow, col(CaseOriginRow.origin_id) == col(OriginRow.id))
            .join(CaseRow, col(CaseRow.id) == col(CaseOriginRow.case_id))
            .where(col(CaseRow.suite_id) == suite_id)
            .group_by(col(OriginRow.id))
            .order_by(col(OriginRow.id))
        )
        yield from ((_origin(row), count) for row, count in session.exec(query))


def origins_of_run(workspace: Workspace, run_id: int) -> list[tuple[Origin, int]]:
    """The files that the responses of a run came from, with the number of responses, oldest first."""
    with workspace.read() as session:
        query = (
            select(OriginRow, func.count())
            .join(ResponseOriginRow, col(ResponseOriginRow.origin_id) == col(OriginRow.id))
            .join(ResponseRow, col(ResponseRow.id) == col(ResponseOriginRow.response_id))
            .where(col(ResponseRow.run_id) == run_id)
            .group_by(col(OriginRow.id))
            .order_by(col(OriginRow.id))
        )
        return [(_origin(row), count) for row, count in session.exec(query)]


def last_response_id(workspace: Workspace) -> int:
    with workspace.read() as session:
        return session.exec(select(func.max(ResponseRow.id))).one() or 0
