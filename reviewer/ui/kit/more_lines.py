"""The word on what stands below the fold of a text, which covers none of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from reviewer.ui.kit.called_by_qt import filters, paints
from reviewer.ui.kit.spaced_text import SpacedText
from reviewer.ui.kit.theme import GRID, colours
from reviewer.wording.plural import counted

WIDEST = "▼ 99,999 more lines"
_ROUNDS = 3


class MoreLines(QWidget):
    """In the lower corner right of the lines, where there is room; else in a strip below a text that is longer than
    its pane, which then stays there to the text's end.
    """

    def __init__(self, pane: SpacedText) -> None:
        super().__init__(pane)
        self._pane = pane
        self._strip = 0
        self._fitting = False
        self.words = ""
        self.setFont(QApplication.font())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        pane.viewport().installEventFilter(self)
        pane.verticalScrollBar().rangeChanged.connect(self.fit)
        pane.verticalScrollBar().valueChanged.connect(self._tell)
        self.fit()

    def fit(self) -> None:
        """Take the place that this text leaves, and say what stands below."""
        if self._fitting:
            return
        self._fitting = True
        for _ in range(_ROUNDS):
            strip = self._wanted()
            if strip == self._strip:
                break
            self._strip = strip
            self._pane.keep_room_below(strip)
        self._fitting = False
        self._tell()

    def _wanted(self) -> int:
        """How high the strip is to be; it takes its room from the text, and must not be asked for by that."""
        metrics, view = self.fontMetrics(), self._pane.viewport()
        is_longer = self._pane.document().size().height() > view.height() + self._strip
        corner = metrics.horizontalAdvance(WIDEST) + 2 * GRID + GRID // 2
        over_lines = self._pane.lines_end() > view.width() - corner
        return metrics.height() + GRID // 2 if is_longer and over_lines else 0

    def _tell(self) -> None:
        more = self._pane.lines_below()
        self.words = f"▼ {counted(more, 'more line')}" if more > 0 else ""
        self.setAccessibleName(self.words)
        self._place()
        self.setVisible(bool(self.words or self._strip))
        self.update()

    def _place(self) -> None:
        view, metrics = self._pane.viewport().geometry(), self.fontMetrics()
        if self._strip:
            self.setGeometry(view.left(), view.bottom() + 1, view.width(), self._strip)
            return
        width, height = metrics.horizontalAdvance(self.words) + 2 * GRID, metrics.height() + GRID // 2
        self.setGeometry(QRect(view.right() - width - GRID // 2, view.bottom() - height - GRID // 2, width, height))

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, box = QPainter(self), self.rect()
        if self._strip:
            painter.fillRect(box, self.palette().color(QPalette.ColorRole.Base))
            painter.setPen(QColor(colours().hairline))
            painter.drawLine(box.topLeft(), box.topRight())
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(colours().edge))
            painter.setBrush(self.palette().color(QPalette.ColorRole.Window))
            painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), GRID // 2, GRID // 2)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(GRID, 0, -GRID, 0), side, self.words)
        painter.end()
