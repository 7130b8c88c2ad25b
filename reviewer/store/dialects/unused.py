"""Whether a file that was made just now holds nothing of anybody's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from reviewer.store.dialects import sealing
from reviewer.store.dialects.faults import code_of

_FIRST_PAGE = 4096


def is_unused(path: Path, key: sealing.FileKey | None, moment: int, alone: Sequence[str]) -> bool:
    """Whether the last commit to the file left `moment`, and nobody else has it open.

    `alone` are the statements that only who is alone with the file gets through. A full disk lets nobody through, and
    may even keep the file from being read: then it is unused where nothing at all is in it.
    """
    stamp = None
    try:
        with closing(sealing.connect(path, key, {"timeout": 0.0, "isolation_level": None})) as connection:
            (stamp,) = connection.execute("PRAGMA user_version").fetchone()
            for statement in alone if stamp == moment else ():
                connection.execute(statement)
    except sealing.errors() as error:
        if code_of(error) == sqlite3.SQLITE_BUSY:
            return False
    return stamp == moment or (stamp is None and _holds_nothing(path))


def _holds_nothing(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return path.stat().st_size <= _FIRST_PAGE and not (log.exists() and log.stat().st_size)
