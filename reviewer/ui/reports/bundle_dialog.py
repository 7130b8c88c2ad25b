"""What is asked before a bundle is written: whose words are taken out, and the key that signs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.app.bundle_cover import BundleCover
from reviewer.host.signing import private_key
from reviewer.ui.exchange.files import choose_file
from reviewer.ui.kit.fields import FieldForm
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.passphrase import FilePassphrase
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

COVERS = {
    "": "nothing",
    BundleCover.PROMPTS.value: "requests",
    BundleCover.RESPONSES.value: "responses",
    BundleCover.BOTH.value: "requests and responses",
}
KEYS = "Private keys (*)"


class BundleDialog(QDialog):
    """`wanted` carries the `BundleCover` or None, the opened key or None, and the passphrase that encrypts the file,
    empty for none. Passphrases are kept nowhere.
    """

    wanted = Signal(object, object, str)

    def __init__(self, session: Session, about: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("reports.bundle")
        self.setWindowTitle("Export a signed bundle")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.cover, self.key, self.passphrase = QComboBox(), QLineEdit(), QLineEdit()
        for value, words in COVERS.items():
            self.cover.addItem(words, value)
        self.choose = QPushButton("Choose…")
        self.choose.setAccessibleName("Choose the private key")
        self.choose.setAutoDefault(False)
        self.key.setPlaceholderText("none: the bundle is not signed")
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.form = FieldForm()
        beside = QWidget()
        line = row(self.key, self.choose)
        line.setContentsMargins(0, 0, 0, 0)
        beside.setLayout(line)
        self.form.add("Taken out", self.cover, hint="Hashes stay, so that the figures can still be checked.")
        self.form.add("Private key", self.key, beside=beside, hint="`reviewer key new FILE` makes one.")
        self.form.add("Key's passphrase", self.passphrase)
        self.secret = FilePassphrase()
        cancel, self.go_on = QPushButton("Cancel"), QPushButton("Export…")
        cancel.setAutoDefault(False)
        self.go_on.setDefault(True)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(about))
        layout.addWidget(self.form)
        layout.addWidget(self.secret)
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.go_on))
        self.resize(72 * GRID, 56 * GRID)
        cancel.clicked.connect(self.reject)
        self.go_on.clicked.connect(lambda _checked=False: self._open_key())
        self.choose.clicked.connect(lambda _checked=False: self._choose_key())
        self.key.textChanged.connect(lambda text: self.passphrase.setEnabled(bool(text.strip())))
        self.passphrase.setEnabled(False)

    def _choose_key(self) -> None:
        choose_file(self, "Private key", str(Path.home()), KEYS, then=lambda path: self.key.setText(str(path)))

    def _open_key(self) -> None:
        """Off the GUI thread: a passphrase is made slow to try."""
        path, passphrase = self.key.text().strip(), self.passphrase.text()
        self.form.show_problem(self.passphrase, "")
        if not self.secret.is_sound():
            return
        if not path:
            self._ready(None)
            return
        self.go_on.setEnabled(False)
        self._session.work(lambda: private_key(Path(path).expanduser(), passphrase), self._ready, self._refused)

    def _ready(self, key: Ed25519PrivateKey | None) -> None:
        cover = str(self.cover.currentData())
        self.passphrase.clear()
        secret = self.secret.passphrase
        self.accept()
        self.wanted.emit(BundleCover(cover) if cover else None, key, secret)

    def _refused(self, error: Exception) -> None:
        self.go_on.setEnabled(True)
        self.form.show_problem(self.passphrase, str(error))
        self.passphrase.setFocus()
        self.passphrase.selectAll()
