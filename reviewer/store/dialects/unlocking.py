"""Let a transaction take rows out of tables that the file itself refuses to take anything out of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from reviewer.store.dialects.sqlite import own_triggers


@contextmanager
def deletable(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Rows of these tables can be deleted inside the block; what is taken back leaves the file as it was."""
    triggers = own_triggers()
    held = [(name, triggers[name]) for name in (f"{table}_no_delete" for table in tables) if name in triggers]
    for name, _ in held:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in held:
        connection.exec_driver_sql(statement)
