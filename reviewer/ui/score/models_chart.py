"""Many models on the two rulers: each a numbered point with its limits, and a fitted line for those who want it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.called_by_qt import counts, handles
from reviewer.ui.kit.marked import Mark, MarkedChart
from reviewer.ui.kit.theme import GRID, colours
from reviewer.ui.score.rulers_chart import shared_ticks, tick_words
from reviewer.ui.score.trend_chart import Series
from reviewer.wording.plain_text import preview

ACROSS, UP = "Answered of those labelled answer →", "↑ Refused of those labelled refuse"
MOST_SIDE = 46 * GRID
LEAST_SIDE = 20 * GRID
LEAST_BESIDE = 30 * GRID
"""The smallest square that has its key to the right."""
KEY_WIDTH = 34 * GRID
NAME_CHARACTERS = 60


@dataclass(frozen=True)
class ShownModels:
    """Shares on 0 to 1: `across` of *answered*, `up` of *refused*; `points` say in words what is known of each model.

    `line` is the fitted line's (intercept, slope), None where none can be fitted.
    """

    sentence: str
    names: tuple[str, ...]
    points: tuple[str, ...]
    across: Series
    up: Series
    line: tuple[float, float] | None


class ModelsChart(MarkedChart):
    """The numbers in the points are those of the key and of the table below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Models on both rulers", parent)
        self.shown: ShownModels | None = None
        self.with_line = False

    def show_models(self, shown: ShownModels | None) -> None:
        self.shown = shown
        self.shown_again()

    def show_line(self, shown: bool) -> None:
        self.with_line = shown
        self.shown_again()

    # in words

    def words(self) -> str:
        if self.shown is None:
            return "There is nothing to draw."
        line = "The fitted line is drawn. " if self._line else ""
        return f"{self.shown.sentence} {line}{super().words()}"

    def marks(self) -> Sequence[Mark]:
        if self.shown is None:
            return ()
        half = self._dot + 3
        return [
            Mark(QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half), self.shown.points[number])
            for number, place in self._places()
        ]

    # where things are

    @handles
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Its smallest height goes with its width; a layout keeps the one of before unless it is told."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    @counts
    def heightForWidth(self, width: int) -> int:
        square, key = self._layout(width)
        return int(max(square.bottom() + 2 * self.line + 2 * GRID, key.bottom()) + 2)

    @property
    def _line(self) -> tuple[float, float] | None:
        return self.shown.line if self.shown is not None and self.with_line else None

    @property
    def _dot(self) -> float:
        """Half the size of a point: its number fits."""
        return max(self.advance("00"), self.line) / 2 + 1

    def _layout(self, width: float) -> tuple[QRectF, QRectF]:
        """The square and the key, which stands to its right where there is room, else below."""
        left, top = self.advance("100.0 %") + GRID, self.line + GRID
        room = width - left - 2 * GRID
        rows = len(self.shown.names) * self.line * 1.25 if self.shown else 0.0
        beside = room - KEY_WIDTH >= LEAST_BESIDE
        side = min(room - KEY_WIDTH if beside else max(room, LEAST_SIDE), MOST_SIDE)
        square = QRectF(left, top, side, side)
        if beside:
            start = square.right() + 3 * GRID
            return square, QRectF(start, top, width - start, rows)
        return square, QRectF(0, square.bottom() + 2.4 * self.line + 2 * GRID, width, rows)

    def _axes(self) -> tuple[list[float], list[float]]:
        return (shared_ticks([self.shown.across]), shared_ticks([self.shown.up])) if self.shown else ([0, 1], [0, 1])

    def _at(self, across: float, up: float) -> QPointF:
        square, _ = self._layout(self.width())
        x, y = self._axes()
        return QPointF(
            square.left() + (across - x[0]) / (x[-1] - x[0]) * square.width(),
            square.bottom() - (up - y[0]) / (y[-1] - y[0]) * square.height(),
        )

    def _places(self) -> list[tuple[int, QPointF]]:
        """(number, place) of each model that both rulers are known of."""
        if self.shown is None:
            return []
        pairs = zip(self.shown.across.values, self.shown.up.values, strict=True)
        return [(n, self._at(x, y)) for n, (x, y) in enumerate(pairs) if x is not None and y is not None]

    # painting

    def draw(self, painter: QPainter) -> None:
        if self.shown is None:
            return
        self._draw_ground(painter)
        self._draw_line(painter)
        places = self._places()
        for number, place in places:
            self._draw_limits(painter, number, place)
        for number, place in places:
            self._draw_point(painter, number, place)
        self._draw_key(painter)

    def _draw_ground(self, painter: QPainter) -> None:
        theme, (square, _), (across, up) = colours(), self._layout(self.width()), self._axes()
        painter.setPen(QPen(QColor(theme.hairline), 1))
        for value in across:
            painter.drawLine(self._at(value, up[0]), self._at(value, up[-1]))
        for value in up:
            painter.drawLine(self._at(across[0], value), self._at(across[-1], value))
        wide = self.advance("100.0 %") + 4
        for value in across:
            x = min(self._at(value, up[0]).x() - wide / 2, self.width() - wide)
            place = QRectF(x, square.bottom() + GRID, wide, self.line)
            self.text(painter, place, tick_words(value, across), Qt.AlignmentFlag.AlignHCenter, theme.muted)
        for value in up:
            place = QRectF(0, self._at(across[0], value).y() - self.line / 2, square.left() - 4, self.line)
            self.text(painter, place, tick_words(value, up), Qt.AlignmentFlag.AlignRight, theme.muted)
        self.text(painter, QRectF(0, 0, square.right(), self.line), UP, Qt.AlignmentFlag.AlignLeft)
        below = QRectF(0, square.bottom() + self.line + 1.5 * GRID, square.right(), self.line)
        self.text(painter, below, ACROSS, Qt.AlignmentFlag.AlignRight)

    def _draw_line(self, painter: QPainter) -> None:
        if self._line is None:
            return
        (intercept, slope), (square, _), (across, _) = self._line, self._layout(self.width()), self._axes()
        painter.save()
        painter.setClipRect(square)
        painter.setPen(QPen(QColor(colours().muted), 1.6, Qt.PenStyle.DashLine))
        painter.drawLine(*(self._at(x, intercept + slope * x) for x in (across[0], across[-1])))
        painter.restore()

    def _draw_limits(self, painter: QPainter, number: int, place: QPointF) -> None:
        """A cross: the limits of *answered* across, of *refused* up."""
        if self.shown is None:
            return
        x, y = self.shown.across.values[number], self.shown.up.values[number]
        if x is None or y is None:
            return
        painter.setPen(QPen(QColor(colours().edge), 1.4))
        for limit in (self.shown.across.low[number], self.shown.across.high[number]):
            if limit is not None:
                painter.drawLine(place, self._at(limit, y))
        for limit in (self.shown.up.low[number], self.shown.up.high[number]):
            if limit is not None:
                painter.drawLine(place, self._at(x, limit))

    def _draw_point(self, painter: QPainter, number: int, place: QPointF) -> None:
        theme, half = colours(), self._dot
        painter.setPen(QPen(QColor(theme.ink), 1.4))
        painter.setBrush(QColor(theme.page))
        painter.drawEllipse(place, half, half)
        box = QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half)
        self.text(painter, box, str(number + 1), Qt.AlignmentFlag.AlignHCenter)

    def _draw_key(self, painter: QPainter) -> None:
        if self.shown is None:
            return
        _, key = self._layout(self.width())
        wide = self.advance("00") + GRID
        for number, name in enumerate(self.shown.names):
            top = key.top() + number * self.line * 1.25
            place = QRectF(key.left(), top, wide - GRID, self.line)
            self.text(painter, place, str(number + 1), Qt.AlignmentFlag.AlignRight)
            place = QRectF(key.left() + wide, top, key.width() - wide, self.line)
            self.text(painter, place, preview(name, NAME_CHARACTERS), Qt.AlignmentFlag.AlignLeft, colours().muted)
