"""The layout of a long text: only the blocks that are looked at are laid out, the others have estimated heights."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPainter,
    QTextBlock,
    QTextCharFormat,
    QTextDocument,
    QTextFrame,
    QTextLayout,
    QTextLine,
    QTextOption,
)

_GROUP = 256


class Looks(Protocol):
    """What is to be known of a block before it is laid out and drawn."""

    def dress(self, block: QTextBlock) -> Iterable[QTextLayout.FormatRange]:
        """Which letters its parts have, asked once."""
        ...

    def colour(self, block: QTextBlock) -> Iterable[QTextLayout.FormatRange]:
        """Which grounds its parts have, asked whenever they are drawn."""
        ...

    def runs_right_to_left(self, block: QTextBlock) -> bool: ...


class Heights:
    """How high each block is and where it begins, in pixels; both can be asked and changed among 50,000."""

    def __init__(self) -> None:
        self._each = array("d")
        self._groups = array("d")

    def __len__(self) -> int:
        return len(self._each)

    def __getitem__(self, at: int) -> float:
        return self._each[at]

    @property
    def total(self) -> float:
        return sum(self._groups)

    def begin(self, heights: Iterable[float]) -> None:
        self._each = array("d", heights)
        self._sum_from(0)

    def extend(self, heights: Iterable[float]) -> None:
        known = len(self._each)
        self._each.extend(heights)
        self._sum_from(known // _GROUP)

    def _sum_from(self, group: int) -> None:
        del self._groups[group:]
        for at in range(group * _GROUP, len(self._each), _GROUP):
            self._groups.append(sum(self._each[at : at + _GROUP]))

    def set(self, at: int, height: float) -> None:
        self._groups[at // _GROUP] += height - self._each[at]
        self._each[at] = height

    def top(self, at: int) -> float:
        group = at // _GROUP
        return sum(self._groups[:group]) + sum(self._each[group * _GROUP : at])

    def at(self, y: float) -> int:
        """The block over this height: the first above all, the last below."""
        group, top = 0, 0.0
        while group < len(self._groups) - 1 and top + self._groups[group] <= y:
            top += self._groups[group]
            group += 1
        for at, bottom in enumerate(accumulate(self._each[group * _GROUP : (group + 1) * _GROUP]), group * _GROUP):
            if top + bottom > y:
                return at
        return max(len(self._each) - 1, 0)


class LazyLayout(QAbstractTextDocumentLayout):
    """Lays out a block when it is drawn or asked about."""

    def __init__(self, document: QTextDocument, looks: Looks) -> None:
        super().__init__(document)
        self.heights = Heights()
        self._looks = looks
        self._width = 0.0
        self._line_height = 1.0
        self._lines_of = 1.0
        self._lengths = array("L")
        self._laid_out: set[int] = set()
        self._options = (
            _option(Qt.LayoutDirection.LeftToRight, Qt.AlignmentFlag.AlignLeft),
            _option(Qt.LayoutDirection.RightToLeft, Qt.AlignmentFlag.AlignRight),
        )

    def measure(self, width: float, line_height: float, character: float) -> None:
        """Set how wide lines are and how high at least, in pixels, and how wide a character is about; what was laid
        out is forgotten.
        """
        self._width, self._line_height = max(width, 1.0), line_height
        self._lines_of = character / self._width
        for at in self._laid_out:
            self.document().findBlockByNumber(at).layout().clearLayout()
        self._laid_out.clear()
        self.heights.begin(map(self._estimated, self._lengths))

    def begin(self, lengths: Sequence[int]) -> None:
        """Another text is about to come, with so many characters in each of its blocks."""
        self._laid_out.clear()
        self._lengths = array("L", lengths)
        self.heights.begin(map(self._estimated, lengths))

    def extend(self, lengths: Sequence[int]) -> None:
        """More blocks are about to come behind the last one."""
        self._lengths.extend(lengths)
        self.heights.extend(map(self._estimated, lengths))

    def _estimated(self, length: int) -> float:
        return self._line_height * max(math.ceil(length * self._lines_of), 1)

    # laying out

    def lay_out(self, top: float, bottom: float) -> bool:
        """Lay out what can be seen between two heights; whether anything has become higher or less high."""
        margin = self.document().documentMargin()
        at = self.heights.at(top - margin)
        block, y = self.document().findBlockByNumber(at), margin + self.heights.top(at)
        changed = False
        while block.isValid() and at < len(self.heights) and y < bottom:
            changed |= self._see_to(block, at)
            y += self.heights[at]
            block, at = block.next(), at + 1
        return changed

    def _see_to(self, block: QTextBlock, at: int) -> bool:
        """Lay out a block unless it is; whether its height is another than was thought."""
        if block.layout().lineCount():
            return False
        height, before = self._lay_out(block), self.heights[at]
        self._laid_out.add(at)
        if height != before:
            self.heights.set(at, height)
        return height != before

    def _lay_out(self, block: QTextBlock) -> float:
        layout = block.layout()
        layout.setTextOption(self._options[self._looks.runs_right_to_left(block)])
        layout.setFormats(list(self._looks.dress(block)))
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self._width)
            high = max(line.height(), self._line_height)
            line.setPosition(QPointF(0.0, y + (high - line.height()) / 2))
            y += high
        layout.endLayout()
        return y

    # what Qt asks

    def documentChanged(self, position: int, _removed: int, _added: int) -> None:
        """The owner of the text says how long its blocks are; Qt itself forgets the layout of what was changed."""

    def documentSize(self) -> QSizeF:
        margin = self.document().documentMargin()
        return QSizeF(self._width + 2 * margin, self.heights.total + 2 * margin)

    def frameBoundingRect(self, _frame: QTextFrame) -> QRectF:
        return QRectF(QPointF(), self.documentSize())

    def pageCount(self) -> int:
        return 1

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        at, margin = block.blockNumber(), self.document().documentMargin()
        if not 0 <= at < len(self.heights):
            return QRectF()
        self._see_to(block, at)
        return QRectF(margin, margin + self.heights.top(at), self._width, self.heights[at])

    def hitTest(self, point: object, accuracy: Qt.HitTestAccuracy) -> int:
        if not isinstance(point, QPointF):
            raise TypeError("a point with fractions is asked for")
        margin = self.document().documentMargin()
        block = self.document().findBlockByNumber(self.heights.at(point.y() - margin))
        box = self.blockBoundingRect(block)
        line = line_at(block.layout(), point.y() - box.top(), self._line_height)
        if not line.isValid():
            return -1 if accuracy is Qt.HitTestAccuracy.ExactHit else block.position()
        x = point.x() - box.left()
        seen = line.naturalTextRect()
        exact = seen.left() <= x <= seen.right() and box.top() <= point.y() <= box.bottom()
        if accuracy is Qt.HitTestAccuracy.ExactHit and not exact:
            return -1
        return block.position() + line.xToCursor(x)

    def draw(self, painter: QPainter, context: QAbstractTextDocumentLayout.PaintContext) -> None:
        margin, clip = self.document().documentMargin(), context.clip
        # formats are copied: Qt's own go with the selection that they are of
        chosen = [
            (each.cursor.selectionStart(), each.cursor.selectionEnd(), QTextCharFormat(each.format))
            for each in context.selections
        ]
        painter.setPen(context.palette.text().color())
        at = self.heights.at(clip.top() - margin)
        block = self.document().findBlockByNumber(at)
        while block.isValid() and at < len(self.heights):
            box = self.blockBoundingRect(block)
            if box.top() > clip.bottom():
                return
            looks = [*self._looks.colour(block), *parts_in(block, chosen)]
            block.layout().draw(painter, box.topLeft(), looks, clip)
            if 0 <= context.cursorPosition - block.position() < block.length():
                block.layout().drawCursor(painter, box.topLeft(), context.cursorPosition - block.position())
            block, at = block.next(), at + 1


def _option(direction: Qt.LayoutDirection, side: Qt.AlignmentFlag) -> QTextOption:
    option = QTextOption(side | Qt.AlignmentFlag.AlignAbsolute)
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def line_at(layout: QTextLayout, y: float, line_height: float) -> QTextLine:
    """The line over this height of its block, else the first or the last."""
    found = QTextLine()
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        space = max(line_height - line.height(), 0.0) / 2
        if found.isValid() and line.y() - space > y:
            break
        found = line
    return found


def looking(start: int, length: int, looks: QTextCharFormat) -> QTextLayout.FormatRange:
    """How so many UTF-16 units of a block look, from the one at `start` on."""
    found = QTextLayout.FormatRange()
    found.start, found.length, found.format = start, length, looks
    return found


def parts_in(
    block: QTextBlock, chosen: Iterable[tuple[int, int, QTextCharFormat]]
) -> Iterator[QTextLayout.FormatRange]:
    """The parts of what is selected or shaded that lie in a block."""
    begins, ends = block.position(), block.position() + block.length()
    for start, end, looks in chosen:
        if start < ends and end > begins:
            first = max(start, begins)
            yield looking(first - begins, min(end, ends) - first, looks)
