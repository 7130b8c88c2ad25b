"""Recently deleted: a list of what can be brought back, or erased for good."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.window_deleting import (
    BinNow,
    bin_now,
    bring_back_here,
    copies_words,
    erase_copies_here,
    erase_here,
)
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.facts.bin import NameTakenError
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.plain_text import NAME_CHARACTERS, plain_text, preview

EMPTY = "Nothing was deleted in the last 30 days."
FOR_GOOD = "Erased is gone for good, and the file is written anew without it."


class RecentlyDeletedDialog(QDialog):
    """Whatever is done, the list is read anew after it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: Callable[[], object] | None = None
        self.setWindowTitle("Recently deleted")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListWidget()
        self.list.setAccessibleName("What was deleted")
        self.list.setWordWrap(True)
        self.list.setSpacing(GRID // 4)
        self.list.currentRowChanged.connect(lambda _row: self._chosen())
        self.state = plain_label()
        self.state.setAccessibleName("State of the bin")
        self._as, self.name = QLabel("Bring it back &as"), QLineEdit()
        self._as.setBuddy(self.name)
        self.name.setAccessibleName("Another name to bring it back with")
        self.back, self.erase = QPushButton("&Bring back"), QPushButton("&Erase now…")
        self.copies = QPushButton("Erase the &copies…")
        self.sure, self.keep, self.close_button = (
            QPushButton("Erase for &good"),
            QPushButton("&Keep"),
            QPushButton("Close"),
        )
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.state)
        layout.addLayout(row(self._as, self.name))
        layout.addLayout(row(self.back, self.erase, self.copies, self.sure, self.keep, None, self.close_button))
        self.back.clicked.connect(self._bring_back)
        self.erase.clicked.connect(self._ask_to_erase)
        self.copies.clicked.connect(lambda: self._ask(f"{self._named_copies()} {FOR_GOOD}", self._erase_copies))
        self.sure.clicked.connect(self._go_on)
        self.keep.clicked.connect(self._read)
        self.close_button.clicked.connect(self.reject)
        self.resize(90 * GRID, 52 * GRID)
        self._now = BinNow((), ())
        self._read()

    @property
    def item_id(self) -> int | None:
        """The chosen deletion."""
        chosen = self.list.currentItem()
        return None if chosen is None else int(chosen.data(Qt.ItemDataRole.UserRole))

    def _read(self) -> None:
        self._asked = None
        self._session.read(bin_now, self._show, lambda error: self._say(error_words(error)))

    def _show(self, now: BinNow) -> None:
        self._now = now
        self.list.clear()
        for each in now.items:
            who = preview(each.who, NAME_CHARACTERS)
            line = f"{each.rows}. Deleted by {who}; erased after {each.until}."
            item = QListWidgetItem(f"{preview(each.what, NAME_CHARACTERS)}\n{line}")
            item.setToolTip(plain_text(each.what))
            item.setData(Qt.ItemDataRole.UserRole, each.id)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._show_name("")
        self.state.setText(EMPTY if not now.items else self._named_copies())
        self._show_buttons()
        (self.list if now.items else self.close_button).setFocus()

    def _named_copies(self) -> str:
        return copies_words(self._now.copies) if self._now.copies else ""

    def _chosen(self) -> None:
        self._show_name("")
        self._show_buttons()

    def _show_name(self, name: str) -> None:
        """The field for another name, or none."""
        self.name.setText(name)
        for widget in (self._as, self.name):
            widget.setVisible(bool(name))

    def _show_buttons(self) -> None:
        asking = self._asked is not None
        may = not self._session.read_only
        for button in (self.back, self.erase):
            button.setVisible(not asking)
            button.setEnabled(self.item_id is not None and may)
        self.copies.setVisible(not asking and bool(self._now.copies) and may)
        for button in (self.sure, self.keep):
            button.setVisible(asking)

    def _say(self, words: str) -> None:
        self._asked = None
        self._show_buttons()
        self.state.setText(plain_text(words))

    # doing

    def _bring_back(self) -> None:
        item_id, author, name = self.item_id, self._session.reviewer, self.name.text().strip()
        if item_id is not None and self.back.isEnabled():
            self._session.write(
                lambda workspace: bring_back_here(workspace, item_id, author, name),
                lambda moved: self._done(moved.sentence),
                self._not_back,
                held=Held("Bringing it back"),
            )

    def _not_back(self, error: Exception) -> None:
        """Where only its name is taken, another one is asked for."""
        if not isinstance(error, NameTakenError):
            self._say(error_words(error))
            return
        self._say(f"{error.what} Type another name, then bring it back.")
        if self.name.isHidden():
            self._show_name(next(each.name for each in self._now.items if each.id == self.item_id))
        self.name.selectAll()
        self.name.setFocus()

    def _ask_to_erase(self) -> None:
        item_id = self.item_id
        if item_id is not None:
            self._ask(FOR_GOOD, lambda: self._erase(item_id))

    def _ask(self, question: str, then: Callable[[], object]) -> None:
        """Nothing is erased by one press."""
        self._asked = then
        self._show_buttons()
        self.state.setText(plain_text(question))
        self.keep.setFocus()

    def _go_on(self) -> None:
        asked, self._asked = self._asked, None
        self._show_buttons()
        if asked is not None:
            asked()

    def _erase(self, item_id: int) -> None:
        author = self._session.reviewer
        self.state.setText("Erasing…")

        def work(workspace: Workspace) -> tuple[str, Changes]:
            return erase_here(workspace, [item_id], author), Changes(endpoints=True)

        self._session.write(work, self._done, lambda error: self._say(error_words(error)), in_parts=True)

    def _erase_copies(self) -> None:
        def work(workspace: Workspace) -> tuple[str, Changes]:
            return f"Erased for good: {', '.join(erase_copies_here(workspace))}.", Changes()

        self._session.write(work, self._done, lambda error: self._say(error_words(error)), in_parts=True)

    def _done(self, sentence: str) -> None:
        self._session.notice.emit(sentence)
        self._read()
