"""Splits a response into sentences, list items, headings, code and quotations, with offsets in code points."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    """A piece of the response: `[start, end)` in the response, its length in words, its folded text."""

    shape: Shape
    start: int
    end: int
    words: int
    folded: str
    paragraph: int


_FENCE = re.compile(r"[ \t]{0,8}(?:```|~~~)")
_ITEM = re.compile(r"[ \t]{0,12}(?:[-*\u2022\u2013+]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]")
_HEADING = re.compile(r"[ \t]{0,3}(?:#{1,6}[ \t]|\*\*[^*\n]{1,80}\*\*:?[ \t]*$)")
_STOP = re.compile(r"[.!?\u2026][\"'\u201d)\]*_]{0,4}\s+")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:mr|mrs|ms|dr|st|vs|no|etc|e\.g|i\.e|approx|fig|[a-z]|\d{1,2})\.$")
_INLINE_QUOTE = re.compile(r"\"[^\"\n]{0,1200}\"|\u201c[^\u201c\u201d\n]{0,1200}\u201d")


def segments(window: Window) -> list[Segment]:
    """The segments of a window in their order. Blank lines separate paragraphs and belong to no segment."""
    found: list[Segment] = []
    position, paragraph, in_code = 0, 0, False
    for line in window.folded.split("\n"):
        if not line.strip():
            paragraph += 1
        elif _FENCE.match(line):
            in_code = not in_code
            found.append(_whole(window, Shape.CODE, position, line, paragraph))
        elif in_code:
            found.append(_whole(window, Shape.CODE, position, line, paragraph))
        else:
            found.extend(_line(window, position, line, paragraph))
        position += len(line) + 1
    return found


def _whole(window: Window, shape: Shape, position: int, line: str, paragraph: int) -> Segment:
    start = position + len(line) - len(line.lstrip())
    end = position + len(line.rstrip())
    text = window.folded[start:end]
    return Segment(shape, window.offset + start, window.offset + end, len(text.split()), text, paragraph)


def _line(window: Window, position: int, line: str, paragraph: int) -> Iterator[Segment]:
    if line.lstrip().startswith(">"):
        yield _whole(window, Shape.QUOTE, position, line, paragraph)
    elif _HEADING.match(line):
        yield _whole(window, Shape.HEADING, position, line, paragraph)
    elif _ITEM.match(line):
        yield _whole(window, Shape.ITEM, position, line, paragraph)
    else:
        for start, end in _sentences(line):
            yield _whole(window, Shape.SENTENCE, position + start, line[start:end], paragraph)


def _sentences(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _STOP.finditer(line):
        dotted = line[max(start, stop.start() - 8) : stop.start() + 1]
        if dotted.endswith(".") and _ABBREVIATION.search(dotted):
            continue
        yield start, stop.end()
        start = stop.end()
    if line[start:].strip():
        yield start, len(line)


def quoted_spans(window: Window) -> list[tuple[int, int]]:
    """What stands between double quotation marks, in code points of the response."""
    if '"' not in window.folded and "\u201c" not in window.folded:
        return []
    return [(window.offset + m.start(), window.offset + m.end()) for m in _INLINE_QUOTE.finditer(window.folded)]
