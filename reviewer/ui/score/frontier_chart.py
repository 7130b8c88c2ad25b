"""Held back where it should against answered where it should: versions, their regions and the fitted frontier."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from reviewer.core.scoring.frontier import Frontier, Place
from reviewer.ui.kit.called_by_qt import counts
from reviewer.ui.kit.marked import Mark, MarkedChart
from reviewer.ui.kit.theme import GRID, colours
from reviewer.wording.frontier import (
    ABOVE,
    BELOW,
    LETTERS,
    TICKS,
    arrow_between,
    by_corner,
    constant_words,
    curve_words,
    joined,
    key_rows,
    number_of,
    point_words,
)

OUTLINES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)
MOST_SIDE = 46 * GRID
LEAST_SIDE = 20 * GRID
LEAST_BESIDE = 36 * GRID
"""The smallest square that has its key to the right."""
SAMPLE = 3.5 * GRID
DOT = 5.5
"""Half the size of a version's mark, in pixels."""
CORNER = 4.5


@dataclass(frozen=True)
class Layout:
    """The square and, beside it or below, the key."""

    square: QRectF
    key: QRectF

    def at(self, place: Place) -> QPointF:
        return QPointF(
            self.square.left() + place[0] * self.square.width(), self.square.bottom() - place[1] * self.square.height()
        )


