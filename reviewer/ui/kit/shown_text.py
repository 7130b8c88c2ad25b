"""A text as it is shown, and where each place of the original stands in it.

The pane shows other characters than the text has: hidden ones as marks, long stretches folded, very long lines cut
into pieces. Nothing of that is in the original, which evidence, search and copies are about.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import accumulate, chain
from operator import add, sub
from typing import NamedTuple
from unicodedata import bidirectional

from reviewer.wording.hidden import has_right_to_left, hidden_columns
from reviewer.wording.hidden_at_once import hidden_at_once
from reviewer.wording.plural import counted

BLANK_LINES = 12
"""More blank lines than these in a row, half a pane of them, are folded: what is behind them is seen."""
PIECE = 4_000
"""The most characters that are laid out at once."""
_BLANK = re.compile(rf"\n(?:[ \t\u00a0\u2000-\u200a\u3000]*\n){{{BLANK_LINES + 1},}}")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*$", re.MULTILINE)
_BREAKS = frozenset("\x0b\x0c\r\x85\u2028\u2029")
_GLUED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f"
    "\u0e31-\u0e4e\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef]"
)
"""What belongs to the character before it."""
_CHECK = 1_024
_STRONG = frozenset({"L", "R", "AL"})


class Swapped(Enum):
    """Why something else stands in the place of characters: a hidden one's mark, a fold, the cut of a long line."""

    MARK = auto()
    FOLD = auto()
    CUT = auto()


class Swap(NamedTuple):
    """`words` stand for the original's code points from `start` to before `end`."""

    start: int
    end: int
    words: str
    why: Swapped


