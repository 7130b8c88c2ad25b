"""A label of one line whatever it is told: what does not fit is cut with a mark, and told whole on pointing at it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from reviewer.ui.kit.called_by_qt import paints, sizes
from reviewer.wording.plain_text import isolated

TIP_CHARACTERS = 90
TIP_LINES = 40


class OneLine(QLabel):
    """`text()` is everything, one line for each thing said; `leading` is the one that is shown first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[str, ...] = ()
        self._leading = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: Sequence[str], leading: str = "") -> None:
        """Show these; `leading` is one of them, else the first is."""
        self._lines, self._leading = tuple(lines), leading or (lines[0] if lines else "")
        self.setText("\n".join(lines))
        self.setToolTip("\n".join(fill(line, TIP_CHARACTERS) for line in self._lines[:TIP_LINES]))
        self.update()

    @property
    def shown(self) -> str:
        """What there is room for."""
        others = [line for line in self._lines if line != self._leading]
        joined = "   ·   ".join(isolated(said) for said in (self._leading, *others) if said)
        return self.fontMetrics().elidedText(joined, Qt.TextElideMode.ElideRight, self.width())

    @sizes
    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        return QSize(int(metrics.horizontalAdvance("x") * 40), int(metrics.height()) + 2)

    @sizes
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        side = Qt.AlignmentFlag.AlignVCenter | (self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask)
        painter.drawText(QRectF(self.rect()), side, self.shown)
        painter.end()
