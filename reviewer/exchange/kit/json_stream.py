"""A JSON document of any size, read a part at a time: the items of its long lists one by one, all else whole.

Other tools write `NaN`, half surrogates and files of gigabytes. The parts are decoded by the standard library, about
five times as fast as events would be; half surrogates become U+FFFD.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from reviewer.core.errors import InputError
from reviewer.exchange.kit.sources import encoding_of, faults_named

Names = tuple[str, ...]

MAX_PART_CHARACTERS = 100_000_000
_CHUNK_BYTES = 1024 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_AGAIN = "Write the file again with its own tool."
_decode = json.JSONDecoder().raw_decode


@dataclass(frozen=True)
class CutOff:
    """The document ends in the middle, or cannot be read on, behind the parts before it."""

    sentence: str


def decoded(text: str | bytes) -> object:
    """The value of a whole JSON text. Raises InputError with what is wrong with it."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except RecursionError:
        raise InputError("It is nested too deeply.", _AGAIN) from None
    except ValueError as fault:
        raise InputError(f"It is not JSON: {str(fault)[:120]}.", _AGAIN) from None
    return mended(value) if _SURROGATE.search(text) else value


def mended(value: object) -> object:
    """The value with U+FFFD for each half of a surrogate pair, which is no character."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [mended(item) for item in value]
    if isinstance(value, dict):
        return {str(mended(name)): mended(held) for name, held in value.items()}
    return value


def json_parts_of(path: Path, lists: Set[Names]) -> Iterator[tuple[Names, object | CutOff]]:
    """(names that lead to it, value) for each part of the object at the top, in the file's order.

    `lists` are the places of long lists, {("results", "results")}: what stands there comes item by item, and an object
    on the way there part by part. A list at the top has the place (). A document that breaks off ends with a CutOff.
    Raises KnownError for a file that cannot be opened.
    """
    inner = {place[:n] for place in lists for n in range(len(place))}
    with faults_named(path), path.open("rb") as handle:
        text = _JsonText(handle)
        try:
            yield from _parts(text, (), lists, inner)
        except (ValueError, RecursionError) as fault:
            what = "is nested too deeply" if isinstance(fault, RecursionError) else str(fault)[:120]
            yield (), CutOff(f"The file cannot be read on from here: {what}. {_AGAIN}")


def _parts(text: _JsonText, place: Names, lists: Set[Names], inner: Set[Names]) -> Iterator[tuple[Names, object]]:
    start = text.peek()
    if start == "[" and place in lists:
        for _ in text.members("[", "]"):
            yield place, text.value()
    elif start == "{" and place in inner:
        for _ in text.members("{", "}"):
            name = text.name()
            yield from _parts(text, (*place, name), lists, inner)
    else:
        yield place, text.value()


class _JsonText:
    """The characters of a file that have not been used yet, as many as the next part needs."""

    def __init__(self, handle: BinaryIO) -> None:
        start = handle.read(_CHUNK_BYTES)
        self._handle = handle
        self._decoder = codecs.getincrementaldecoder(encoding_of(start))("replace")
        self._buffer = self._decoder.decode(start)
        self._at = 0
        self._ended = not start

    def _fill(self, least: int = _CHUNK_BYTES) -> bool:
        """Whether more was read."""
        chunk = self._handle.read(max(least, _CHUNK_BYTES)) if not self._ended else b""
        self._ended = not chunk
        self._buffer = self._buffer[self._at :] + self._decoder.decode(chunk, final=self._ended)
        self._at = 0
        return not self._ended

    def peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer) or not self._fill():
                return self._buffer[self._at : self._at + 1]

    def _take(self, wanted: str) -> str:
        found = self.peek()
        if not found or found not in wanted:
            raise ValueError("it ends in the middle" if not found else f"{found!r} stands where it cannot")
        self._at += 1
        return found

    def members(self, opening: str, closing: str) -> Iterator[None]:
        """Stops before each member of a list or object; whoever asks reads it."""
        self._take(opening)
        if self.peek() == closing:
            self._take(closing)
            return
        while True:
            yield
            if self._take("," + closing) == closing:
                return

    def name(self) -> str:
        if self.peek() != '"':
            raise ValueError("a name is missing")
        name = self.value()
        self._take(":")
        return str(name)

    def value(self) -> object:
        """The next value, whole. Raises ValueError where there is none, RecursionError where it is too deep."""
        self.peek()
        while True:
            try:
                value, end = _decode(self._buffer, self._at)
            except json.JSONDecodeError:
                left = len(self._buffer) - self._at
                if left > MAX_PART_CHARACTERS:
                    raise ValueError("a part is too long or no JSON") from None
                if not self._fill(left):
                    raise ValueError("it ends in the middle" if left else "it ends too early") from None
                continue
            if end < len(self._buffer) or self._ended:
                break
            self._fill()  # a number may go on
        part, self._at = self._buffer[self._at : end], end
        return mended(value) if _SURROGATE.search(part) else value
