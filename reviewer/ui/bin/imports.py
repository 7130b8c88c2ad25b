"""The imports there were, and taking one back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from reviewer.app.window_deleting import BinMoved, PastImport, done_since, past_imports, take_back_import
from reviewer.ui.bin.deleting import Deleting
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.plain_text import plain_text

EMPTY = "Nothing was imported into this workspace yet."
WHAT = "Taking an import back deletes what it added and nothing else. You can bring it back for 30 days."


class PastImportsDialog(QDialog):
    """Where later work hangs on an import, that is said first, and a second press takes both."""

    def __init__(self, session: Session, deleting: Deleting, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._deleting = session, deleting
        self._asked_for = 0
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
        self.back.clicked.connect(self._look)
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
            item = QListWidgetItem(plain_text(f"{each.file}\n{each.at}. {here}"))
            item.setData(Qt.ItemDataRole.UserRole, each.id if each.here else 0)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.state.setText(WHAT if found else EMPTY)
        self._chosen()
        (self.list if found else self.close_button).setFocus()

    def _chosen(self) -> None:
        self._asked_for = 0
        self.back.setText("&Take back")
        self.back.setEnabled(bool(self.act_id) and not self._session.read_only)

    def _look(self) -> None:
        act_id = self.act_id
        if not act_id or act_id == self._asked_for:
            self._take_back(act_id, with_later=True)
            return
        self._session.read(
            lambda workspace: done_since(workspace, act_id),
            lambda later: self._ask(act_id, later) if later else self._take_back(act_id, with_later=False),
            self._failed,
        )

    def _ask(self, act_id: int, later: str) -> None:
        self._asked_for = act_id
        self.back.setText("&Take back with later work")
        self.state.setText(f"Later work hangs on it: {later}. That would be deleted too.")

    def _take_back(self, act_id: int, *, with_later: bool) -> None:
        author = self._session.reviewer
        if act_id:
            self._session.write(
                lambda workspace: take_back_import(workspace, act_id, author, with_later=with_later),
                self._done,
                self._failed,
            )

    def _done(self, moved: BinMoved) -> None:
        self._deleting.deleted(moved)
        self._read()

    def _failed(self, error: Exception) -> None:
        self._asked_for = 0
        self.state.setText(plain_text(error_words(error)))
