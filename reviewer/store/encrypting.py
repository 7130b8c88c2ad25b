"""Encrypt a workspace, change its passphrase, take its encryption away: each writes the file anew and checks it first.

A key that is only wrapped anew would leave every earlier copy of the wrapping good for the same file; the file written
anew has another key, so that whoever knew the earlier passphrase cannot read what comes after.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from pathlib import Path

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.host.files import overwrite_and_remove
from reviewer.host.partials import CONVERTING, being_made
from reviewer.host.sealed_files import SealedError
from reviewer.store.database import open_workspace
from reviewer.store.dialects import dialect_for
from reviewer.store.dialects.converting import write_copy
from reviewer.store.dialects.sealing import (
    FileKey,
    forget,
    is_locked,
    key_of,
    lock,
    lock_all,
    new_key,
    seal_of,
    unlock,
)
from reviewer.store.dialects.starts import start_of

__all__ = [
    "SealedError",
    "change_passphrase",
    "decrypt",
    "encrypt",
    "erase_left_over",
    "is_encrypted",
    "is_locked",
    "lock",
    "lock_all",
    "plain_copies",
    "unlock",
]


def _never() -> bool:
    return False


def is_encrypted(path: Path) -> bool:
    return seal_of(path) is not None


def encrypt(path: Path, passphrase: str, stopped: Callable[[], bool] = _never) -> str:
    """Encrypt the closed workspace; the plain file is overwritten once the new one is checked. The recovery code.

    Raises InputError where it is encrypted already, is no workspace or `stopped` says so, EnvironmentFault where
    another program has it open or the disk does not do it: then the workspace is as it was.
    """
    if is_encrypted(path):
        erase_left_over(path)
        raise InputError(
            f"The workspace {path} is encrypted already.", "Change its passphrase with `reviewer passphrase change`."
        )
    return _sealed_anew(path, passphrase, stopped)


def change_passphrase(path: Path, passphrase: str, stopped: Callable[[], bool] = _never) -> str:
    """Write the unlocked workspace anew under another key. The new recovery code. Raises as `encrypt`."""
    _check_encrypted(path)
    return _sealed_anew(path, passphrase, stopped)


def decrypt(path: Path, stopped: Callable[[], bool] = _never) -> None:
    """Write the unlocked workspace anew without encryption. Raises as `encrypt`."""
    _check_encrypted(path)
    _convert(path, None, stopped)


def _check_encrypted(path: Path) -> None:
    if path.exists() and not is_encrypted(path):
        raise InputError(f"The workspace {path} is not encrypted.", "Encrypt it with `reviewer encrypt`.")
    if path.exists():
        key_of(path)


def _sealed_anew(path: Path, passphrase: str, stopped: Callable[[], bool]) -> str:
    key = new_key(passphrase)
    try:
        _convert(path, key, stopped)
    finally:
        if seal_of(path) != key.seal:
            forget(key)
    return key.recovery_code


def _convert(path: Path, key: FileKey | None, stopped: Callable[[], bool]) -> None:
    erase_left_over(path)
    open_workspace(path, create=False).close()  # checked, of this program's schema, and all of it in the one file
    before = path.stat()
    fresh = path.with_name(f".{path.name}.{os.getpid()}{CONVERTING}")
    kept = path.with_name(f".{path.name}.converted-{os.getpid()}")
    try:
        with being_made(fresh):
            write_copy(path, fresh, key, stopped)
            now = path.stat()
            if (now.st_mtime_ns, now.st_size) != (before.st_mtime_ns, before.st_size):
                raise EnvironmentFault(
                    f"Another program wrote to the workspace {path} meanwhile.", "Close it there and try again."
                )
            dialect_for(path).take_place(path, fresh, kept)
    except OSError as error:
        raise EnvironmentFault(
            f"The workspace {path} could not be converted ({error.strerror}).",
            "Check the permissions of the folder and the free space; the workspace is as it was.",
        ) from error
    finally:
        for beside in ("", "-wal", "-shm", "-journal"):
            fresh.with_name(fresh.name + beside).unlink(missing_ok=True)
    _remove(kept)


def erase_left_over(path: Path) -> None:
    """What the workspace was before a conversion that was killed at its end."""
    for kept in path.parent.glob(f".{glob.escape(path.name)}.converted-*"):
        if kept.samefile(path):
            kept.unlink()  # killed before the new file took the place: a second name of the workspace itself
        elif not kept.name.endswith("-wal"):
            _remove(kept)


def _remove(kept: Path) -> None:
    for beside in ("-wal", ""):
        left = kept.with_name(kept.name + beside)
        try:
            if left.exists():
                overwrite_and_remove(left)
        except OSError as error:
            raise EnvironmentFault(
                f"The workspace is converted, but what it was before could not be erased: {left} ({error.strerror}).",
                "Erase that file yourself.",
            ) from error


def plain_copies(path: Path) -> list[Path]:
    """Files beside the workspace that are named after it, as backups are, and are not encrypted."""
    return sorted(
        each
        for pattern in (f"{glob.escape(path.stem)}.*", f".{glob.escape(path.name)}.*")
        for each in path.parent.glob(pattern)
        if each != path and each.is_file() and _is_plain(each)
    )


def _is_plain(path: Path) -> bool:
    try:
        return start_of(path, 16) == b"SQLite format 3\0"
    except OSError:
        return False
