"""Write the schema that a new workspace is made with, as the migrations leave it: `python -m tests.newest`."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from reviewer.store import database
from reviewer.store.dialects import sqlite
from reviewer.store.migrations.newest import BETWEEN, SCHEMA

_MADE_BY_SQLITE = ("sqlite_", *(f"{name}_" for name in sqlite.SEARCH_TABLES))
"""Indexes of keys, and what SQLite keeps a search table in."""


def schema_by_migrations(path: Path) -> str:
    """The statements that a file made at `path` by every migration was put together with, as `SCHEMA` has them."""
    engine = sqlite.open_engine(path)
    database.migrate(engine)
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        made = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY rowid").fetchall()
        numbered = connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY rowid").fetchall()
    statements = [sql for kind, name, sql in made if kind == "trigger" or not name.startswith(_MADE_BY_SQLITE)]
    # names of the program's own tables
    statements += [f"INSERT INTO sqlite_sequence VALUES ('{name}', {number})" for name, number in numbered]  # noqa: S608
    return BETWEEN.join(statements)


def main() -> int:
    """Write `SCHEMA`."""
    with tempfile.TemporaryDirectory() as folder:
        SCHEMA.write_text(schema_by_migrations(Path(folder) / "newest.db"), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