class ShownText:
    """`shown` is what the document holds. Places of the original count code points, those of the document UTF-16
    units. `folds` are stretches to fold beside blank ones, `opened` the beginnings of those that are not to be.
    """

    def __init__(self, untrusted_text: str, folds: Sequence[Swap] = (), opened: Iterable[int] = ()) -> None:
        self.original = untrusted_text
        text = untrusted_text.replace("\r\n", "\n")
        self._pairs = [at.start() - number for number, at in enumerate(re.finditer("\r\n", untrusted_text))]
        folds = [Swap(self._joined(each.start), self._joined(each.end), each.words, each.why) for each in folds]
        self._swaps = swaps = _swaps(text, folds, frozenset(self._joined(each) for each in opened))
        lengths = list(map(len, swaps.words))
        longer_by = accumulate(map(sub, lengths, map(sub, swaps.ends, swaps.starts)), initial=0)
        self._shown_starts = list(map(add, swaps.starts, longer_by))
        self._shown_ends = list(map(add, self._shown_starts, lengths))
        kept = map(text.__getitem__, map(slice, [0, *swaps.ends], [*swaps.starts, len(text)]))
        self.shown = "".join(chain.from_iterable(zip(kept, [*swaps.words, ""], strict=True)))
        self._units = _Units(self.shown)
        self.right_to_left = has_right_to_left(text)
        self.fences = list(_fences(text))

    @property
    def swaps(self) -> list[Swap]:
        """Everything for which something else stands, in order."""
        return list(map(Swap, *self._swaps))

    # places of the original, and of the document

    def document_place(self, place: int, *, end: bool = False) -> int:
        """Where a code point of the original stands in the document; of what is folded, its mark's beginning or, for
        the `end` of a stretch, the mark's end.
        """
        place = self._joined(min(max(place, 0), len(self.original)))
        starts = self._swaps.starts
        at = (bisect_left(starts, place) if end else bisect_right(starts, place)) - 1
        if at < 0:
            return self._units.of(place)
        swapped_to = self._swaps.ends[at]
        if end and place <= swapped_to:
            return self._units.of(self._shown_ends[at])
        if place < swapped_to:
            return self._units.of(self._shown_starts[at])
        return self._units.of(self._shown_ends[at] + place - swapped_to)

    def original_place(self, position: int, *, end: bool = False) -> int:
        """The code point of the original at a position of the document; inside of a mark its beginning, or `end`."""
        place = self._units.place(position)
        at = bisect_right(self._shown_starts, place) - 1
        if at < 0:
            return self.split(place)
        starts, ends = self._swaps.starts, self._swaps.ends
        if place < self._shown_ends[at]:
            return self.split(ends[at] if end and place > self._shown_starts[at] else starts[at])
        return self.split(ends[at] + place - self._shown_ends[at])

    def part(self, start: int, end: int) -> str:
        """The original's characters between two positions of the document."""
        return self.original[self.original_place(start) : self.original_place(end, end=True)]

    def swaps_between(self, start: int, end: int) -> Iterator[tuple[int, int, Swap]]:
        """What was swapped between two positions of the document, with the positions of its words."""
        if not self._shown_starts:
            return
        first, last = self._units.place(start), self._units.place(end)
        at = max(bisect_left(self._shown_starts, first) - 1, 0)
        while at < len(self._shown_starts) and self._shown_starts[at] < last:
            begins, ends = self._shown_starts[at], self._shown_ends[at]
            if ends > first:
                yield self._units.of(begins), self._units.of(ends), self._swaps.one(at)
            at += 1

    def is_code(self, position: int) -> bool:
        """Whether a line of the document that begins there is in a code fence."""
        if not self.fences:
            return False
        place = self._joined(self.original_place(position))
        at = bisect_right(self.fences, (place, len(self.original))) - 1
        return at >= 0 and place <= self.fences[at][1]

    def runs_right_to_left(self, position: int) -> bool:
        """Whether the paragraph at a position of the document does, by its first letter that runs any way."""
        if not self.right_to_left:
            return False
        place = self.original_place(position)
        begins = max(self.original.rfind("\n", 0, place), self.original.rfind("\r", 0, place)) + 1
        for at in range(begins, len(self.original)):
            side = bidirectional(self.original[at])
            if side in _STRONG or side == "B":
                return side in _STRONG and side != "L"
        return False

    def _joined(self, place: int) -> int:
        """A place of the original, where each carriage return with its line feed counts one."""
        return place - self._pairs_before(place) if self._pairs else place

    def _pairs_before(self, place: int) -> int:
        low, high = 0, len(self._pairs)
        while low < high:
            middle = (low + high) // 2
            if self._pairs[middle] + middle < place:
                low = middle + 1
            else:
                high = middle
        return low

    def split(self, place: int) -> int:
        """The place of the original of one where each carriage return with its line feed counts one."""
        return place + bisect_left(self._pairs, place)


