"""The action strip: the ordered scale with the labelled action solid, the band shaded, and markers for what was done.

The same drawing serves tables (small, without names) and panes (large). Shape and word say everything; colour is the
action's own and carries no verdict.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from reviewer.core import bands
from reviewer.core.actions import ActionScale
from reviewer.core.bands import NO_BAND, Band
from reviewer.core.palette import Theme
from reviewer.ui.kit.called_by_qt import paints, sizes
from reviewer.ui.kit.theme import colours, is_dark, small_font

GUTTER = 0.55
"""Of a small strip's height: the room behind the scale for what is unscored."""
UNSCORED_WIDTH = 96
"""The same of a large strip, in pixels."""
_ROUND = 2.0
"""Pixels around a small strip into which its outlines and letters may reach."""
_DRAWN_AT_MOST = 1_000
_drawn: dict[tuple[object, ...], QImage] = {}
"""Many rows have the same strip, and each row is painted again at every step."""


@dataclass(frozen=True)
class Marker:
    """What a version did: `solid` where a person decided, hollow where only a classifier has."""

    action: str | None
    name: str = ""
    solid: bool = False


@dataclass(frozen=True)
class StripFacts:
    """Everything a strip shows."""

    scale: ActionScale
    label: str | None = None
    band: Band = field(default_factory=lambda: NO_BAND)
    markers: tuple[Marker, ...] = ()
    without_label: str = "No label yet."
    """What is said where there is none."""

    def sentence(self) -> str:
        """The strip in words, for tool tips and screen readers."""
        parts = [bands.sentence(self.label, self.band, self.scale) if self.label else self.without_label]
        for marker in self.markers:
            what = self.scale[marker.action].name if marker.action else "unscored"
            said = "decided" if marker.solid else "automatic"
            parts.append(f"{marker.name or 'Final'}: {what} ({said}).")
        return " ".join(parts)


def paint_small(painter: QPainter, rect: QRectF, facts: StripFacts, *, letters: bool = False) -> None:
    """A strip for a table row: cells, the label's number, markers below, or `letters`, the versions' names.

    `rect` begins at a whole pixel, and the painter is not scaled: a strip is drawn once and put there as an image.
    """
    ratio = painter.device().devicePixelRatioF()
    look = (
        *(facts.scale.ids, facts.label, frozenset(facts.band), facts.markers, letters),
        *(rect.width(), rect.height(), ratio, painter.font().toString(), is_dark()),
    )
    if look not in _drawn:
        if len(_drawn) >= _DRAWN_AT_MOST:
            _drawn.clear()
        _drawn[look] = _draw(rect, ratio, painter.font(), facts, letters=letters)
    painter.drawImage(rect.topLeft() - QPointF(_ROUND, _ROUND), _drawn[look])


def _draw(rect: QRectF, ratio: float, font: QFont, facts: StripFacts, *, letters: bool) -> QImage:
    own = rect.translated(QPointF(_ROUND, _ROUND) - rect.topLeft())
    size = QSize(*(math.ceil((length + 2 * _ROUND) * ratio) for length in (rect.width(), rect.height())))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    _paint_strip(painter, own, facts, letters=letters)
    painter.end()
    return image


def _paint_strip(painter: QPainter, rect: QRectF, facts: StripFacts, *, letters: bool) -> None:
    n = len(facts.scale)
    marks = rect.height() * (0.42 if letters else 0.34) if facts.markers else 0.0
    scale = rect.adjusted(0, 0, -gutter_of(rect), 0)
    cell, theme = scale.width() / n, colours()
    for rank in range(n):
        box = QRectF(rect.left() + rank * cell + 1, rect.top(), cell - 2, rect.height() - marks)
        _paint_cell(painter, box, facts, rank, theme)
    if letters:
        _paint_letters(painter, scale, facts, rect.bottom() - marks, marks)
    else:
        _paint_markers(painter, scale, facts, rect.bottom() - marks, marks)
    _paint_unscored(painter, QRectF(scale.right(), rect.top(), gutter_of(rect), rect.height()), facts)


def on_pixels(box: QRectF) -> QRectF:
    """Where an outline of one pixel covers whole ones: between two it is half as dark as its colour."""
    return QRectF(box.toRect()).adjusted(0.5, 0.5, -0.5, -0.5)


def gutter_of(rect: QRectF) -> float:
    """Room at the right end, apart from the scale, for what is unscored."""
    return rect.height() * GUTTER


def _paint_unscored(painter: QPainter, room: QRectF, facts: StripFacts) -> None:
    """A circle beside the scale for each version that did nothing that can be scored."""
    unscored = [marker for marker in facts.markers if marker.action is None]
    size = room.width() * 0.5
    painter.setPen(QPen(QColor(colours().ink), 1.2))
    for number, marker in enumerate(unscored):
        painter.setBrush(QColor(colours().ink) if marker.solid else Qt.BrushStyle.NoBrush)
        middle = room.top() + room.height() * (number + 0.5) / len(unscored)
        painter.drawEllipse(QPointF(room.right() - size / 2 - 1, middle), size / 2, size / 2)


def _paint_letters(painter: QPainter, rect: QRectF, facts: StripFacts, top: float, height: float) -> None:
    """The versions' names under their cells, beside each other where both did the same."""
    cell = rect.width() / len(facts.scale)
    by_rank: dict[int, str] = {}
    for marker in facts.markers:
        if marker.action is not None:
            rank = facts.scale.rank(marker.action)
            by_rank[rank] = f"{by_rank.get(rank, '')} {marker.name}".strip()
    font = painter.font()
    small = QFont(font)
    small.setPixelSize(max(int(height * 1.15), 8))
    painter.setFont(small)
    painter.setPen(QColor(colours().ink))
    for rank, names in by_rank.items():
        box = QRectF(rect.left() + rank * cell, top - 1, cell, height + 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, names)
    painter.setFont(font)


