"""Whether a checked copy holds what its file holds, so that no second one has to be made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import zip_longest

from reviewer.store.dialects import wal

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"


def hold_the_same(file: sqlite3.Connection, copy: sqlite3.Connection) -> bool:
    """Stamps first, which tell nearly every other state at once; then the schema and each row, as bytes."""
    if not wal.follows(_stamp(copy), _stamp(file)):
        return False
    usual = file.text_factory
    file.text_factory = copy.text_factory = bytes
    try:
        return all(
            one == other
            for query in (_SCHEMA, *_rows_of_each(file))
            for one, other in zip_longest(_rows(file, query), _rows(copy, query))
        )
    finally:
        file.text_factory = copy.text_factory = usual


def _stamp(connection: sqlite3.Connection) -> int:
    (stamp,) = connection.execute("PRAGMA user_version").fetchone()
    return int(stamp)


def _rows_of_each(file: sqlite3.Connection) -> Iterator[str]:
    for (name,) in file.execute(_TABLES).fetchall():
        quoted = name.decode().replace('"', '""')
        yield f'SELECT * FROM "{quoted}"'  # noqa: S608 quoted, and only read


def _rows(connection: sqlite3.Connection, query: str) -> Iterator[tuple[object, ...]]:
    yield from connection.execute(query)
