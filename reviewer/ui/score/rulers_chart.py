"""Both rulers of the versions on one chart, the oldest first: where each release went, and what it undid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.called_by_qt import counts
from reviewer.ui.kit.marked import Mark, MarkedChart
from reviewer.ui.kit.theme import GRID, colours
from reviewer.ui.score.trend_chart import Series
from reviewer.wording.plain_text import preview

DOT = 4.5
PLOT = 26 * GRID
NAME_CHARACTERS = 200
LEAST_NAME = 8 * GRID
"""Where a version has less room, in pixels, its number stands in place of its name."""
SHAPES = "●■"
LINES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)
ASIDE = 4.0
"""How far the two rulers of a version stand apart, in pixels, so that their intervals do not lie on each other."""
ENDS = ("refused", "answered")
"""The rulers' names at the ends of their lines."""
UNDONE = "↶"
_UNDONE_WORDS = f"{UNDONE} undoes"


@dataclass(frozen=True)
class ShownStep:
    """From one version to the next, in words; `undoes` where it took back what the one before did."""

    words: str
    undoes: bool


@dataclass(frozen=True)
class ShownRulers:
    """What is drawn: shares on 0 to 1. `versions` and `steps` say in words all that is known of each.

    `rulers` are *refused* and *answered*, in this order; `n_actions` of the scale, for their colours.
    """

    sentence: str
    names: tuple[str, ...]
    versions: tuple[str, ...]
    steps: tuple[ShownStep, ...]
    rulers: tuple[Series, Series]
    n_actions: int


