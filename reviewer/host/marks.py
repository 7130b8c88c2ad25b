"""Which windows have a file open, and which programs work on it: a small file beside it for each, locked by the system
as long as its process lives.

A lock dies with its process, so that what a killed program or a computer without power leaves is told from a window
that is there. Where another computer wrote the mark, the lock says nothing, and what stands in the mark is told.
"""

from __future__ import annotations

import errno
import glob
import json
import logging
import os
import platform
import secrets
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from reviewer.host.files import make_private

log = logging.getLogger(__name__)
_MOST_BYTES, _MOST_CHARACTERS = 4096, 80
_TRIES = 5
OPEN, WORK = "open", "work"
"""Kinds of mark: of a window that has the file open, and of a program that works on some of its runs."""
CONTROL = "used as a control set"
"""What is done with a run that helps the work on another one."""
_LOCKED_AT = 1 << 16
"""A byte behind all that is written: on Windows a locked one cannot be read."""


class OpenElsewhere(NamedTuple):
    """A window that has the file open, or a program that works on it: its mark, the account, computer and process, and
    since when. Of work also what is done (`what`) and to which `runs`, by their ids, None where that cannot be read;
    those of them that only help (`helping`) have to stay, and something else is done with them.
    """

    mark: Path
    user: str
    host: str
    pid: int
    since: str
    what: str = ""
    runs: frozenset[int] | None = None
    helping: frozenset[int] = frozenset()

    @property
    def is_here(self) -> bool:
        return self.host == platform.node()

    @property
    def place(self) -> str:
        """Where its process is, in words."""
        return f"on this computer (process {self.pid})" if self.is_here else f"on the computer {self.host}"

    @property
    def moment(self) -> str:
        """Since when, in words."""
        return f"{self.since[:16].replace('T', ' at ')} UTC"

    @property
    def sentence(self) -> str:
        return f"{self.user or 'Somebody'} opened it {self.place} on {self.moment}."

    @property
    def is_own(self) -> bool:
        """Whether it is this program."""
        return self.is_here and self.pid == os.getpid()

    @property
    def whereabouts(self) -> str:
        """Which program it is, in words."""
        if self.is_own:
            return "by this program"
        return f"by another program {self.place}, since {self.moment}"

    @property
    def remedy(self) -> str:
        """What to do where its computer stopped, which nothing tells from here; empty for one of this computer."""
        if self.is_here:
            return ""
        return f"If nothing works on it there any more, remove the file {self.mark.name} beside the workspace."

    def done_with(self, run_id: int) -> str:
        """What is done with this one of its runs; empty where that cannot be read."""
        return CONTROL if run_id in self.helping else self.what

    def touches(self, run_ids: Collection[int]) -> bool:
        """Whether it works on one of these runs; one that says nothing may work on any."""
        return self.runs is None or not self.runs.isdisjoint(run_ids)


class OpenMark:
    """That this process has a file open, until it is taken away or the process ends."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path, self._handle = path, handle

    def take_away(self) -> None:
        # unlinked while it is locked: nobody is to find it without its lock
        _remove(self.path)
        os.close(self._handle)


def mark_open(path: Path, user: str) -> OpenMark | None:
    """None where nothing can be put beside the file, or the system locks nothing there."""
    return _marked(path, OPEN, {"user": user})


def mark_work(path: Path, what: str, run_ids: Sequence[int], helping: Sequence[int] = ()) -> OpenMark | None:
    """That this process works on these runs of the workspace at `path`, with the help of others; None as
    `mark_open`."""
    runs = sorted({*run_ids, *helping})
    return _marked(path.resolve(), WORK, {"user": "", "what": what, "runs": runs, "helping": sorted(helping)})


def _marked(path: Path, kind: str, said: Mapping[str, object]) -> OpenMark | None:
    said = {**said, "host": platform.node(), "pid": os.getpid(), "since": datetime.now(UTC).isoformat()}
    for _ in range(_TRIES):
        mark = path.with_name(f".{path.name}.{kind}-{secrets.token_hex(4)}")
        handle = _put(mark, json.dumps(said).encode())
        if handle is None:
            return None
        if mark.exists():
            return OpenMark(mark, handle)
        os.close(handle)  # found by another process before it was locked, and taken for a left one
    return None


def _put(mark: Path, said: bytes) -> int | None:
    try:
        make_private(mark)
        handle = os.open(mark, os.O_RDWR)
    except OSError as error:
        log.info("the mark %s cannot be put: %s", mark.name, error.strerror)
        return None
    try:
        _lock_soon(handle)
        os.write(handle, said)
    except OSError as error:
        log.info("the mark %s cannot be used: %s", mark.name, error.strerror)
        os.close(handle)
        _remove(mark)
        return None
    return handle


def _lock_soon(handle: int) -> None:
    """Whoever looks whether it is held lets go at once. Raises OSError where it cannot be locked."""
    for _ in range(_TRIES):
        if _lock(handle):
            return
        time.sleep(0.01)
    raise BlockingIOError(errno.EWOULDBLOCK, "another process keeps it locked")


def windows_on(path: Path) -> list[OpenElsewhere]:
    """The windows of other processes that have the file open; marks that nobody holds any more are removed."""
    return [each for each in _held(path, OPEN) if not each.is_own]


def works_on(path: Path) -> list[OpenElsewhere]:
    """What goes on with runs of the workspace, this process's too; marks that nobody holds any more are removed."""
    return list(_held(path.resolve(), WORK))


