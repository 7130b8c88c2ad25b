"""Zip files of other tools, read a member at a time: no more than a member may hold, nothing written anywhere.

Python reads zstd members (method 93) from 3.14 on; until then the packed bytes are unpacked here.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from reviewer.core.errors import InputError
from reviewer.exchange.kit.sources import ZIP_FAULTS, faults_named

MAX_MEMBER_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 2_000_000
_SMALL_BYTES = 16 * 1024 * 1024
_MAX_RATIO = 2_000
_ZSTD = 93
_ENCRYPTED = 0x1
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_AGAIN = "Get the file again from where it came."


class Archive:
    """An open zip. `members` holds the last entry of each name: a tool that appends writes a member again."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for what is no zip or claims to hold what it cannot, EnvironmentFault."""
        self.path = path
        with faults_named(path):
            try:
                self._zip = zipfile.ZipFile(path)
            except ZIP_FAULTS as fault:
                raise InputError(
                    f"{path} is a damaged zip file: {str(fault)[:100] or 'its list of members cannot be read'}.", _AGAIN
                ) from None
        self.members: Mapping[str, zipfile.ZipInfo] = {each.filename: each for each in self._zip.infolist()}
        if len(self.members) > MAX_MEMBERS:
            self._zip.close()
            raise InputError(f"{path} has {len(self.members):,} members, more than can be read.", "Split it.")

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def read(self, name: str) -> bytes:
        """A member's bytes. Raises InputError where it is damaged, encrypted, or more than it may be."""
        info = self.members[name]
        self._check(info)
        try:
            with faults_named(self.path):
                content = self._unpacked_zstd(info) if info.compress_type == _ZSTD else self._unpacked(info)
        except ZIP_FAULTS as fault:
            raise self._damaged(info, str(fault)) from None
        if len(content) > MAX_MEMBER_BYTES:
            raise self._too_large(info)
        return content

    def _check(self, info: zipfile.ZipInfo) -> None:
        if info.flag_bits & _ENCRYPTED:
            raise InputError(f"{self.path}: {info.filename[:80]!r} is encrypted.", "Unpack it and pack it again.")
        if info.header_offset < 0:
            raise self._damaged(info, "it does not stand where the list says")
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > MAX_MEMBER_BYTES or (info.file_size > _SMALL_BYTES and ratio > _MAX_RATIO):
            raise self._too_large(info)

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        with self._zip.open(info) as member:
            return member.read(MAX_MEMBER_BYTES + 1)

    def _unpacked_zstd(self, info: zipfile.ZipInfo) -> bytes:
        import zstandard

        packed = self._packed(info)
        try:
            with zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True) as stream:
                content = stream.read(MAX_MEMBER_BYTES + 1)
        except (zstandard.ZstdError, MemoryError) as fault:
            raise self._damaged(info, str(fault)) from None
        if len(content) <= MAX_MEMBER_BYTES and zlib.crc32(content) != info.CRC:
            raise self._damaged(info, "its checksum does not fit")
        return content

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        with self.path.open("rb") as handle:
            handle.seek(info.header_offset)
            signature, name_length, extra_length = _LOCAL_HEADER.unpack(handle.read(_LOCAL_HEADER.size))
            if signature != b"PK\x03\x04":
                raise self._damaged(info, "it does not stand where the list says")
            handle.seek(name_length + extra_length, 1)
            return handle.read(min(info.compress_size, MAX_MEMBER_BYTES))

    def _damaged(self, info: zipfile.ZipInfo, why: str) -> InputError:
        said = f": {why[:100]}" if why else ""
        return InputError(f"{self.path}: {info.filename[:80]!r} inside it is damaged{said}.", _AGAIN)

    def _too_large(self, info: zipfile.ZipInfo) -> InputError:
        return InputError(
            f"{self.path}: {info.filename[:80]!r} inside it unpacks to more than "
            f"{MAX_MEMBER_BYTES // 1024 // 1024} MB, or to more than it can hold.",
            "If it is meant to be so, split it; if not, do not open it.",
        )
