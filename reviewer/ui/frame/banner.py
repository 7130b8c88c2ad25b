"""The line over every page that says that what is open can only be read."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID


class ReadOnlyBanner(QFrame):
    """There as long as a bundle is open, or a workspace that cannot be written to; that one can be tried again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.text = plain_label()
        self.text.setAccessibleName("Only to be read")
        self.again = QPushButton("&Open again")
        self.again.setToolTip("Try again whether it can be written to by now")
        self.again.clicked.connect(self._open_again)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.again)
        session.opened.connect(self._show_state)
        self.hide()

    def _show_state(self) -> None:
        self.text.setText(self._session.read_only)
        self.again.setVisible(self._session.is_open and self._session.workspace.is_kept_from_writing)
        self.setVisible(bool(self._session.read_only))

    def _open_again(self) -> None:
        if self._session.path is not None:
            self._session.open(self._session.path, create=False)
