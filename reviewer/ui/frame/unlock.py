"""Ask for the passphrase of an encrypted workspace that is to be opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from reviewer.core.errors import KnownError
from reviewer.host.passphrases import found_passphrase
from reviewer.host.sealed_files import is_sealed, unlock_file
from reviewer.store.encrypting import SealedError, is_locked, unlock
from reviewer.ui.kit.keys_ahead import keys_ahead
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.passphrase import passphrase_field
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import in_sentence


def unlock_any(path: Path, secret: str) -> None:
    """Of a workspace, or of an encrypted packet or bundle. Raises SealedError where it does not fit."""
    (unlock_file if is_sealed(path) else unlock)(path, secret)


class PassphraseDialog(QDialog):
    """`given` carries what was typed. It stays open until it is told that this was right."""

    given = Signal(str)

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open an encrypted file")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.passphrase = passphrase_field("Passphrase or recovery code")
        label = QLabel("&Passphrase")
        label.setBuddy(self.passphrase)
        self.told = plain_label("")
        cancel, self.unlock = QPushButton("Cancel"), QPushButton("Unlock")
        self.unlock.setDefault(True)
        self.unlock.setEnabled(False)
        self.passphrase.textChanged.connect(lambda text: self.unlock.setEnabled(bool(text)))
        self.unlock.clicked.connect(self._give)
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(
            plain_label(f"{in_sentence(path.name)} is encrypted. Type its passphrase or its recovery code.")
        )
        layout.addLayout(row(label, self.passphrase))
        layout.addWidget(self.told)
        layout.addLayout(row(None, cancel, self.unlock))
        self.resize(72 * GRID, 24 * GRID)

    def _give(self) -> None:
        self.unlock.setEnabled(False)
        self.told.setText("Checking …")
        self.given.emit(self.passphrase.text())

    def refuse(self, sentence: str) -> None:
        self.told.setText(sentence)
        self.passphrase.selectAll()
        self.passphrase.setFocus()
        self.unlock.setEnabled(True)


class Unlocking(QObject):
    """What happens when the session meets a locked workspace: the environment and the keyring are tried, then asked.

    As soon as it is seen to be locked, keys are the question's that comes: they may be a passphrase, and must not
    decide on the page behind. Esc gives it up.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.dialog: PassphraseDialog | None = None
        self._coming: Path | None = None
        self._is_tried = False
        self._given_up: Path | None = None
        session.opening.connect(self._look)
        session.locked.connect(self._try_found)

    def _look(self) -> None:
        """What is being opened may be locked, and the database thread may be long in saying so."""
        for path in self._session.being_opened[-1:]:
            self._given_up = None
            self._session.tasks.on_worker(partial(is_locked, path), partial(self._seen, path))

    def _seen(self, path: Path, locked: bool) -> None:
        if locked and path in self._session.being_opened:
            self._keep_keys(path)

    def _keep_keys(self, path: Path) -> None:
        """For the question about this file, which is on its way."""
        ahead = keys_ahead(self._window)
        if self.dialog is None and not (self._coming == path and ahead.is_expecting):
            self._coming = path
            ahead.expect(lambda: self._is_coming(path), self._give_up)

    def _is_coming(self, path: Path) -> bool:
        return self._coming == path and (self._is_tried or path in self._session.being_opened)

    def _give_up(self) -> None:
        self._given_up, self._coming = self._coming, None

    def _try_found(self, path: Path, again: Callable[[], object]) -> None:
        if self._given_up == path:
            self._given_up = None
            return
        self._is_tried = True
        self._keep_keys(path)

        def work() -> bool:
            secret = found_passphrase(path)
            if secret is None:
                return False
            try:
                unlock_any(path, secret)
            except SealedError:
                return False  # of another workspace: the person is asked
            return True

        def tried(fits: bool) -> None:
            given_up = self._end_waiting(path)
            if fits and not given_up:
                keys_ahead(self._window).came(None)
                again()
            elif not given_up:
                self._ask(path, again)

        def not_tried(error: Exception) -> None:
            self._end_waiting(path)
            keys_ahead(self._window).came(None)
            self._session.tasks.failed.emit(error)

        self._session.tasks.on_database(work, tried, not_tried)

    def _end_waiting(self, path: Path) -> bool:
        """Whether it was given up meanwhile."""
        given_up, self._given_up, self._coming, self._is_tried = self._given_up == path, None, None, False
        return given_up

    def _ask(self, path: Path, again: Callable[[], object]) -> None:
        dialog = self.dialog = PassphraseDialog(path, self._window)
        dialog.finished.connect(self._gone)

        def opened(_nothing: None) -> None:
            if self.dialog is dialog:
                dialog.accept()
                again()

        def refused(error: Exception) -> None:
            if self.dialog is dialog:
                dialog.refuse(str(error) if isinstance(error, KnownError) else "Something went wrong; see the log.")

        def check(secret: str) -> None:
            self._session.tasks.on_database(lambda: unlock_any(path, secret), opened, refused)

        dialog.given.connect(check)
        keys_ahead(self._window).came(dialog)

    def _gone(self) -> None:
        self.dialog = None
