"""Restore a backup in the window: which there are, what each would take away and bring back, then the exchange itself.

The exchange is one task of the database thread: the workspace is let go of, the backup takes its place, and what is
there then is opened. What the pages still ask of the former workspace reaches nobody.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.backups import BackupContents, BackupFile, backups_beside, what_it_holds
from reviewer.app.restore_preview import preview_restore
from reviewer.app.window_opening import WhenInUse
from reviewer.core.errors import KnownError
from reviewer.host.sealed_files import SealedError
from reviewer.store.database import Workspace
from reviewer.store.encrypting import unlock
from reviewer.store.restoring import check_backup, restore_workspace
from reviewer.ui.exchange.files import choose_file
from reviewer.ui.frame.pages import after_pages
from reviewer.ui.jobs.run_jobs import jobs_of
from reviewer.ui.kit.fields import scrolled
from reviewer.ui.kit.held_writes import waiting
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.passphrase import passphrase_field, taken_from
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.plain_text import NAME_CHARACTERS, plain_text
from reviewer.wording.plain_text import preview as shortened

if TYPE_CHECKING:
    from reviewer.ui.frame.main_window import MainWindow

WORKSPACES = "Workspaces (*.sqlite *.db);;All files (*)"
COLUMNS = ("Made (UTC)", "Why", "Size", "Cases", "Responses", "Decisions")
NONE_THERE = "No backup lies beside the workspace. Choose another file, or make one under File → Back up the workspace."
COMPARING = "Comparing it with the workspace as it is now …"
RESTORING = "Restoring: the backup is copied, checked, and takes the place of the workspace …"
ENCRYPTED = "This backup is encrypted under a passphrase that is not known now. Give it to see what would be different."
KEPT = "What is there now is kept beside it and can be restored in the same way."
GONE = "The workspace was replaced by a backup; what was still asked of it was not stored."


class RestoreCommands(QObject):
    """Of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        window.commands.bind("file.restore", self.start)

    def start(self) -> None:
        """Of the open workspace, else of one that a person names: also of one that does not open any more."""
        session = self._session
        if not session.is_open:
            title, start = "Which workspace is to be replaced?", str(Path.home())
            choose_file(self._window, title, start, WORKSPACES, then=lambda path: self._ask(path.absolute()))
        elif session.workspace.is_of_bundle:
            session.notice.emit("A bundle is open. It has no backups; make the bundle again where it came from.")
        elif session.read_only:
            session.notice.emit(f"{session.read_only} No backup can take its place.")
        else:
            after_pages(self._window.pages, partial(self._ask, session.workspace.path))

    def _ask(self, path: Path) -> None:
        show_over(RestoreDialog(self._session, path, self._window))