class _Units:
    """UTF-16 units of a text's code points; every so many are known, the rest is counted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._checks: list[int] = []
        if text.isascii() or units(text) == len(text):
            return
        total = 0
        for at in range(0, len(text) + 1, _CHECK):
            self._checks.append(total)
            total += units(text[at : at + _CHECK])

    def of(self, place: int) -> int:
        if not self._checks:
            return place
        at = place // _CHECK
        return self._checks[at] + units(self._text[at * _CHECK : place])

    def place(self, units_before: int) -> int:
        if not self._checks:
            return units_before
        at = bisect_right(self._checks, units_before) - 1
        near = self._text[at * _CHECK : (at + 1) * _CHECK].encode("utf-16-le", "surrogatepass")
        return at * _CHECK + len(near[: 2 * (units_before - self._checks[at])].decode("utf-16-le", "ignore"))


def units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Swaps(NamedTuple):
    """Swaps in order, as columns: a text may have 100,000 marks, and an object for each takes a third of a second."""

    starts: list[int]
    ends: list[int]
    words: list[str]
    whys: list[Swapped]

    def one(self, at: int) -> Swap:
        return Swap(self.starts[at], self.ends[at], self.words[at], self.whys[at])

    def take(self, other: _Swaps, first: int, last: int) -> None:
        """What stands from the place `first` of another to before `last`."""
        self.starts.extend(other.starts[first:last])
        self.ends.extend(other.ends[first:last])
        self.words.extend(other.words[first:last])
        self.whys.extend(other.whys[first:last])

    def add(self, swap: Swap) -> None:
        self.take(_Swaps([swap.start], [swap.end], [swap.words], [swap.why]), 0, 1)


def _swaps(text: str, folds: Sequence[Swap], opened: frozenset[int]) -> _Swaps:
    """Everything to be swapped, in order, nothing twice: what is folded has no marks, and no mark is cut."""
    folded = (fold for fold in (*folds, *_blank_stretches(text)) if fold.start not in opened)
    marks = _marks(text)
    # a line with many marks is far longer than it was
    cuts = _cuts(text, PIECE if len(marks.starts) * PIECE < len(text) * 50 else PIECE // 4)
    found, at, last = _Swaps([], [], [], []), 0, 0
    for other in sorted((*_outermost(folded), *cuts), key=_order):
        before = bisect_left(marks.starts, other.start, at)
        found.take(marks, at, before)
        at, last = before, max(found.ends[-1], last) if found.ends else last
        if other.start >= last:
            found.add(other)
            last = other.end
            at = bisect_left(marks.starts, last, before)
    found.take(marks, at, len(marks.starts))
    return found


def _outermost(folds: Iterable[Swap]) -> Iterator[Swap]:
    last = 0
    for fold in sorted(folds, key=_order):
        if fold.start >= last:
            yield fold
            last = fold.end


def _order(swap: Swap) -> tuple[int, bool, int]:
    """By their beginnings; what is folded comes before what is in it, and a line is cut before a mark."""
    return swap.start, swap.why is not Swapped.FOLD, swap.end


def _marks(text: str) -> _Swaps:
    """Marks of hidden characters; where lines run both ways each is kept from reordering what stands beside it."""
    isolate = "\u2068{}\u2069" if has_right_to_left(text) else "{}"
    starts, ends, names = hidden_columns(text, hidden_at_once)
    words = {
        name: isolate.format(f"⟨{name}⟩") + ("\n" if text[start] in _BREAKS else "")
        for name, start in dict(zip(names, starts, strict=True)).items()
    }
    return _Swaps(starts, ends, [words[name] for name in names], [Swapped.MARK] * len(starts))


def _blank_stretches(text: str) -> Iterator[Swap]:
    if text.count("\n") <= BLANK_LINES:
        return
    # the text begins as if after the end of a line
    for found in _BLANK.finditer(f"\n{text}"):
        lines = counted(found.group().count("\n") - 1, "blank line")
        yield Swap(found.start(), found.end() - 2, f"⟨{lines}⟩", Swapped.FOLD)


def _cuts(text: str, most: int) -> Iterator[Swap]:
    """Where lines that are too long to be laid out at once are cut: between sentences, else words, else anywhere."""
    end = -1
    for line in text.split("\n"):
        at, end = end + 1, end + 1 + len(line)
        while end - at > most:
            at = _good_place(text, at + most - most // 4, at + most)
            yield Swap(at, at, "\n", Swapped.CUT)


def _good_place(text: str, low: int, high: int) -> int:
    for sign in (". ", "。", " "):
        found = text.rfind(sign, low, high)
        if found >= 0:
            return found + len(sign)
    while high > low and (_GLUED.match(text, high) or text[high - 1] == "\u200d"):
        high -= 1
    return high


def _fences(text: str) -> Iterator[tuple[int, int]]:
    """Fenced code, from the beginning of its first line to the end of its last; an open fence runs to the end."""
    if "```" not in text and "~~~" not in text:
        return
    opened: re.Match[str] | None = None
    for found in _FENCE.finditer(text):
        if opened is None:
            opened = found
        elif found[1].startswith(opened[1]):
            yield opened.start(), found.end()
            opened = None
    if opened is not None:
        yield opened.start(), len(text)
