"""Where words stand in a text, as a person means it: large and small letters alike, hidden characters passed over."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.wording.hidden import hidden_in

_LONGER = re.compile("[" + "".join(chr(code) for code in range(0x80, 0xFFFF) if len(chr(code).casefold()) > 1) + "]")
"""Letters that become several when large and small ones are made alike."""


@dataclass(frozen=True)
class Match:
    """From `start` to before `end` of the original, in code points."""

    start: int
    end: int


class Searchable:
    """A text made ready to be searched; a megabyte takes some milliseconds."""

    def __init__(self, untrusted_text: str) -> None:
        self._folded, self._ends, self._shifts = _folded(untrusted_text)

    def find(self, words: str) -> list[Match]:
        """Every place of the words, in order, none over another. Blanks stand for any space between words."""
        pattern = _pattern(words)
        if pattern is None:
            return []
        spans = (found.span() for found in pattern.finditer(self._folded))
        return [Match(self._original(start), self._original(end - 1) + 1) for start, end in spans]

    def _original(self, place: int) -> int:
        at = bisect_right(self._ends, place)
        return place + (self._shifts[at - 1] if at else 0)


def _pattern(words: str) -> re.Pattern[str] | None:
    """The words composed and decomposed: `é` is one character in some texts and two in others."""
    parts = words.casefold().split()
    if not parts:
        return None
    ways = {r"\s+".join(re.escape(unicodedata.normalize(form, part)) for part in parts) for form in ("NFC", "NFD")}
    return re.compile("|".join(sorted(ways)))


def _folded(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """The text as it is searched, and from which of its places on how much is to be added for the original's."""
    parts: list[str] = []
    ends: list[int] = []
    shifts: list[int] = []
    at = length = 0
    for start, end, instead in sorted((*_left_out(text), *_longer(text))):
        if start < at:
            continue
        kept = text[at:start].casefold()
        parts += (kept, instead)
        length += len(kept)
        for extra in range(1, len(instead)):
            # each further letter stands for the same character
            ends.append(length + extra)
            shifts.append(start - length - extra)
        length += len(instead)
        ends.append(length)
        shifts.append(end - length)
        at = end
    return "".join((*parts, text[at:].casefold())), ends, shifts


def _left_out(text: str) -> list[tuple[int, int, str]]:
    return [(each.start, each.end, "") for each in hidden_in(text)]


def _longer(text: str) -> list[tuple[int, int, str]]:
    return [(each.start(), each.end(), each.group().casefold()) for each in _LONGER.finditer(text)]
