"""Write a SQLite file anew, so that nothing is left in it of rows that were deleted: neither in the file's free pages,
nor in the search index, nor in the log."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from reviewer.store.dialects import sealing
from reviewer.store.dialects.sqlite import SEARCH_TABLES

_STEPS = (
    "PRAGMA secure_delete = ON",
    *(f"INSERT INTO {name}({name}) VALUES ('rebuild')" for name in SEARCH_TABLES),  # noqa: S608 fixed names
    "VACUUM",
)


def scrub(engine: Engine) -> bool:
    """Whether the log could be emptied too: another program that reads keeps it. Raises DBAPIError."""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        for statement in _STEPS:
            try:
                cursor.execute(statement)
            except sealing.errors() as error:
                raise OperationalError(statement, None, error) from error
        (held, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not held
