"""Ask for a new passphrase, twice, with its strength in plain words; or whether the encryption is to be taken away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.core.errors import InputError, KnownError
from reviewer.host.passphrases import check_passphrase, keyring_name
from reviewer.ui.kit.fields import FieldForm
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.passphrase import passphrase_field, strength_words, taken_from
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID

ENCRYPTING = (
    "The workspace is written anew under this passphrase, checked, and the plain file is overwritten. Who loses the "
    "passphrase and the recovery code, which is shown next, has lost the workspace."
)
CHANGING = (
    "The workspace is written anew under another key. Copies made before, and one that is made now, still open with "
    "the present passphrase."
)
REMOVING = (
    "Whoever gets the file, from a stolen computer, a backup or a synchronised folder, can read every case in it then. "
    "An encrypted copy is left beside it."
)
NO_KEYRING = "Keep it in the system keyring (this computer has none)"
KEYRING = "&Keep it in the system keyring, {name}: who is logged in here then opens the workspace without it"


class _SecretDialog(QDialog):
    """`given` is emitted by subclasses; it stays open until it is told what came of it."""

    def __init__(self, title: str, explained: str, button: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = FieldForm()
        self.present = passphrase_field("Present passphrase")
        self.told = plain_label()
        self.told.setAccessibleName("What happened")
        self.go, cancel = QPushButton(button), QPushButton("Cancel")
        self.go.setDefault(True)
        self.go.clicked.connect(self._go)
        cancel.clicked.connect(self.reject)
        self._layout = QVBoxLayout(self)
        margins(self._layout)
        self._layout.addWidget(plain_label(explained))
        self._layout.addWidget(self.form)
        self._buttons = row(None, cancel, self.go)
        self.resize(84 * GRID, 38 * GRID)

    def ask_present(self) -> None:
        words = "&Present passphrase, or recovery code"
        self.form.add(words, self.present, check=lambda: _needed(self.present, "The present passphrase"))

    def finish(self, *widgets: QWidget) -> None:
        for widget in (*widgets, self.told):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)
        self._layout.addLayout(self._buttons)

    def _go(self) -> None:
        if self.form.is_sound():
            self.go.setEnabled(False)
            self.told.setText("Checking …")
            self.give()

    def give(self) -> None:
        raise NotImplementedError

    def refuse(self, error: Exception) -> None:
        """The present passphrase was not right."""
        self.told.setText(str(error) if isinstance(error, KnownError) else "Something went wrong; see the log.")
        self.go.setEnabled(True)
        self.present.setFocus()


class NewPassphraseDialog(_SecretDialog):
    """`given` carries the present passphrase (empty where there is none yet), the new one, and whether the keyring
    gets it.
    """

    given = Signal(str, str, bool)

    def __init__(self, session: Session, parent: QWidget, *, changes: bool) -> None:
        title = "Change the passphrase" if changes else "Encrypt this workspace"
        super().__init__(title, CHANGING if changes else ENCRYPTING, "&Change" if changes else "&Encrypt", parent)
        self.first, self.again = passphrase_field("New passphrase"), passphrase_field("New passphrase, again")
        if changes:
            self.ask_present()
            self.resize(84 * GRID, 54 * GRID)  # each field may get a sentence of two lines
        hint = "Four or more unrelated words are good."
        self.form.add("&New passphrase", self.first, check=self._check_first, hint=hint)
        self.strength = plain_label()
        self.strength.setAccessibleName("How good the passphrase is")
        self.form.add("&The same again", self.again, check=self._check_same)
        self.first.textChanged.connect(lambda text: self.strength.setText(strength_words(text)))
        self.keyring = QCheckBox(NO_KEYRING)
        self.keyring.setEnabled(False)
        self.finish(self.strength, self.keyring)
        self._session = session
        looking = session.tasks.on_worker(keyring_name, self._show_keyring, lambda _error: None)
        self.finished.connect(lambda _result: looking.cancel())

    def _show_keyring(self, name: str) -> None:
        self.keyring.setEnabled(bool(name))
        self.keyring.setText(KEYRING.format(name=name.replace("&", "&&")) if name else NO_KEYRING)

    def _check_first(self) -> None:
        try:
            check_passphrase(self.first.text())
        except InputError as error:
            raise InputError(error.what) from error  # why stands below, where its strength is told

    def _check_same(self) -> None:
        if self.again.text() != self.first.text():
            raise InputError("The two are not the same.", "Type the same passphrase again.")

    def give(self) -> None:
        self.again.clear()
        present, new = taken_from(self.present), taken_from(self.first)
        self.given.emit(present, new, self.keyring.isChecked())

    def refuse(self, error: Exception) -> None:
        super().refuse(error)
        self.strength.setText("Type the new passphrase again, too.")


class RemoveEncryptionDialog(_SecretDialog):
    """`given` carries the present passphrase once it was confirmed what the removal means."""

    given = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Remove the encryption", REMOVING, "&Remove the encryption", parent)
        self.ask_present()
        self.agreed = QCheckBox("I want a &plain file that anybody can read who gets it")
        self.go.setEnabled(False)
        self.agreed.toggled.connect(self.go.setEnabled)
        self.finish(self.agreed)

    def give(self) -> None:
        self.given.emit(taken_from(self.present))


def _needed(field: QLineEdit, what: str) -> None:
    if not field.text():
        raise InputError(f"{what} is missing.")


class WorkingDialog(QDialog):
    """While the file is written anew. `stop_wanted` until the new file takes the place."""

    stop_wanted = Signal()

    def __init__(self, sentence: str, parent: QWidget, make_bar: Callable[[], QWidget]) -> None:
        super().__init__(parent)
        self.setWindowTitle("The workspace is written anew")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.stop = QPushButton("&Stop")
        self.stop.clicked.connect(self.reject)
        self.told = plain_label(sentence)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.told)
        layout.addWidget(make_bar())
        layout.addStretch(1)
        layout.addLayout(row(None, self.stop))
        self.resize(64 * GRID, 20 * GRID)

    def reject(self) -> None:
        """Closing it is stopping; it goes when the work has ended."""
        self.stop.setEnabled(False)
        self.told.setText("Stopping …")
        self.stop_wanted.emit()
