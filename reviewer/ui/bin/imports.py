"""The imports there were, and taking one back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from reviewer.app.window_deleting import PastImport, past_imports
from reviewer.ui.bin.deleting import Deleting
from reviewer.ui.bin.taking_back import TakingBack
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.plain_text import NAME_CHARACTERS, plain_text, preview

EMPTY = "Nothing was imported into this workspace yet."
WHAT = "Taking an import back deletes what it added and nothing else. You can bring it back for 30 days."


class PastImportsDialog(QDialog):
    """Where later work hangs on an import, that is said first, and a second press takes both."""

    def __init__(self, session: Session, deleting: Deleting, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._taking = TakingBack(session, deleting, asked=self._ask, done=self._read, failed=self._failed)
        self.setWindowTitle("Imports")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListWidget()
        self.list.setAccessibleName("Imports, newest first")
        self.list.setWordWrap(True)
        self.list.currentRowChanged.connect(lambda _row: self._chosen())
        self.state = plain_label(WHAT)
        self.state.setAccessibleName("What taking it back means")
        self.back, self.close_button = QPushButton("&Take back"), QPushButton("Close")
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.state)
        layout.addLayout(row(self.back, None, self.close_button))
        self.back.clicked.connect(self._press)
        self.close_button.clicked.connect(self.reject)
        self.resize(84 * GRID, 46 * GRID)
        self._read()

    @property
    def act_id(self) -> int:
        """The chosen import, 0 for none of which something is here."""
        chosen = self.list.currentItem()
        return 0 if chosen is None else int(chosen.data(Qt.ItemDataRole.UserRole))

    def _read(self) -> None:
        self._session.read(past_imports, self._show, self._failed)

    def _show(self, found: list[PastImport]) -> None:
        self.list.clear()
        for each in found:
            here = f"Still here: {each.here}." if each.here else "Nothing of it is here any more."
            item = QListWidgetItem(f"{preview(each.file, NAME_CHARACTERS)}\n{each.at}. {here}")
            item.setToolTip(plain_text(each.file))
            item.setData(Qt.ItemDataRole.UserRole, each.id if each.here else 0)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.state.setText(WHAT if found else EMPTY)
        self._chosen()
        (self.list if found else self.close_button).setFocus()

    def _chosen(self) -> None:
        self._taking.forget()
        self.back.setText("&Take back")
        self.back.setEnabled(bool(self.act_id) and not self._session.read_only)

    def _press(self) -> None:
        if self.act_id:
            self._taking.press(self.act_id)

    def _ask(self, later: str) -> None:
        self.back.setText("&Take back with later work")
        self.state.setText(later)

    def _failed(self, error: Exception) -> None:
        self.state.setText(plain_text(error_words(error)))
