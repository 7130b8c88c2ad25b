"""Evidence by what it did: a line of its own shape under each kind, and a legend of the kinds that are present."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QWidget

from reviewer.core.decisions import Evidence, EvidenceKind
from reviewer.ui.kit.called_by_qt import handles, paints, sizes
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import ACCENT, GRID, is_dark, small_font
from reviewer.wording.plural import counted

THICK = 2.0
SAMPLE_WIDTH = 4 * GRID
_STEP = 3.0
"""Pixels from one turn of the wave to the next."""

_DASHES: Mapping[EvidenceKind, Sequence[float]] = {
    EvidenceKind.HEDGES: (1.0, 2.0),
    EvidenceKind.CAUTIONS: (5.0, 1.5, 1.0, 1.5),
    EvidenceKind.REDIRECTS: (3.0, 2.0),
}
_SHAPE_WORDS: Mapping[EvidenceKind, str] = {
    EvidenceKind.DECLINES: "a solid line",
    EvidenceKind.HEDGES: "dots",
    EvidenceKind.ASKS: "a wave",
    EvidenceKind.CAUTIONS: "dashes and dots",
    EvidenceKind.REDIRECTS: "dashes",
    EvidenceKind.DELIVERS: "a double line",
}


def draw_line(painter: QPainter, kind: EvidenceKind, left: float, right: float, y: float, colour: QColor) -> None:
    """The kind's line from `left` to `right`, at most three pixels up or down from `y`."""
    pen = QPen(colour, THICK)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if kind is EvidenceKind.ASKS:
        pen.setWidthF(THICK / 1.5)
        painter.setPen(pen)
        painter.drawPath(_wave(left, right, y))
    elif kind is EvidenceKind.DELIVERS:
        pen.setWidthF(THICK / 2)
        painter.setPen(pen)
        for by in (-THICK, THICK / 2):
            painter.drawLine(QPointF(left, y + by), QPointF(right, y + by))
    else:
        if kind in _DASHES:
            pen.setDashPattern(list(_DASHES[kind]))
        painter.setPen(pen)
        painter.drawLine(QPointF(left, y), QPointF(right, y))


def _wave(left: float, right: float, y: float) -> QPainterPath:
    path = QPainterPath(QPointF(left, y))
    x, up = left, True
    while x < right:
        path.quadTo(x + _STEP / 2, y + (-_STEP if up else _STEP), min(x + _STEP, right), y)
        x, up = x + _STEP, not up
    return path


def evidence_words(evidence: Evidence, at: int, total: int) -> str:
    """`2 of 5 · cautions: says when to see somebody`."""
    why = "" if evidence.why == evidence.kind else f": {evidence.why}"
    return f"{at + 1} of {total} · {evidence.kind}{why}"


class KindButton(QAbstractButton):
    """A kind's line and name, and how often it occurs."""

    def __init__(self, kind: EvidenceKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.setFont(small_font(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_count(self, count: int) -> None:
        parts = counted(count, "part")
        self.setText(f"{self.kind} {count}" if count > 1 else str(self.kind))
        self.setAccessibleName(f"{self.kind}: {parts} of the text, over {_SHAPE_WORDS[self.kind]}")
        self.setToolTip(f"{parts} of the text: {self.kind}. Press to go to the next.")
        self.setVisible(count > 0)
        self.updateGeometry()

    @sizes
    def sizeHint(self) -> QSize:
        return self._size(SAMPLE_WIDTH)

    @sizes
    def minimumSizeHint(self) -> QSize:
        """Where there is little room the line gets shorter, and the word stays."""
        return self._size(SAMPLE_WIDTH // 2)

    def _size(self, sample: int) -> QSize:
        metrics = self.fontMetrics()
        return QSize(sample + GRID // 2 + metrics.horizontalAdvance(self.text()), metrics.height() + GRID // 2)

    @handles
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses it too, as it does the buttons that decide."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @paints
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        text_width = self.fontMetrics().horizontalAdvance(self.text())
        words = QRectF(self.width() - text_width - 1, 0, text_width + 1, self.height())
        draw_line(painter, self.kind, 2.0, words.left() - GRID / 2, self.height() / 2, ink)
        painter.setPen(ink)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(ACCENT[is_dark()][0]), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 2, 2)
        painter.end()


class EvidenceLegend(QWidget):
    """Only the kinds that are present, in a fixed order. `kind_wanted` asks for the next part of that kind."""

    kind_wanted = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.buttons = {kind: KindButton(kind) for kind in EvidenceKind}
        self.none = _small_label()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        for kind, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, kind=kind: self.kind_wanted.emit(kind))
            line.addWidget(button)
        line.addWidget(self.none)
        line.addStretch(1)
        OwnKeys(self.buttons.values(), self)
        self.setMinimumHeight(self.buttons[EvidenceKind.ASKS].sizeHint().height())
        self.show_evidence(())

    def show_evidence(self, evidence: Sequence[Evidence], otherwise: str = "") -> None:
        """Show the kinds that occur; without any, the words `otherwise`."""
        counts = Counter(span.kind for span in evidence)
        for kind, button in self.buttons.items():
            button.show_count(counts[kind])
        self.none.setText(otherwise)
        self.none.setVisible(not counts)


def _small_label() -> QLabel:
    label = plain_label(wrap=False)
    label.setFont(small_font(label.font()))
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
