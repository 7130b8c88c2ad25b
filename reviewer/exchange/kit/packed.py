"""Files that were packed by themselves (.gz, .bz2, .xz, .zst), unpacked while they are read, and our encrypted ones."""

from __future__ import annotations

import io
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from reviewer.core.errors import InputError
from reviewer.host.files import SEALED_ENDING
from reviewer.host.sealed_files import MAGIC, content_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from zstandard import ZstdDecompressionObj

MAX_UNPACKED_BYTES = 16_000_000_000
_ANY_FILE_BYTES = 500_000_000
_MOST_RATIO = 500
"""Rows of text shrink to a tenth, the most uniform ones to a hundredth."""
SUFFIXES = frozenset({".gz", ".bz2", ".xz", ".zst"})


def _gzip(path: Path) -> IO[bytes]:
    import gzip

    return cast(IO[bytes], gzip.open(path, "rb"))


def _bz2(path: Path) -> IO[bytes]:
    import bz2

    return cast(IO[bytes], bz2.open(path, "rb"))


def _xz(path: Path) -> IO[bytes]:
    return cast(IO[bytes], lzma.open(path, "rb"))


class _Zstd(io.RawIOBase):
    """Frame behind frame; the library's own reader ends without a word where a file was cut."""

    def __init__(self, path: Path) -> None:
        self._handle = path.open("rb")
        self._frame = self._new_frame()
        self._begun, self._ready, self._rest = False, b"", b""

    @staticmethod
    def _new_frame() -> ZstdDecompressionObj:
        import zstandard

        return zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()

    def read(self, size: int = -1, /) -> bytes:
        """At least one byte, "" at the end. Raises EOFError where the last frame is cut."""
        while not self._ready:
            packed = self._rest or self._handle.read(64 * 1024)
            if not packed:
                if self._begun:
                    raise EOFError
                return b""
            self._ready, self._begun, self._rest = self._frame.decompress(packed), True, b""
            if self._frame.eof:
                self._rest, self._begun, self._frame = self._frame.unused_data, False, self._new_frame()
        some, self._ready = self._ready[:size], self._ready[size:]
        return some

    def close(self) -> None:
        self._handle.close()
        super().close()


def _zstd(path: Path) -> IO[bytes]:
    return cast(IO[bytes], _Zstd(path))


_PACKERS: tuple[tuple[bytes, Callable[[Path], IO[bytes]]], ...] = (
    (b"\x1f\x8b\x08", _gzip),
    (b"BZh", _bz2),
    (b"\xfd7zXZ\x00", _xz),
    (b"\x28\xb5\x2f\xfd", _zstd),
)


class _Unpacking(io.RawIOBase):
    """Raises InputError for a damaged file and for one that unpacks to more than anybody's table."""

    def __init__(self, inner: IO[bytes], path: Path) -> None:
        self._inner, self._path, self._read = inner, path, 0
        self._most = min(MAX_UNPACKED_BYTES, max(_ANY_FILE_BYTES, _MOST_RATIO * path.stat().st_size))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        try:
            some = self._inner.read(len(view))
        except Exception as fault:
            raise _damaged(self._path, fault) from fault
        self._read += len(some)
        if self._read > self._most:
            raise InputError(f"{self._path} unpacks to more than {self._most:,} bytes.", "Cut it into parts.")
        view[: len(some)] = some
        return len(some)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _damaged(path: Path, fault: Exception) -> InputError:
    known = isinstance(fault, EOFError | zlib.error | lzma.LZMAError | OSError)
    why = "it ends too early or is damaged" if known else str(fault)[:120]
    return InputError(f"{path} cannot be unpacked: {why}.", "Pack it again, or unpack it yourself first.")


def opened_bytes(path: Path) -> io.BufferedReader | io.BytesIO:
    """The file's bytes, unpacked where it is packed, and decrypted in memory where it is encrypted and was unlocked.

    Raises SealedError for an encrypted one that is locked.
    """
    with path.open("rb") as handle:
        start = handle.read(8)
    opener = next((opener for mark, opener in _PACKERS if start.startswith(mark)), None)
    if start.startswith(MAGIC):
        return io.BytesIO(content_of(path))
    if opener is None:
        return path.open("rb")
    return io.BufferedReader(_Unpacking(opener(path), path))


def unpacked_name(path: Path) -> Path:
    """The name of what is inside: `cases.jsonl.gz` → `cases.jsonl`."""
    if path.suffix.lower() == SEALED_ENDING:
        return path.with_suffix("")
    return path.with_suffix("") if path.suffix.lower() in SUFFIXES else path
