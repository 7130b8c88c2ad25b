"""The File menu's commands that write the open workspace anew: encrypted, under another passphrase, or plain.

The workspace is closed meanwhile and what the window asks of it waits; the pages stay as they are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QProgressBar, QWidget

from reviewer.app.encryption import Converted, change_workspace_passphrase, encrypt_workspace, remove_encryption
from reviewer.store.database import Workspace
from reviewer.store.encrypting import unlock
from reviewer.ui.frame.new_passphrase import NewPassphraseDialog, RemoveEncryptionDialog, WorkingDialog
from reviewer.ui.frame.recovery_code import RecoveryCodeDialog
from reviewer.ui.jobs.run_jobs import jobs_of
from reviewer.ui.kit.keys_ahead import show_over

if TYPE_CHECKING:
    from reviewer.ui.frame.main_window import MainWindow


class EncryptionCommands(QObject):
    """Of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self.stopping = threading.Event()
        self.working: WorkingDialog | None = None
        window.commands.bind("file.encrypt", self.encrypt)
        window.commands.bind("file.passphrase", self.change)
        window.commands.bind("file.decrypt", self.remove)

    def encrypt(self) -> None:
        if not self._is_ready(encrypted=False):
            return
        dialog = NewPassphraseDialog(self._session, self._window, changes=False)

        def go(_present: str, passphrase: str, keyring: bool) -> None:
            dialog.accept()
            convert = partial(encrypt_workspace, self._path, passphrase, keyring=keyring)
            self._convert("It is being encrypted and compared with what it was.", convert)

        dialog.given.connect(go)
        show_over(dialog)

    def change(self) -> None:
        if not self._is_ready(encrypted=True):
            return
        dialog = NewPassphraseDialog(self._session, self._window, changes=True)

        def go(present: str, passphrase: str, keyring: bool) -> None:
            convert = partial(change_workspace_passphrase, self._path, passphrase, keyring=keyring)
            words = "It is being written under its new passphrase and compared with what it was."
            self._once_known(dialog, present, lambda: self._convert(words, convert))

        dialog.given.connect(go)
        show_over(dialog)

    def remove(self) -> None:
        if not self._is_ready(encrypted=True):
            return
        dialog = RemoveEncryptionDialog(self._window)
        words = "It is being written without encryption and compared with what it was."

        def go(present: str) -> None:
            convert = partial(remove_encryption, self._path)
            self._once_known(dialog, present, lambda: self._convert(words, convert))

        dialog.given.connect(go)
        show_over(dialog)

    @property
    def _path(self) -> Path:
        return self._session.workspace.path

    def _is_ready(self, *, encrypted: bool) -> bool:
        """Whether the open workspace can be written anew so; a line says why not."""
        session = self._session
        if not session.is_open:
            session.notice.emit("Open or make a workspace first.")
        elif session.read_only:
            session.notice.emit(f"{session.read_only} It is not written anew.")
        elif session.workspace.is_encrypted is not encrypted:
            already = "is encrypted already" if not encrypted else "is not encrypted"
            session.notice.emit(f"The workspace {self._path.name} {already}.")
        elif running := self._running():
            session.notice.emit(f"Work goes on with {running}. Wait for its end or stop it on Runs, then try again.")
        else:
            return True
        return False

    def _running(self) -> str:
        jobs = jobs_of(self._session)
        return ", ".join(dict.fromkeys(going.run for run_id in jobs.run_ids for going in jobs.going(run_id)))

    def _once_known(
        self, dialog: NewPassphraseDialog | RemoveEncryptionDialog, present: str, go: Callable[[], object]
    ) -> None:
        """Go on only where the present passphrase is right: an open window is not the owner."""

        def right(_nothing: None) -> None:
            dialog.accept()
            go()

        path = self._path
        checking = self._session.tasks.on_database(lambda: unlock(path, present), right, dialog.refuse)
        dialog.finished.connect(lambda result: checking.cancel() if not result else None)

    def _convert(self, words: str, convert: Callable[..., Converted]) -> None:
        if not self._session.is_open or self._running():
            self._session.notice.emit("Work on a run has begun meanwhile; nothing was changed.")
            return
        self.stopping = stop = threading.Event()
        self.working = WorkingDialog(words, self._window, _busy_bar)
        self.working.stop_wanted.connect(stop.set)
        show_over(self.working)
        for page in self._window.pages.values():
            page.keep_typed()
        workspace, tasks = self._session.workspace, self._session.tasks
        tasks.hold_database()
        work = partial(_written_anew, workspace, lambda: convert(stopped=stop.is_set))
        tasks.on_database(work, partial(self._done, workspace), self._failed, past_hold=True)

    def _end(self) -> None:
        if self.working is not None:
            self.working.accept()
            self.working = None
        self._session.tasks.release_database()
        self._session.settings_changed.emit()  # what depends on whether it is encrypted

    def _failed(self, error: Exception) -> None:
        self._end()
        self._session.tasks.failed.emit(error)

    def _done(self, workspace: Workspace, result: Converted) -> None:
        self._end()
        notes = _notes(result)
        if result.recovery_code:
            show_over(RecoveryCodeDialog(workspace.path, result.recovery_code, notes, self._window))
        else:
            told = f"{workspace.path.name} is no longer encrypted: whoever gets the file can read it."
            self._session.notice.emit(" ".join([told, *notes]))


def _written_anew(workspace: Workspace, convert: Callable[[], Converted]) -> Converted:
    """The workspace is open again afterwards, whatever came of it."""
    workspace.let_go()
    try:
        return convert()
    finally:
        workspace.reopen()


def _notes(result: Converted) -> Sequence[str]:
    notes = [f"A copy of it is beside it: {result.copy.name}."] if result.copy is not None else []
    if result.plain:
        names = ", ".join(path.name for path in result.plain)
        notes.append(f"Not encrypted, and left as they are beside it: {names}. Erase what you do not need.")
    return [*notes, *result.trouble]


def _busy_bar() -> QWidget:
    bar = QProgressBar()
    bar.setRange(0, 0)
    bar.setTextVisible(False)
    bar.setAccessibleName("The workspace is being written")
    return bar
