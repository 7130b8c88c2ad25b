"""Table rows of what was deleted and may come back, of what was taken away for good, of how long suites are kept, and
of which rows an import added."""

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from reviewer.store.facts.bin import BinKind, Removal
from reviewer.store.rows import one_of


class TombstoneRow(SQLModel, table=True):
    """That rows were deleted, brought back or erased: how many, by whom, the ids of those that are events, and a hash
    over all of them, but no content. `deletion` is the tombstone of the deletion that it is about. Appended only.
    """

    __tablename__: ClassVar[Any] = "tombstone"
    __table_args__ = (
        one_of("kind", Removal),
        one_of("what", BinKind),
        CheckConstraint("(kind = 'deleted') = (deletion IS NULL)", name="ck_tombstone_deletion"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    deletion: int | None = Field(default=None, foreign_key="tombstone.id")
    what: str
    counts: str
    gone: str = "{}"
    digest: str
    author: str
    at: str


class BinItemRow(SQLModel, table=True):
    """A deletion that can be undone until `due`. `holds` are the ids of the rows in it, `needs` those of the rows that
    they hang on, `cells` the values that were changed for it, `drafts` the notes that no decision carried yet.
    """

    __tablename__: ClassVar[Any] = "bin_item"
    __table_args__ = (one_of("what", BinKind), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    tombstone_id: int = Field(foreign_key="tombstone.id", unique=True)
    what: str
    name: str
    author: str
    at: str
    due: str
    counts: str
    holds: str
    needs: str
    cells: str
    scales: str
    drafts: str


class BinPartRow(SQLModel, table=True):
    """Some rows of one table that were deleted together: names of the columns, and the rows as packed JSON."""

    __tablename__: ClassVar[Any] = "bin_part"
    __table_args__ = (Index("ix_bin_part_item", "item_id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="bin_item.id")
    of: str
    columns: str
    content: bytes


class RetentionRow(SQLModel, table=True):
    """The day until which a suite is kept, and whether it is deleted then without being asked for each time."""

    __tablename__: ClassVar[Any] = "retention"
    __table_args__ = (CheckConstraint("until <> ''", name="ck_retention_until"),)

    suite_id: int = Field(foreign_key="suite.id", primary_key=True)
    until: str
    deletes: bool = False
    author: str
    at: str


class ImportActRow(SQLModel, table=True):
    """One import: the ids of the rows that it added, table by table, and what it changed beside."""

    __tablename__: ClassVar[Any] = "import_act"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    file: str
    format: str
    author: str
    at: str
    added: str
    extended: str = "[]"
    changed: int = 0
