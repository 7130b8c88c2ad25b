"""What SQLite's error codes mean to a person, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from reviewer.core.errors import DiskFullError, EnvironmentFault, HeldError, UnwritableError

_OF_DAMAGE = ("Could not decode to UTF-8", "unsupported file format")
"""What Python's own reading says of a text, and SQLite of a header, that is damaged; neither has a code of its own."""


class Fault(NamedTuple):
    """What a code of SQLite means to a person. `is_certain`: a transaction that ends so has left nothing behind."""

    kind: type[EnvironmentFault]
    what: str
    remedy: str
    is_certain: bool = True


_IN_USE = Fault(HeldError, "Another program holds the workspace {path}.", "Close it there, or wait, and try again.")
_NOT_REACHED = Fault(
    UnwritableError,
    "The workspace {path} could not be opened.",
    "Check that the disk is there, and the permissions of the file and of its folder.",
)
_DAMAGED = Fault(EnvironmentFault, "The workspace {path} is damaged.", "Restore a backup of it.", is_certain=False)
FAULTS: Mapping[int, Fault] = {
    sqlite3.SQLITE_FULL: Fault(
        DiskFullError, "There is no room for the workspace {path} to grow: its disk is full.", "Free some space."
    ),
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_LOCKED: _IN_USE,
    sqlite3.SQLITE_PROTOCOL: _IN_USE,
    sqlite3.SQLITE_CANTOPEN: _NOT_REACHED,
    sqlite3.SQLITE_PERM: _NOT_REACHED,
    sqlite3.SQLITE_READONLY: Fault(
        UnwritableError,
        "The workspace {path} cannot be written to.",
        "Check the permissions of the file and of its folder.",
    ),
    # whether the last page reached the disk is what such a disk does not say
    sqlite3.SQLITE_IOERR: Fault(
        UnwritableError,
        "The disk failed while it read or wrote the workspace {path} ({error}).",
        "Check the disk and its free space.",
        is_certain=False,
    ),
    sqlite3.SQLITE_NOMEM: Fault(
        EnvironmentFault, "There was not enough memory for the workspace {path}.", "Close other programs and try again."
    ),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
"""SQLite's primary codes that are the machine's fault. Every other code is this program's own and gets a traceback."""


def fault(path: Path, error: DBAPIError, *, rolled_back: bool) -> EnvironmentFault | None:
    found = FAULTS.get(code_of(error.orig)) or (
        _DAMAGED if any(each in str(error.orig) for each in _OF_DAMAGE) else None
    )
    if found is None:
        return None
    remedy = f"{found.remedy} Nothing was changed." if rolled_back and found.is_certain else found.remedy
    return found.kind(found.what.format(path=path, error=error.orig), remedy)


def code_of(error: BaseException | None) -> int:
    """The primary code, which is the low byte of what SQLite says; -1 for an error that does not come from it."""
    code: int = getattr(error, "sqlite_errorcode", -1)
    return code & 0xFF if code >= 0 else -1
