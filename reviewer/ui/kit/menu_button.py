"""A button that opens its menu at once, with room for the menu's mark beside its words."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from reviewer.ui.kit.called_by_qt import sizes
from reviewer.ui.kit.theme import GRID


class MenuButton(QToolButton):
    """Styles draw the mark over the end of the text; the words stand in the middle, so both sides get room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @sizes
    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(3 * GRID, 0)
