"""Lower-cased copies and reading windows that keep the code points of the original where they are."""

from __future__ import annotations

from typing import NamedTuple

# A response this long is no longer read whole: what it did shows at its beginning and at its end.
HEAD_CHARACTERS = 24_000
TAIL_CHARACTERS = 8_000
READ_CHARACTERS = HEAD_CHARACTERS + TAIL_CHARACTERS

_SAME_LENGTH = (("\u2019", "'"), ("\u2018", "'"), ("\u00a0", " "), ("\u2011", "-"))


class Window(NamedTuple):
    """A part of the response that is read: `offset` is where `text` begins in the response, in code points."""

    offset: int
    text: str
    folded: str


def fold(text: str) -> str:
    """`text` in lower case with plain apostrophes and spaces, code point for code point."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = "".join(_lower_one(character) for character in text)
    if not folded.isascii():
        for old, new in _SAME_LENGTH:
            folded = folded.replace(old, new)
    return folded


def _lower_one(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else lower[0]


def windows(text: str) -> tuple[Window, ...]:
    """The whole text, or the head and the tail of a very long one."""
    if len(text) <= READ_CHARACTERS:
        return (Window(0, text, fold(text)),)
    head, tail = text[:HEAD_CHARACTERS], text[-TAIL_CHARACTERS:]
    return Window(0, head, fold(head)), Window(len(text) - TAIL_CHARACTERS, tail, fold(tail))
