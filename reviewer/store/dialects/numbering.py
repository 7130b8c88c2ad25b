"""Numbers that are given once: SQLite's AUTOINCREMENT, on tables that were made without it.

The two kinds of table are the same on the disk and differ in the words of the catalogue, so those are changed and the
rows stay where they are: https://www.sqlite.org/autoinc.html, https://www.sqlite.org/lang_altertable.html (section 7).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, column, func, select, table, update

_FREELY, _FOR_GOOD = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"
_CATALOGUE = table("sqlite_master", column("type"), column("name"), column("sql"))
_SEQUENCES = table("sqlite_sequence", column("name"), column("seq"))


def number_for_good(connection: Connection, tables: Sequence[str]) -> None:
    """No row that the tables ever had gives its number to another one. There must be one table of that kind already."""
    _reword(connection, tables, _FREELY, _FOR_GOOD)
    for name in tables:
        raise_number(connection, name, _last(connection, name))


def number_freely(connection: Connection, tables: Sequence[str]) -> None:
    """What `number_for_good` did, taken back."""
    _reword(connection, tables, _FOR_GOOD, _FREELY)
    connection.execute(_SEQUENCES.delete().where(_SEQUENCES.c.name.in_(tables)))


def next_number(connection: Connection, name: str) -> int:
    """The number that the table gives next."""
    known = connection.execute(select(_SEQUENCES.c.seq).where(_SEQUENCES.c.name == name)).scalar()
    return max(int(known or 0), _last(connection, name)) + 1


def raise_number(connection: Connection, name: str, number: int) -> None:
    """Numbers up to this one are given."""
    known = connection.execute(select(_SEQUENCES.c.seq).where(_SEQUENCES.c.name == name)).scalar()
    if known is None:
        connection.execute(_SEQUENCES.insert().values(name=name, seq=number))
    elif known < number:
        connection.execute(_SEQUENCES.update().where(_SEQUENCES.c.name == name).values(seq=number))


def _last(connection: Connection, name: str) -> int:
    return int(
        connection.execute(select(func.coalesce(func.max(column("id")), 0)).select_from(table(name))).scalar_one()
    )


def _reword(connection: Connection, tables: Sequence[str], before: str, after: str) -> None:
    version: int = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    try:
        these = (_CATALOGUE.c.type == "table", _CATALOGUE.c.name.in_(tables))
        connection.execute(update(_CATALOGUE).where(*these).values(sql=func.replace(_CATALOGUE.c.sql, before, after)))
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema = RESET")
