"""What a workspace asks of its database beyond the SQL that all of them speak."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.exc import DBAPIError

from reviewer.core.errors import EnvironmentFault
from reviewer.store.dialects.sealing import FileKey


class Library(NamedTuple):
    """The program library that does a database's work, and whether it can search text."""

    name: str
    version: str
    can_search: bool


def _nothing() -> None:
    """Nobody is told."""


class Patience(NamedTuple):
    """How long a write waits for another program's: `seconds`. Who waits is `told` so, once it takes
    more than a moment, and when it is `over`, unless an interrupt ended it.
    """

    seconds: float
    told: Callable[[], None] = _nothing
    over: Callable[[], None] = _nothing


class Dialect(Protocol):
    """One kind of database. A module with these functions is one, as `sqlite` is."""

    def library(self) -> Library:
        """What this installation has."""

    def open_engine(self, path: Path) -> Engine:
        """An engine whose every commit is durable; with the option `write` a transaction takes its lock at once,
        and waits for another writer with the option `patience`, where it has one.
        """

    def make_sealed(self, path: Path, key: FileKey) -> None:
        """An empty workspace under this key. Raises EnvironmentFault."""

    def open_engine_to_read(self, path: Path) -> Engine:
        """An engine that writes nothing, neither into the file nor beside it. Raises UnwritableError where the file
        cannot be read so, as one with a log in a folder that cannot be written to.
        """

    def copy_to_read(self, path: Path, copy: Path) -> None:
        """Copy the file and its own log, so that the copy can be opened in the file's stead. Raises OSError."""

    def check_is_workspace(self, path: Path) -> None:
        """Raises InputError where the file is something else, EnvironmentFault where it cannot be read."""

    def is_unused(self, path: Path, moment: int) -> bool:
        """Whether nothing was stored in the file since `moment`, and no other connection has it open."""

    def set_log_aside(self, path: Path) -> str:
        """Put away a log that belongs to another file or state; the sentence that says so, empty where it fits.

        Raises EnvironmentFault where that cannot be done: the file must not be opened then.
        """

    def strangers(self, connection: Connection) -> list[str]:
        """Triggers and views that this program did not make, a phrase each: they could do anything at any read."""

    def misshapen(self, connection: Connection, expected: MetaData) -> list[str]:
        """Where tables, columns, indexes and triggers are not what the models say, a phrase each."""

    def fault(self, path: Path, error: DBAPIError, *, rolled_back: bool) -> EnvironmentFault | None:
        """What the machine did wrong, as a sentence; None where the fault is the program's own.

        That nothing was changed is said only where the error's transaction was `rolled_back` for sure.
        """

    def moment(self, connection: Connection) -> int:
        """A number that each commit to the file changes."""

    def match_expression(self, words: str) -> str:
        """What a person typed as a search: every word must occur, the last one as a beginning. Empty if no word."""

    def matching_ids(self, table: str) -> str:
        """SQL that selects the ids of the rows that match the parameter `:match`."""

    def insert_many(self, connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert complete rows, all with the same columns, the fastest way; searching finds them afterwards."""

    def insert_rows(
        self, connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """The same of rows that are tuples of the values of `columns`."""

    def backup(self, path: Path, target: Path) -> None:
        """Copy a workspace while it may be in use and check the copy; leaves no torn file.

        Raises EnvironmentFault, and InputError where the target is the workspace.
        """

    def is_backup_of(self, path: Path, copy: Path) -> bool:
        """Whether `copy` is a sound copy of what the file holds now, row by row; False where it cannot be read."""

    def problems(self, path: Path) -> list[str]:
        """What the database finds wrong with the file; empty when it is sound. Changes nothing. Raises EnvironmentFault
        where the machine, as by a full disk, keeps that from being found out.
        """

    def search_problems(self, engine: Engine) -> list[str]:
        """Which search index is not of the texts that stand there now. Holds the file against other writers meanwhile,
        some seconds for each hundred thousand texts, and changes nothing.
        """

    def take_place(self, path: Path, fresh: Path, kept: Path) -> None:
        """Put the closed file `fresh` in the place of `path` in one step; a file that was there is then `kept`.

        Raises EnvironmentFault where another program has the file open, OSError where the disk does not do it: then
        the earlier file stands as it was. A file that is too damaged to be locked is let pass.
        """
