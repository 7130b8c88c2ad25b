"""Versions from left to right, the oldest first: their scores, and below how well they tell the poles apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from reviewer.app.figures.trends import FollowedRuns
from reviewer.ui.kit.called_by_qt import counts
from reviewer.ui.kit.marked import Mark, MarkedChart
from reviewer.ui.kit.theme import GRID, colours
from reviewer.wording.plain_text import preview
from reviewer.wording.score import figure, percent
from reviewer.wording.swing import d_a_limits
from reviewer.wording.tables import Table, limits, signed

DOT = 4.5
PANEL = 15 * GRID
NAME_CHARACTERS = 40
_MOST_STEPS = 5


@dataclass(frozen=True)
class Series:
    """A figure of each version with its interval; None where it or an end is not known."""

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]

    def ticks(self) -> list[float]:
        """Three to seven round figures that enclose everything: the range that is drawn."""
        known = [each for each in (*self.values, *self.low, *self.high) if each is not None]
        least, most = min(known, default=0.0), max(known, default=1.0)
        size = 10 ** math.floor(math.log10(max(most - least, 0.02)))
        step = next(size * part for part in (0.2, 0.5, 1, 2) if size * part * _MOST_STEPS >= most - least)
        first, last = math.floor(least / step), math.ceil(most / step)
        return [number * step for number in range(first, max(last, first + 2) + 1)]


class TrendChart(MarkedChart):
    """Two panels with the versions in the same places: balanced score and d_a, each on the range of its own values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Versions", parent)
        self.followed: FollowedRuns | None = None
        self.series: tuple[Series, ...] = ()

    def show_runs(self, followed: FollowedRuns) -> None:
        self.followed, self.series = followed, _series(followed)
        self.shown_again()

    def words(self) -> str:
        if self.followed is None:
            return "There is nothing to draw."
        return f"{self.followed.sentence} {super().words()}"

    def marks(self) -> Sequence[Mark]:
        """The versions, each over both panels."""
        if self.followed is None:
            return ()
        top, foot = self._panel(0).top(), self._panel(len(self.series) - 1).bottom()
        half = min(self._apart / 2 - 2, 4 * GRID)
        return [
            Mark(QRectF(self._x(number) - half, top, 2 * half, foot - top), version_words(self.followed, number))
            for number in range(len(self.followed.names))
        ]

    @counts
    def heightForWidth(self, _width: int) -> int:
        return int(self._panel(max(len(self.series) - 1, 0)).bottom() + self.line + GRID)

    @property
    def _left(self) -> float:
        return self.advance("−0.00") + GRID

    @property
    def _apart(self) -> float:
        n = len(self.followed.names) if self.followed else 1
        return (self.width() - self._left - GRID) / n

    def _x(self, number: int) -> float:
        return self._left + (number + 0.5) * self._apart

    def _panel(self, number: int) -> QRectF:
        top = self.line + number * (PANEL + 1.5 * self.line)
        return QRectF(self._left, top + 2, self.width() - self._left - GRID, PANEL)

    def draw(self, painter: QPainter) -> None:
        if self.followed is None:
            return
        for number, series in enumerate(self.series):
            self._draw_series(painter, self._panel(number), series)
        foot = self._panel(len(self.series) - 1).bottom() + 2
        for number, name in enumerate(self.followed.names):
            place = QRectF(self._x(number) - self._apart / 2 + 2, foot, self._apart - 4, self.line)
            words = preview(name, NAME_CHARACTERS)
            self.text(painter, place, words, Qt.AlignmentFlag.AlignHCenter, colours().muted)

    def _draw_series(self, painter: QPainter, panel: QRectF, series: Series) -> None:
        theme, ticks = colours(), series.ticks()
        least, most = ticks[0], ticks[-1]

        def y(value: float) -> float:
            return panel.bottom() - (value - least) / (most - least) * panel.height()

        title = QRectF(panel.left(), panel.top() - self.line - 2, panel.width(), self.line)
        self.text(painter, title, series.name, Qt.AlignmentFlag.AlignLeft, theme.muted)
        for value in ticks:
            painter.setPen(QPen(QColor(theme.hairline), 1))
            painter.drawLine(QPointF(panel.left(), y(value)), QPointF(panel.right(), y(value)))
            place = QRectF(0, y(value) - self.line / 2, self._left - GRID / 2, self.line)
            self.text(painter, place, f"{value:.2g}".replace("-", "−"), Qt.AlignmentFlag.AlignRight, theme.muted)
        known = [(number, value) for number, value in enumerate(series.values) if value is not None]
        painter.setPen(QPen(QColor(theme.edge), 1.4))
        for (first, one), (second, two) in pairwise(known):
            painter.drawLine(QPointF(self._x(first), y(one)), QPointF(self._x(second), y(two)))
        for number, value in known:
            painter.setPen(QPen(QColor(theme.edge), 1.6))
            low, high = series.low[number], series.high[number]
            x = self._x(number)
            for end, open_end in ((low, panel.bottom()), (high, panel.top())):
                painter.drawLine(QPointF(x, y(value)), QPointF(x, open_end if end is None else y(end)))
                if end is not None:
                    painter.drawLine(QPointF(x - 3, y(end)), QPointF(x + 3, y(end)))
            painter.setPen(QPen(QColor(theme.page), 1.2))
            painter.setBrush(QColor(theme.ink))
            painter.drawEllipse(QPointF(x, y(value)), DOT, DOT)


def _series(followed: FollowedRuns) -> tuple[Series, ...]:
    points = followed.trend.points
    between = [point.card.intervals.get("balanced") for point in points]
    score = Series(
        "Balanced score",
        tuple(point.card.score.balanced for point in points),
        tuple(each.low if each else None for each in between),
        tuple(each.high if each else None for each in between),
    )
    if all(point.d_a is None for point in points):
        return (score,)
    told_apart = Series(
        "Judgement (d_a): how well the least and the most cautious label are told apart",
        tuple(point.d_a for point in points),
        tuple(point.limits.low if point.limits else None for point in points),
        tuple(point.limits.high if point.limits else None for point in points),
    )
    return (score, told_apart)


def version_words(followed: FollowedRuns, number: int) -> str:
    """All that is known of one version, in one line."""
    cells = trend_table(followed).rows[number]
    words = [f"{name} {cell}" for name, cell in zip(HEADINGS[1:], cells[1:], strict=True) if cell != "–"]
    return f"{cells[0]}: {', '.join(words)}"


HEADINGS = (
    "Version",
    "balanced",
    "its 95 %",
    "▲ over-cautious",
    "▼ under-cautious",
    "judgement (d_a)",
    "its 95 %",
    "readiness (criterion c)",
    "off the one frontier by",
)


def trend_table(followed: FollowedRuns) -> Table:
    """A row for each version, the oldest first."""
    rows = []
    for name, point in zip(followed.names, followed.trend.points, strict=True):
        card = point.card
        rows.append(
            (
                preview(name, NAME_CHARACTERS),
                figure(card.score.balanced),
                limits(card, "balanced"),
                percent(card.over_cautious),
                percent(card.under_cautious),
                signed(point.d_a),
                d_a_limits(point),
                signed(card.discrimination.criterion),
                signed(point.residual),
            )
        )
    return Table(HEADINGS, tuple(rows))
