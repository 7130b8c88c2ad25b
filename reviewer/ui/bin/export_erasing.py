"""Export everything of a suite, have it read back, and only then erase the suite."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.deleting import suite_to_delete
from reviewer.app.export_erasing import ERASING, Watching
from reviewer.app.stopping import ReportCancelledError
from reviewer.app.window_deleting import rows_to_delete
from reviewer.app.window_erasing import SuiteErased, export_and_erase_here, files_of
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import StoredSuite
from reviewer.ui.bin.deleting import Deleting, deleting_of
from reviewer.ui.exchange.signing_key import SigningKey
from reviewer.ui.jobs.run_jobs import jobs_of
from reviewer.ui.kit.fields import FieldForm, align_fields
from reviewer.ui.kit.held_dialog import write_lock_is_free
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.passphrase import FilePassphrase
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.plain_text import plain_text, preview

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LOOKED_AT_MS = 100
FOR_GOOD = (
    "The suite does not go into the bin: what is erased cannot be brought back from this workspace. Nothing is erased "
    "unless all that was written reads back as it is here."
)
PLAIN = "The files are not encrypted, as the workspace is: choose a folder that only you can read."
SURE = "Press once more to write the files and then erase the suite here for good."
STOPPED = "You stopped it: nothing was erased, and what was written was removed."


def start_erasing_suite(session: Session, suite: StoredSuite | None, window: QWidget) -> None:
    if suite is None:
        session.notice.emit("There is no suite yet, so there is nothing to export and erase.")
    elif session.read_only:
        session.notice.emit(session.read_only)
    else:
        show_over(EraseDialog(session, suite.name, deleting_of(session), window))


class EraseDialog(QDialog):
    """Says what is written and what is erased, is pressed twice, and says at the end what came of it."""

    def __init__(self, session: Session, suite: str, deleting: Deleting, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._suite, self._deleting = session, suite, deleting
        self._stop = threading.Event()
        self._step = ""
        self._is_sure = self._is_going = False
        self.setWindowTitle(f"Export everything of {preview(suite, 40)} and erase it")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.what, self.state = plain_label("Looking what hangs on it…"), plain_label()
        self.what.setAccessibleName("What is written and erased")
        self.state.setAccessibleName("State")
        self.form, self.folder = FieldForm(), QLineEdit()
        self.choose = QPushButton("Choose…")
        self.choose.setAccessibleName("Choose the folder")
        self.encrypts, self.secret = QCheckBox("Encr&ypt the files under a passphrase"), FilePassphrase(needed=True)
        self.plain = plain_label(PLAIN)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Exporting and erasing")
        self.cancel, self.go_on = QPushButton("Cancel"), QPushButton("Export and e&rase…")
        self._timer = QTimer(self)
        self._timer.setInterval(LOOKED_AT_MS)
        self._lay_out()
        self._connect()
        self._read()

    def _lay_out(self) -> None:
        beside = QWidget()
        line = row(self.folder, self.choose)
        line.setContentsMargins(0, 0, 0, 0)
        beside.setLayout(line)
        self.form.add("&New folder", self.folder, check=self._check, beside=beside, hint="It is made, or is empty.")
        self.signing = SigningKey(self._session, self.form)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.what)
        layout.addWidget(plain_label(FOR_GOOD))
        layout.addWidget(self.form)
        layout.addWidget(self.encrypts)
        layout.addWidget(self.secret)
        layout.addWidget(self.plain)
        layout.addStretch(1)
        layout.addWidget(self.bar)
        layout.addWidget(self.state)
        layout.addLayout(row(None, self.cancel, self.go_on))
        align_fields(self.form, self.secret)
        self.bar.hide()
        self.go_on.setEnabled(False)
        self.go_on.setAutoDefault(False)
        self.cancel.setDefault(True)
        self.choose.setAutoDefault(False)
        is_encrypted = self._session.workspace.is_encrypted
        self.encrypts.setChecked(is_encrypted)
        self._show_secret()
        self.resize(80 * GRID, (62 if is_encrypted else 54) * GRID)

    def _connect(self) -> None:
        self.choose.clicked.connect(self._choose)
        self.folder.textChanged.connect(lambda _text: self._unsure())
        self.signing.key.textChanged.connect(lambda _text: self._unsure())
        self.encrypts.toggled.connect(self._show_secret)
        self.secret.first.textChanged.connect(lambda _text: self._unsure())
        self.go_on.clicked.connect(self._press)
        self.cancel.clicked.connect(self.reject)
        self.finished.connect(lambda _result: self.signing.cancel())
        self._timer.timeout.connect(self._show_step)

    def _read(self) -> None:
        suite = self._suite

        def ask(workspace: Workspace) -> str:
            gone = rows_to_delete(workspace, suite_to_delete(workspace, suite))
            return f"{files_of(workspace, suite)}\nErased then: {gone}."

        self._session.read(ask, self._show, self._wrong)

    def _show(self, words: str) -> None:
        self.what.setText(plain_text(words))
        self.go_on.setEnabled(True)
        self.folder.setFocus()

    # asking

    def _check(self) -> None:
        if not self.folder.text().strip():
            raise InputError("No folder is named.", "Type where the files are to go.")

    def _choose(self) -> None:
        dialog = QFileDialog(self, "An empty folder for everything of the suite", str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.folder.setText)
        show_over(dialog)

    def _show_secret(self) -> None:
        """An encrypted workspace's files leave it plain only where a person says so."""
        wanted = self.encrypts.isChecked()
        self.secret.setVisible(wanted)
        self.plain.setVisible(not wanted and self._session.workspace.is_encrypted)
        self._unsure()

    def _unsure(self) -> None:
        """Something else is meant by now."""
        self._is_sure = False
        self.go_on.setText("Export and e&rase…")
        self.state.setText("")

    def _press(self) -> None:
        """Nothing is erased by one press."""
        if not self.form.is_sound() or (self.encrypts.isChecked() and not self.secret.is_sound()):
            return
        if not self._is_sure:
            self._is_sure = True
            self.go_on.setText("Export, then e&rase for good")
            self.state.setText(SURE)
            self.cancel.setFocus()
            return
        self.go_on.setEnabled(False)
        self.signing.open(self._begin, lambda: self.go_on.setEnabled(True))

    # doing

    def _begin(self, key: Ed25519PrivateKey | None) -> None:
        session, suite, author = self._session, self._suite, self._session.reviewer
        folder, stop = Path(self.folder.text().strip()).expanduser().absolute(), self._stop
        interrupted = not jobs_of(session).run_ids
        passphrase = self.secret.take() if self.encrypts.isChecked() else ""
        watching = Watching(self._tell, stop.is_set)

        def work(workspace: Workspace) -> tuple[SuiteErased | None, Changes]:
            write_lock_is_free(workspace)  # nothing is exported in vain
            try:
                return export_and_erase_here(
                    *(workspace, suite, folder, author, key),
                    interrupted=interrupted,
                    passphrase=passphrase,
                    watching=watching,
                )
            except ReportCancelledError:
                return None, Changes()

        self._is_going = True
        self._set_enabled(False)
        self.bar.show()
        self._timer.start()
        session.write(work, self._done, self._failed, in_parts=True)

    def _tell(self, step: str) -> None:
        """Called on the database thread; the timer shows it."""
        self._step = step

    def _show_step(self) -> None:
        self.state.setText(self._step)
        self.cancel.setEnabled(self._step != ERASING and not self._stop.is_set())

    def reject(self) -> None:
        """While it goes on, it is stopped, and the dialog says when it has ended."""
        if not self._is_going:
            super().reject()
        elif self._step != ERASING:
            self._stop.set()
            self._step = "Stopping…"
            self._show_step()

    def _end(self) -> None:
        self._is_going = False
        self._timer.stop()
        self.bar.hide()
        self.cancel.setText("Close")
        self.cancel.setEnabled(True)
        self.cancel.setFocus()

    def _done(self, erased: SuiteErased | None) -> None:
        self._end()
        if erased is None:
            self._begin_again(STOPPED)
            return
        self._deleting.forget_gone(erased.moved)
        self.go_on.hide()
        for each in (self.form, self.encrypts, self.secret, self.plain):
            each.hide()
        self.what.setText(plain_text("\n".join(erased.sentences)))
        self.state.setText("")
        self._session.notice.emit(erased.moved.sentence)

    def _failed(self, error: Exception) -> None:
        self._end()
        self._begin_again(error_words(error))

    def _begin_again(self, why: str) -> None:
        """It can be tried again, in another folder."""
        self._stop = threading.Event()
        self._set_enabled(True)
        self._unsure()
        self.go_on.setEnabled(True)
        self.state.setText(plain_text(why))

    def _set_enabled(self, enabled: bool) -> None:
        for each in (self.form, self.encrypts, self.secret):
            each.setEnabled(enabled)

    def _wrong(self, error: Exception) -> None:
        self.state.setText(plain_text(error_words(error)))
