"""JSON of any size as a stream of values, safe against what breaks its parser.

The fast parser ends the whole program at a number of more digits than Python reads, and the names that it makes for
nested values grow without bound: so files with such numbers go to the slow parser, and depth is counted here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Protocol

import ijson

MAX_DEPTH = 50
JSON_FAULTS = (ijson.JSONError, UnicodeDecodeError, ArithmeticError, ValueError)
"""What reading a stream raises where it is no JSON, or too deep."""
_MOST_DIGITS = 4_000
_LONG_NUMBER = re.compile(rb"\d{%d}" % _MOST_DIGITS)
_CHUNK_BYTES = 1 << 20
_BEGINS, _ENDS = frozenset({"start_map", "start_array"}), frozenset({"end_map", "end_array"})
Event = tuple[str, object]


class Readable(Protocol):
    """Bytes that can be read again from the position that `tell` gave."""

    def read(self, size: int = -1, /) -> bytes: ...
    def tell(self) -> int: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...


def json_events(handle: Readable, *, lines: bool = False) -> Iterator[Event]:
    """What the parser meets, numbers as int or float; with `lines` one value may follow another. One of JSON_FAULTS
    ends it early."""
    backend = ijson.get_backend("python") if _has_long_number(handle) else ijson
    depth = 0
    for event, value in backend.basic_parse(handle, multiple_values=lines):
        depth += (event in _BEGINS) - (event in _ENDS)
        if depth > MAX_DEPTH:
            raise ValueError("it is nested too deeply")
        yield event, float(value) if isinstance(value, Decimal) else value


def json_values(handle: Readable, path: Sequence[str], tops: set[str] | None = None) -> Iterator[object]:
    """The values at a path of names, `item` for the items of a list, each built whole and nothing else held.

    `tops` gets the names of the object at the top.
    """
    wanted, at, depth = list(path), list[str](), 0
    builder = ijson.ObjectBuilder()
    for event, value in json_events(handle):
        if not depth and (event == "map_key" or event in _ENDS or at != wanted):
            _step(at, event, value)
            if tops is not None and event == "map_key" and len(at) == 1:
                tops.add(str(value))
            continue
        builder.event(event, value)
        depth += (event in _BEGINS) - (event in _ENDS)
        if not depth:
            yield builder.value
            builder = ijson.ObjectBuilder()


def _step(at: list[str], event: str, value: object) -> None:
    """Where the parser stands after an event: the names of what it is in."""
    if event == "map_key":
        at[-1] = str(value)
    elif event in _BEGINS:
        at.append("item" if event == "start_array" else "")
    elif event in _ENDS:
        at.pop()


def json_names(start: bytes) -> frozenset[str]:
    """The dotted names of the fields in the start of a JSON file or of JSON Lines, `[]` for a list's items."""
    found: set[str] = set()
    at: list[str] = []
    try:
        for event, value in json_events(io.BytesIO(start), lines=True):
            if event == "map_key":
                at[-1] = f".{value}"
                found.add("".join(at).removeprefix("[]").lstrip("."))
            elif event in _BEGINS:
                at.append("[]" if event == "start_array" else "")
            elif event in _ENDS:
                at.pop()
    except JSON_FAULTS:
        return frozenset(found)
    return frozenset(found)


def _has_long_number(handle: Readable) -> bool:
    """Whether so many digits stand in a row anywhere; the handle is put back to where it stood."""
    begin, before = handle.tell(), b""
    try:
        while chunk := handle.read(_CHUNK_BYTES):
            if _LONG_NUMBER.search(before + chunk):
                return True
            before = chunk[-_MOST_DIGITS:]
        return False
    finally:
        handle.seek(begin)
