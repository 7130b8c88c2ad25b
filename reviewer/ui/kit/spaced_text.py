"""Text for reading: lines as far apart and as long as reads well, and a word on what stands below the fold."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QApplication

from reviewer.ui.kit.lazy_text import LazyText
from reviewer.ui.kit.theme import GRID, colours, reading_font
from reviewer.wording.plural import counted


class SpacedText(LazyText):
    """Sets the measures of a text; what is in it is up to those who build on it."""

    def set_points(self, points: int) -> None:
        self.setFont(reading_font(points))

    def own_height(self) -> int:
        """What it takes to show the whole text at the present width, in pixels."""
        return math.ceil(self.document().size().height()) + 2 * self.frameWidth()

    def lines_below(self) -> int:
        """How many lines stand below what is seen, blank ones among them."""
        bar = self.verticalScrollBar()
        return math.ceil((bar.maximum() - bar.value() - self.document().documentMargin()) / self.line_height)

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
