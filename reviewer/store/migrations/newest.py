"""A new workspace made at once as the migrations leave it: they take far longer, and import a library of their own."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from reviewer.store import chain
from reviewer.store.dialects import sqlite

SCHEMA = Path(__file__).parent / "newest.sql"
"""The statements of a workspace at the newest revision, in the order in which the migrations made what they make.

`python -m tests.newest` writes it from the migrations; a test holds it to them.
"""
BETWEEN = "\n;\n"


def make(connection: Connection, revision: str) -> None:
    """Fill an empty file: tables, indexes, triggers, its identity and the beginning of its chain."""
    connection.exec_driver_sql(f"PRAGMA application_id = {sqlite.APPLICATION_ID}")
    for statement in SCHEMA.read_text(encoding="utf-8").split(BETWEEN):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revision,))
    chain.start(connection, chain.identify(connection))
