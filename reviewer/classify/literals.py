"""Finds the one text that a response in JSON, or written as a Python value, is about."""

from __future__ import annotations

import re
from typing import NamedTuple

# A closed string, or one that the end of the response cut off; other marks and numbers between.
_PIECE = re.compile(
    r"\s*(?:(?P<text>\"[^\"\\]*(?:\\.[^\"\\]*)*(?:\"|\Z)|'[^'\\]*(?:\\.[^'\\]*)*(?:'|\Z))"
    r"|[{}\[\](),:]|-?\d[\d.eE+-]*|(?:true|false|null|None|True|False)\b)\s*",
    re.S,
)
_MOST_PIECES = 400
# Under another key a text is told where it makes so much of the whole.
_MOST = 0.5
_TOLD = {
    *("response", "answer", "content", "text", "message", "output", "reply", "completion", "result", "refusal"),
    *("generated_text", "final_answer", "final", "assistant", "body", "explanation", "output_text", "reason"),
}
# A text has more than one word.
_WORDS = re.compile(r"\S\s+\S|[\u3400-\u9fff]{2}|\\n")


class _Value(NamedTuple):
    """A string that is no key: the key before it, and where it stands without its quotes."""

    key: str
    start: int
    end: int


def told_in(text: str) -> tuple[int, int] | None:
    """Where the text stands that is told: the only one under a key for a reply, or most of the whole.

    >>> told_in('{"role": "assistant", "content": "I will not."}')
    (34, 45)
    >>> told_in('{"first": "A road.", "second": "A river."}')
    """
    values = _values(text)
    if not values:
        return None
    worded = [value for value in values if _WORDS.search(text, value.start, value.end)] if len(values) > 1 else values
    told = [value for value in worded if value.key in _TOLD] or [
        value for value in worded if value.end - value.start > _MOST * len(text)
    ]
    return (told[0].start, told[0].end) if len(told) == 1 else None


def _values(text: str) -> list[_Value] | None:
    """The strings that are no keys; None where the text is no literal."""
    found: list[_Value] = []
    key, position = "", 0
    for _ in range(_MOST_PIECES):
        if position == len(text):
            return found
        piece = _PIECE.match(text, position)
        if piece is None:
            return None
        position = piece.end()
        if piece["text"] is None:
            continue
        start, end = piece.span("text")
        closed = text[end - 1] == text[start] and end - start > 1
        if text[position : position + 1] == ":":
            key = text[start + 1 : end - 1].lower()
        else:
            found.append(_Value(key, start + 1, end - 1 if closed else end))
            key = ""
    return None
