"""Verify a bundle: which file, then what was found as sentences, again with a public key where one is given."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QVBoxLayout, QWidget

from reviewer.app.verification_words import verification_sentences
from reviewer.app.verifying import Verification, verify_bundle
from reviewer.host.sealed_files import SealedError
from reviewer.host.signing import read_public_key
from reviewer.ui.exchange.files import choose_file
from reviewer.ui.kit.fields import scrolled
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import answer_label, margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.plain_text import plain_text

BUNDLES = "Bundles (*.zip);;All files (*)"
PUBLIC_KEYS = "Public keys (*.pub);;All files (*)"
CHECKING = "Checking every hash, event and signature, and computing the figures again…"
YES, NO, NONE = "✓ It verifies", "✗ It does not verify", "It could not be checked"


def start_verifying(session: Session, window: QWidget) -> None:
    """Ask for a bundle, and show what is found in it. No workspace is needed."""
    choose_file(
        window,
        "Verify a bundle",
        str(session.path.parent if session.path else Path.home()),
        BUNDLES,
        then=lambda path: show_over(VerifyDialog(session, path, window)),
    )


class VerifyDialog(QDialog):
    """Closing it gives the check up."""

    def __init__(self, session: Session, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._path = session, path
        self._task: Task[Verification] | None = None
        self._public_key: Path | None = None
        self.setObjectName("verify")
        self.setWindowTitle("Verify a bundle")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.answer, self.said, self.progress = answer_label(), plain_label(), QProgressBar()
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.setAccessibleName("What was found")
        self.progress.setRange(0, 0)
        self.progress.setAccessibleName("Verifying")
        self.key_button, close = QPushButton("With a public key…"), QPushButton("Close")
        self.key_button.setToolTip("Check that the bundle is signed with this key and no other")
        self.key_button.setAutoDefault(False)
        close.setDefault(True)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.answer)
        layout.addWidget(self.progress)
        layout.addWidget(scrolled(self.said), 1)
        layout.addLayout(row(self.key_button, None, close))
        self.resize(84 * GRID, 48 * GRID)
        close.clicked.connect(self.reject)
        self.key_button.clicked.connect(lambda _checked=False: self.ask_for_key())
        self.finished.connect(lambda _result: self._task.cancel() if self._task else None)
        self.check()

    def ask_for_key(self) -> None:
        choose_file(self, "Public key", str(self._path.parent), PUBLIC_KEYS, then=self.check)

    def check(self, public_key: Path | None = None) -> None:
        """Off the GUI thread; `public_key` is the key that it has to be signed with."""
        path, self._public_key = self._path, public_key

        def work() -> Verification:
            return verify_bundle(path, read_public_key(public_key) if public_key else None)

        self._show("", CHECKING, busy=True)
        self._task = self._session.tasks.on_worker(work, self._found, self._failed)

    def _found(self, found: Verification) -> None:
        sentences = verification_sentences(found, str(self._path))
        self._show(NO if found.wrong else YES, "\n".join(map(plain_text, sentences)))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, SealedError):
            self._session.locked.emit(self._path, partial(self.check, self._public_key))
        self._show(NONE, plain_text(error_words(error)))

    def _show(self, answer: str, said: str, *, busy: bool = False) -> None:
        self.answer.setText(answer)
        self.answer.setVisible(bool(answer))
        self.said.setText(said)
        self.progress.setVisible(busy)
        self.key_button.setEnabled(not busy)
