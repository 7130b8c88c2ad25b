"""The score card's bars: the score on 0 to 1, the two-sided error around 0, the shares as parts of one bar.

Each says all its figures in its accessible description and tool tip; the table behind it has them too.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from reviewer.core.scoring.score import Scorecard
from reviewer.ui.kit.called_by_qt import counts, paints, sizes
from reviewer.ui.kit.flags import Flag, placed
from reviewer.ui.kit.theme import GRID, colours, small_font
from reviewer.wording.plural import noun
from reviewer.wording.score import figure, percent
from reviewer.wording.tables import count

BAR = 20
WHISKER = 10
ERROR_LIMITS = (0.1, 0.25, 0.5, 1.0)
SMALLEST_WIDTH = 280


class Chart(QWidget):
    """Draws a scorecard; says the same in words."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card: Scorecard | None = None
        self.setAccessibleName(name)
        self.setFont(small_font(self.font()))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(self.hasHeightForWidth())
        self.setSizePolicy(policy)

    def show_card(self, card: Scorecard) -> None:
        self.card = card
        words = self.words(card)
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.updateGeometry()
        self.update()

    def words(self, card: Scorecard) -> str:
        """Everything that is drawn; a chart says more than its name."""
        return self.accessibleName()

    def draw(self, painter: QPainter, card: Scorecard) -> None:
        """What the chart shows of the card; without an override, nothing."""

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return QFontMetricsF(self.font()).height()

    @sizes
    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_WIDTH, self.sizeHint().height())

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.card is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, self.card)
        painter.end()

    def text(self, painter: QPainter, rect: QRectF, words: str, align: Qt.AlignmentFlag, colour: str = "") -> None:
        painter.setPen(QColor(colour or colours().ink))
        painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)


class ScoreBar(Chart):
    """The balanced score, the bounds as a thin line above it, the constant policies as ticks with their names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Balanced score and constant policies", parent)

    def words(self, card: Scorecard) -> str:
        score = f"Balanced score {figure(card.score.balanced)} on a bar from 0 to 1."
        bounds = ""
        if card.unscored:
            bounds = f" Bounds {figure(card.low.balanced)} to {figure(card.high.balanced)}."
        ticks = "; ".join(f"{name} {figure(value)}" for value, name in _constants(card))
        return f"{score}{bounds} Constant policies: {ticks or 'none'}."

    def hasHeightForWidth(self) -> bool:
        return True

    @counts
    def heightForWidth(self, width: int) -> int:
        rows = max((flag.row for flag in self.flags(width)), default=-1) + 1
        return int(self.line + WHISKER + BAR + rows * self.line + GRID)

    @sizes
    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, self.heightForWidth(max(self.width(), SMALLEST_WIDTH)))

    def flags(self, width: float) -> list[Flag]:
        """The named ticks as they lie on a bar of this width."""
        if self.card is None:
            return []
        ticks = [(value * width, f"{name} {value:.3f}") for value, name in _constants(self.card)]
        return placed(ticks, width, QFontMetricsF(self.font()).horizontalAdvance)

    def draw(self, painter: QPainter, card: Scorecard) -> None:
        theme, width, top = colours(), float(self.width()), self.line + WHISKER
        axis = QRectF(0, 0, width, self.line)
        self.text(painter, axis, "0", Qt.AlignmentFlag.AlignLeft, theme.muted)
        self.text(painter, axis, "1", Qt.AlignmentFlag.AlignRight, theme.muted)
        _outlined(painter, QRectF(0.5, top, width - 1, BAR))
        if card.score.balanced is not None:
            painter.fillRect(QRectF(0, top, width * card.score.balanced, BAR), QColor(theme.muted))
        low, high = card.low.balanced, card.high.balanced
        if card.unscored and low is not None and high is not None:
            _whisker(painter, width * low, width * high, self.line + WHISKER / 2)
        flags = self.flags(width)
        for flag in flags:
            self._draw_tick(painter, flag, top)
        for flag in flags:
            rect = QRectF(flag.left, top + BAR + flag.row * self.line + 2, flag.width + 2, self.line)
            # where a line has to cross a name it passes behind it
            painter.fillRect(rect.adjusted(0, 2, 0, -2), QColor(theme.page))
            self.text(painter, rect, flag.text, Qt.AlignmentFlag.AlignLeft)

    def _draw_tick(self, painter: QPainter, flag: Flag, top: float) -> None:
        theme, foot = colours(), top + BAR + (flag.row + 0.8) * self.line
        x = min(max(flag.x, 1.0), self.width() - 1.0)
        # the halo keeps the tick visible on the filled part
        painter.setPen(QPen(QColor(theme.page), 4))
        painter.drawLine(QPointF(x, top), QPointF(x, top + BAR))
        painter.setPen(QPen(QColor(theme.ink), 1.4))
        painter.drawLine(QPointF(x, top - 2), QPointF(x, top + BAR + 2))
        painter.setPen(QPen(QColor(theme.edge), 1))
        painter.drawLine(QPointF(x, top + BAR + 2), QPointF(x, foot))


class ErrorBar(Chart):
    """Under-cautious to the left, over-cautious to the right, on one scale around zero."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Two-sided error", parent)
        self.most = ERROR_LIMITS[-1]

    def show_card(self, card: Scorecard, most: float | None = None) -> None:
        """`most` is the share at both ends, given where two bars are to be compared."""
        self.most = most or error_limit(card)
        super().show_card(card)

    def words(self, card: Scorecard) -> str:
        under = error_words("▼ under-cautious", card.under_cautious, card.under_possible, card)
        over = error_words("▲ over-cautious", card.over_cautious, card.over_possible, card)
        return "; ".join(filter(None, (*under, *over)))

    @sizes
    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, int(3 * self.line + BAR + GRID))

    def draw(self, painter: QPainter, card: Scorecard) -> None:
        theme, width, n = colours(), float(self.width()), len(card.scale)
        top, middle = 2 * self.line + 2, width / 2
        under = error_words("▼ under-cautious", card.under_cautious, card.under_possible, card)
        over = error_words("▲ over-cautious", card.over_cautious, card.over_possible, card)
        if QFontMetricsF(self.font()).horizontalAdvance(under[0] + over[0]) + 2 * GRID > width:
            # side by side there is only room for the shares
            under = (f"▼ {percent(card.under_cautious)}", under[1])
            over = (f"▲ {percent(card.over_cautious)}", over[1])
        for words, align in ((under, Qt.AlignmentFlag.AlignLeft), (over, Qt.AlignmentFlag.AlignRight)):
            self.text(painter, QRectF(0, 0, width, self.line), words[0], align)
            self.text(painter, QRectF(0, self.line, width, self.line), words[1], align, theme.muted)
        _outlined(painter, QRectF(0.5, top, width - 1, BAR))
        left, right = (
            middle * min((share or 0.0) / self.most, 1) for share in (card.under_cautious, card.over_cautious)
        )
        painter.fillRect(QRectF(middle - left, top, left, BAR), QColor(theme.action(0, n)))
        painter.fillRect(QRectF(middle, top, right, BAR), QColor(theme.action(n - 1, n)))
        painter.setPen(QPen(QColor(theme.ink), 1.4))
        painter.drawLine(QPointF(middle, top - 3), QPointF(middle, top + BAR + 3))
        axis = QRectF(0, top + BAR + 2, width, self.line)
        limit = f"{self.most:.0%}".replace("%", " %")
        self.text(painter, axis, limit, Qt.AlignmentFlag.AlignLeft, theme.muted)
        self.text(painter, axis, "0", Qt.AlignmentFlag.AlignHCenter, theme.muted)
        self.text(painter, axis, f"{limit} of the cases", Qt.AlignmentFlag.AlignRight, theme.muted)


