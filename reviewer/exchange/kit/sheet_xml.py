"""XML from a spreadsheet's archive as events, without entities, without a document type and within bounds."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat

_CHUNK_BYTES = 256 * 1024
MAX_MEMBER_BYTES = 4_000_000_000


class Tag(NamedTuple):
    """A tag that opens (`attributes`), closes (None), or text between tags (`name` "")."""

    name: str
    attributes: dict[str, str] | None
    text: str = ""


class SheetFault(Exception):
    """Why a part of a spreadsheet cannot be read."""


def tags_of(archive: zipfile.ZipFile, member: str) -> Iterator[Tag]:
    """The tags of a member in order, names without their prefix. Raises SheetFault."""
    waiting: list[Tag] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: waiting.append(Tag(_local(name), attributes))
    parser.EndElementHandler = lambda name: waiting.append(Tag(_local(name), None))
    parser.CharacterDataHandler = lambda text: waiting.append(Tag("", None, text))
    parser.StartDoctypeDeclHandler = _refuse
    read = 0
    try:
        with archive.open(member) as handle:
            while chunk := handle.read(_CHUNK_BYTES):
                read += len(chunk)
                _check_size(read)
                parser.Parse(chunk, False)
                yield from waiting
                waiting.clear()
        parser.Parse(b"", True)
    except KeyError:
        raise SheetFault(f"it has no part {member}") from None
    except RuntimeError as fault:
        raise SheetFault(str(fault)[:120]) from fault
    except Exception as fault:
        # a damaged archive fails in zipfile, zlib, bz2, lzma or expat, each with errors of its own
        raise fault if isinstance(fault, SheetFault | MemoryError) else SheetFault(str(fault)[:120]) from fault
    yield from waiting


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _check_size(read: int) -> None:
    if read > MAX_MEMBER_BYTES:
        raise SheetFault(f"it unpacks to more than {MAX_MEMBER_BYTES:,} bytes")


def _refuse(*_declared: object) -> None:
    raise SheetFault("it declares a document type, which no spreadsheet has")


def local_attributes(attributes: dict[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}
