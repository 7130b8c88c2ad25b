"""The imports there were, and what of each is still here."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from reviewer.core.errors import InputError
from reviewer.store.bin_rows import ImportActRow
from reviewer.store.database import Workspace
from reviewer.store.facts.imports import ImportAct
from reviewer.store.finals import batches
from reviewer.store.going import RowsGoing, going, row_number
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import metadata

_T = metadata.tables
_ROOTS = ("suite", "case", "run", "response", "decision", "verdict")
_FOLLOWS = ("verdict", "judge_reply", "review_plan_item")
"""Tables whose rows nobody made by hand."""
Roots = dict[str, tuple[int, ...]]


def import_acts(workspace: Workspace) -> list[ImportAct]:
    """Newest first."""
    with workspace.read() as session:
        return [_act(row) for row in session.exec(select(ImportActRow).order_by(col(ImportActRow.id).desc()))]


def import_act(workspace: Workspace, act_id: int) -> ImportAct:
    """Raises InputError where there is none."""
    found = next((each for each in import_acts(workspace) if each.id == act_id), None)
    if found is None:
        raise InputError(f"There is no import {act_id} here.", "`reviewer imports list` shows those there are.")
    return found


def _act(row: ImportActRow) -> ImportAct:
    added = {name: (int(first), int(last)) for name, (first, last) in json.loads(row.added).items()}
    extended = [(int(run_id), int(case_id)) for run_id, case_id in json.loads(row.extended)]
    return ImportAct(row_id(row.id), row.file, row.format, row.author, row.at, added, extended, row.changed)


def added_rows(workspace: Workspace, act: ImportAct) -> Roots:
    """What of an import is still here, as rows that other rows hang on."""
    with workspace.read() as session:
        connection = session.connection()
        found = {name: _between(connection, name, act.added[name]) for name in _ROOTS if name in act.added}
        if act.extended:
            found["run_case"] = _extensions(connection, act)
        for name, user, reference in (
            ("model_version", "run", "model_version_id"),
            ("endpoint", "model_version", "endpoint_id"),
        ):
            if name in act.added:
                found[name] = _unused(connection, name, user, reference, act)
        return {name: ids for name, ids in found.items() if ids}


def _between(connection: Connection, name: str, stretch: tuple[int, int]) -> tuple[int, ...]:
    key = _T[name].c.id
    return tuple(connection.execute(select_columns(key).where(key.between(*stretch)).order_by(key)).scalars())


def _extensions(connection: Connection, act: ImportAct) -> tuple[int, ...]:
    table = _T["run_case"]
    found: list[int] = []
    for some in batches(list(act.extended)):
        wanted = or_(*(and_(table.c.run_id == run_id, table.c.case_id == case_id) for run_id, case_id in some))
        found += connection.execute(select_columns(row_number(table)).select_from(table).where(wanted)).scalars()
    return tuple(found)


def _unused(connection: Connection, name: str, user: str, reference: str, act: ImportAct) -> tuple[int, ...]:
    """Of model versions and endpoints those that only this import's own rows use."""
    key, by = _T[name].c.id, _T[user].c
    first, last = act.added.get(user, (0, -1))
    others = select_columns(by.id).where(by[reference] == key, ~by.id.between(first, last)).exists()
    return tuple(connection.execute(select_columns(key).where(key.between(*act.added[name]), ~others)).scalars())


def later_work(workspace: Workspace, act: ImportAct, roots: Roots) -> dict[str, int]:
    """Table → how many rows hang on what an import added and are not from it: what people did with it since."""
    with workspace.read() as session, going(session.connection(), roots) as rows:
        return dict(_later(rows, act.added))


def _later(rows: RowsGoing, added: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    found = {}
    for table in rows.tables():
        if "id" in table.c and table.name not in _FOLLOWS:
            first, last = added.get(table.name, (0, -1))
            later = sum(1 for key in rows.ids(table.name) if not first <= key <= last)
            if later:
                found[table.name] = later
    return found
