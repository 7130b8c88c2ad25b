"""Fields for passphrases: nothing that is typed in them is shown, suggested, undone or kept."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from reviewer.host.passphrases import SHORTEST, strength

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
