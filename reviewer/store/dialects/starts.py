"""The first bytes of a workspace, read without letting go of SQLite's locks on it.

Where a process closes any descriptor of a file, POSIX lets go of all the locks that it has on it, SQLite's too
(https://www.sqlite.org/howtocorrupt.html, section 2.2). So a file that this process has a connection to is read through
one descriptor, which stays open as long as the connection.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

_ENTRY = "descriptor of its start"


class _File(NamedTuple):
    """Which file it is, whatever its name."""

    device: int
    number: int


_held: dict[_File, tuple[int, int]] = {}
"""{file: (descriptor, how many connections)}"""
_lock = threading.Lock()


def start_of(path: Path, size: int) -> bytes:
    """At most `size` bytes. Raises OSError."""
    with _lock:
        held = _held.get(_file(path))
        if held is not None:
            return os.pread(held[0], size, 0)
        with path.open("rb") as file:
            return file.read(size)


def hold_start(engine: Engine, path: Path) -> None:
    """Have `start_of` leave the locks of the engine's connections alone. To be called before they are prepared."""
    if os.name != "posix":
        return

    def connected(_connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info[_ENTRY] = _taken(path)

    def closing(_connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        _let_go(entry.info.pop(_ENTRY, None))

    event.listen(engine, "connect", connected)
    event.listen(engine, "close", closing)


def _file(path: Path) -> _File:
    found = path.stat()
    return _File(found.st_dev, found.st_ino)


def _taken(path: Path) -> _File | None:
    with _lock:
        if not path.exists():
            return None
        file = _file(path)
        descriptor, users = _held.get(file) or (os.open(path, os.O_RDONLY | os.O_CLOEXEC), 0)
        _held[file] = (descriptor, users + 1)
        return file


def _let_go(file: _File | None) -> None:
    if file is None:
        return
    with _lock:
        descriptor, users = _held.pop(file)
        if users > 1:
            _held[file] = (descriptor, users - 1)
        else:
            os.close(descriptor)
