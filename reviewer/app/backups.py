"""The backups that lie beside a workspace: when and why each was made, and what it holds."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from reviewer.host.backup_files import known_backups
from reviewer.store.database import Workspace
from reviewer.store.opening import open_to_read
from reviewer.store.queries.contents import counts_of

_WHY = {
    "before-restore": "before another backup was restored",
    "before-passphrase": "before its passphrase was changed",
    "before-plain": "before its encryption was removed",
    "encrypted": "when it was encrypted",
    "backup": "you asked for it",
}
_SCHEMA = re.compile(r"before-(\d{4})", re.ASCII)


class BackupFile(NamedTuple):
    """A backup by the name that the program gave it."""

    path: Path
    made: datetime
    why: str
    size: int


class BackupContents(NamedTuple):
    """What of it a person counts."""

    cases: int
    responses: int
    decisions: int


def backups_beside(path: Path) -> list[BackupFile]:
    """Newest first. Raises OSError."""
    return [
        BackupFile(each.path, each.made, _words(each.why), each.path.stat().st_size) for each in known_backups(path)
    ]


def what_it_holds(path: Path) -> BackupContents:
    """Nothing is changed. Raises KnownError: SealedError where it is locked."""
    with closing(open_to_read(path, "It is only looked at.")) as workspace:
        return _held(workspace)


def _held(workspace: Workspace) -> BackupContents:
    counts = counts_of(workspace)
    return BackupContents(counts["case"], counts["response"], counts["decision"])


def _words(why: str) -> str:
    return "before a newer program changed it" if _SCHEMA.fullmatch(why) else _WHY[why]
