"""The copies that the program makes by itself before it changes a workspace for good: their names, and how long each
is kept. A copy under any other name is a person's and stays.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from reviewer.core.thinning import kept

_log = logging.getLogger(__name__)
_STAMP = "%Y%m%dT%H%M%SZ"
_BESIDE = ("", "-wal", "-shm")
_BY_ITSELF = r"before-(?:\d{4}|restore|passphrase|plain)|encrypted"


class AutomaticBackup(NamedTuple):
    """`why` is what its name says: `before-0013`, `before-restore`, `encrypted`, …"""

    path: Path
    made: datetime
    why: str


def automatic_name(path: Path, why: str) -> Path:
    """A free name beside the workspace, as `w.before-restore-20260301T120000Z.sqlite`."""
    stamp = datetime.now(UTC).strftime(_STAMP)
    names = (f"{path.stem}.before-{why}-{stamp}{'' if n == 1 else f'-{n}'}{path.suffix}" for n in count(1))
    return next(there for name in names if not (there := path.with_name(name)).exists())


def automatic_backups(path: Path, why: str = _BY_ITSELF) -> list[AutomaticBackup]:
    """Those of this workspace, newest first; `why` is a pattern. Raises OSError."""
    return _named(path, why)


def known_backups(path: Path) -> list[AutomaticBackup]:
    """The automatic ones and those that were asked for and got their name from the program, newest first.

    Raises OSError.
    """
    return _named(path, f"{_BY_ITSELF}|backup")


def _named(path: Path, why: str) -> list[AutomaticBackup]:
    form = re.compile(rf"{re.escape(path.stem)}\.({why})-(\d{{8}}T\d{{6}}Z)(?:-\d+)?{re.escape(path.suffix)}", re.ASCII)
    found = (
        AutomaticBackup(each, made, match[1])
        for each in path.parent.iterdir()
        if (match := form.fullmatch(each.name)) and (made := _time(match[2])) and _is_own_file(each)
    )
    return sorted(found, key=lambda each: (each.made, each.path.name), reverse=True)


def copies_of(path: Path) -> list[Path]:
    """What this program put beside a workspace and may hold what is in it: backups under the names that it gives, those
    that it was asked for too, and logs that it set aside. Raises OSError.
    """
    asked = re.compile(rf"{re.escape(path.stem)}\.backup-\d{{8}}T\d{{6}}Z{re.escape(path.suffix)}", re.ASCII)
    aside = re.compile(rf"{re.escape(path.name)}\.log-set-aside-\d{{8}}T\d{{6}}Z(?:-\d+)?", re.ASCII)
    named = (asked, aside)
    others = [
        each
        for each in path.parent.iterdir()
        if any(form.fullmatch(each.name) for form in named) and _is_own_file(each)
    ]
    return sorted([*(each.path for each in automatic_backups(path)), *others])


def thin_backups(path: Path) -> str:
    """Remove the automatic backups that newer ones stand for; the sentence that says so, empty where none was."""
    try:
        found = automatic_backups(path)
        keep = kept((each.made for each in found), datetime.now(UTC))
        removed = [each.path.name for each in found if each.made not in keep and _remove(each.path)]
    except OSError as error:
        _log.info("The backups beside %s cannot be looked at: %s", path.name, error)
        return ""
    if not removed:
        return ""
    _log.info("Removed backups beside %s: %s", path.name, ", ".join(removed))
    what = "One older automatic backup" if len(removed) == 1 else f"{len(removed)} older automatic backups"
    return (
        f"{what} of {path.name} made way for newer ones. Of the last day each is kept, then one a day, a week and a "
        "month for a year; backups that you named stay."
    )


def _time(stamp: str) -> datetime | None:
    """None for digits that are no moment: such a name is a person's."""
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _is_own_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _remove(path: Path) -> bool:
    try:
        for ending in reversed(_BESIDE):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    except OSError as error:
        _log.info("The backup %s cannot be removed: %s", path.name, error)
        return False
    return True
