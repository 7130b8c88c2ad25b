"""One module for each kind of database that a workspace can live in, behind the protocol `Dialect`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from reviewer.store.dialects import sqlite
from reviewer.store.dialects.dialect import Dialect

_BY_NAME: Mapping[str, Dialect] = {"sqlite": sqlite}


def dialect_for(_path: Path) -> Dialect:
    """The kind of database that lives in a file: so far all of them are SQLite's."""
    return sqlite


def insert_many(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert complete rows, all with the same columns, the fastest way that the connection's database knows."""
    _BY_NAME[connection.dialect.name].insert_many(connection, table, rows)


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """The same of rows that are tuples of the values of `columns`."""
    _BY_NAME[connection.dialect.name].insert_rows(connection, table, columns, rows)
