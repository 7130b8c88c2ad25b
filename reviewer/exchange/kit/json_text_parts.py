"""JSON of any size, read a value at a time: long lists item by item, nothing held but the item."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TextIO

from reviewer.exchange.kit.sources import MAX_ROW_CHARACTERS

_CHUNK = 256 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_MARK = re.compile(r'[{}\[\]"]')
_STRING_END = re.compile(r'["\\]')
_decode = json.JSONDecoder(strict=False).raw_decode


class ValueTooLong(Exception):
    """A value is longer than a row may be."""


class JsonText:
    """The characters of a text that have not been used, as many as the next value needs. Raises ValueError with what
    is wrong where it is no JSON."""

    def __init__(self, handle: TextIO) -> None:
        self._handle = handle
        self._buffer, self._at, self._ended = "", 0, False

    def _fill(self, least: int = _CHUNK) -> bool:
        """Whether more was read."""
        more = self._handle.read(max(least, _CHUNK)) if not self._ended else ""
        self._ended = not more
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return bool(more)

    def peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._fill():
                return ""

    def take(self, wanted: str) -> str:
        found = self.peek()
        if not found:
            raise ValueError("it ends in the middle")
        if found not in wanted:
            raise ValueError(f"{found!r} stands where it cannot")
        self._at += 1
        return found

    def check_end(self) -> None:
        if self.peek():
            raise ValueError("something stands behind its end")

    def members(self, opening: str, closing: str) -> Iterator[None]:
        """Stops before each member of a list or object; whoever asks reads it."""
        self.take(opening)
        if self.peek() == closing:
            self.take(closing)
            return
        while True:
            yield
            if self.take("," + closing) == closing:
                return

    def name(self) -> str:
        """The name of a member, with its colon."""
        if self.peek() != '"':
            raise ValueError("a name is missing")
        name = str(self.value())
        self.take(":")
        return name

    def value(self) -> object:
        """The next value. Raises ValueTooLong, having passed over one that is longer than a row may be, and
        RecursionError for one that is nested too deeply."""
        self.peek()
        while True:
            try:
                value, end = _decode(self._buffer, self._at)
            except json.JSONDecodeError as fault:
                self._more_for(fault)
                continue
            if end < len(self._buffer) or not self._fill_behind(end):
                break
        if end - self._at > MAX_ROW_CHARACTERS:
            self._at = end
            raise ValueTooLong
        self._at = end
        return value

    def _fill_behind(self, end: int) -> bool:
        """A number at the end of what was read may go on."""
        return end == len(self._buffer) and self._fill()

    def _more_for(self, fault: json.JSONDecodeError) -> None:
        left = len(self._buffer) - self._at
        # what was cut fails at the end or as a text without one; all else is wrong and stays so
        is_cut = fault.pos >= len(self._buffer) - 8 or fault.msg.startswith("Unterminated")
        if not is_cut:
            raise ValueError(f"{fault.msg} before {self._buffer[fault.pos : fault.pos + 20]!r}")
        if left > MAX_ROW_CHARACTERS:
            self.skip()
            raise ValueTooLong
        if not self._fill(left):
            raise ValueError("it ends in the middle")

    def skip(self) -> None:
        """Pass over a value without holding it."""
        if self.peek() not in ("{", "[", '"'):
            self.value()
            return
        depth = 0
        while True:
            mark = self._next(_MARK)
            if mark == '"':
                self._skip_string()
            else:
                depth += 1 if mark in "{[" else -1
            if depth == 0:
                return

    def _skip_string(self) -> None:
        while self._next(_STRING_END) == "\\":
            if self._at >= len(self._buffer) and not self._fill():
                raise ValueError("it ends in the middle")
            self._at += 1

    def _next(self, pattern: re.Pattern[str]) -> str:
        while (found := pattern.search(self._buffer, self._at)) is None:
            self._at = len(self._buffer)
            if not self._fill():
                raise ValueError("it ends in the middle")
        self._at = found.end()
        return found[0]
