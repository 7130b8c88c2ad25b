"""Encrypted workspaces: how such a file is told from others, what its key is, and which keys are known just now.

The file is SQLCipher's, whose first 16 bytes are open and can be chosen. They say what the file is, how its key comes
from the passphrase, and (3 bytes of it) whether a passphrase is the right one before anything else is read. So one
file is all there is: whoever copies, renames or restores it has everything that its passphrase opens.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.host.sealed_files import SealedError
from reviewer.store.dialects.starts import start_of

MAGIC = b"RVWC"
_FIRST_WAY = 1
_SALT, _SEAL = 13, 16
"""Bytes of the salt (magic, way, 8 random ones), and of all of it with the 3 that check the key."""

_SCRYPT = {_FIRST_WAY: {"n": 2**16, "r": 8, "p": 1}}
"""{way: its costs}; 64 MB and some 0.2 s for each guess. A stronger way gets the next number."""

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L, which are mistaken for each other."""
_DIGITS, _GROUP = 52, 4
"""31 ** 52 is the first power above 2 ** 256."""


class FileKey(NamedTuple):
    """The key of one file and the file's first 16 bytes."""

    raw: bytes
    seal: bytes

    @property
    def literal(self) -> str:
        """As SQLCipher takes a key that it is not to derive."""
        return f"x'{self.raw.hex()}{self.seal.hex()}'"

    @property
    def recovery_code(self) -> str:
        """The key itself, to be written down: groups of four."""
        number, written = int.from_bytes(self.raw, "big"), ""
        for _ in range(_DIGITS):
            number, digit = divmod(number, len(_ALPHABET))
            written += _ALPHABET[digit]
        return "-".join(written[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))


_known: dict[bytes, FileKey] = {}
"""{seal: key} of the files that are unlocked in this process. A copy of a file has its seal, and so its key."""


_throwaway: set[bytes] = set()
"""Of files that only this process opens."""


def seal_of(path: Path) -> bytes | None:
    """The first bytes of an encrypted workspace; None for any other file and where none can be read."""
    try:
        if not path.is_file():
            return None  # a pipe that nobody writes to would be waited for without end
        start = start_of(path, _SEAL)
    except OSError:
        return None
    return start if start.startswith(MAGIC) and len(start) == _SEAL else None


def key_of(path: Path) -> FileKey | None:
    """The key of an unlocked file; None for one that is not encrypted. Raises SealedError for a locked one."""
    seal = seal_of(path)
    if seal is None:
        return None
    if seal not in _known:
        raise SealedError(path, f"The workspace {path} is encrypted.", "Give its passphrase to open it.")
    return _known[seal]


def is_locked(path: Path) -> bool:
    """Whether the file is encrypted and its key is not known."""
    seal = seal_of(path)
    return seal is not None and seal not in _known


def unlock(path: Path, secret: str) -> None:
    """Take a passphrase or a recovery code. Raises SealedError where it does not fit; nothing is written."""
    seal = seal_of(path)
    if seal is None:
        return
    if seal[len(MAGIC)] not in _SCRYPT:
        raise InputError(f"{path} was encrypted by a newer Reviewer.", "Open it with the newer program.")
    key = _from_code(seal, secret) or FileKey(_derived(seal, secret), seal)
    if not _fits(key):
        raise SealedError(
            path,
            f"The passphrase does not open {path}.",
            "Check capital letters and the keyboard's language, or give the recovery code. Nothing was changed.",
        )
    _known[seal] = key


def lock(path: Path) -> None:
    """Forget the key of the file."""
    _known.pop(seal_of(path) or b"", None)


def forget(key: FileKey) -> None:
    """Of a file that was not made, or that nobody opens any more."""
    _known.pop(key.seal, None)
    _throwaway.discard(key.seal)


def lock_all() -> None:
    """Forget every key that a person can give again, also of files that are gone by now."""
    for seal in set(_known) - _throwaway:
        del _known[seal]


def has_passphrase(path: Path) -> bool:
    """Whether the file is encrypted under what a person knows."""
    seal = seal_of(path)
    return seal is not None and seal not in _throwaway


def new_key(passphrase: str) -> FileKey:
    """A key for a new file; it is known from now on."""
    salt = MAGIC + bytes([_FIRST_WAY]) + secrets.token_bytes(8)
    raw = _derived(salt, passphrase)
    key = FileKey(raw, salt + _check(raw, salt))
    _known[key.seal] = key
    return key


def throwaway_key() -> FileKey:
    """Of a file that nobody opens after this process; it is known from now on."""
    salt, raw = MAGIC + bytes([_FIRST_WAY]) + secrets.token_bytes(8), secrets.token_bytes(32)
    key = FileKey(raw, salt + _check(raw, salt))
    _known[key.seal] = key
    _throwaway.add(key.seal)
    return key


def _derived(seal: bytes, passphrase: str) -> bytes:
    costs = _SCRYPT[seal[len(MAGIC)]]
    given = passphrase.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(given, salt=seal[:_SALT], dklen=32, maxmem=2**28, **costs)


def _check(raw: bytes, seal: bytes) -> bytes:
    return hmac.digest(raw, b"reviewer key check" + seal[:_SALT], "sha256")[: _SEAL - _SALT]


def _fits(key: FileKey) -> bool:
    return hmac.compare_digest(key.seal[_SALT:], _check(key.raw, key.seal))


def _from_code(seal: bytes, given: str) -> FileKey | None:
    """The key that a recovery code spells, however it was spaced; None for anything else."""
    digits = [_ALPHABET.find(each) for each in given.upper() if each not in "- \t\n"]
    if len(digits) != _DIGITS or -1 in digits:
        return None
    number = sum(digit * len(_ALPHABET) ** place for place, digit in enumerate(digits))
    if number >= 2**256:
        return None
    key = FileKey(number.to_bytes(32, "big"), seal)
    return key if _fits(key) else None


def driver() -> ModuleType:
    """The library that opens encrypted files. Raises EnvironmentFault where it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise EnvironmentFault(
            f"Encrypted workspaces cannot be used here ({error}).", "Install it with: python -m pip install sqlcipher3"
        ) from error
    module: ModuleType = dbapi2
    return module


def errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """What the drivers in use raise, and the `others`."""
    if "sqlcipher3" not in sys.modules:
        return (*others, sqlite3.Error)
    return (*others, sqlite3.Error, driver().Error)


def connect(database: Path | str, key: FileKey | None, options: Mapping[str, Any]) -> sqlite3.Connection:
    """As sqlite3.connect with these options, for a file that is encrypted with the key, if there is one."""
    if key is None:
        plain: sqlite3.Connection = sqlite3.connect(database, **options)
        return plain
    connection: sqlite3.Connection = driver().connect(str(database), **options)
    # what it would print on a damaged page is said as an error anyway
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f'PRAGMA key = "{key.literal}"')
    return connection