class RulersChart(MarkedChart):
    """Two lines, told apart by shape, stroke and the name at their end; a step that undoes the one before is marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Both rulers, version by version", parent)
        self.shown: ShownRulers | None = None

    def show_rulers(self, shown: ShownRulers | None) -> None:
        self.shown = shown
        self.shown_again()

    # in words

    def words(self) -> str:
        if self.shown is None:
            return "There is nothing to draw."
        return f"{self.shown.sentence} {super().words()}"

    def marks(self) -> Sequence[Mark]:
        """A version, the step from it, the next version and so on."""
        if self.shown is None:
            return ()
        plot, found = self._plot(), list[Mark]()
        half = min(self._apart / 3, 3 * GRID)
        for number, words in enumerate(self.shown.versions):
            area = QRectF(self._x(number) - half, plot.top(), 2 * half, plot.height())
            found.append(Mark(area, words))
            if number < len(self.shown.steps):
                found.append(Mark(self._between(number), self.shown.steps[number].words))
        return found

    # where things are

    @counts
    def heightForWidth(self, _width: int) -> int:
        return int(self._plot().bottom() + self.line + GRID)

    @property
    def _left(self) -> float:
        return self.advance("100 %") + GRID

    @property
    def _right(self) -> float:
        """Room for the longer of the two names at the ends of the lines."""
        return max(self.advance(word) for word in ENDS) + 2

    @property
    def _apart(self) -> float:
        n = len(self.shown.names) if self.shown else 1
        return self._plot().width() / n

    @property
    def _key_rows(self) -> float:
        return 2 * self.line + GRID / 2

    def _x(self, number: int) -> float:
        return self._left + (number + 0.5) * self._apart

    def _plot(self) -> QRectF:
        top = self._key_rows + self.line + GRID
        return QRectF(self._left, top, self.width() - self._left - self._right, PLOT)

    def _between(self, step: int) -> QRectF:
        """Above the plot, between the versions of a step."""
        left, right = self._x(step) + 2, self._x(step + 1) - 2
        return QRectF(left, self._plot().top() - self.line - 5, right - left, self.line)

    # painting

    def draw(self, painter: QPainter) -> None:
        if self.shown is None:
            return
        ticks = shared_ticks(self.shown.rulers)
        for step, each in enumerate(self.shown.steps):
            if each.undoes:
                self._draw_undone(painter, step)
        self._draw_ground(painter, ticks)
        for number, ruler in enumerate(self.shown.rulers):
            self._draw_key(painter, number, ruler.name)
            self._draw_ruler(painter, number, ruler, (ticks[0], ticks[-1]))
        self._draw_ends(painter, (ticks[0], ticks[-1]))
        self._draw_names(painter)

    def _draw_ground(self, painter: QPainter, ticks: Sequence[float]) -> None:
        theme, plot = colours(), self._plot()
        for value in ticks:
            y = _height(plot, value, (ticks[0], ticks[-1]))
            painter.setPen(QPen(QColor(theme.edge if value in (0.0, 1.0) else theme.hairline), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            place = QRectF(0, y - self.line / 2, self._left - GRID / 2, self.line)
            self.text(painter, place, tick_words(value, ticks), Qt.AlignmentFlag.AlignRight, theme.muted)

    def _draw_undone(self, painter: QPainter, step: int) -> None:
        """A column of shade from version to version, a bar on it, and the mark above."""
        plot, above = self._plot(), self._between(step)
        painter.fillRect(QRectF(above.left(), plot.top(), above.width(), plot.height()), QColor(colours().shade))
        painter.setPen(QPen(QColor(colours().ink), 1.6))
        painter.drawLine(QPointF(above.left() + 3, plot.top() - 3), QPointF(above.right() - 3, plot.top() - 3))
        fits = self.advance(_UNDONE_WORDS) <= above.width()
        self.text(painter, above, _UNDONE_WORDS if fits else UNDONE, Qt.AlignmentFlag.AlignHCenter)

    def _draw_key(self, painter: QPainter, number: int, name: str) -> None:
        """The ruler's stroke and shape with its name, above the plot."""
        top, left = number * self.line, self._left
        middle = QPointF(left + 2 * GRID, top + self.line / 2)
        painter.setPen(QPen(self._colour(number), 2, LINES[number]))
        painter.drawLine(QPointF(left, middle.y()), QPointF(left + 4 * GRID, middle.y()))
        draw_shape(painter, middle, number, self._colour(number))
        place = QRectF(left + 5 * GRID, top, self.width() - left - 5 * GRID, self.line)
        self.text(painter, place, name, Qt.AlignmentFlag.AlignLeft)

    def _draw_ruler(self, painter: QPainter, number: int, ruler: Series, ends: tuple[float, float]) -> None:
        plot, colour = self._plot(), self._colour(number)
        aside = ASIDE if number else -ASIDE
        known = [
            (version, QPointF(self._x(version) + aside, _height(plot, value, ends)))
            for version, value in enumerate(ruler.values)
            if value is not None
        ]
        painter.setPen(QPen(colour, 2, LINES[number]))
        for (_, one), (_, two) in pairwise(known):
            painter.drawLine(one, two)
        for version, place in known:
            painter.setPen(QPen(colour, 1.4))
            for limit in (ruler.low[version], ruler.high[version]):
                if limit is not None:
                    end = QPointF(place.x(), _height(plot, limit, ends))
                    painter.drawLine(place, end)
                    painter.drawLine(end - QPointF(3, 0), end + QPointF(3, 0))
            draw_shape(painter, place, number, colour)

    def _draw_ends(self, painter: QPainter, ends: tuple[float, float]) -> None:
        """Each ruler's short name where its line ends, a line of text apart at least."""
        lasts = [ruler.values[-1] for ruler in self.shown.rulers] if self.shown else []
        if any(value is None for value in lasts):
            return
        places = [_height(self._plot(), value, ends) for value in lasts if value is not None]
        near = self.line - abs(places[0] - places[1])
        if near > 0:
            upper = 0 if places[0] <= places[1] else 1
            places[upper], places[1 - upper] = places[upper] - near / 2, places[1 - upper] + near / 2
        left = self._x(len(self.shown.names) - 1) + 2 * GRID if self.shown else 0.0
        for number, y in enumerate(places):
            place = QRectF(left, y - self.line / 2, self.width() - left, self.line)
            self.text(painter, place, ENDS[number], Qt.AlignmentFlag.AlignLeft, halo=True)

    def _draw_names(self, painter: QPainter) -> None:
        if self.shown is None:
            return
        foot, metrics = self._plot().bottom() + 3, QFontMetricsF(self.font())
        for number, name in enumerate(self.shown.names):
            place = QRectF(self._x(number) - self._apart / 2 + 2, foot, self._apart - 4, self.line)
            words = preview(name, NAME_CHARACTERS) if self._apart >= LEAST_NAME else str(number + 1)
            # versions of one model differ at the ends of their names
            words = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, place.width())
            self.text(painter, place, words, Qt.AlignmentFlag.AlignHCenter, colours().muted)

    def _colour(self, number: int) -> QColor:
        """The colour of refusing for *refused*, of answering for *answered*, as on the action strip."""
        n = self.shown.n_actions if self.shown else 2
        return QColor(colours().action(0 if number else n - 1, n))


def shared_ticks(rulers: Sequence[Series]) -> list[float]:
    """Round shares within 0 to 1 that enclose both rulers and their intervals."""
    both = Series(
        "",
        tuple(value for ruler in rulers for value in ruler.values),
        tuple(value for ruler in rulers for value in ruler.low),
        tuple(value for ruler in rulers for value in ruler.high),
    )
    within = [round(tick, 6) for tick in both.ticks() if -1e-9 <= tick <= 1 + 1e-9]
    return within if len(within) > 1 else [0.0, 0.5, 1.0]


def tick_words(value: float, ticks: Sequence[float]) -> str:
    """In per cent, with a place more where the ticks lie within whole per cents."""
    whole = all(abs(tick * 100 - round(tick * 100)) < 1e-6 for tick in ticks)
    return f"{value * 100:.{0 if whole else 1}f} %"


def draw_shape(painter: QPainter, at: QPointF, number: int, colour: QColor) -> None:
    """A dot for the first, a square for the second."""
    painter.setPen(QPen(QColor(colours().page), 1.2))
    painter.setBrush(colour)
    if number:
        painter.drawRect(QRectF(at.x() - DOT + 0.5, at.y() - DOT + 0.5, 2 * DOT - 1, 2 * DOT - 1))
    else:
        painter.drawEllipse(at, DOT, DOT)


def _height(plot: QRectF, value: float, ends: tuple[float, float]) -> float:
    return plot.bottom() - (value - ends[0]) / (ends[1] - ends[0]) * plot.height()