def _held(path: Path, kind: str) -> Iterator[OpenElsewhere]:
    for mark in _marks_of(path, kind):
        found = _read(mark)
        if found is None:
            continue
        if found.is_here and not _is_held(mark):
            _remove(mark)
            continue
        yield found


def forget_foreign(path: Path) -> None:
    """Take away marks of other computers, which a person says are not open there."""
    for each in windows_on(path):
        if not each.is_here:
            _remove(each.mark)


def is_marked(path: Path) -> bool:
    """Whether any process, this one too, holds a mark of the file, or another computer left one."""
    return any(_is_open(mark) for mark in _marks_of(path))


def forget_marks(path: Path) -> None:
    """Take away the marks of either kind that nobody holds any more."""
    for mark in [*_marks_of(path), *_marks_of(path.resolve(), WORK)]:
        if not _is_open(mark):
            _remove(mark)


def marked_files(folder: Path, ending: str) -> list[Path]:
    """The files in the folder with a name of this ending that have a mark, whether it is held or not."""
    marks = folder.glob(f".*{glob.escape(ending)}.open-*")
    return sorted({mark.with_name(mark.name[1:].rpartition(".open-")[0]) for mark in marks})


def _marks_of(path: Path, kind: str = OPEN) -> list[Path]:
    return sorted(path.parent.glob(f".{glob.escape(path.name)}.{kind}-*"))


def _is_open(mark: Path) -> bool:
    found = _read(mark)
    return found is not None and (not found.is_here or _is_held(mark))


def _read(mark: Path) -> OpenElsewhere | None:
    """None for one that has gone by now. One that says nothing, or may not be read, is of somebody here."""
    try:
        with mark.open("rb") as file:
            said = json.loads(file.read(_MOST_BYTES))
        runs = frozenset(map(int, said["runs"])) if "runs" in said else None
        user, host, since = (_short(said[name]) for name in ("user", "host", "since"))
        helping = frozenset(map(int, said.get("helping", ())))
        return OpenElsewhere(mark, user, host, int(said["pid"]), since, _short(said.get("what", "")), runs, helping)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return OpenElsewhere(mark, "", platform.node(), 0, _made_at(mark))


def _short(untrusted: object) -> str:
    """On one line: whoever can write in the folder can write a mark."""
    return " ".join(str(untrusted)[:_MOST_CHARACTERS].split())


def _made_at(mark: Path) -> str:
    try:
        return datetime.fromtimestamp(mark.stat().st_mtime, UTC).isoformat()
    except OSError:
        return datetime.now(UTC).isoformat()


def _is_held(mark: Path) -> bool:
    try:
        handle = os.open(mark, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # another account's
    try:
        return not _lock(handle)
    finally:
        os.close(handle)


def _remove(mark: Path) -> None:
    try:
        mark.unlink(missing_ok=True)
    except OSError as error:
        log.info("the mark %s cannot be removed: %s", mark.name, error.strerror)


if sys.platform == "win32":

    def _lock(handle: int) -> bool:
        import msvcrt

        os.lseek(handle, _LOCKED_AT, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:

    def _lock(handle: int) -> bool:
        """Whether it is ours now. Raises OSError where the file system locks nothing."""
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