class SharesBar(Chart):
    """Exact, in band and out of band as the parts of one bar: solid, hatched, empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("How often it was right", parent)

    def words(self, card: Scorecard) -> str:
        return ", ".join(f"{name} {share}" for name, share in _shares(card))

    @sizes
    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, int(self.line + BAR + GRID))

    def draw(self, painter: QPainter, card: Scorecard) -> None:
        theme, width = colours(), float(self.width())
        exact, in_band = width * (card.exact or 0.0), width * (card.in_band or 0.0)
        painter.fillRect(QRectF(0, 0, exact, BAR), QColor(theme.muted))
        painter.fillRect(QRectF(exact, 0, in_band, BAR), QBrush(QColor(theme.muted), Qt.BrushStyle.BDiagPattern))
        _outlined(painter, QRectF(0.5, 0.5, width - 1, BAR - 1), filled=False)
        if in_band:
            painter.drawLine(QPointF(exact + in_band, 0), QPointF(exact + in_band, BAR))
        parts = [f"{name} {share}" for name, share in _shares(card)]
        fits = QFontMetricsF(self.font()).horizontalAdvance("     ".join(parts)) <= width
        words = ("     " if fits else "  ").join(parts)
        self.text(painter, QRectF(0, BAR + 3, width, self.line), words, Qt.AlignmentFlag.AlignLeft)


def error_limit(*cards: Scorecard) -> float:
    """The smallest round limit that holds both errors of all cards."""
    most = max((share or 0.0 for card in cards for share in (card.over_cautious, card.under_cautious)), default=0.0)
    return next(limit for limit in ERROR_LIMITS if most <= limit)


def error_words(name: str, share: float | None, possible: float | None, card: Scorecard) -> tuple[str, str]:
    """`▲ over-cautious: 41 of 129 cases, 31.8 %` and the share of the cases where that error is possible."""
    if share is None:
        return f"{name}: –", ""
    scored = sum(sum(row.values()) for row in card.confusion.values())
    return (
        f"{name}: {count(share * scored)} of {count(scored)} {noun(scored, 'case')}, {percent(share)}",
        f"{percent(possible)} of those where it can be",
    )


def _shares(card: Scorecard) -> Iterator[tuple[str, str]]:
    yield "exact (solid)", percent(card.exact)
    yield "in band (hatched)", percent(card.in_band)
    yield "out of band (empty)", percent(card.out_of_band)


def _constants(card: Scorecard) -> list[tuple[float, str]]:
    """(score, name) of the constant policies; those with one figure share a name."""
    by_figure: dict[str, tuple[float, list[str]]] = {}
    for action, means in card.constants.items():
        if means.balanced is not None:
            shown = f"{means.balanced:.3f}"
            by_figure.setdefault(shown, (means.balanced, []))[1].append(card.scale[action].short_name)
    return [(value, f"always {' / '.join(names)}") for value, names in by_figure.values()]


def _outlined(painter: QPainter, rect: QRectF, *, filled: bool = True) -> None:
    theme = colours()
    painter.setPen(QPen(QColor(theme.edge), 1))
    painter.setBrush(QColor(theme.page) if filled else Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)


def _whisker(painter: QPainter, low: float, high: float, y: float) -> None:
    painter.setPen(QPen(QColor(colours().edge), 1.6))
    painter.drawLine(QPointF(low, y), QPointF(high, y))
    for x in (low, high):
        painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
