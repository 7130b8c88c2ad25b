"""What was deleted and can be brought back, and what is known of what was taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from reviewer.core.errors import InputError

KEPT_DAYS = 30
"""So long a deletion can be undone."""


MOST_DAYS = 36_500
"""So long a suite may be kept by the workspace's default; who wants longer sets none."""
KEPT_BY_DEFAULT = "retention.default"
"""The setting with how many days suites are kept that have no day of their own, and whether they are deleted then."""


class NameTakenError(InputError):
    """What is to be brought back has a name that was used again; with another one it can be."""


class Removal(StrEnum):
    """What became of rows: into the bin, back out of it, or gone for good."""

    DELETED = "deleted"
    RESTORED = "restored"
    ERASED = "erased"


class BinKind(StrEnum):
    """What a person deleted."""

    SUITE = "suite"
    CASES = "cases"
    RUN = "run"
    IMPORT = "import"


@dataclass(frozen=True)
class ToDelete:
    """What is to be deleted: the ids of the rows at the top, table by table, and what people call it."""

    what: BinKind
    name: str
    roots: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class BinItem:
    """A deletion that can be undone until `due`, RFC 3339; `counts` are rows by table."""

    id: int
    what: BinKind
    name: str
    author: str
    at: str
    due: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Erased:
    """Deletions that were taken away for good; the model versions that went with them, because no run uses them any
    more, and those that stay for other runs.
    """

    items: tuple[BinItem, ...]
    versions: tuple[str, ...] = ()
    kept_versions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tombstone:
    """One line of the record of deletions; `deletion` is the id of the deletion that a later line is about."""

    id: int
    kind: Removal
    deletion: int | None
    what: BinKind
    counts: Mapping[str, int]
    events: int
    author: str
    at: str


@dataclass(frozen=True)
class Retention:
    """How long a suite is kept. Without a date of its own it has the workspace's days, counted from when it was made.

    `until` is None where it is kept without end.
    """

    suite_id: int
    suite: str
    until: date | None
    deletes: bool
    is_own: bool
    has_passed: bool = field(default=False)


def due_after(at: str) -> str:
    """When a deletion of this moment is over, RFC 3339."""
    moment = datetime.fromisoformat(at) + timedelta(days=KEPT_DAYS)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