class FrontierChart(MarkedChart):
    """One version, or two with an arrow from first to second. Shapes and letters tell them apart, not colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Answered and held back where it should", parent)
        self.frontier: Frontier | None = None

    def show_frontier(self, frontier: Frontier | None) -> None:
        """None, or a frontier without versions, draws nothing."""
        self.frontier = frontier
        self.shown_again()

    # in words

    def words(self) -> str:
        found = self.frontier
        if found is None:
            return "There is nothing to draw."
        curves = (f"Line: {curve_words(curve, found)}." for curve in found.curves)
        arrow = ("An arrow goes from A to B.",) if len(found.points) > 1 else ()
        return " ".join(filter(None, (found.sentence, super().words(), *arrow, *curves)))

    def marks(self) -> Sequence[Mark]:
        """The versions, then the constant policies."""
        if self.frontier is None:
            return ()
        layout = self._layout(self.width())
        found = [
            Mark(_around(layout.at(point.at), DOT + 4), point_words(number, point))
            for number, point in enumerate(self.frontier.points)
        ]
        for place, names in by_corner(self.frontier).items():
            found.append(Mark(_around(layout.at(place), CORNER + 4), constant_words(place, names)))
        return found

    # where things are

    @counts
    def heightForWidth(self, width: int) -> int:
        layout = self._layout(width)
        return math.ceil(max(layout.square.bottom() + 2 * self.line + 6, layout.key.bottom() + 2))

    def _layout(self, width: float) -> Layout:
        """The key stands to the right of the square where there is room for it, else below."""
        left, top = self.advance("100 %") + GRID, self.line + GRID
        room = width - left - 1.5 * GRID
        key = list(self._key())
        wide = max((self.advance(words) for *_, words in key), default=0.0) + SAMPLE + 6
        beside = room - wide - 3 * GRID >= LEAST_BESIDE
        side = min(room - wide - 3 * GRID if beside else max(room, LEAST_SIDE), MOST_SIDE)
        square = QRectF(left, top, side, side)
        rows = len(key) * self._key_line
        if beside:
            return Layout(square, QRectF(square.right() + 3 * GRID, top, width - square.right() - 3 * GRID, rows))
        return Layout(square, QRectF(0, square.bottom() + 2.4 * self.line + GRID, width, rows))

    @property
    def _key_line(self) -> float:
        return self.line * 1.35

    def _key(self) -> Iterator[tuple[str, int, str]]:
        """(what is drawn as the sample, of which version, the words beside it)."""
        yield from key_rows(self.frontier) if self.frontier else ()

    # painting

    def draw(self, painter: QPainter) -> None:
        if self.frontier is None:
            return
        layout = self._layout(self.width())
        self._draw_ground(painter, layout)
        painter.save()
        painter.setClipRect(layout.square.adjusted(-1, -1, 1, 1))
        for number, point in enumerate(self.frontier.points):
            _draw_region(painter, [layout.at(place) for place in point.region], number)
        for curve in self.frontier.curves:
            _draw_curve(painter, [layout.at(place) for place in curve.line], number_of(curve, self.frontier))
        painter.restore()
        self._draw_corners(painter, layout)
        places = [layout.at(point.at) for point in self.frontier.points]
        if len(places) > 1:
            _draw_arrow(painter, places[0], places[1])
        for number, place in reversed(list(enumerate(places))):
            _draw_shape(painter, place, number)
        for number, place in enumerate(places):
            self._draw_letter(painter, layout, places, number, place)
        for row, (kind, number, words) in enumerate(self._key()):
            self._draw_key_row(painter, layout.key, row, (kind, number, words))

    def _draw_ground(self, painter: QPainter, layout: Layout) -> None:
        theme, square = colours(), layout.square
        for tick in TICKS:
            painter.setPen(QPen(QColor(theme.edge if tick in (0.0, 1.0) else theme.hairline), 1))
            painter.drawLine(layout.at((tick, 0)), layout.at((tick, 1)))
            painter.drawLine(layout.at((0, tick)), layout.at((1, tick)))
            words, wide = f"{tick:.0%}".replace("%", " %"), self.advance("100 %") + 4
            # the lowest stands on the axis, clear of the number under it
            raised = self.line / 2 if tick else self.line - 2
            y = QRectF(0, layout.at((0, tick)).y() - raised, square.left() - 4, self.line)
            self.text(painter, y, words, Qt.AlignmentFlag.AlignRight, theme.muted)
            x = min(layout.at((tick, 0)).x() - wide / 2, self.width() - wide)
            place = QRectF(x, square.bottom() + 2, wide, self.line)
            self.text(painter, place, words, Qt.AlignmentFlag.AlignHCenter, theme.muted)
        _draw_guessing(painter, layout.at((0, 1)), layout.at((1, 0)))
        above = QRectF(0, 0, square.right(), self.line)
        self.text(painter, above, ABOVE, Qt.AlignmentFlag.AlignLeft)
        below = QRectF(0, square.bottom() + self.line + 3, square.right(), self.line)
        self.text(painter, below, BELOW, Qt.AlignmentFlag.AlignRight)

    def _draw_corners(self, painter: QPainter, layout: Layout) -> None:
        """The constant policies, named inside the square."""
        if self.frontier is None:
            return
        theme = colours()
        for place, names in by_corner(self.frontier).items():
            at = layout.at(place)
            _draw_diamond(painter, at)
            room = layout.square.width() - 3 * GRID
            left = at.x() + 1.5 * GRID if place[0] < 0.5 else at.x() - 1.5 * GRID - room
            top = at.y() + self.line * 0.8 if place[1] > 0.5 else at.y() - self.line - 3
            align = Qt.AlignmentFlag.AlignLeft if place[0] < 0.5 else Qt.AlignmentFlag.AlignRight
            self.text(painter, QRectF(left, top, room, self.line), joined(names), align, theme.muted, halo=True)

    def _draw_letter(
        self, painter: QPainter, layout: Layout, places: Sequence[QPointF], number: int, place: QPointF
    ) -> None:
        """Beside its mark, on the side away from the other version, and inside the square."""
        size = self.advance("A") + 6
        other = places[1 - number] if len(places) > 1 else QPointF(place.x() + 1, place.y())
        left = place.x() < other.x() or (place.x() == other.x() and number == 0)
        x = place.x() - DOT - 3 - size if left else place.x() + DOT + 3
        if x < layout.square.left() or x + size > layout.square.right():
            x = place.x() + DOT + 3 if left else place.x() - DOT - 3 - size
        y = place.y() + (DOT if number else -DOT) - self.line / 2
        y = min(max(y, layout.square.top() + 1), layout.square.bottom() - self.line - 1)
        self.text(painter, QRectF(x, y, size, self.line), LETTERS[number], Qt.AlignmentFlag.AlignHCenter, halo=True)

    def _draw_key_row(self, painter: QPainter, key: QRectF, row: int, entry: tuple[str, int, str]) -> None:
        kind, number, words = entry
        top = key.top() + row * self._key_line
        left, right = (
            QPointF(key.left() + 2, top + self.line / 2),
            QPointF(key.left() + SAMPLE - 4, top + self.line / 2),
        )
        middle = (left + right) / 2
        if kind == "point":
            _draw_shape(painter, middle, number)
        elif kind == "region":
            box = QRectF(left.x(), top + 2, right.x() - left.x(), self.line - 4)
            _draw_region(painter, [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()], number)
        elif kind == "curve":
            _draw_curve(painter, [left, right], number)
        elif kind == "corner":
            _draw_diamond(painter, middle)
        else:
            _draw_guessing(painter, left, right)
        place = QRectF(key.left() + SAMPLE + 4, top, key.width() - SAMPLE - 4, self.line)
        self.text(painter, place, words, Qt.AlignmentFlag.AlignLeft, "" if kind == "point" else colours().muted)


def _draw_shape(painter: QPainter, at: QPointF, number: int) -> None:
    theme = colours()
    painter.setPen(QPen(QColor(theme.page), 1.5))
    painter.setBrush(QColor(theme.ink))
    if number:
        painter.drawRect(_around(at, DOT))
    else:
        painter.drawEllipse(at, DOT + 0.5, DOT + 0.5)


def _draw_region(painter: QPainter, outline: Sequence[QPointF], number: int) -> None:
    if not outline:
        return
    fill = QColor(colours().edge)
    fill.setAlpha(40)
    painter.setPen(QPen(QColor(colours().edge), 1.4, OUTLINES[number]))
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF(outline))


def _draw_curve(painter: QPainter, line: Sequence[QPointF], number: int) -> None:
    painter.setPen(QPen(QColor(colours().muted), 2, OUTLINES[number]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(line))


def _draw_guessing(painter: QPainter, start: QPointF, end: QPointF) -> None:
    painter.setPen(QPen(QColor(colours().edge), 1, Qt.PenStyle.DotLine))
    painter.drawLine(start, end)


def _draw_diamond(painter: QPainter, at: QPointF) -> None:
    painter.setPen(QPen(QColor(colours().edge), 1.4))
    painter.setBrush(QColor(colours().page))
    offsets = ((0.0, -CORNER), (CORNER, 0.0), (0.0, CORNER), (-CORNER, 0.0))
    painter.drawPolygon(QPolygonF([QPointF(at.x() + x, at.y() + y) for x, y in offsets]))


def _draw_arrow(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """Between the edges of the two marks; none where they touch."""
    found = arrow_between((start.x(), start.y()), (end.x(), end.y()), DOT)
    if found is None:
        return
    ink = QColor(colours().ink)
    painter.setPen(QPen(ink, 1.6))
    painter.drawLine(QPointF(*found.tail), QPointF(*found.back))
    painter.setPen(QPen(ink, 1))
    painter.setBrush(ink)
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in found.head]))


def _around(at: QPointF, half: float) -> QRectF:
    return QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
