"""What is asked before a bundle is written: whose words are taken out, and the key that signs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QPushButton, QVBoxLayout, QWidget

from reviewer.app.bundle_cover import BundleCover
from reviewer.ui.exchange.signing_key import SigningKey
from reviewer.ui.kit.fields import FieldForm, align_fields
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


class BundleDialog(QDialog):
    """`wanted` carries the `BundleCover` or None, the opened key or None, and the passphrase that encrypts the file,
    empty for none. Passphrases are kept nowhere.
    """

    wanted = Signal(object, object, str)

    def __init__(self, session: Session, about: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("reports.bundle")
        self.setWindowTitle("Export a signed bundle")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.cover = QComboBox()
        for value, words in COVERS.items():
            self.cover.addItem(words, value)
        self.form = FieldForm()
        self.form.add("Taken out", self.cover, hint="Hashes stay, so that the figures can still be checked.")
        self.signing = SigningKey(session, self.form)
        self.key, self.passphrase = self.signing.key, self.signing.passphrase
        self.secret = FilePassphrase()
        cancel, self.go_on = QPushButton("Cancel"), QPushButton("Export…")
        cancel.setAutoDefault(False)
        self.go_on.setDefault(True)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(about))
        layout.addWidget(self.form)
        layout.addWidget(self.secret)
        align_fields(self.form, self.secret)
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.go_on))
        self.resize(72 * GRID, 56 * GRID)
        cancel.clicked.connect(self.reject)
        self.finished.connect(lambda _result: self.signing.cancel())
        self.go_on.clicked.connect(lambda _checked=False: self._open_key())

    def _open_key(self) -> None:
        if self.secret.is_sound():
            self.go_on.setEnabled(False)
            self.signing.open(self._ready, lambda: self.go_on.setEnabled(True))

    def _ready(self, key: Ed25519PrivateKey | None) -> None:
        cover = str(self.cover.currentData())
        secret = self.secret.passphrase
        self.accept()
        self.wanted.emit(BundleCover(cover) if cover else None, key, secret)
