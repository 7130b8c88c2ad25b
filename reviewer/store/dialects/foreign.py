"""Rows of another program's SQLite file, which is only ever read: it is opened as it lies, and never written to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from reviewer.core.errors import InputError

MAGIC = b"SQLite format 3\0"
_REMEDY = "Close the program that writes it, copy the file again and import the copy."
ForeignValue = str | bytes | int | float | None


def foreign_rows(path: Path, sql: str, parameters: Sequence[ForeignValue] = ()) -> Iterator[dict[str, ForeignValue]]:
    """The rows of a query, {column: value}, one at a time. Texts that are not UTF-8 have U+FFFD in their place.

    Raises InputError where the file is damaged, locked or has no such table.
    """
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)
        ) as connection:
            connection.text_factory = lambda held: held.decode("utf-8", "replace")
            # the schema's own expressions must be let be (an index of promptfoo's uses json_extract): nothing can be
            # written, and no function that is here reaches out of the file
            connection.execute("PRAGMA query_only = ON")
            found = connection.execute(sql, parameters)
            names = [column[0] for column in found.description]
            for row in found:
                yield dict(zip(names, row, strict=True))
    except (sqlite3.Error, UnicodeDecodeError) as fault:
        # of a damaged schema SQLite says words that are no text, and Python fails on those
        said = str(fault) if isinstance(fault, sqlite3.Error) else "its schema is damaged"
        raise InputError(f"{path} cannot be read as a SQLite file: {said}.", _REMEDY) from None


def foreign_columns(path: Path) -> dict[str, frozenset[str]]:
    """{table: its columns}; empty for a file that is no SQLite file or cannot be read."""
    sql = (
        "SELECT m.name AS name, c.name AS col FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table'"
    )
    found: dict[str, set[str]] = {}
    try:
        for row in foreign_rows(path, sql):
            found.setdefault(str(row["name"]), set()).add(str(row["col"]))
    except InputError:
        return {}
    return {table: frozenset(columns) for table, columns in found.items()}
