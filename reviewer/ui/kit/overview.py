"""A narrow column beside the scroll bar: where in the whole text something is, however much of it is seen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.called_by_qt import filters, handles, paints
from reviewer.ui.kit.text_pane import TextPane
from reviewer.ui.kit.theme import GRID

WIDTH = GRID - 1
"""It stands in the margin of the text, so that nothing moves for it."""
MOST_PLACES = 1_000
_SMALLEST = 2.0


class Overview(QWidget):
    """Of one pane, seen where the text is longer than the pane. Each kind of thing has a lane of its own, in the order
    in which they were first shown; a click goes there.
    """

    def __init__(self, pane: TextPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._lanes: dict[str, Sequence[tuple[int, int]]] = {}
        self.setAccessibleName(f"Overview of {pane.accessibleName()}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        pane.viewport().installEventFilter(self)
        pane.verticalScrollBar().rangeChanged.connect(self._fit)
        self.hide()

    def show_stretches(self, lane: str, stretches: Sequence[tuple[int, int]]) -> None:
        """Where these stretches of the original stand; they are in order."""
        step = len(stretches) // MOST_PLACES + 1
        self._lanes[lane] = stretches[::step]
        self._fit()

    def areas(self, lane: str) -> list[QRectF]:
        """Where a lane's stretches are drawn."""
        lanes = list(self._lanes)
        width = WIDTH / len(lanes)
        left = lanes.index(lane) * width
        return [QRectF(left, *self._from_to(*stretch, width)) for stretch in self._lanes[lane]]

    def _from_to(self, start: int, end: int, width: float) -> tuple[float, float, float]:
        """Top, width and height of a stretch."""
        first, last = self._pane.span(start, end)
        scale = self.height() / max(self._pane.document().size().height(), 1.0)
        top = self._pane.height_at(first) * scale
        return top, width - 1, max(self._pane.height_at(last) * scale - top, _SMALLEST)

    def _fit(self) -> None:
        viewport = self._pane.viewport().geometry()
        self.setGeometry(viewport.right() - WIDTH + 1, viewport.top(), WIDTH, viewport.height())
        self.setVisible(any(self._lanes.values()) and self._pane.verticalScrollBar().maximum() > 0)
        self.update()

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        for lane in self._lanes:
            for area in self.areas(lane):
                painter.fillRect(area, self.palette().color(QPalette.ColorRole.Dark))
        painter.end()

    @handles
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring into the middle of the pane what the click is on."""
        share = event.position().y() / max(self.height(), 1)
        bar = self._pane.verticalScrollBar()
        bar.setValue(round(share * (bar.maximum() + bar.pageStep()) - bar.pageStep() / 2))
