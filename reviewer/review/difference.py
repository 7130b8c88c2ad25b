"""What differs between two texts, word by word: the places in both, and which place of one stands for one of the other.

Offsets are in Unicode code points, as those of evidence. The words that stay are a longest common subsequence of both,
found by `rapidfuzz.distance.Indel`; a text too long for that is compared by lines first, and by words inside them.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

MOST_PAIRS = 2_000_000_000
"""Tokens of one text times tokens of the other, up to which they are compared word by word at once: about 250 MB."""


MOST_BETWEEN = 12
"""Characters that stay between two changes and still belong to them, where those are far longer."""
_FAR_LONGER = 8


@dataclass(frozen=True)
class Differing:
    """One difference: code points `left` of the one text stand where `right` of the other do; one may be empty.

    `start` and `end` as in a slice.
    """

    left: tuple[int, int]
    right: tuple[int, int]


@dataclass(frozen=True)
class TextDifference:
    """What differs, in order. `by_lines` says that the texts were too long to be compared word by word throughout."""

    parts: tuple[Differing, ...] = ()
    by_lines: bool = False

    def opposite(self, place: int, *, from_left: bool) -> int:
        """The place (code points) of the other text that a place of the one stands for."""
        own_of, other_of = (_left, _right) if from_left else (_right, _left)
        before = bisect_right(self.parts, place, key=lambda part: own_of(part)[0]) - 1
        if before < 0:
            return place
        own, other = own_of(self.parts[before]), other_of(self.parts[before])
        if place < own[1]:  # inside of a difference: as far into the other as into this
            return other[0] + round((place - own[0]) * (other[1] - other[0]) / (own[1] - own[0]))
        return other[1] + place - own[1]


def _left(part: Differing) -> tuple[int, int]:
    return part.left


def _right(part: Differing) -> tuple[int, int]:
    return part.right


def difference(left: str, right: str) -> TextDifference:
    """Compare by words; blanks between two words that both differ belong to the difference."""
    ours, theirs = list(_tokens(left)), list(_tokens(right))
    by_lines = len(ours) * len(theirs) > MOST_PAIRS
    if by_lines:
        changes = list(_inside_lines(left.splitlines(keepends=True), right.splitlines(keepends=True)))
    else:
        changes = list(_changes(ours, theirs))
    return TextDifference(tuple(_readable(changes, left)), by_lines)


def _changes(ours: Sequence[str], theirs: Sequence[str], at: tuple[int, int] = (0, 0)) -> Iterator[Differing]:
    """Where the token lists differ; `at` is where they begin in the two texts."""
    # read when two texts are first compared
    from rapidfuzz.distance import Indel

    starts, others = _starts(ours, at[0]), _starts(theirs, at[1])
    codes = [code for code in Indel.opcodes(ours, theirs) if code.tag != "equal"]
    for code in codes:
        yield Differing(
            (starts[code.src_start], starts[code.src_end]), (others[code.dest_start], others[code.dest_end])
        )


def _starts(tokens: Sequence[str], at: int) -> list[int]:
    starts = [at]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


def _inside_lines(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Differing]:
    """Lines first; of the lines that differ, the words, where there are not too many of them."""
    left, right = "".join(ours), "".join(theirs)
    for change in _joined(list(_changes(ours, theirs))):
        own, other = list(_tokens(left[slice(*change.left)])), list(_tokens(right[slice(*change.right)]))
        if len(own) * len(other) > MOST_PAIRS:
            yield change
        else:
            yield from _changes(own, other, (change.left[0], change.right[0]))


def _joined(changes: Sequence[Differing]) -> Iterator[Differing]:
    """Changes that touch each other, as one."""
    last: Differing | None = None
    for change in changes:
        if last is not None and last.left[1] == change.left[0] and last.right[1] == change.right[0]:
            last = Differing((last.left[0], change.left[1]), (last.right[0], change.right[1]))
            continue
        if last is not None:
            yield last
        last = change
    if last is not None:
        yield last


def _readable(changes: Sequence[Differing], left: str) -> Iterator[Differing]:
    """Changes with little between them on a line, as one: "very old" for "quite new" is one difference, and an "and"
    that two long passages happen to share is part of it.
    """
    last: Differing | None = None
    for change in _joined(changes):
        if last is not None and _is_little(left[last.left[1] : change.left[0]], last, change):
            last = Differing((last.left[0], change.left[1]), (last.right[0], change.right[1]))
            continue
        if last is not None:
            yield last
        last = change
    if last is not None:
        yield last


def _is_little(between: str, *around: Differing) -> bool:
    if "\n" in between:
        return False
    said = len(between.strip())
    changed = sum(max(each.left[1] - each.left[0], each.right[1] - each.right[0]) for each in around)
    return said == 0 or (said <= MOST_BETWEEN and said * _FAR_LONGER <= changed)


def _tokens(text: str) -> Iterator[str]:
    """Words, runs of blanks, line ends one by one, and every other character with the marks on it; together the text.

    Of scripts that put no blanks between words each character is a token.
    """
    for kind, group in groupby(_characters(text), key=lambda pair: pair[0]):
        pieces = [piece for _, piece in group]
        if kind in _WHOLE:
            yield "".join(pieces)
        else:
            yield from pieces


_WHOLE = ("word", "blank")
_JOINERS = "\u200c\u200d"
_NO_BLANKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def _characters(text: str) -> Iterator[tuple[str, str]]:
    """(kind, character with the marks and joiners that follow it)."""
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and _hangs_on(text[end], text[end - 1]):
            end += 1
        yield _kind(text[at]), text[at:end]
        at = end


def _hangs_on(character: str, before: str) -> bool:
    if character.isascii() or before.isspace():
        return False
    return character in _JOINERS or before == "\u200d" or unicodedata.category(character).startswith("M")


def _kind(character: str) -> str:
    if character == "\n":
        return "line end"
    if character.isspace():
        return "blank"
    if any(first <= ord(character) <= last for first, last in _NO_BLANKS):
        return "character"
    return "word" if character.isalnum() or character in "_'’" else "character"
