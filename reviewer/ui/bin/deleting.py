"""Deleting from a page into the bin, and bringing the last deletion back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from reviewer.app.deleting import suite_to_delete
from reviewer.app.window_deleting import BinMoved, bring_back_here, delete_here, rows_to_delete
from reviewer.store.database import Workspace
from reviewer.store.facts.bin import ToDelete
from reviewer.store.facts.suites import StoredSuite
from reviewer.ui.jobs.run_jobs import jobs_of
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.plain_text import preview

Wanted = Callable[[Workspace], ToDelete]
BACK = "file.undelete"


class Deleting(QObject):
    """What is deleted here can be brought back at once, the last first, or from the bin later."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._done: list[int] = []
        session.opened.connect(self._done.clear)

    def delete(self, wanted: Wanted) -> None:
        """Into the bin; a line says so and offers the way back."""
        session, interrupted = self._session, not jobs_of(self._session).run_ids
        session.write(
            lambda workspace: delete_here(workspace, wanted(workspace), session.reviewer, interrupted=interrupted),
            self.deleted,
            held=Held("What you deleted"),
        )

    def deleted(self, moved: BinMoved) -> None:
        """Remember what the way back is, and look at nothing that is gone."""
        self._done.append(moved.item_id)
        self.forget_gone(moved)
        self._session.done.emit(moved.sentence, BACK)

    def bring_back(self) -> None:
        """Bring back what was deleted last since the workspace was opened."""
        if not self._done:
            self._session.notice.emit(
                "Nothing was deleted since you opened the workspace. See File → Recently deleted."
            )
            return
        item_id, author = self._done.pop(), self._session.reviewer
        self._session.write(
            lambda workspace: bring_back_here(workspace, item_id, author),
            lambda moved: self._session.notice.emit(moved.sentence),
            lambda error: self._not_back(item_id, error),
            held=Held("Bringing back what you deleted"),
        )

    def _not_back(self, item_id: int, error: Exception) -> None:
        """It can be tried again."""
        self._done.append(item_id)
        self._session.tasks.failed.emit(error)

    def forget_gone(self, moved: BinMoved) -> None:
        """Look at no run and no suite that is not there any more."""
        session = self._session
        if session.run_id not in moved.run_ids:
            session.run_id = None
        if session.second_run_id not in moved.run_ids:
            session.second_run_id = None
        if session.suite_id not in moved.suite_ids:
            session.suite_id = None
        session.picked = None


def deleting_of(session: Session) -> Deleting:
    """The session's one: the pages share what can be brought back."""
    return session.findChild(Deleting) or Deleting(session, session)


def start_deleting_suite(session: Session, suite: StoredSuite | None, window: QWidget) -> None:
    """Ask, because much may hang on it."""
    if suite is None:
        session.notice.emit("There is no suite yet, so there is nothing to delete.")
        return
    wanted = partial(suite_to_delete, name=suite.name)
    show_over(DeleteDialog(deleting_of(session), session, preview(suite.name, 60), wanted, window))


class DeleteDialog(QDialog):
    """Asked before a whole suite goes: it says how much that is."""

    def __init__(self, deleting: Deleting, session: Session, name: str, wanted: Wanted, parent: QWidget) -> None:
        super().__init__(parent)
        self._deleting, self._wanted = deleting, wanted
        self.setWindowTitle("Delete the suite")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sentence = plain_label(f"Looking what hangs on {name}…")
        self.sentence.setAccessibleName("What would be deleted")
        self.delete, cancel = QPushButton("&Delete"), QPushButton("Cancel")
        self.delete.setEnabled(False)
        cancel.setDefault(True)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.sentence)
        layout.addWidget(plain_label("It goes into the bin. You can bring it back for 30 days; then it is erased."))
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.delete))
        cancel.clicked.connect(self.reject)
        self.delete.clicked.connect(self._delete)
        self.resize(72 * GRID, 22 * GRID)
        session.read(
            lambda workspace: rows_to_delete(workspace, wanted(workspace)),
            lambda found: self._show(f"{name}: {found}."),
            lambda error: self.sentence.setText(error_words(error)),
        )

    def _show(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.delete.setEnabled(True)

    def _delete(self) -> None:
        self._deleting.delete(self._wanted)
        self.accept()
