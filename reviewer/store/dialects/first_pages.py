"""The first page of a workspace file as SQLite means it, an encrypted one opened by its key: the state it is in.

SQLCipher leaves 16 bytes open, encrypts the rest with AES-256 in CBC, and keeps the vector of each page in the 80 bytes
at its end, before the 64 of its check (https://www.zetetic.net/sqlcipher/design/).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from reviewer.store.dialects import sealing
from reviewer.store.dialects.starts import start_of

MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_PAGE_BYTES = 4096
_OPEN, _RESERVED, _VECTOR = 16, 80, 16
_TAKEN = _OPEN + 96
"""Whole blocks that hold the header."""


class FirstPage(NamedTuple):
    """Of a file, and of what its logs have of it."""

    header: bytes
    """Empty where it is no SQLite file, or an encrypted one whose key is not known."""
    key: sealing.FileKey | None

    def opened(self, page: bytes) -> bytes:
        """The header of another state of the same page."""
        if self.key is None or len(page) <= _TAKEN + _RESERVED:
            return page[:_HEADER_BYTES]
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        vector = page[-_RESERVED:][:_VECTOR]
        opener = Cipher(algorithms.AES(self.key.raw), modes.CBC(vector)).decryptor()
        return MAGIC + opener.update(page[_OPEN:_TAKEN])[: _HEADER_BYTES - _OPEN]


def of(path: Path) -> FirstPage:
    """Raises OSError."""
    start = start_of(path, _PAGE_BYTES)
    if start.startswith(MAGIC):
        return FirstPage(start[:_HEADER_BYTES], None)
    if not start.startswith(sealing.MAGIC) or sealing.is_locked(path):
        return FirstPage(b"", None)
    page = FirstPage(b"", sealing.key_of(path))
    return page._replace(header=page.opened(start))


def stamp_in(header: bytes) -> int:
    """What the last commit left (`wal`)."""
    return int.from_bytes(header[60:64], "big")


def writes_in(header: bytes) -> int:
    """How many transactions wrote the page, where SQLite counts them a second time: the first time stands in the one
    block that a vector opens, and a vector is not written at once with it when the power goes.
    """
    return int.from_bytes(header[92:96], "big")


def pages_in(header: bytes) -> int:
    return int.from_bytes(header[28:32], "big")
