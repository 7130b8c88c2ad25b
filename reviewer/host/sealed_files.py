"""Files under a passphrase, as packets and bundles that are passed on can be: format `reviewer-sealed/1`.

Header of 37 bytes: `RVWS`, 1 (the way), 16 random bytes of salt, 16 bytes that check the key. The key is scrypt's
(n 2^16, r 8, p 1, 32 bytes) of the passphrase and the salt; the check is the beginning of HMAC-SHA-256 of it over the
rest of the header. The content follows in pieces of 65,536 bytes, each sealed by ChaCha20-Poly1305 with 16 bytes behind
it, the whole header as associated data, and a nonce of 11 bytes of the piece's number and one that is 1 for the last
piece and 0 before: so none can be changed, moved, left out or added (Hoang et al. 2015, STREAM).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.core.errors import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MAGIC = b"RVWS"
_WAY = b"\x01"
_SALTED, _HEADER = 21, 37
_PIECE, _TAG = 65_536, 16
MOST_BYTES = 2_000_000_000

_known: dict[bytes, bytes] = {}
"""{header: key} of the files that were unlocked in this process."""


class SealedError(InputError):
    """The file at `path` is encrypted, and its passphrase has not been given or does not fit."""

    def __init__(self, path: Path, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.path = path


def is_sealed(path: Path) -> bool:
    """Whether the file is of this format; False also for what is no file or cannot be read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def sealed(content: bytes, passphrase: str) -> bytes:
    """The content under the passphrase."""
    salted = MAGIC + _WAY + secrets.token_bytes(_SALTED - len(MAGIC) - len(_WAY))
    key = _derived(salted, passphrase)
    header = salted + _check(key, salted)
    cipher = _cipher(key)
    pieces = [content[at : at + _PIECE] for at in range(0, len(content), _PIECE)] or [b""]
    last = len(pieces) - 1
    return header + b"".join(
        cipher.encrypt(_nonce(n, is_last=n == last), piece, header) for n, piece in enumerate(pieces)
    )


def unlock_file(path: Path, passphrase: str) -> None:
    """Take the passphrase of a sealed file. Raises SealedError where it does not fit, InputError as `content_of`."""
    header = _header(path)
    key = _derived(header[:_SALTED], passphrase)
    if not hmac.compare_digest(_check(key, header[:_SALTED]), header[_SALTED:]):
        raise SealedError(
            path,
            f"The passphrase does not open {path}.",
            "Check capital letters and the keyboard's language, or ask whoever sent it. Nothing was changed.",
        )
    _known[header] = key


def is_locked_file(path: Path) -> bool:
    return is_sealed(path) and _header(path) not in _known


def forget_files() -> None:
    """Forget every key."""
    _known.clear()


def content_of(path: Path) -> bytes:
    """What an unlocked file holds, in memory only.

    Raises SealedError where it is locked, InputError where it was changed, cut or made by a newer program.
    """
    header = _header(path)
    if header not in _known:
        raise SealedError(path, f"{path} is encrypted.", "Give its passphrase to open it.")
    return _opened(path, _read(path, MOST_BYTES), header, _known[header])


def _opened(path: Path, held: bytes, header: bytes, key: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    cipher, found = _cipher(key), []
    starts = range(_HEADER, len(held), _PIECE + _TAG)
    for n, at in enumerate(starts):
        is_last = n == len(starts) - 1
        try:
            found.append(cipher.decrypt(_nonce(n, is_last=is_last), held[at : at + _PIECE + _TAG], header))
        except (InvalidTag, ValueError) as error:
            where = "its end was cut off or changed" if is_last else f"it was changed near byte {at:,}"
            raise InputError(f"{path} is not as it was written: {where}.", "Ask for the file again.") from error
    if not found:
        raise InputError(f"{path} is not as it was written: its end was cut off.", "Ask for the file again.")
    return b"".join(found)


def _header(path: Path) -> bytes:
    """Raises InputError for a file that is none of this format or of a newer one."""
    header = _read(path, _HEADER)
    if len(header) < _HEADER or not header.startswith(MAGIC):
        raise InputError(f"{path} is not a whole encrypted file of Reviewer.", "Ask for the file again.")
    if header[len(MAGIC) : len(MAGIC) + 1] != _WAY:
        raise InputError(f"{path} was encrypted by a newer Reviewer.", "Open it with the newer program.")
    return header


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).", "Check the path.") from error


def _derived(salted: bytes, passphrase: str) -> bytes:
    given = passphrase.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(given, salt=salted, n=2**16, r=8, p=1, dklen=32, maxmem=2**28)


def _check(key: bytes, salted: bytes) -> bytes:
    return hmac.digest(key, b"reviewer sealed file" + salted, "sha256")[: _HEADER - _SALTED]


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _cipher(key: bytes) -> ChaCha20Poly1305:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(key)
