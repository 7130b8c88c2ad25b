"""Under the responses: the note that goes with the next decision, and what settles a disagreement."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from reviewer.core.decisions import Cause, DecisionKind
from reviewer.store.facts.review import NewDecision
from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.keymap import name_keys
from reviewer.ui.kit.keys import EscLeaves
from reviewer.ui.kit.page import row
from reviewer.ui.review.deciding import Deciding

CAUSE_WORDS = {
    None: "cause…",
    Cause.LABEL_WRONG: "label wrong",
    Cause.RESPONSE_AMBIGUOUS: "response ambiguous",
    Cause.GUIDELINE_UNCLEAR: "guideline unclear",
    Cause.SLIP: "slip",
}


@dataclass(frozen=True)
class WithDecision:
    """What goes with a decision beside its action."""

    note: str
    adjudicate: bool
    cause: Cause | None


class NoteLine(QWidget):
    """What is typed here belongs to the response that was shown when it was typed.

    It shows when somebody asks for it, by N or by D where reviewers disagree, or has typed something for this response:
    by itself it would move the text. `refused` says why a key did nothing; `settled` comes when nothing typed waits for
    a decision any more, `left` when the person goes back to the list.
    """

    refused = Signal(str)
    settled = Signal()
    left = Signal()

    def __init__(self, deciding: Deciding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._deciding = deciding
        self._response_id: int | None = None
        self.note = QLineEdit()
        name_keys(self.note, "placeholderText", "Note for the next decision ({review.note}); Return or Esc goes back")
        EscLeaves(self.note, self.left.emit)
        self.note.setAccessibleName("Note")
        self.settle = QCheckBox()
        name_keys(self.settle, "text", "settles the disagreement ({review.adjudicate})")
        self.cause = QComboBox()
        self.cause.setAccessibleName("Cause of the disagreement")
        for cause, words in CAUSE_WORDS.items():
            self.cause.addItem(words, cause)
        line = row(self.note, self.settle, self.cause)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)
        self.note.editingFinished.connect(self.keep)
        self.note.installEventFilter(self)
        deciding.decided.connect(self._after_decision)
        deciding.note_returned.connect(self._give_back)
        self.show_nothing()

    @property
    def has_input(self) -> bool:
        """Whether something is typed or ticked that is stored nowhere yet, or is being typed."""
        return self.note.hasFocus() or self.note.text() != self._deciding.draft() or self.settle.isChecked()

    @property
    def said(self) -> WithDecision:
        settles = self.settle.isChecked()
        return WithDecision(self.note.text(), settles, self.cause.currentData() if settles else None)

    def show_nothing(self) -> None:
        """No response is shown: what was typed is kept with the last one."""
        self.keep()
        self._response_id = None
        self.note.clear()
        self.note.setEnabled(False)
        self.hide()

    def show_place(self, response_id: int | None, *, disputed: bool) -> bool:
        """Go over to what belongs to this response; whether it is another one than before."""
        another = response_id != self._response_id
        if another:
            self.keep()
            self._response_id = response_id
            self.note.setEnabled(True)
            self.note.setText(self._deciding.draft())
        if another or not disputed:
            self.settle.setChecked(False)
            self.cause.setCurrentIndex(0)
        self.settle.setEnabled(disputed)
        self.cause.setEnabled(disputed)
        self._show_if_used()
        return another

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Left without a word it goes again."""
        if watched is self.note and event.type() is QEvent.Type.FocusOut:
            self._show_if_used()
        return super().eventFilter(watched, event)

    def _show_if_used(self) -> None:
        used = self.note.hasFocus() or bool(self.note.text()) or self.settle.isChecked()
        self.setVisible(used and self._response_id is not None)

    def keep(self) -> None:
        """Store what is typed with the response that it was typed for."""
        if self._response_id is not None:
            self._deciding.keep_draft(self._response_id, self.note.text())

    def begin_another(self) -> None:
        """The note went with a decision; what is typed from here on is another one."""
        self.note.clear()
        self._show_if_used()

    def take_focus(self) -> None:
        if self._response_id is None:
            self.refused.emit("No response is shown that a note could be about.")
        else:
            self.show()
            self.note.setFocus()

    def toggle_settle(self) -> None:
        if self.settle.isEnabled():
            self.settle.toggle()
            self._show_if_used()
        else:
            self.refused.emit("Reviewers do not disagree here; there is nothing to settle.")

    def _after_decision(self, decision: NewDecision) -> None:
        if decision.kind is DecisionKind.ADJUDICATION:
            self.settle.setChecked(False)
        self.settled.emit()

    def _give_back(self, response_id: int) -> None:
        """The decision could not be stored: its note stands where it was, unless another one has been begun."""
        if response_id == self._response_id and not self.note.text():
            self.note.setText(self._deciding.draft())
            self._show_if_used()
