"""Splits a response into sentences, list items, headings, code and quotations; offsets in code points."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from reviewer.classify.folding import Window


class Shape(StrEnum):
    """What a segment looks like, before anybody asks what it does."""

    SENTENCE = "sentence"
    ITEM = "list item"
    HEADING = "heading"
    CODE = "code"
    QUOTE = "quotation"


class Segment(NamedTuple):
    """A piece of the response: `[start, end)` in the response and its folded text."""

    shape: Shape
    start: int
    end: int
    folded: str


_OPENER = re.compile(r"(?:^|\n)[ \t]{0,8}(?P<fence>```|~~~)[^\n]*")
_CLOSERS = {fence: re.compile(rf"\n[ \t]{{0,8}}{fence}[^\n]*") for fence in ("```", "~~~")}
# What a line is, by how it begins; a line that begins in none of these ways is a sentence or several.
_FORM = re.compile(
    r"(?P<quote>\s*>)"
    r"|(?P<heading>[ \t]{0,3}(?:#{1,6}[ \t]|\*\*[^*\n]{1,80}\*\*:?[ \t]*$))"
    r"|(?P<item>[ \t]{0,12}(?:(?:[-*\u2022\u2013+\u00b7]|\(?\d{1,3}[.)\u3001]|\(?[a-z][.)])[ \t]"
    r"|\u2022|\d{1,2}\u3001|\|))"
)
_SHAPES = {"quote": Shape.QUOTE, "heading": Shape.HEADING, "item": Shape.ITEM}
# One class of characters first: what is none of them is passed over fast.
STOP = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f](?:(?<=[.!?\u2026])[\"'\u201d)\]*_]{0,4}\s+"
    r"|(?<=[\u3002\uff01\uff1f])[\u201d\u300d\u300f\uff09*]{0,3}\s*)"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|st|vs|no|etc|e\.g|i\.e|approx|fig|sr|sra|prof|z\.b|bzw|ca|p\.ex|[a-z]|\d{1,2})\.$"
)


def segments(window: Window) -> list[Segment]:
    """The segments of a window in their order. Blank lines separate paragraphs and belong to no segment.

    Code that is not closed goes on to the end.
    """
    found: list[Segment] = []
    folded, position, end = window.folded, 0, len(window.folded)
    if "```" in folded or "~~~" in folded:
        while opener := _OPENER.search(folded, position):
            closed = _CLOSERS[opener["fence"]].search(folded, opener.end())
            start, closing = opener.start(), closed.end() if closed else end
            _prose(window, position, start, found)
            _add(Shape.CODE, window.offset + start, folded[start:closing], found)
            position = closing
    _prose(window, position, end, found)
    return found


def _prose(window: Window, start: int, end: int, found: list[Segment]) -> None:
    """Append what stands between two blocks."""
    position = start
    for line in window.folded[start:end].split("\n"):
        if line and not line.isspace():
            _line(window, position, line, found)
        position += len(line) + 1


def _line(window: Window, position: int, line: str, found: list[Segment]) -> None:
    form = _FORM.match(line)
    shape = Shape.SENTENCE if form is None else _SHAPES[str(form.lastgroup)]
    first = window.offset + position
    start = 0
    if shape is Shape.SENTENCE or shape is Shape.ITEM:
        for stop in STOP.finditer(line):
            at, end = stop.span()
            if line[at] == "." and _ABBREVIATION.search(line[max(start, at - 8) : at + 1]):
                continue
            _add(shape, first + start, line[start:end], found)
            start = end
    _add(shape, first + start, line[start:], found)


def _add(shape: Shape, start: int, text: str, found: list[Segment]) -> None:
    """Append a segment for `text`, which begins at `start` of the response, unless it is blank."""
    own = text.strip()
    if own:
        if own[0] != text[0]:
            start += len(text) - len(text.lstrip())
        found.append(Segment(shape, start, start + len(own), own))
