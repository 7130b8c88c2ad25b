"""The rows that hang on what is to be deleted, found by the schema's own references.

A row that must point at a row that goes goes with it. One that may point at nothing (`control_run_id`) stays and points
at nothing, where its table may be changed; where it may not, it keeps what it points at from being deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    func,
    insert,
    literal,
    literal_column,
)
from sqlalchemy import select as select_columns

from reviewer.store.chain import EVENTS
from reviewer.store.finals import batches
from reviewer.store.review_rows import metadata

GOING = Table(
    "going",
    MetaData(),
    Column("of", String, primary_key=True),
    Column("id", Integer, primary_key=True),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
"""Table and row number of everything that goes, while it is being looked for and taken away."""
AT_ONCE = 250
"""Rows in one part of the bin."""


class Loose(NamedTuple):
    """Rows that stay and point at a row that goes: their table, the column, and which they are."""

    table: str
    column: str
    ids: tuple[int, ...]


def row_number(table: Table) -> ColumnElement[int]:
    """SQLite's own number of a row, which is the `id` where a table has one."""
    return literal_column(f'"{table.name}".rowid', Integer)


@contextmanager
def going(connection: Connection, roots: Mapping[str, Sequence[int]]) -> Iterator[RowsGoing]:
    """Everything that hangs on these rows, until the block ends."""
    # where the block fails, the transaction that is taken back takes the table with it
    connection.exec_driver_sql("DROP TABLE IF EXISTS temp.going")
    GOING.create(connection, checkfirst=False)
    found = RowsGoing(connection)
    found.add(roots)
    yield found
    GOING.drop(connection, checkfirst=False)


class RowsGoing:
    """The rows that go."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, roots: Mapping[str, Sequence[int]]) -> None:
        for name, ids in roots.items():
            table = metadata.tables[name]
            for some in batches(ids):
                here = select_columns(literal(name), row_number(table)).select_from(table)
                here = here.where(row_number(table).in_(some))
                self.connection.execute(insert(GOING).prefix_with("OR IGNORE").from_select(["of", "id"], here))
        for table in metadata.sorted_tables:
            for key in references(table):
                if not key.parent.nullable:
                    self._add_hanging(table, key)

    def _add_hanging(self, table: Table, key: ForeignKey) -> None:
        on = and_(GOING.c.of == key.column.table.name, GOING.c.id == key.parent)
        found = select_columns(literal(table.name), row_number(table)).select_from(table.join(GOING, on))
        self.connection.execute(insert(GOING).prefix_with("OR IGNORE").from_select(["of", "id"], found))

    def tables(self) -> list[Table]:
        """Those with rows that go, what others hang on first."""
        counts = self.counts()
        return [table for table in metadata.sorted_tables if table.name in counts]

    def counts(self) -> dict[str, int]:
        query = select_columns(GOING.c.of, func.count()).group_by(GOING.c.of).order_by(GOING.c.of)
        return {str(name): int(count) for name, count in self.connection.execute(query)}

    def ids(self, name: str) -> list[int]:
        query = select_columns(GOING.c.id).where(GOING.c.of == name).order_by(GOING.c.id)
        return [int(key) for key in self.connection.execute(query).scalars()]

    def those(self, table: Table, *columns: Any) -> Select[Any]:  # noqa: ANN401 columns of any type
        """The rows of a table that go."""
        on = and_(GOING.c.of == table.name, GOING.c.id == row_number(table))
        return select_columns(*(columns or (table,))).select_from(table.join(GOING, on)).order_by(row_number(table))

    def loose(self) -> Iterator[Loose]:
        """What stays and points at what goes."""
        for table in metadata.sorted_tables:
            for key in references(table):
                if key.parent.nullable:
                    on = and_(GOING.c.of == key.column.table.name, GOING.c.id == key.parent)
                    stays = ~self._is_going(table)
                    query = select_columns(row_number(table)).select_from(table.join(GOING, on)).where(stays)
                    ids = tuple(int(found) for found in self.connection.execute(query).scalars())
                    if ids:
                        yield Loose(table.name, key.parent.name, ids)

    def needs(self) -> dict[str, list[int]]:
        """The rows that stay and that rows that go must point at, by their ids."""
        found: dict[str, set[int]] = {}
        for table in self.tables():
            for key in references(table):
                other = GOING.alias()
                on = and_(other.c.of == key.column.table.name, other.c.id == key.parent)
                pointed = self.those(table, key.parent).where(key.parent.is_not(None))
                away = pointed.where(~select_columns(other.c.id).where(on).exists()).distinct().order_by(None)
                ids = {int(each) for each in self.connection.execute(away).scalars()}
                found.setdefault(key.column.table.name, set()).update(ids)
        return {name: sorted(ids) for name, ids in found.items() if ids}

    def _is_going(self, table: Table) -> ColumnElement[bool]:
        own = GOING.alias()
        return select_columns(own.c.id).where(own.c.of == table.name, own.c.id == row_number(table)).exists()


def put_row(connection: Connection, name: str, values: Mapping[str, object]) -> int:
    """Insert a row and return its number."""
    (number,) = connection.execute(insert(metadata.tables[name]).values(values)).inserted_primary_key or (0,)
    return int(number)


def references(table: Table) -> list[ForeignKey]:
    """A table's references, in the order of their columns."""
    return [key for column in table.columns for key in column.foreign_keys]


def ranges(ids: Sequence[int]) -> list[list[int]]:
    """Sorted ids as [first, last] of each unbroken stretch."""
    found: list[list[int]] = []
    for key in ids:
        if found and key == found[-1][1] + 1:
            found[-1][1] = key
        else:
            found.append([key, key])
    return found


def event_ranges(rows: RowsGoing) -> dict[str, list[list[int]]]:
    """Of the rows that go, the ids of those that are events."""
    counts = rows.counts()
    return {name: ranges(rows.ids(name)) for name in EVENTS if name in counts}
