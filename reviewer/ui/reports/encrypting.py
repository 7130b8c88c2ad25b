"""What is asked before a report is written encrypted, or leaves an encrypted workspace."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.passphrase import FilePassphrase
from reviewer.ui.kit.theme import GRID

FROM_SEALED = "This workspace is encrypted, but a report is a file of its own. Encrypt it too before you pass it on."
READ_AGAIN = "The file ends in .sealed. `reviewer unseal FILE` makes a plain one of it again."


class EncryptDialog(QDialog):
    """`given` carries the passphrase, empty for a plain file, which only an encrypted workspace's dialog allows."""

    given = Signal(str)

    def __init__(self, run: str, parent: QWidget, *, needed: bool) -> None:
        super().__init__(parent)
        self.setObjectName("reports.encrypt")
        self.setWindowTitle(f"Export the report of {run}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.secret = FilePassphrase(needed=needed)
        cancel, self.go_on = QPushButton("Cancel"), QPushButton("Choose the &file…")
        cancel.setAutoDefault(False)
        self.go_on.setDefault(True)
        layout = QVBoxLayout(self)
        margins(layout)
        if not needed:
            layout.addWidget(plain_label(FROM_SEALED))
        layout.addWidget(plain_label(READ_AGAIN))
        layout.addWidget(self.secret)
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.go_on))
        self.resize(72 * GRID, 30 * GRID)
        cancel.clicked.connect(self.reject)
        self.go_on.clicked.connect(lambda _checked=False: self._go_on())
        self.secret.first.setFocus()

    def _go_on(self) -> None:
        if self.secret.is_sound():
            passphrase = self.secret.take()
            self.accept()
            self.given.emit(passphrase)
