"""Whether the log beside a file (its WAL) is that file's own, told without opening either as a database.

A killed program leaves its log. SQLite replays it over whatever file lies there by then, also over a backup that was
copied into the place, and what comes out is neither. So each commit stamps the file's first page: `user_version` holds
16 random bits and, above them, the 16 of the commit before. Every commit in a log has that page, so a log says which
state it begins on and which ones it leads to. A file fits it that is in one of these states: before the first commit,
or after any of them where the log was partly brought into the file. A checked copy gets a stamp of its own, so that a
log does not fit a backup of its own workspace either; the log of another workspace fits by a chance of 1 in 65,536.
An encrypted file is asked through its key. A rollback journal is the other log that a file may have (`journals`).

Layout: https://www.sqlite.org/fileformat2.html, sections 1.3 and 4.1.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import FileIO
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from reviewer.core.errors import EnvironmentFault, UnwritableError
from reviewer.store.dialects import first_pages, journals
from reviewer.store.dialects.first_pages import FirstPage, stamp_in

_HALF = 0xFFFF
_HEADER_BYTES, _FRAME_BYTES = 32, 24
_WAL_MAGICS = (0x377F0682, 0x377F0683)
_LOOKS, _LOOK_EVERY_S = 4, 0.05
"""A log that another program is changing is looked at again; an unfit one is the same each time."""


def stamp_after(stamp: int) -> int:
    """The `user_version` of the commit after one that left `stamp`, both signed as SQLite has them."""
    new = (stamp & _HALF) << 16 | (secrets.randbelow(_HALF) + 1)
    return new - (1 << 32) if new >= 1 << 31 else new


def moment(connection: Connection) -> int:
    """What the last commit left: two states of a file differ in it but for one chance in 2³⁰."""
    stamp: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return stamp


def follows(stamp: int, before: int) -> bool:
    """Whether a commit on the state of `before` may have left `stamp`, as a checked copy's is."""
    return stamp >> 16 & _HALF == before & _HALF


class _Look(NamedTuple):
    """What is seen of file and log at once: the one's first page, the other's beginning and length, if they fit."""

    header: bytes
    log: bytes
    size: int
    fits: bool


def log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def log_fits(path: Path) -> bool:
    """Whether the logs beside the file may be replayed; True where there is none, or nothing in it. Raises OSError."""
    return not unfit_logs(path)


def unfit_logs(path: Path) -> list[Path]:
    """Of the two logs that a file may have those that are another file's or another state's. Raises OSError."""
    looks = {log_of(path): _look, journals.journal_of(path): _look_at_journal}
    return [log for log, look in looks.items() if not _comes_to_fit(path, look)]


def _comes_to_fit(path: Path, look: Callable[[Path], _Look]) -> bool:
    before, seen = None, 0
    for _ in range(_LOOKS * 5):
        found = look(path)
        if found.fits:
            return True
        seen = seen + 1 if found == before else 1
        if seen == _LOOKS:
            return False
        before = found
        time.sleep(_LOOK_EVERY_S)
    return True  # it changes all the time: the program that does it holds the file


def set_aside(path: Path) -> str:
    """Give a log that is not the file's another name; returns the sentence that says so, empty where the log fits.

    Raises UnwritableError where the log can be neither read nor renamed.
    """
    try:
        return " ".join([_put_aside(path, log) for log in unfit_logs(path)])
    except OSError as error:
        raise UnwritableError(
            f"The log beside {path} belongs to another state of it and cannot be set aside ({error.strerror}).",
            f"Move {' and '.join(each.name for each in _logs(path))} to another folder, then open the workspace again.",
        ) from error


def _logs(path: Path) -> list[Path]:
    return [each for each in (log_of(path), journals.journal_of(path)) if each.exists()]


def _put_aside(path: Path, log: Path) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"{path.name}.log-set-aside-{stamp}{'' if n == 1 else f'-{n}'}" for n in count(1))
    away = next(there for name in names if not (there := path.with_name(name)).exists())
    os.replace(log, away)
    if log == log_of(path):
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
    return (
        f"The log beside {path} belongs to another state of the file, such as the one before a backup was copied over "
        f"it. It was not used and is kept as {away.name}."
    )


def _look(path: Path) -> _Look:
    page, log = first_pages.of(path), log_of(path)
    for beside in (log, journals.journal_of(path)):
        if beside.is_symlink() or (beside.exists() and not beside.is_file()):  # a pipe would be waited for for ever
            raise EnvironmentFault(
                f"{beside} stands where a log of the workspace belongs, and is a folder, a link or a pipe.",
                "Move it to another folder, then open the workspace again. Nothing was changed.",
            )
    try:
        with log.open("rb", buffering=0) as file:
            start = file.read(_HEADER_BYTES)
            found = _committed(file, start, page)
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return _Look(page.header, b"", 0, fits=True)
    moved = first_pages.of(path).header != page.header
    return _Look(page.header, start, size, found is None or moved or _fits(page.header, found))


def _look_at_journal(path: Path) -> _Look:
    page = first_pages.of(path)
    try:
        with journals.journal_of(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(journals.HEADER_BYTES)
            fits = journals.fits(file, start, page)
    except FileNotFoundError:
        return _Look(page.header, b"", 0, fits=True)
    return _Look(page.header, start, size, fits or first_pages.of(path).header != page.header)


def _fits(header: bytes, stamps: list[int]) -> bool:
    """An empty file has its first page in the log; of a file that is no SQLite file nothing is known here."""
    if not header:
        return True
    own = stamp_in(header)
    if not stamps:
        return own == 0  # both from before there were stamps
    return own in stamps or stamps[0] >> 16 == own & _HALF


def _committed(file: FileIO, start: bytes, page: FirstPage) -> list[int] | None:
    """The stamps of the first pages that a log's commits hold, oldest first; None where it holds no commit.

    Frames of an earlier use of the log have other salts.
    """
    page_size, salts = int.from_bytes(start[8:12], "big"), start[16:24]
    if int.from_bytes(start[:4], "big") not in _WAL_MAGICS or not 512 <= page_size <= 65536:
        return None
    committed: list[int] | None = None
    open_ones: list[int] = []
    for place in count(_HEADER_BYTES, _FRAME_BYTES + page_size):
        file.seek(place)
        frame = file.read(_FRAME_BYTES)
        if len(frame) < _FRAME_BYTES or frame[8:16] != salts:
            return committed
        if int.from_bytes(frame[:4], "big") == 1:
            open_ones.append(stamp_in(page.opened(file.read(page_size))))
        if any(frame[4:8]):
            committed = committed or []
            committed += open_ones
            open_ones = []
    return committed
