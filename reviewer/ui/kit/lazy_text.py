"""A text of any size that is there at once: only what is looked at is laid out, and the rest of a long one is put in
while the person reads its beginning.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QFontInfo,
    QFontMetricsF,
    QKeyEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from reviewer.ui.kit.called_by_qt import handles
from reviewer.ui.kit.lazy_layout import LazyLayout, Looks
from reviewer.ui.kit.theme import GRID, LINE_HEIGHT

CHARACTERS_A_LINE = 90
PART = 12_000
"""Characters that are put in at once."""
WHOLE = 30_000
"""A text of no more characters is laid out at once, so that it is known how many lines it has."""
_SAMPLE = 2_000
_ROUNDS = 4


class LazyText(QTextEdit):
    """Keeps the lines that are read in sight whatever turns out to be higher or lower than was thought."""

    def __init__(self, looks: Looks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[str] = []
        self._sample = "x"
        self._settling = False
        self._seen_first: tuple[int, float] = (0, 0.0)
        self._filling = QTimer(self)
        self._filling.timeout.connect(self._put_in_next)
        self.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(GRID)
        self.document().setUndoRedoEnabled(False)
        self.lazy = LazyLayout(self.document(), looks)
        self.document().setDocumentLayout(self.lazy)
        self._measure()

    # the text

    def set_shown(self, shown: str) -> None:
        """Put another text in. Its beginning is there at once, the rest soon, or when `put_in` needs it."""
        self._parts = _in_parts(shown)
        self._sample = shown[:_SAMPLE].replace("\n", "") or "x"
        self.lazy.begin(())
        self._measure()
        first = self._parts.pop()
        self.lazy.begin(_lengths(first))
        self.setPlainText(first)
        if self._parts:
            self._filling.start(0)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._tell_size()
        self.settle()

    @property
    def is_filling(self) -> bool:
        """Whether a part of the text has not been put in yet."""
        return bool(self._parts)

    def put_in(self, to: float = math.inf) -> None:
        """Put in what is still to come, as far as this position of the document."""
        while self._parts and to >= self.document().characterCount():
            self._put_in_next()

    def _put_in_next(self) -> None:
        if self._parts:
            part = self._parts.pop()
            self.lazy.extend(_lengths(part))
            end = QTextCursor(self.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            end.insertText(f"\n{part}")
        if not self._parts:
            self._filling.stop()
            self.filled()
        self._tell_size()

    def filled(self) -> None:
        """The whole text has been put in."""

    @handles
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key may select or go to the end of a text that has not been put in yet."""
        self.put_in()
        super().keyPressEvent(event)

    # its measures

    @handles
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.measure_again()

    @handles
    def resizeEvent(self, event: QResizeEvent) -> None:
        wider = event.size().width() != event.oldSize().width()
        place = self.top_place() if wider and self.verticalScrollBar().value() else 0
        super().resizeEvent(event)
        if wider:
            self.measure_again(place)
        self.settle()

    def measure_again(self, place: int | None = None) -> None:
        """With other lines the person still reads what stood at the upper edge."""
        if place is None:
            place = self.top_place() if self.verticalScrollBar().value() else 0
        self._measure()
        self._tell_size()
        if place:
            self.show_at_top(place)
        self.settle()

    @property
    def line_height(self) -> float:
        """Of a line of this font, in pixels; a line with higher letters is as high as they need."""
        return LINE_HEIGHT * QFontInfo(self.font()).pixelSize()

    def text_width(self) -> float:
        """Pixels of a line: about 90 characters however wide the pane is."""
        widest = QFontMetricsF(self.font()).averageCharWidth() * CHARACTERS_A_LINE
        return min(self.viewport().width() - 2 * self.document().documentMargin(), widest)

    def _measure(self) -> None:
        character = QFontMetricsF(self.font()).horizontalAdvance(self._sample) / len(self._sample)
        self.lazy.measure(self.text_width(), self.line_height, character)

    def settle(self) -> None:
        """Lay out what is seen, and where its height turns out to be another, keep the same lines in sight."""
        if self._settling:
            return
        self._settling = True
        bar = self.verticalScrollBar()
        whole = not self._parts and self.document().characterCount() <= WHOLE
        for _ in range(_ROUNDS):
            top, at_end = bar.value(), 0 < bar.maximum() == bar.value()
            low, high = (0, math.inf) if whole else (top, top + self.viewport().height())
            if not self.lazy.lay_out(low, high):
                break
            self._tell_size()
            if at_end:
                bar.setValue(bar.maximum())
        self._settling = False
        self._seen_first = self._first_in_sight()

    def _first_in_sight(self) -> tuple[int, float]:
        """The block at the upper edge, and how many pixels of it are above."""
        y = self.verticalScrollBar().value() - self.document().documentMargin()
        at = self.lazy.heights.at(y)
        return at, y - self.lazy.heights.top(at)

    def _tell_size(self) -> None:
        """What is seen is another by now; Qt itself draws only the cursor again where a text is put in."""
        self.lazy.documentSizeChanged.emit(self.lazy.documentSize())
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """What comes into sight is laid out; a step up goes as far as it says, however high that turns out to be."""
        super().scrollContentsBy(dx, dy)
        self.viewport().update()
        if self._settling:
            return
        at, above = self._seen_first
        self.settle()
        if 0 < dy <= self.viewport().height() and at < len(self.lazy.heights):
            wanted = self.document().documentMargin() + self.lazy.heights.top(at) + above - dy
            self._settling = True
            self.verticalScrollBar().setValue(round(wanted))
            self._settling = False
            self._seen_first = self._first_in_sight()

    # the place of the reader

    def top_place(self) -> int:
        """The position of the document that stands at the upper edge."""
        edge = QPointF(0.0, self.verticalScrollBar().value())
        return self.lazy.hitTest(edge, Qt.HitTestAccuracy.FuzzyHit)

    def position_at(self, point: QPointF) -> int:
        """The position of the document under a point of the viewport, -1 where no text is."""
        under = point + QPointF(0.0, self.verticalScrollBar().value())
        return self.lazy.hitTest(under, Qt.HitTestAccuracy.ExactHit)

    def blocks_in_sight(self) -> Iterator[tuple[QTextBlock, QPointF]]:
        """The blocks that are seen, with the place in the viewport where each is drawn."""
        scrolled, height = self.verticalScrollBar().value(), self.viewport().height()
        at = self.lazy.heights.at(scrolled - self.document().documentMargin())
        block = self.document().findBlockByNumber(at)
        while block.isValid():
            origin = self.lazy.blockBoundingRect(block).topLeft() - QPointF(0.0, scrolled)
            if origin.y() > height:
                return
            yield block, origin
            block = block.next()

    def height_at(self, position: int) -> float:
        """About how high in the whole text a position of the document stands, without laying anything out."""
        block = self.document().findBlock(min(position, self.document().characterCount() - 1))
        at = block.blockNumber()
        share = (position - block.position()) / block.length()
        return self.document().documentMargin() + self.lazy.heights.top(at) + self.lazy.heights[at] * min(share, 1.0)

    def show_at_top(self, position: int) -> None:
        """Scroll until this position of the document, which is put in if need be, stands at the upper edge."""
        self.put_in(position)
        block = self.document().findBlock(position)
        box = self.lazy.blockBoundingRect(block)
        line = block.layout().lineForTextPosition(position - block.position())
        self.verticalScrollBar().setValue(round(box.top() + (line.y() if line.isValid() else 0.0)))


def _lengths(part: str) -> list[int]:
    return [len(line) for line in part.split("\n")]


def _in_parts(shown: str) -> list[str]:
    """The text in parts that end with a line, the last one first."""
    parts, at = [], 0
    while len(shown) - at > PART:
        end = shown.find("\n", at + PART - 1)
        if end < 0:
            break
        parts.append(shown[at:end])
        at = end + 1
    return [*reversed([*parts, shown[at:]])]
