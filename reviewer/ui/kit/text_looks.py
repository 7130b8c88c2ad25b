"""How the parts of a text look: marks, headings, code, what is made bold or underlined, what was searched for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from PySide6.QtGui import QColor, QFont, QFontDatabase, QTextBlock, QTextCharFormat, QTextLayout

from reviewer.ui.kit.finding import Match
from reviewer.ui.kit.lazy_layout import looking, parts_in
from reviewer.ui.kit.shown_text import ShownText, Swapped
from reviewer.ui.kit.theme import colours


@dataclass(frozen=True)
class Emphasis:
    """From `start` to before `end` of the original; told by weight and line, not by colour."""

    start: int
    end: int
    bold: bool = True
    underlined: bool = False


@dataclass(frozen=True)
class Section:
    """A heading from `start` to before `body`, and what stands under it, up to `end`, which can be folded."""

    start: int
    body: int
    end: int


class _Stretch(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


Stretched = TypeVar("Stretched", bound=_Stretch)


def _start(stretch: _Stretch) -> int:
    return stretch.start


def _end(stretch: _Stretch) -> int:
    return stretch.end


class TextLooks:
    """Of one text; stretches are of the original, in order, and do not overlap."""

    def __init__(self) -> None:
        self.shown = ShownText("")
        self.sections: Sequence[Section] = ()
        self.emphasis: Sequence[Emphasis] = ()
        self.matches: Sequence[Match] = ()

    def begin(self, sections: Sequence[Section]) -> None:
        """Another text is about to come."""
        self.sections, self.emphasis, self.matches = tuple(sections), (), ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the original stands in the document."""
        return self.shown.document_place(start), self.shown.document_place(end, end=True)

    def dress(self, block: QTextBlock) -> Iterator[QTextLayout.FormatRange]:
        if self.shown.is_code(block.position()):
            letters = QTextCharFormat()
            letters.setFontFamilies(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families())
            letters.setFontFixedPitch(True)
            yield looking(0, block.length(), letters)
        headings = [Emphasis(each.start, each.body) for each in self.sections]
        for each in (*self._on(block, headings), *self._on(block, self.emphasis)):
            letters = QTextCharFormat()
            letters.setFontUnderline(each.underlined)
            if each.bold:
                letters.setFontWeight(QFont.Weight.DemiBold)
            yield from parts_in(block, [(*self.span(each.start, each.end), letters)])
        yield from self._marks_in(block)

    def _marks_in(self, block: QTextBlock) -> Iterator[QTextLayout.FormatRange]:
        """Marks and folds stand apart from the text by their ground and a paler ink."""
        apart = QTextCharFormat()
        apart.setForeground(QColor(colours().muted))
        apart.setBackground(QColor(colours().hairline))
        swapped = self.shown.swaps_between(block.position(), block.position() + block.length())
        marks = (
            (start, end - swap.words.endswith("\n"), apart)
            for start, end, swap in swapped
            if swap.why is not Swapped.CUT
        )
        return parts_in(block, marks)

    def colour(self, block: QTextBlock) -> Iterator[QTextLayout.FormatRange]:
        found = QTextCharFormat()
        found.setBackground(QColor(colours().hairline))
        found.setFontUnderline(True)
        matches = [(*self.span(each.start, each.end), found) for each in self._on(block, self.matches)]
        return parts_in(block, matches)

    def runs_right_to_left(self, block: QTextBlock) -> bool:
        return self.shown.runs_right_to_left(block.position())

    def _on(self, block: QTextBlock, stretches: Sequence[Stretched]) -> Sequence[Stretched]:
        """Those of the sorted stretches of the original that have a part in a block."""
        if not stretches:
            return ()
        first = self.shown.original_place(block.position())
        last = self.shown.original_place(block.position() + block.length() - 1, end=True)
        return stretches[bisect_right(stretches, first, key=_end) : bisect_right(stretches, last, key=_start)]
