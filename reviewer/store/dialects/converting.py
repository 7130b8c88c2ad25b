"""A copy of a workspace under another key or under none, compared row by row with what it was made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.host.files import make_private
from reviewer.store.dialects import sealing
from reviewer.store.dialects.sealing import FileKey
from reviewer.store.dialects.sqlite import integrity_problems

_COPIED = ("application_id", "user_version")
"""What the export of the tables leaves out."""
_STEPS_BETWEEN = 20_000
"""Of SQLite's own machine, some milliseconds: so often it is asked whether to go on."""


def write_copy(path: Path, fresh: Path, key: FileKey | None, stopped: Callable[[], bool]) -> None:
    """Write all that the workspace `path` holds into the new file `fresh` and compare the two.

    Raises EnvironmentFault where the copy does not hold the same or cannot be written, SealedError where `path` is
    locked, InputError once it is `stopped`.
    """
    make_private(fresh)
    try:
        with closing(_open(path)) as connection:
            connection.set_progress_handler(stopped, _STEPS_BETWEEN)
            connection.execute("ATTACH DATABASE ? AS fresh KEY ?", (str(fresh), key.literal if key else ""))
            connection.execute("SELECT sqlcipher_export('fresh')")
            for name in _COPIED:
                (value,) = connection.execute(f"PRAGMA main.{name}").fetchone()
                connection.execute(f"PRAGMA fresh.{name} = {value:d}")
            different = _first_difference(connection)
            connection.execute("DETACH DATABASE fresh")
        with closing(sealing.connect(fresh, key, {})) as copy:
            problems = [*([different] if different else []), *integrity_problems(copy)]
            copy.execute("PRAGMA journal_mode = WAL")  # else the first opening writes it, also into a damaged file
    except sealing.errors() as error:
        if stopped():
            raise _stopped(path) from error
        raise EnvironmentFault(
            f"The workspace {path} could not be converted ({error}).",
            "Check the free space and run `reviewer doctor`; the workspace is as it was.",
        ) from error
    if stopped():
        raise _stopped(path)
    if problems:
        raise EnvironmentFault(
            f"The converted copy of {path} did not pass its check ({problems[0]}).", "The workspace is as it was."
        )


def _stopped(path: Path) -> InputError:
    return InputError(f"The workspace {path} was left as it is, because you stopped.")


def _open(path: Path) -> sqlite3.Connection:
    """The driver that knows both kinds of file, also for one that is not encrypted."""
    key = sealing.key_of(path)
    if key is not None:
        return sealing.connect(path, key, {"isolation_level": None})
    plain: sqlite3.Connection = sealing.driver().connect(str(path), isolation_level=None)
    return plain


def _first_difference(connection: sqlite3.Connection) -> str | None:
    """The first table that is not the same in the two files: schema first, then every row in its order."""
    schema = "SELECT type, name, tbl_name, sql FROM {}.sqlite_master ORDER BY type, name"
    if not _same(connection, schema):
        return "its tables are others"
    tables = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0").fetchall()
    for (table,) in tables:
        columns = len(connection.execute(f'PRAGMA main.table_info("{table}")').fetchall())
        order = ", ".join(str(place) for place in range(1, columns + 1))
        if not _same(connection, f'SELECT * FROM {{}}."{table}" ORDER BY {order}'):  # noqa: S608 names of the file's own
            return f"the table {table} is another"
    return None


def _same(connection: sqlite3.Connection, query: str) -> bool:
    cursors = (connection.execute(query.format(name)) for name in ("main", "fresh"))
    return all(first == second for first, second in zip_longest(*cursors))
