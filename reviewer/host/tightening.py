"""A workspace of before, or one that was copied, may be open to other accounts: it is closed to them when it is opened,
with what lies beside it.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_log = logging.getLogger(__name__)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_BESIDE = ("-wal", "-shm", "-journal")
_KINDS = ("before-", "backup-", "encrypted-")


def tighten(path: Path) -> list[str]:
    """Take the file, its log and its backups away from other accounts; a sentence on what was, and on what cannot be,
    empty where nothing was open to anybody.
    """
    if os.name != "posix":
        return []  # elsewhere a file has its folder's permissions
    done: list[str] = []
    left: list[str] = []
    try:
        for each in _files(path):
            if _is_open_to_others(each):
                (done if _close_to_others(each) else left).append(each.name)
    except OSError as error:
        _log.info("The permissions beside %s cannot be looked at: %s", path.name, error)
    return [
        *([f"Other accounts of this computer could reach {_named(done)}; now only yours can."] if done else []),
        *(
            [
                f"Other accounts of this computer can reach {_named(left)}, and that cannot be changed here: "
                "the file is another account's, or its disk keeps no permissions."
            ]
            if left
            else []
        ),
    ]


def _files(path: Path) -> Iterator[Path]:
    """The workspace first: what SQLite makes beside it takes its permissions."""
    yield path
    names = {path.name + ending for ending in _BESIDE}
    starts = (*(f"{path.stem}.{kind}" for kind in _KINDS), f"{path.name}.log-set-aside-")
    for each in sorted(path.parent.iterdir()):
        is_named_so = each.name in names or each.name.startswith(starts)
        if is_named_so and each.is_file() and not each.is_symlink():
            yield each


def _is_open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except FileNotFoundError:
        return False  # a log that went meanwhile


def _close_to_others(path: Path) -> bool:
    """Whether it could be done; the owner's own permissions stay as they are."""
    try:
        found = path.stat()
        if found.st_uid != os.geteuid():
            return False
        path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
    except OSError as error:
        _log.info("The permissions of %s cannot be changed: %s", path.name, error)
    return not _is_open_to_others(path)


def _named(names: list[str]) -> str:
    """The first one, and how many others; what SQLite keeps beside a file is a part of it."""
    told = [name for name in names if not name.endswith(_BESIDE)] or names
    others = len(told) - 1
    more = f" and {others} {'file' if others == 1 else 'files'} beside it" if others else ""
    return told[0] + more
