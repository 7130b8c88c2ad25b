"""Whether a file's schema is the program's own, from SQLite's catalogue alone: no row is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table

_ROUND_NAMES = ("sqlite_",)
"""Tables and indexes that SQLite makes by itself."""


def strangers(connection: Connection, own_triggers: Mapping[str, str]) -> list[str]:
    """The views, and the triggers that are not word for word the program's."""
    found = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY name"
    )
    return [
        f"the view {name!r} is not Reviewer's"
        if kind == "view"
        else f"the trigger {name!r} on {table} is not Reviewer's"
        for kind, name, table, sql in found
        if kind == "view" or own_triggers.get(name) != sql
    ]


def misshapen(
    connection: Connection, expected: MetaData, own_triggers: Mapping[str, str], search_tables: Collection[str]
) -> list[str]:
    """What is missing or other than the models say, and indexes that are not theirs. A table more does no harm."""
    names: dict[str, set[str]] = {"table": set(), "index": set(), "trigger": set(), "view": set()}
    for kind, name in connection.exec_driver_sql("SELECT type, name FROM sqlite_master"):
        names.setdefault(kind, set()).add(str(name))
    found = [f"the table {name} is missing" for name in search_tables if name not in names["table"]]
    for table in expected.sorted_tables:
        if table.name in names["table"]:
            found += _columns(connection, table)
        else:
            found.append(f"the table {table.name} is missing")
    indexes = {str(index.name) for table in expected.tables.values() for index in table.indexes}
    found += _differing("index", names["index"], indexes)
    found += [f"the trigger {name} is missing" for name in own_triggers if name not in names["trigger"]]
    return found


def _differing(kind: str, there: set[str], wanted: set[str]) -> Iterator[str]:
    for name in sorted(wanted - there):
        yield f"the {kind} {name} is missing"
    for name in sorted(there - wanted):
        if not name.startswith(_ROUND_NAMES):
            yield f"the {kind} {name!r} is not Reviewer's"


def _columns(connection: Connection, table: Table) -> Iterator[str]:
    there = {
        str(name): (str(type_), bool(filled or key), bool(key))
        for _, name, type_, filled, _default, key in connection.exec_driver_sql(f'PRAGMA table_info("{table.name}")')
    }
    for column in table.columns:
        if column.name not in there:
            yield f"the column {table.name}.{column.name} is missing"
        elif there[column.name] != _said(column):
            yield f"the column {table.name}.{column.name} is another than it was made"
    for name in there:
        if name not in table.columns:
            yield f"the column {name!r} of {table.name} is not Reviewer's"


@lru_cache(maxsize=4096)
def _said(column: Column[object]) -> tuple[str, bool, bool]:
    """Type, whether it must be filled, whether it is part of the key."""
    return str(column.type.compile()), not column.nullable or column.primary_key, column.primary_key


def integrity_problems(connection: sqlite3.Connection) -> Sequence[str]:
    """What SQLite finds wrong with the file and its foreign keys; empty when it is sound."""
    found: list[Any] = connection.execute("PRAGMA integrity_check(5)").fetchall()
    problems = [str(row[0]) for row in found if row[0] != "ok"]
    broken = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
    return problems + [f"{row[0]} row {row[1]} points nowhere" for row in broken]
