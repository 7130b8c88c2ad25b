"""How far outside their band the responses lie: under-cautious to the left of 0, over-cautious to the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.called_by_qt import counts
from reviewer.ui.kit.marked import Mark, MarkedChart
from reviewer.ui.kit.theme import GRID, colours
from reviewer.ui.score.bars import ERROR_LIMITS
from reviewer.wording.plural import counted, noun
from reviewer.wording.score import percent
from reviewer.wording.tables import Table, count

BAR = 1.75 * GRID
GAP = GRID / 2


class DistanceChart(MarkedChart):
    """A row for each number of steps, with a bar to either side of 0 on one scale; above it the cases in the band."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Distance from the band", parent)
        self.distances: Mapping[int, float] = {}
        self.steps = 1
        self.most = ERROR_LIMITS[-1]

    def show_distances(self, distances: Mapping[int, float], n_actions: int, most: float | None = None) -> None:
        """`distances` are scale steps outside the band → cases, under-cautious below 0; `most` the share at both ends,
        given where two charts are to be compared.
        """
        self.distances = dict(sorted(distances.items()))
        self.steps = max(n_actions - 1, 1)
        self.most = most or distance_limit(distances)
        self.shown_again()

    @property
    def cases(self) -> float:
        return sum(self.distances.values())

    def share(self, step: int) -> float:
        return self.distances.get(step, 0.0) / self.cases if self.cases else 0.0

    def words(self) -> str:
        if not self.cases:
            return "No case is scored."
        return super().words()

    def marks(self) -> Sequence[Mark]:
        """The cases in the band, then every step outside it that occurs, from far left to far right."""
        if not self.cases:
            return ()
        found = [Mark(QRectF(1, 1, self.width() - 2, self.line), distance_words(self.distances, 0))]
        middle = self.width() / 2
        for step in self.distances:
            if step:
                row = self._row(abs(step))
                left = 1.0 if step < 0 else middle
                found.append(
                    Mark(QRectF(left, row.top() - 1, middle - 2, BAR + 2), distance_words(self.distances, step))
                )
        return found

    @counts
    def heightForWidth(self, _width: int) -> int:
        return int(self._row(self.steps).bottom() + self.line + GRID / 2)

    @property
    def _top(self) -> float:
        return 2 * self.line + GRID / 2

    def _row(self, steps: int) -> QRectF:
        height = max(BAR, self.line)
        return QRectF(0, self._top + (steps - 1) * (height + GAP), self.width(), height)

    def draw(self, painter: QPainter) -> None:
        theme, width = colours(), float(self.width())
        first, second = QRectF(0, 0, width, self.line), QRectF(0, self.line, width, self.line)
        inside = distance_words(self.distances, 0) if self.cases else "no case is scored"
        self.text(painter, first, inside, Qt.AlignmentFlag.AlignHCenter)
        self.text(painter, second, "▼ under-cautious by", Qt.AlignmentFlag.AlignLeft, theme.muted)
        self.text(painter, second, "over-cautious by ▲", Qt.AlignmentFlag.AlignRight, theme.muted)
        for steps in range(1, self.steps + 1):
            self._draw_row(painter, steps)
        foot = self._row(self.steps).bottom() + 2
        painter.setPen(QPen(QColor(theme.ink), 1.4))
        painter.drawLine(QPointF(width / 2, self._top - 3), QPointF(width / 2, foot))
        axis, limit = QRectF(0, foot, width, self.line), f"{self.most:.0%}".replace("%", " %")
        self.text(painter, axis, limit, Qt.AlignmentFlag.AlignLeft, theme.muted)
        self.text(painter, axis, "0", Qt.AlignmentFlag.AlignHCenter, theme.muted)
        self.text(painter, axis, f"{limit} of the cases", Qt.AlignmentFlag.AlignRight, theme.muted)

    def _draw_row(self, painter: QPainter, steps: int) -> None:
        theme, row = colours(), self._row(steps)
        number = self.advance("9") + GRID
        middle, room = row.center().x(), row.width() / 2 - number
        painter.setPen(QPen(QColor(theme.hairline), 1))
        painter.drawLine(QPointF(0, row.bottom() + GAP / 2), QPointF(row.width(), row.bottom() + GAP / 2))
        for side, step in ((-1, -steps), (1, steps)):
            edge = row.left() if side < 0 else row.right() - number
            align = Qt.AlignmentFlag.AlignLeft if side < 0 else Qt.AlignmentFlag.AlignRight
            self.text(painter, QRectF(edge, row.top(), number, row.height()), str(steps), align, theme.muted)
            length = room * min(self.share(step) / self.most, 1)
            top = row.top() + (row.height() - BAR) / 2
            bar = QRectF(middle if side > 0 else middle - length, top, length, BAR)
            colour = theme.action(0 if side < 0 else self.steps, self.steps + 1)
            painter.fillRect(bar, QColor(colour))
            if step in self.distances:
                self._draw_count(painter, bar, side, count(self.distances[step]), room)

    def _draw_count(self, painter: QPainter, bar: QRectF, side: int, words: str, room: float) -> None:
        """Outside the bar; inside its end where there is no room outside."""
        theme, size = colours(), self.advance(words) + 2
        within = bar.width() + size + 4 > room
        if side > 0:
            left = bar.right() - size - 3 if within else bar.right() + 4
        else:
            left = bar.left() + 3 if within else bar.left() - size - 4
        place = QRectF(left, bar.top(), size, bar.height())
        self.text(painter, place, words, Qt.AlignmentFlag.AlignHCenter, theme.on_action if within else theme.ink)


def distance_limit(*distances: Mapping[int, float]) -> float:
    """The smallest round share that holds every bar of all the charts."""
    wholes = [(each, sum(each.values())) for each in distances]
    shares = (n / whole for each, whole in wholes if whole for step, n in each.items() if step)
    most = max(shares, default=0.0)
    return next((limit for limit in ERROR_LIMITS if most <= limit), ERROR_LIMITS[-1])


def distance_name(step: int) -> str:
    """`▲ over-cautious by 2 steps`."""
    if not step:
        return "within the band"
    name = "▲ over-cautious" if step > 0 else "▼ under-cautious"
    return f"{name} by {counted(abs(step), 'step')}"


def distance_words(distances: Mapping[int, float], step: int) -> str:
    """`▲ over-cautious by 2 steps: 3 of 120 cases, 2.5 %`."""
    n, whole = distances.get(step, 0.0), sum(distances.values())
    cases = f"{count(n)} of {count(whole)} {noun(whole, 'case')}"
    return f"{distance_name(step)}: {cases}, {percent(n / whole if whole else None)}"


def distance_table(distances: Mapping[int, float]) -> Table:
    """Every distance that occurs, least cautious first."""
    whole = sum(distances.values())
    rows = ((distance_name(step), count(n), percent(n / whole)) for step, n in sorted(distances.items()) if whole)
    return Table(("Distance from the band", "Cases", "Of the cases"), tuple(rows))
