"""The slices as dots with their intervals, lowest score of the first run first, against the whole run's as a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.scoring.score import Scorecard, Slice, rough_word
from reviewer.ui.kit.called_by_qt import counts
from reviewer.ui.kit.marked import Mark, MarkedChart
from reviewer.ui.kit.theme import GRID, colours
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import counted
from reviewer.wording.score import figure, percent
from reviewer.wording.tables import FEWEST_IN_TAG, Table, named

MOST_ROWS = 60
DOT = 4.5
NAME_CHARACTERS = 60
WIDEST_NAME = 0.36
"""Of the chart's width."""
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


class DotPlot(MarkedChart):
    """A row for each slice: its name, its plain score with interval on 0 to 1, the figure and the number of cases.

    Of two runs the second stands below the first, as a square.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Slices by plain score", parent)
        self.card: Scorecard | None = None
        self.second: Mapping[tuple[str, str], Slice] | None = None
        self.slices: Sequence[Slice] = ()
        self.left_out = 0

    def show_cards(self, card: Scorecard, second: Scorecard | None = None) -> None:
        """The lowest `MOST_ROWS` slices; those without a score and small tags are left to the table."""
        known = shown_slices(card)
        self.second = None if second is None else {(each.by, each.value): each for each in second.slices}
        self.card, self.slices, self.left_out = card, known[:MOST_ROWS], max(len(known) - MOST_ROWS, 0)
        self.shown_again()

    def words(self) -> str:
        if self.card is None or not self.slices:
            return "There is no slice to show."
        return f"The whole run scores {figure(self.card.score.plain)}, the plain mean over cases. {super().words()}"

    def marks(self) -> Sequence[Mark]:
        if self.card is None:
            return ()
        scale = self.card.scale
        return [
            Mark(self._row(number).adjusted(1, 1, -1, -1), slice_words(scale, each, self._beside(each)))
            for number, each in enumerate(self.slices)
        ]

    @counts
    def heightForWidth(self, _width: int) -> int:
        return int(self._row(max(len(self.slices), 1)).top() + self.line + GRID / 2)

    def _beside(self, each: Slice) -> Slice | None:
        return None if self.second is None else self.second.get((each.by, each.value))

    def _row(self, number: int) -> QRectF:
        height = self.line * (1 if self.second is None else 2) + GRID / 2
        return QRectF(0, self.line + 4 + number * height, self.width(), height)

    def _scale_of(self) -> tuple[float, float]:
        """Where 0 and 1 lie: between the longest name and the longest figure."""
        card = self.card
        names = [self.advance(slice_name(card.scale, each)) for each in self.slices] if card else []
        left = min(max(names, default=0.0), WIDEST_NAME * self.width()) + 2 * GRID
        right = self.width() - self.advance("0.000 [0.00, 0.00]") - self.advance("  10,000 cases") - 2 * GRID
        return left, max(right, left + 4 * GRID)

    def draw(self, painter: QPainter) -> None:
        card = self.card
        if card is None or not self.slices:
            return
        theme, (left, right) = colours(), self._scale_of()
        top, foot = self._row(0).top(), self._row(len(self.slices)).top()
        for tick in TICKS:
            x = left + tick * (right - left)
            painter.setPen(QPen(QColor(theme.edge if tick in (0.0, 1.0) else theme.hairline), 1))
            painter.drawLine(QPointF(x, top), QPointF(x, foot))
            if tick in (0.0, 0.5, 1.0):
                place = QRectF(x - 2 * GRID, foot + 1, 4 * GRID, self.line)
                self.text(painter, place, f"{tick:g}", Qt.AlignmentFlag.AlignHCenter, theme.muted)
        if card.score.plain is not None:
            self._draw_whole(painter, left + card.score.plain * (right - left), foot, figure(card.score.plain))
        for number, each in enumerate(self.slices):
            self._draw_row(painter, number, each, (left, right))

    def _draw_whole(self, painter: QPainter, x: float, foot: float, score: str) -> None:
        theme, words = colours(), f"whole run {score}"
        painter.setPen(QPen(QColor(theme.muted), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, self.line), QPointF(x, foot))
        wide = self.advance(words) + 4
        place = QRectF(min(max(x - wide / 2, 0.0), self.width() - wide), 0, wide, self.line)
        self.text(painter, place, words, Qt.AlignmentFlag.AlignHCenter, theme.muted)

    def _draw_row(self, painter: QPainter, number: int, each: Slice, ends: tuple[float, float]) -> None:
        if self.card is None or each.plain is None:
            return
        theme, row = colours(), self._row(number)
        name = QRectF(GRID / 2, row.top(), ends[0] - 2 * GRID, row.height())
        self.text(painter, name, slice_name(self.card.scale, each), Qt.AlignmentFlag.AlignLeft)
        if self.second is None:
            self._draw_slice(painter, row, each, ends)
        else:
            half = row.height() / 2
            self._draw_slice(painter, row.adjusted(0, 1, 0, -half), each, ends)
            if (other := self._beside(each)) is not None:
                self._draw_slice(painter, row.adjusted(0, half, 0, -1), other, ends, square=True)
            painter.setPen(QPen(QColor(theme.hairline), 1))
            painter.drawLine(QPointF(GRID / 2, row.bottom()), QPointF(row.right() - GRID / 2, row.bottom()))

    def _draw_slice(
        self, painter: QPainter, row: QRectF, each: Slice, ends: tuple[float, float], *, square: bool = False
    ) -> None:
        if each.plain is None:
            return
        theme, (left, right) = colours(), ends
        y, span = row.center().y(), right - left
        limits = known_limits(each)
        painter.setPen(QPen(QColor(theme.edge), 1.6))
        if limits is not None:
            low, high = (left + limit * span for limit in limits)
            painter.drawLine(QPointF(low, y), QPointF(high, y))
            for x in (low, high):
                painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
        painter.setPen(QPen(QColor(theme.page), 1.2))
        painter.setBrush(QColor(theme.ink))
        x = left + each.plain * span
        if square:
            painter.drawRect(QRectF(x - DOT + 0.5, y - DOT + 0.5, 2 * DOT - 1, 2 * DOT - 1))
        else:
            painter.drawEllipse(QPointF(x, y), DOT, DOT)
        words = figure(each.plain) + (f" [{limits[0]:.2f}, {limits[1]:.2f}]{_rough(each)}" if limits else "")
        end = QRectF(right + 1.5 * GRID, row.top(), self.width() - right - 2 * GRID, row.height())
        self.text(painter, end, words, Qt.AlignmentFlag.AlignLeft)
        cases = counted(each.n, "case")
        self.text(painter, end, cases, Qt.AlignmentFlag.AlignRight, theme.muted)


def known_limits(found: Slice) -> tuple[float, float] | None:
    """The interval of the plain score, or None where either end is unknown."""
    between = found.interval
    if between is None or between.low is None or between.high is None:
        return None
    return between.low, between.high


def _rough(found: Slice) -> str:
    return rough_word(found.interval.method) if found.interval is not None else ""


def shown_slices(card: Scorecard) -> list[Slice]:
    """The slices with a score, lowest first; tags from `FEWEST_IN_TAG` cases on, for a suite may have very many."""
    known = [each for each in card.slices if each.plain is not None and (each.by != "tag" or each.n >= FEWEST_IN_TAG)]
    return sorted(known, key=lambda each: (each.plain or 0.0, each.by, each.value))


def slice_name(scale: ActionScale, found: Slice) -> str:
    """`category: privacy`, `label: 5 refuse`."""
    value = named(scale, ActionId(found.value)) if found.by == "label" else found.value
    return f"{found.by}: {preview(value, NAME_CHARACTERS)}"


def slice_words(scale: ActionScale, found: Slice, second: Slice | None = None) -> str:
    """All that is known of a slice, in one line."""
    cases = counted(found.n, "case")
    beside = f"; B: {_score_words(second)}" if second is not None and second.plain is not None else ""
    return f"{slice_name(scale, found)}: {cases}, {'A: ' if beside else ''}{_score_words(found)}{beside}"


def _score_words(found: Slice) -> str:
    limits = known_limits(found)
    ends = f", 95 % interval {limits[0]:.2f} to {limits[1]:.2f}{_rough(found)}" if limits else ""
    between = ends or ", too few cases for an interval"
    return (
        f"plain score {figure(found.plain)}{between}; "
        f"▼ under-cautious {percent(found.under_cautious)}, ▲ over-cautious {percent(found.over_cautious)}"
    )


def tabled_slices(card: Scorecard) -> list[Slice]:
    """Every slice that the chart can show, and those without a score, lowest first: the rows of the table."""
    unscored = [each for each in card.slices if each.plain is None and (each.by != "tag" or each.n >= FEWEST_IN_TAG)]
    return [*shown_slices(card), *unscored]


def slice_table(card: Scorecard, second: Scorecard | None = None) -> Table:
    """The slices of a run, or of two beside each other."""
    if second is not None:
        return _slices_beside(card, second)
    rows = (
        (
            *_slice_cells(card.scale, each),
            *_score_cells(each),
            percent(each.under_cautious),
            percent(each.over_cautious),
        )
        for each in tabled_slices(card)
    )
    headings = ("By", "Slice", "Cases", "Balanced", "Plain", "from", "to (95 %)", "▼ Under-cautious", "▲ Over-cautious")
    return Table(headings, tuple(rows), n_text=2)


def _slices_beside(card: Scorecard, second: Scorecard) -> Table:
    others = {(each.by, each.value): each for each in second.slices}
    rows = (
        (*_slice_cells(card.scale, each), *_score_cells(each), *_score_cells(others.get((each.by, each.value))))
        for each in tabled_slices(card)
    )
    of_each = (f"{name} {letter}" for letter in "AB" for name in ("Balanced", "Plain", "from", "to"))
    return Table(("By", "Slice", "Cases", *of_each), tuple(rows), n_text=2)


def _slice_cells(scale: ActionScale, found: Slice) -> tuple[str, str, str]:
    value = named(scale, ActionId(found.value)) if found.by == "label" else preview(found.value, NAME_CHARACTERS)
    return found.by, value, f"{found.n:,}"


def _score_cells(found: Slice | None) -> tuple[str, str, str, str]:
    """Balanced and plain score and the ends of the plain one's interval."""
    if found is None:
        return ("–", "–", "–", "–")
    low, high = known_limits(found) or (None, None)
    return figure(found.balanced), figure(found.plain), figure(low), figure(high)