class RestoreDialog(QDialog):
    """What is chosen is compared first; only what was compared can be restored."""

    def __init__(self, session: Session, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._path = session, path
        self._found: list[BackupFile] = []
        self.chosen: Path | None = None
        self.is_restoring = False
        self._task: Task[str] | None = None
        self.setObjectName("restore")
        self.setWindowTitle("Restore a backup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = _table()
        self.said = plain_label()
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.setAccessibleName("What would be different")
        self.passphrase = passphrase_field("Passphrase of this backup")
        self.passphrase.setPlaceholderText("Passphrase of this backup, or its recovery code")
        self.unlock, self.other = QPushButton("&Unlock"), QPushButton("Another &file…")
        self.go, self.cancel = QPushButton("&Restore"), QPushButton("Cancel")
        self._lay_out()
        self.table.itemSelectionChanged.connect(self._choose_row)
        self.unlock.clicked.connect(lambda _checked=False: self._unlock())
        self.other.clicked.connect(lambda _checked=False: self._choose_other())
        self.go.clicked.connect(lambda _checked=False: self._restore())
        self.cancel.clicked.connect(self.reject)
        self.finished.connect(lambda _result: self._give_up())
        self._read_list()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        margins(layout)
        layout.setSpacing(GRID)
        name = shortened(self._path.name, NAME_CHARACTERS)
        layout.addWidget(plain_label(f"Backups of {name} in its folder. {KEPT}"))
        layout.addWidget(self.table, 1)
        layout.addWidget(scrolled(self.said), 1)
        layout.addLayout(row(self.passphrase, self.unlock))
        layout.addLayout(row(self.other, None, self.cancel, self.go))
        for button in (self.unlock, self.other, self.go):
            button.setAutoDefault(False)
        self.resize(110 * GRID, 72 * GRID)
        self._show("")

    def _read_list(self) -> None:
        self._session.tasks.on_worker(partial(backups_beside, self._path), self._show_list, self._refuse)

    def _show_list(self, found: list[BackupFile]) -> None:
        self._found = found
        self.table.setRowCount(len(found))
        for at, each in enumerate(found):
            for column, words in enumerate((f"{each.made:%Y-%m-%d %H:%M}", each.why, _size(each.size), "…", "…", "…")):
                item = QTableWidgetItem(words)
                if column >= 2:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(plain_text(each.path.name))
                self.table.setItem(at, column, item)
        if not found:
            self._show(NONE_THERE)
            self.other.setFocus()
            return
        self.table.setFocus()
        self.table.selectRow(0)
        self._count(0)

    def _count(self, at: int) -> None:
        """One after another, so that the computer stays free for the comparison that somebody waits for."""
        if at >= len(self._found) or self.is_restoring:
            return

        def counted(words: tuple[str, ...]) -> None:
            for column, each in enumerate(words, start=3):
                item = self.table.item(at, column)
                if item is not None:
                    item.setText(each)
            self._count(at + 1)

        task = self._session.tasks.on_worker(partial(_counts_words, self._found[at].path), counted)
        self.finished.connect(lambda _result: task.cancel())

    def _choose_row(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows:
            self.choose(self._found[rows[0].row()].path)

    def _choose_other(self) -> None:
        choose_file(self, "Which backup?", str(self._path.parent), WORKSPACES, then=self._take_other)

    def _take_other(self, path: Path) -> None:
        self.table.clearSelection()
        self.choose(path.absolute())

    def choose(self, path: Path) -> None:
        """Compare it; until that is done nothing can be restored."""
        if self.is_restoring:
            return
        self._give_up()
        self.chosen = path
        self._show(COMPARING)
        self._task = self._session.tasks.on_worker(
            partial(_differences, self._path, path), self._compared, self._refuse
        )

    def _compared(self, words: str) -> None:
        self._show(words, can_go=True)

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, SealedError):
            self._show(ENCRYPTED if error.path == self.chosen else error_words(error), asks=error.path == self.chosen)
            return
        self._show(error_words(error))

    def _unlock(self) -> None:
        path, secret = self.chosen, taken_from(self.passphrase)
        if path is None or not secret or self.is_restoring:
            return
        self._give_up()
        self._show("Trying the passphrase …")

        def work() -> str:
            unlock(path, secret)
            return _differences(self._path, path)

        self._task = self._session.tasks.on_worker(work, self._compared, self._wrong)

    def _wrong(self, error: Exception) -> None:
        self._show(error_words(error), asks=isinstance(error, SealedError))

    def _restore(self) -> None:
        source, session = self.chosen, self._session
        if source is None or not self.go.isEnabled() or self.is_restoring:
            return
        if jobs_of(session).run_ids:
            self._show("Work on a run goes on. Wait for its end, or stop it on Runs, then try again.", can_go=True)
            return
        if waiting(session)[0]:
            self._show(f"What you did last is not stored yet, and would be lost. {waiting(session)[1]}", can_go=True)
            return
        self.is_restoring = True
        self._show(RESTORING)
        workspace = session.workspace if session.is_open else None
        exchange = partial(_exchange, workspace, self._path, source)
        session.opened.connect(self._restored)
        here = WhenInUse.WRITE  # whoever else had it open kept the exchange from happening
        session.open(self._path, create=False, beside=here, first=exchange, failed=self._not_restored)

    def _restored(self) -> None:
        self.is_restoring = False
        name = self.chosen.name if self.chosen else ""
        self._session.notice.emit(f"{self._path.name} is now what {name} holds. What was there before is kept.")
        self.accept()

    def _not_restored(self, error: Exception) -> None:
        self._session.opened.disconnect(self._restored)
        self.is_restoring = False
        self._refuse(error)

    def _show(self, sentence: str, *, can_go: bool = False, asks: bool = False) -> None:
        self.said.setText(plain_text(sentence))
        for widget in (self.passphrase, self.unlock):
            widget.setVisible(asks)
        (self.unlock if asks else self.cancel).setDefault(True)
        if asks:
            self.passphrase.setFocus()
        self.go.setEnabled(can_go)
        self.table.setEnabled(not self.is_restoring)
        self.other.setEnabled(not self.is_restoring)
        self.cancel.setEnabled(not self.is_restoring)

    def _give_up(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def reject(self) -> None:
        """Not while the file is being exchanged: that is short, and ends well or leaves all as it was."""
        if not self.is_restoring:
            super().reject()


def _exchange(workspace: Workspace | None, path: Path, source: Path) -> None:
    """On the database thread. What fails leaves the workspace open as it was."""
    if workspace is None:
        restore_workspace(path, source)
        return
    workspace.let_go()
    try:
        restore_workspace(path, source)
    except BaseException:
        workspace.reopen()
        raise
    workspace.read_only = GONE


def _differences(path: Path, source: Path) -> str:
    """Sentences, then the tables whose rows differ. A workspace that cannot be read is what a backup is for."""
    check_backup(source, path)
    try:
        preview = preview_restore(path, source)
    except SealedError:
        raise
    except KnownError as error:
        what_it_holds(source)
        return f"What would be different cannot be said: {error}\nThe backup itself can be read."
    tables = [
        f"{name.replace('_', ' ').capitalize()}: now {now:,}, then {then:,}"
        for name, now, then in preview.tables
        if now != then
    ]
    return "\n".join([*preview.sentences, *(tables or ["No table would have more or fewer rows."])])


def _counts_words(path: Path) -> tuple[str, ...]:
    try:
        return tuple(f"{count:,}" for count in what_it_holds(path))
    except SealedError:
        return ("locked",) * len(BackupContents._fields)
    except KnownError:
        return ("?",) * len(BackupContents._fields)


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _table() -> QTableWidget:
    table = QTableWidget(0, len(COLUMNS))
    table.setAccessibleName("Backups")
    table.setHorizontalHeaderLabels(list(COLUMNS))
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    header.setHighlightSections(False)
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    return table
