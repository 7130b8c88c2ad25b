"""A text that was cut out of another or changed, with the place of every code point in the original."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Traced(NamedTuple):
    """`text`, and `origins` (len(text) + 1,): where each code point stood, and at last where the text ended.

    >>> whole = traced("a &amp; b")
    >>> changed = whole.replaced(re.compile("&amp;"), lambda _: "&")
    >>> changed.text, changed.origin(2), changed.origin(5)
    ('a & b', 2, 9)
    """

    text: str
    origins: Sequence[int]

    def part(self, start: int, end: int) -> Traced:
        """The text between two of its code points."""
        return Traced(self.text[start:end], self.origins[start : end + 1])

    def origin(self, position: int) -> int:
        """Where in the original the code point at `position` stood."""
        return self.origins[position]

    def without(self, spans: Sequence[tuple[int, int]]) -> Traced:
        """Without some of its spans, which are in order; a line ends where one stood."""
        pieces: list[str] = []
        origins: list[int] = []
        end = 0
        for first, last in spans:
            pieces += [self.text[end:first], "\n"]
            origins += [*self.origins[end:first], self.origins[first]]
            end = last
        return Traced("".join([*pieces, self.text[end:]]), [*origins, *self.origins[end:]])

    def replaced(self, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> Traced | None:
        """With what `by` gives for each match; None where that changes nothing."""
        pieces: list[str] = []
        origins: list[int] = []
        end = 0
        for match in pattern.finditer(self.text):
            new = by(match)
            if new == match[0]:
                continue
            start = match.start()
            pieces += [self.text[end:start], new]
            origins += self.origins[end:start]
            origins += [self.origins[start]] * len(new)
            end = match.end()
        if not end:
            return None
        pieces.append(self.text[end:])
        origins += self.origins[end:]
        return Traced("".join(pieces), origins)


def traced(text: str) -> Traced:
    """A text as it stands."""
    return Traced(text, range(len(text) + 1))
