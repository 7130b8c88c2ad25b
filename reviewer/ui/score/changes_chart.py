"""What changed from the older run to the newer: three figures, each a dot with its interval, on one axis around 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from reviewer.core.scoring.score import FigureKey
from reviewer.ui.kit.called_by_qt import counts
from reviewer.ui.kit.marked import Mark, MarkedChart
from reviewer.ui.kit.theme import GRID, colours
from reviewer.wording.decision import NAMES, change_words
from reviewer.wording.precision import signed_to

if TYPE_CHECKING:
    from reviewer.core.scoring.paired import Difference

LIMITS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
ROW = 5 * GRID
DOT = 5.0
NEWER_LESS_OLDER, NOW_LESS_BEFORE = "newer minus older", "now minus before"
POINTS = "in points (10 points = 0.1 of a score)"
Changes = Mapping[FigureKey, "Difference | None"]


class ChangesChart(MarkedChart):
    """A row a figure: its name and its figures over a line on which 0 is the same place in all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What changed, with 95 % intervals", parent)
        self.changes: Changes = {}
        self.axis = NEWER_LESS_OLDER

    def show_changes(self, changes: Changes, axis: str = NEWER_LESS_OLDER) -> None:
        self.changes, self.axis = changes, axis
        self.shown_again()

    def marks(self) -> Sequence[Mark]:
        return [
            Mark(QRectF(1, number * ROW + 1, self.width() - 2, ROW - 2), f"{NAMES[key]}: {change_words(key, found)}")
            for number, (key, found) in enumerate(self.changes.items())
        ]

    @counts
    def heightForWidth(self, _width: int) -> int:
        return int(max(len(self.changes), 1) * ROW + 2 * self.line + GRID / 2)

    def draw(self, painter: QPainter) -> None:
        most = axis_limit(self.changes)
        bottom = len(self.changes) * ROW
        painter.setPen(QPen(QColor(colours().edge), 1))
        painter.drawLine(QPointF(self._x(0, most), 0), QPointF(self._x(0, most), bottom))
        for number, (key, found) in enumerate(self.changes.items()):
            self._draw_row(painter, number * ROW, key, found, most)
        self._draw_axis(painter, bottom, most)

    def _draw_row(self, painter: QPainter, top: float, key: FigureKey, found: Difference | None, most: float) -> None:
        theme, width = colours(), self.width()
        said = change_words(key, found)
        line = QRectF(2, top + 2, width - 4, self.line)
        name = NAMES[key]
        self.text(painter, line, name, Qt.AlignmentFlag.AlignLeft, halo=True)
        room = line.adjusted(self.advance(name) + GRID, 0, 0, 0)
        self.text(painter, room, said, Qt.AlignmentFlag.AlignRight, halo=True)
        y = top + 2 + self.line + (ROW - self.line - 2) / 2
        painter.setPen(QPen(QColor(theme.hairline), 1))
        painter.drawLine(QPointF(self._x(-most, most), y), QPointF(self._x(most, most), y))
        if found is not None:
            self._draw_interval(painter, y, found, most)

    def _draw_interval(self, painter: QPainter, y: float, found: Difference, most: float) -> None:
        """Solid where the interval leaves 0 out, hollow where it may be no change; an open end runs to the edge."""
        theme = colours()
        low, high = (
            end if limit is None else limit for end, limit in zip((-most, most), (found.low, found.high), strict=True)
        )
        painter.setPen(QPen(QColor(theme.ink), 2))
        painter.drawLine(QPointF(self._x(low, most), y), QPointF(self._x(high, most), y))
        for limit in (found.low, found.high):
            if limit is not None:
                x = self._x(limit, most)
                painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
        sure = found.low is not None and found.high is not None and not found.low <= 0 <= found.high
        painter.setBrush(QColor(theme.ink if sure else theme.page))
        painter.drawEllipse(QPointF(self._x(found.value, most), y), DOT, DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_axis(self, painter: QPainter, top: float, most: float) -> None:
        theme = colours()
        box = QRectF(2, top + 2, self.width() - 4, self.line)
        for value, align in (
            (-most, Qt.AlignmentFlag.AlignLeft),
            (0.0, Qt.AlignmentFlag.AlignHCenter),
            (most, Qt.AlignmentFlag.AlignRight),
        ):
            said = signed_to(value * 100, 0)
            self.text(painter, box, said, align, theme.muted)
        below = box.translated(0, self.line)
        self.text(painter, below, f"{self.axis}, {POINTS}", Qt.AlignmentFlag.AlignHCenter, theme.muted)

    def _x(self, value: float, most: float) -> float:
        half = self.width() / 2 - DOT - 3
        return self.width() / 2 + half * min(max(value / most, -1.0), 1.0)


def axis_limit(changes: Changes) -> float:
    """The smallest round end that holds every dot and every interval."""
    ends = [
        abs(end)
        for found in changes.values()
        if found is not None
        for end in (found.value, found.low, found.high)
        if end is not None
    ]
    return next((limit for limit in LIMITS if max(ends, default=0.0) <= limit), LIMITS[-1])
