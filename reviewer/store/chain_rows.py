"""The table row of the chain over a workspace's events."""

from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class ChainEntryRow(SQLModel, table=True):
    """The events that one write appended to one table, as hashes, with the hash of the entry before. Appended only."""

    __tablename__: ClassVar[Any] = "chain_entry"
    __table_args__ = (Index("ix_chain_entry_source", "source", "last"),)

    sequence: int = Field(primary_key=True)
    source: str
    first: int
    last: int
    size: int
    shape: int
    root: str
    leaves: bytes
    previous: str
    hash: str
