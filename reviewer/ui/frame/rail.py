"""The rail's buttons: the page that is shown stands on the page's ground with a bar at its edge."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionToolButton, QStylePainter, QToolButton, QWidget

from reviewer.ui.kit.called_by_qt import paints
from reviewer.ui.kit.theme import ACCENT, GRID, colours, is_dark

BAR = 3
_CORNER = 5


class RailButton(QToolButton):
    """A page to go to; give it the page's action."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setIconSize(QSize(3 * GRID, 3 * GRID))
        self.setMinimumSize(9 * GRID, 7 * GRID)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours().page))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _CORNER, _CORNER)
            painter.setBrush(QColor(ACCENT[is_dark()][0]))
            painter.drawRoundedRect(QRectF(1, GRID, BAR, self.height() - 2 * GRID), 1.5, 1.5)
            # its ground is painted already: icon and text are the style's
            option.__setattr__("state", QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_AutoRaise)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter.end()
