"""Change rows that are only ever appended to, as an older program or a stranger would have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from reviewer.store.database import Workspace


@contextmanager
def rewritable(workspace: Workspace, table: str) -> Iterator[Connection]:
    """A connection on which the table's rows can be changed; its triggers stand again afterwards."""
    with workspace.write() as session:
        connection = session.connection()
        triggers = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
        ).fetchall()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for _, statement in triggers:
            connection.exec_driver_sql(statement)
