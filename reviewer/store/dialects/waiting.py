"""How a write of SQLite's begins: at once, or after as long as its patience for another writer lasts."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

from sqlalchemy import Connection

from reviewer.store.dialects import sealing
from reviewer.store.dialects.dialect import Patience
from reviewer.store.dialects.faults import code_of

BEGIN = "BEGIN IMMEDIATE"
_STEP_S = 0.05
_TOLD_AFTER_S = 1.0


def begin_writing(connection: Connection, patience: Patience | None) -> None:
    """Take the lock. Without `patience` SQLite itself waits, as long as the connection was told to.

    That wait cannot be interrupted, so a long one is made of many short ones.
    """
    if patience is None:
        connection.exec_driver_sql(BEGIN)
        return
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone() or (0,)
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            if not _begun_in_time(lambda: cursor.execute(BEGIN), patience):
                connection.exec_driver_sql(BEGIN)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def _begun_in_time(begin: Callable[[], object], patience: Patience) -> bool:
    began, is_told = time.monotonic(), False
    while True:
        waited = time.monotonic() - began
        if is_done := _took(begin):
            break
        if waited >= patience.seconds:
            break
        if not is_told and waited >= _TOLD_AFTER_S:
            patience.told()
            is_told = True
        time.sleep(_STEP_S)
    if is_told:
        patience.over()
    return is_done


def _took(begin: Callable[[], object]) -> bool:
    """Raises whatever is no other writer's doing."""
    try:
        begin()
    except sealing.errors() as error:
        if code_of(error) != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
