"""A workspace file that is only read: nothing is written into it, nor beside it."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from reviewer.core.errors import EnvironmentFault, UnwritableError
from reviewer.host.files import make_private
from reviewer.store.dialects import sealing, wal
from reviewer.store.dialects.engines import engine_on

_PRAGMAS = ("query_only = ON", "cache_size = -65536", "temp_store = MEMORY")
_BESIDE = ("-wal", "-journal")
_TRIES = 3


def has_log(path: Path) -> bool:
    """Whether something lies beside the file that SQLite would bring into it."""
    logs = (path.with_name(path.name + ending) for ending in _BESIDE)
    return any(log.exists() and log.stat().st_size > 0 for log in logs)


def open_engine_to_read(path: Path) -> Engine:
    """A file without a log is read as one that cannot change; should it change all the same, the next read says so.

    Raises UnwritableError where it has a log, SealedError where it is encrypted and locked.
    """
    if has_log(path) and wal.log_fits(path):
        raise UnwritableError(f"The log beside {path} cannot be read in its place.")
    key, uri = sealing.key_of(path), f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    how: dict[str, Any] = {"uri": True, "check_same_thread": False}

    def connect() -> sqlite3.Connection:
        return sealing.connect(uri, key, how)

    url = URL.create("sqlite", database=str(path))
    engine = engine_on(url, None if key is None else sealing.driver(), creator=connect)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _unchanged(path))
    return engine


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _unchanged(path: Path) -> Callable[[Connection], None]:
    """What begins a transaction, and raises EnvironmentFault once somebody has written to the file."""
    first = _state(path)

    def begin(connection: Connection) -> None:
        if _state(path) != first:
            raise EnvironmentFault(
                f"{path} was written to by another program since it was opened to be read.", "Open it again."
            )
        connection.exec_driver_sql("BEGIN")

    return begin


def _state(path: Path) -> tuple[int, int, int]:
    try:
        seen = path.stat()
    except OSError as error:
        raise EnvironmentFault(
            f"The workspace {path} cannot be reached ({error.strerror}).", "Check that its disk is there."
        ) from error
    return seen.st_ino, seen.st_size, seen.st_mtime_ns


def copy_to_read(path: Path, copy: Path) -> None:
    """Copy the file and its own log, so that the copy can be opened in the file's stead.

    A log that is another state's is left out. Raises OSError, also where somebody writes to the file all the time.
    """
    for _ in range(_TRIES):
        before = _states(path)
        unfit = wal.unfit_logs(path)
        for ending in ("", *_BESIDE):
            there = path.with_name(path.name + ending)
            if there not in unfit:
                _copy(there, copy.with_name(copy.name + ending))
        if _states(path) == before:
            return
    raise OSError(errno.EBUSY, f"another program writes to {path.name}")


def _copy(there: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    if there.exists():
        make_private(target)
        shutil.copyfile(there, target)


def _states(path: Path) -> list[tuple[int, int, int]]:
    files = (path.with_name(path.name + ending) for ending in ("", *_BESIDE))
    return [_state(file) for file in files if file.exists()]
