"""Fields for passphrases: nothing that is typed in them is shown, suggested, undone or kept."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from reviewer.core.errors import InputError
from reviewer.host.passphrases import SHORTEST, check_passphrase, strength
from reviewer.ui.kit.fields import FieldForm

LONGEST = 1000


def passphrase_field(name: str) -> QLineEdit:
    """An empty field with this accessible name."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setMaxLength(LONGEST)
    field.setAccessibleName(name)
    hints = Qt.InputMethodHint
    field.setInputMethodHints(hints.ImhHiddenText | hints.ImhSensitiveData | hints.ImhNoPredictiveText)
    return field


def taken_from(field: QLineEdit) -> str:
    """What was typed; the field is empty afterwards."""
    typed = field.text()
    field.clear()
    return typed


def strength_words(passphrase: str) -> str:
    """How good it is, in plain words: `Strong. Guessing it takes …`; nothing for an empty one."""
    if not passphrase:
        return ""
    if len(passphrase) < SHORTEST:
        return f"Too short: it needs at least {SHORTEST} characters."
    found = strength(passphrase)
    return f"{found.word.capitalize()}. {found.sentence}"


class FilePassphrase(FieldForm):
    """A passphrase for a file that is passed on; none leaves it as it is, unless it is `needed`."""

    def __init__(self, *, needed: bool = False) -> None:
        super().__init__()
        self._is_needed = needed
        self.first, self.again = passphrase_field("Passphrase of the file"), passphrase_field("The same again")
        hint = "Whoever gets the file needs it; tell it by another way."
        if not needed:
            hint += " Empty: the file is not encrypted."
        self.add("&Encrypt under", self.first, check=self._check, hint=hint)
        self.add("The same &again", self.again, check=self._check_same)

    @property
    def passphrase(self) -> str:
        return self.first.text()

    def take(self) -> str:
        """What was typed; both fields are empty afterwards."""
        self.again.clear()
        return taken_from(self.first)

    def _check(self) -> None:
        if self._is_needed and not self.first.text():
            raise InputError("No passphrase is given.", "Type one, twice.")
        if self.first.text():
            check_passphrase(self.first.text())

    def _check_same(self) -> None:
        if self.again.text() != self.first.text():
            raise InputError("The two are not the same.", "Type the same passphrase again.")
