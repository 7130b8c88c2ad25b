"""The one place that writes files: whole or not at all.

What is written goes to a file of its own beside the target, is brought to the disk and then takes the target's place,
so that neither a crash, a full disk nor a second writer leaves half a file.
"""

from __future__ import annotations

import codecs
import errno
import logging
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from reviewer.core.errors import DiskFullError, EnvironmentFault, InputError
from reviewer.host.paths import output_file
from reviewer.host.sealed_files import sealed

_log = logging.getLogger(__name__)

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
"""What this program makes is for the account that made it, whatever the system's usual permissions are."""

_NO_ROOM = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_ERASED_AT_ONCE = 1 << 20
_NAME_CHARACTERS = 40
"""Of the target's name in the temporary one: four bytes each and the rest stay below the 255 that systems allow."""


SEALED_ENDING = ".sealed"
_passphrase: ContextVar[str] = ContextVar("passphrase", default="")


@contextmanager
def sealed_as_written(passphrase: str) -> Iterator[None]:
    """What is written inside is encrypted before it is on the disk, in a file of its name with `SEALED_ENDING` behind;
    nothing is encrypted without a passphrase.
    """
    before = _passphrase.set(passphrase)
    try:
        yield
    finally:
        _passphrase.reset(before)


def name_as_written(path: Path) -> Path:
    """Where what is written to `path` now really goes."""
    return path.with_name(path.name + SEALED_ENDING) if _passphrase.get() else path


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path`, or of what a link there points at, when the block ends well.

    A new file is for its owner only, one that was there keeps the permissions that somebody gave it. Raises InputError
    where `path` is a folder or a device, EnvironmentFault where it cannot be written; what was there then stays.
    """
    secret, target = _passphrase.get(), output_file(name_as_written(path))
    try:
        kept = _permissions(target)
        temporary = target.with_name(f".{target.name[:_NAME_CHARACTERS]}.{secrets.token_hex(8)}.part")
        try:
            with open(temporary, "xb", opener=_open_private) as out:
                if secret:
                    held = BytesIO()
                    yield held
                    out.write(sealed(held.getvalue(), secret))
                else:
                    yield out
                out.flush()
                if kept is not None:
                    temporary.chmod(kept)
                os.fsync(out.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)
    except OSError as fault:
        raise _write_fault(path, fault) from fault


@contextmanager
def replacing_text(path: Path, encoding: str = "utf-8") -> Iterator[codecs.StreamWriter]:
    """As `replacing`, for text whose line ends are written as they are given.

    Raises InputError also for text that has no encoding: half of a surrogate pair.
    """
    with replacing(path) as out:
        try:
            yield codecs.getwriter(encoding)(out)
        except UnicodeEncodeError:
            raise InputError(
                f"{path} was not written: a text holds half of a character.", "Correct it first."
            ) from None


def write_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of `path`. Raises as `replacing`."""
    with replacing(path) as out:
        out.write(content)


def _write_fault(path: Path, fault: OSError) -> EnvironmentFault:
    """What a person is told when the system does not let `path` be written."""
    what = f"{path} cannot be written: {fault.strerror or fault}."
    if fault.errno in _NO_ROOM:
        return DiskFullError(what, "Free some space and try again; what was there before is kept.")
    return EnvironmentFault(what, "Check the folder and its permissions; what was there before is kept.")


def _permissions(target: Path) -> int | None:
    """Of the file that is there, None where there is none."""
    return stat.S_IMODE(target.stat().st_mode) if target.exists() else None


def _open_private(name: str, flags: int) -> int:
    return os.open(name, flags, PRIVATE_FILE)


def make_private(path: Path) -> None:
    """An empty file for its owner only, where there is none yet. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))


def private_folder(folder: Path) -> None:
    """The folder and those above it; each that has to be made is for its owner only. Raises OSError."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def overwrite_and_remove(path: Path) -> None:
    """Write zeros over the file, bring them to the disk and remove it. Raises OSError.

    What a file system keeps elsewhere (snapshots, copy on write, a flash disk's spare blocks) is out of reach.
    """
    with path.open("rb+") as file:
        left = file.seek(0, os.SEEK_END)
        file.seek(0)
        while left > 0:
            left -= file.write(bytes(min(left, _ERASED_AT_ONCE)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Bring what was written to the disk. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the new name to the disk too. Not every system or file system can; the file itself is there by then."""
    if os.name != "posix":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as fault:
        _log.info("The folder %s cannot be synced: %s", folder, fault)
