"""After how long without a key or the mouse the window locks itself."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.host.settings import Settings
from reviewer.ui.kit.fields import FieldForm, whole_number
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID

LONGEST_MIN = 600


LOCKS = "The window locks itself when you have been away. {file.lock} locks it at once."


class LockDialog(QDialog):
    """Kept with the settings when it is closed with the button that says so."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Lock by itself")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        now = session.settings
        self.encrypted, self.plain = QLineEdit(str(now.lock_minutes)), QLineEdit(str(now.lock_minutes_plain))
        self._form = FieldForm()
        self._form.add(
            "&Encrypted: minutes without a key or the mouse",
            self.encrypted,
            check=lambda: _minutes(self.encrypted, Settings().lock_minutes),
            hint="0 for never. The window is covered, the workspace closed and its key forgotten.",
        )
        self._form.add(
            "&Not encrypted: minutes without a key or the mouse",
            self.plain,
            check=lambda: _minutes(self.plain, Settings().lock_minutes_plain),
            hint="0 for never. The window is only covered: there is no passphrase to ask for.",
        )
        keep, cancel = QPushButton("&Keep"), QPushButton("Cancel")
        keep.setDefault(True)
        keep.clicked.connect(self._keep)
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(named_keys(LOCKS)))
        layout.addWidget(self._form)
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, keep))
        self.resize(80 * GRID, 30 * GRID)

    def _keep(self) -> None:
        if not self._form.is_sound():
            return
        usual = Settings()
        encrypted, plain = _minutes(self.encrypted, usual.lock_minutes), _minutes(self.plain, usual.lock_minutes_plain)
        kept = replace(self._session.settings, lock_minutes=encrypted, lock_minutes_plain=plain)
        self._session.change_settings(kept)
        self.accept()


def _minutes(field: QLineEdit, usual: int) -> int:
    found = whole_number(field.text(), "The time", low=0, high=LONGEST_MIN)
    return usual if found is None else found
