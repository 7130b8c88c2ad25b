"""What goes with a ruling: the cause by a letter, and the note."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.core.decisions import Cause
from reviewer.ui.kit.keymap import key_changes, key_of, name_keys, tell_key
from reviewer.ui.kit.keys import EscLeaves, OwnKeys
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID

CAUSE_WORDS = {
    Cause.LABEL_WRONG: "label wrong",
    Cause.RESPONSE_AMBIGUOUS: "response ambiguous",
    Cause.GUIDELINE_UNCLEAR: "guideline unclear",
    Cause.SLIP: "slip",
}


class RulingLine(QWidget):
    """`caused` comes when a cause was chosen by hand, `noted` when Return ended the note, `left` when Esc did."""

    caused = Signal()
    noted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = QLineEdit()
        self.note.setAccessibleName("Note")
        name_keys(
            self.note, "placeholderText", "Note ({adjudicate.note}); Return settles what you chose, Esc goes back"
        )
        EscLeaves(self.note, self.left.emit)
        self.note.returnPressed.connect(self.noted)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self.causes: dict[Cause, QPushButton] = {}
        self.why = plain_label("Why they differ", wrap=False)
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        row.addWidget(self.why)
        row.addSpacing(GRID)
        for cause, words in CAUSE_WORDS.items():
            row.addWidget(self._button(cause, words))
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row)
        layout.addWidget(self.note)
        OwnKeys(self.causes.values(), self)
        key_changes.changed.connect(self._caption_all)

    def _button(self, cause: Cause, words: str) -> QPushButton:
        button = QPushButton(_caption(cause))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(f"Cause: {words}")
        tell_key(button, f"adjudicate.cause.{cause}", f"They differ: {words}")
        button.clicked.connect(lambda checked: self._pressed(cause, checked=checked))
        self._group.addButton(button)
        self.causes[cause] = button
        return button

    @property
    def cause(self) -> Cause | None:
        return next((cause for cause, button in self.causes.items() if button.isChecked()), None)

    def press(self, cause: Cause) -> None:
        """By key: choose it, or, where it is chosen, take it away."""
        self.causes[cause].click()

    def _pressed(self, cause: Cause, *, checked: bool) -> None:
        for other, button in self.causes.items():
            button.setChecked(checked and other is cause)
        if checked:
            self.caused.emit()

    def begin(self, *, causes: bool) -> None:
        """Another matter; a label has no cause."""
        self.note.clear()
        self.note.setEnabled(True)
        self._caption_all()
        for button in self.causes.values():
            button.setChecked(False)
            button.setVisible(causes)
        self.why.setVisible(causes)

    def begin_nothing(self) -> None:
        """Nothing is on the table: what is typed would be about nothing, and be lost."""
        if self.note.hasFocus():
            self.left.emit()
        self.begin(causes=False)
        self.note.setEnabled(False)

    def _caption_all(self) -> None:
        for cause, button in self.causes.items():
            button.setText(_caption(cause))

    @property
    def has_input(self) -> bool:
        return bool(self.note.text()) or self.note.hasFocus() or self.cause is not None


def _caption(cause: Cause) -> str:
    """`W  label wrong`, with the key as it is now."""
    return f"{key_of(f'adjudicate.cause.{cause}')}  {CAUSE_WORDS[cause]}".strip()
