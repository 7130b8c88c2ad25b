"""Text for reading: lines as far apart and as long as reads well, and a word on what stands below the fold."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontInfo,
    QPainter,
    QPalette,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QApplication, QTextEdit

from reviewer.ui.kit.theme import GRID, LINE_HEIGHT, colours, reading_font
from reviewer.wording.plural import counted

CHARACTERS_A_LINE = 90


class SpacedText(QTextEdit):
    """Sets the measures of a text; what is in it is up to those who build on it."""

    def set_points(self, points: int) -> None:
        self.setFont(reading_font(points))
        self.space_lines()
        self._limit_line_length()

    @property
    def line_height(self) -> float:
        """Of a line of this font, in pixels; a line with higher letters is as high as they need."""
        return LINE_HEIGHT * QFontInfo(self.font()).pixelSize()

    def space_lines(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        block = QTextBlockFormat()
        block.setLineHeight(self.line_height, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        cursor.mergeBlockFormat(block)

    def own_height(self) -> int:
        """What it takes to show the whole text at the present width, in pixels."""
        return math.ceil(self.document().size().height()) + 2 * self.frameWidth()

    def lines_below(self) -> int:
        """How many lines stand below what is seen, blank ones among them."""
        bar = self.verticalScrollBar()
        return math.ceil((bar.maximum() - bar.value() - self.document().documentMargin()) / self.line_height)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """The words on what is below do not scroll with the text."""
        super().scrollContentsBy(dx, dy)
        self.viewport().update()

    def paint_more(self) -> None:
        """Say how much stands below the fold, blank lines too; called last when the text is painted."""
        more = self.lines_below()
        if more <= 0:
            return
        words = f"▼ {counted(more, 'more line')}"
        painter = QPainter(self.viewport())
        painter.setFont(QApplication.font())
        metrics = painter.fontMetrics()
        size = QSize(metrics.horizontalAdvance(words) + 2 * GRID, metrics.height() + GRID // 2)
        corner = self.viewport().rect().bottomRight() - QPoint(size.width() + GRID // 2, size.height() + GRID // 2)
        box = QRect(corner, size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours().edge))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Window))
        painter.drawRoundedRect(box, GRID // 2, GRID // 2)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._limit_line_length()

    def _limit_line_length(self) -> None:
        """Keep lines at about 90 characters however wide the pane is."""
        widest = self.fontMetrics().averageCharWidth() * CHARACTERS_A_LINE + 2 * GRID
        if self.viewport().width() > widest:
            self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
            self.setLineWrapColumnOrWidth(widest)
        else:
            self.setLineWrapMode(QTextEdit.LineWrapMode.WidgetWidth)