def _paint_cell(painter: QPainter, box: QRectF, facts: StripFacts, rank: int, theme: Theme) -> None:
    action = facts.scale.ids[rank]
    colour = QColor(theme.action(rank, len(facts.scale)))
    painter.setPen(QPen(QColor(theme.edge), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if action == facts.label:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    elif action in facts.band:
        painter.setPen(QPen(colour, 1))
        painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
    painter.drawRoundedRect(on_pixels(box), 2, 2)
    if action == facts.label:
        painter.setPen(QColor(theme.on_action))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(rank + 1))


def _paint_markers(painter: QPainter, rect: QRectF, facts: StripFacts, top: float, height: float) -> None:
    """Squares under their cells, the first version's left of the second's."""
    cell = rect.width() / len(facts.scale)
    size = height * 0.9
    for index, marker in enumerate(facts.markers):
        shift = (index - (len(facts.markers) - 1) / 2) * size * 1.5
        if marker.action is not None:
            x = rect.left() + (facts.scale.rank(marker.action) + 0.5) * cell + shift
            paint_mark(painter, QRectF(x - size / 2, top + 1, size, size), solid=marker.solid)


def paint_mark(painter: QPainter, box: QRectF, *, solid: bool) -> None:
    """What a version did: a square, for triangles mean over- and under-cautious only."""
    ink = QColor(colours().ink)
    painter.setPen(QPen(ink, 1.2))
    painter.setBrush(ink if solid else Qt.BrushStyle.NoBrush)
    inner = box.width() * 0.12
    painter.drawRect(box.adjusted(inner, inner, -inner, -inner))


class ActionStrip(QWidget):
    """The strip in a pane: numbers and names over the cells, credit words inside the band, markers with names below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: StripFacts | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Action strip")

    def show_facts(self, facts: StripFacts | None) -> None:
        self._facts = facts
        sentence = facts.sentence() if facts else ""
        self.setToolTip(sentence)
        self.setAccessibleDescription(sentence)
        self.updateGeometry()
        self.update()

    @sizes
    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        rows = 3 if self._facts and self._facts.markers else 2
        return QSize(480, int(line * rows + 8))

    @sizes
    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._facts is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        metrics = QFontMetricsF(painter.font())
        line, n = metrics.height(), len(self._facts.scale)
        cell = (self.width() - UNSCORED_WIDTH) / n
        for rank, action in enumerate(self._facts.scale.actions):
            self._paint_action(painter, QRectF(rank * cell, 0, cell, line), rank, action.short_name)
            box = QRectF(rank * cell + 2, line + 2, cell - 4, line + 2)
            paint_band_cell(painter, box, self._facts, rank)
        if self._facts.markers:
            self._paint_marker_line(painter, QRectF(0, 2 * line + 6, self.width(), line), metrics)
        painter.end()

    def _paint_action(self, painter: QPainter, rect: QRectF, rank: int, name: str) -> None:
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = painter.fontMetrics().elidedText(
            f"{rank + 1} {name}", Qt.TextElideMode.ElideRight, int(rect.width()) - 4
        )
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_marker_line(self, painter: QPainter, rect: QRectF, metrics: QFontMetricsF) -> None:
        """One mark and name for each version under the action it took; versions on one action share the cell."""
        facts, theme = self._facts, colours()
        if facts is None:
            return
        n = len(facts.scale)
        cell = (rect.width() - UNSCORED_WIDTH) / n
        by_rank: dict[int, list[Marker]] = {}
        for marker in facts.markers:
            # what is unscored stands behind the scale
            rank = n if marker.action is None else facts.scale.rank(marker.action)
            by_rank.setdefault(rank, []).append(marker)
        painter.setPen(QColor(theme.ink))
        for rank, group in by_rank.items():
            text = "   ".join(_marker_words(marker) for marker in group)
            own = cell if rank < n else UNSCORED_WIDTH
            width = max(own, metrics.horizontalAdvance(text) + 4)
            left = min(max(rank * cell + own / 2 - width / 2, 0), rect.width() - width)
            painter.drawText(QRectF(left, rect.top(), width, rect.height()), Qt.AlignmentFlag.AlignCenter, text)


def _marker_words(marker: Marker) -> str:
    """An unscored one says so: it stands at the end of the line and under no action."""
    if marker.action is None:
        return f"○ {marker.name} unscored".replace("  ", " ")
    return f"{'■' if marker.solid else '□'} {marker.name}".rstrip()


def paint_band_cell(painter: QPainter, box: QRectF, facts: StripFacts, rank: int) -> None:
    """A large cell: `best` on the label, the credit on a band cell over a clear ground so that it stays legible."""
    theme, action = colours(), facts.scale.ids[rank]
    colour = QColor(theme.action(rank, len(facts.scale)))
    painter.setPen(QPen(QColor(theme.edge), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    word, ink = "", QColor(theme.ink)
    if action == facts.label:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        word, ink = "best", QColor(theme.on_action)
    elif action in facts.band:
        painter.setPen(QPen(colour, 1))
        painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
        word = bands.credit_words(facts.band[action]).removesuffix(" credit")
    painter.drawRoundedRect(on_pixels(box), 3, 3)
    if not word:
        return
    if action != facts.label:
        width = painter.fontMetrics().horizontalAdvance(word) + 8
        ground = QRectF(box.center().x() - width / 2, box.top() + 1, width, box.height() - 2)
        painter.fillRect(ground, QColor(theme.page))
    painter.setPen(ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
