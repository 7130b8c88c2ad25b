"""The line over every page that says that what is open can only be read."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID


class ReadOnlyBanner(QFrame):
    """There as long as a bundle is open."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.text = plain_label()
        self.text.setAccessibleName("Only to be read")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.addWidget(self.text, 1)
        session.opened.connect(self._show_state)
        self.hide()

    def _show_state(self) -> None:
        self.text.setText(self._session.read_only)
        self.setVisible(bool(self._session.read_only))
