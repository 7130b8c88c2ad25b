"""The fields for a private key that signs what is written, and its opening off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from reviewer.host.signing import private_key
from reviewer.ui.exchange.files import choose_file
from reviewer.ui.kit.fields import FieldForm
from reviewer.ui.kit.page import row
from reviewer.ui.kit.passphrase import passphrase_field
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEYS = "Private keys (*)"


class SigningKey:
    """Adds its fields to a form. What is typed as the key's passphrase is kept nowhere."""

    def __init__(self, session: Session, form: FieldForm) -> None:
        self._session, self._form = session, form
        self._opening: Task[Any] | None = None
        self.key, self.passphrase = QLineEdit(), passphrase_field("Key's passphrase")
        self.choose = QPushButton("Choose…")
        self.choose.setAccessibleName("Choose the private key")
        self.choose.setAutoDefault(False)
        self.key.setPlaceholderText("none: the bundle is not signed")
        beside = QWidget()
        line = row(self.key, self.choose)
        line.setContentsMargins(0, 0, 0, 0)
        beside.setLayout(line)
        form.add("Private key", self.key, beside=beside, hint="`reviewer key new FILE` makes one.")
        form.add("Key's passphrase", self.passphrase)
        self.choose.clicked.connect(lambda _checked=False: self._choose())
        self.key.textChanged.connect(lambda text: self.passphrase.setEnabled(bool(text.strip())))
        self.passphrase.setEnabled(False)

    def _choose(self) -> None:
        choose_file(self._form, "Private key", str(Path.home()), KEYS, then=lambda path: self.key.setText(str(path)))

    def open(self, ready: Callable[[Ed25519PrivateKey | None], object], refused: Callable[[], object]) -> None:
        """Off the GUI thread, because a passphrase is made slow to try. `ready` gets None where no key is named; what
        is wrong with one stands beside its passphrase when `refused` is called.
        """
        path, passphrase = self.key.text().strip(), self.passphrase.text()
        self._form.show_problem(self.passphrase, "")
        if not path:
            ready(None)
            return

        def opened(key: Ed25519PrivateKey) -> None:
            self.passphrase.clear()
            ready(key)

        def not_opened(error: Exception) -> None:
            self._form.show_problem(self.passphrase, str(error))
            self.passphrase.setFocus()
            self.passphrase.selectAll()
            refused()

        work = partial(private_key, Path(path).expanduser(), passphrase)
        self._opening = self._session.work(work, opened, not_opened)

    def cancel(self) -> None:
        """The form is going: a key that is opened after that reaches nobody."""
        if self._opening is not None:
            self._opening.cancel()
