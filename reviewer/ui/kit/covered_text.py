"""A text in a dialog that stays covered where its category is, with a button that shows it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from reviewer.ui.kit.page import row
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import preview

SHOW = "Show it"


class CoveredText(QWidget):
    """Uncovered, a text stays so until another one is shown; it is counted as in the review."""

    def __init__(self, session: Session, pane: ReadingPane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._pane = session, pane
        self._shown = ("", "", "")
        self._open = ""
        self.button = QPushButton(SHOW)
        self.button.setAccessibleName(f"{SHOW}: {pane.accessibleName()}")
        self.button.clicked.connect(self._uncover)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(pane, 1)
        layout.addLayout(row(self.button, None))
        session.cover.changed.connect(self._cover_again)
        self.show_text("", "", "")

    def show_text(self, what: str, untrusted_text: str, category: str) -> None:
        """`what` it is, as `request`; without a category nothing is covered."""
        self._shown = what, untrusted_text, category
        if untrusted_text != self._open:
            self._open = ""
        covered = not self._open and self._session.cover.covers(category)
        words = f"This {what} is covered, because its category is {preview(category)}."
        self._pane.show_text(words if covered else untrusted_text)
        self.button.setVisible(covered)

    def _uncover(self) -> None:
        _, self._open, category = self._shown
        self._session.count_uncovered(category, 1)
        self.show_text(*self._shown)
        self._pane.setFocus()

    def _cover_again(self) -> None:
        self._open = ""
        self.show_text(*self._shown)
