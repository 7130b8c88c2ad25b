"""The messages of a case as fields: a role and a text for each turn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.core.cases import Message, Role
from reviewer.ui.kit.page import row
from reviewer.ui.kit.theme import GRID

TEXT_LINES, MOST_LINES = 5, 7


class TurnEdit(QWidget):
    """One turn."""

    changed = Signal()
    removed = Signal()

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.role = QComboBox()
        for role in Role:
            self.role.addItem(str(role), role)
        self.role.setCurrentIndex(list(Role).index(message.role))
        self.text = QPlainTextEdit(message.content)
        self.text.setTabChangesFocus(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        line = self.text.fontMetrics().lineSpacing()
        self.text.setMinimumHeight(TEXT_LINES * line + GRID)
        self.text.setMaximumHeight(MOST_LINES * line + GRID)
        # What a text widget would not give back exactly must not count as an edit.
        self._shown, self._original = self.text.toPlainText(), message.content
        self.remove = QPushButton("Remove turn")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.role, None, self.remove))
        layout.addWidget(self.text)
        self.role.activated.connect(self.changed)
        self.text.textChanged.connect(self.changed)
        self.remove.clicked.connect(self.removed)

    def number(self, number: int) -> None:
        self.role.setAccessibleName(f"Role of turn {number}")
        self.text.setAccessibleName(f"Text of turn {number}")
        self.remove.setAccessibleName(f"Remove turn {number}")

    @property
    def message(self) -> dict[str, str]:
        text = self.text.toPlainText()
        content = self._original if text == self._shown else text
        return {"role": str(self.role.currentData()), "content": content}


class TurnsEditor(QWidget):
    """All turns of a case. `changed` comes with every key, `renumbered` where there are others now."""

    changed = Signal()
    renumbered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turns: list[TurnEdit] = []
        self.add = QPushButton("Add a turn")
        self.add.clicked.connect(self._add_next)
        self._column = QVBoxLayout()
        self._column.setSpacing(GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._column)
        layout.addLayout(row(self.add, None))

    @property
    def messages(self) -> list[dict[str, str]]:
        """As JSON, unchecked."""
        return [turn.message for turn in self.turns]

    def show_messages(self, messages: Sequence[Message]) -> None:
        while self.turns:
            self._drop(self.turns[-1])
        for message in messages:
            self._append(message)
        self._renumber()

    def take_focus(self) -> None:
        self.turns[-1].text.setFocus()

    def _add_next(self) -> None:
        """A turn of the other side, so that a conversation grows as it is spoken."""
        last = self.turns[-1].message["role"] if self.turns else Role.ASSISTANT
        self._append(Message(Role.ASSISTANT if last == Role.USER else Role.USER, ""))
        self._renumber()
        self.take_focus()
        self.changed.emit()

    def _append(self, message: Message) -> None:
        turn = TurnEdit(message)
        turn.changed.connect(self.changed)
        turn.removed.connect(lambda: self._remove(turn))
        self.turns.append(turn)
        self._column.addWidget(turn)

    def _remove(self, turn: TurnEdit) -> None:
        self._drop(turn)
        self._renumber()
        self.take_focus()
        self.changed.emit()

    def _drop(self, turn: TurnEdit) -> None:
        self.turns.remove(turn)
        self._column.removeWidget(turn)
        turn.hide()
        turn.deleteLater()

    def _renumber(self) -> None:
        for number, turn in enumerate(self.turns, start=1):
            turn.number(number)
            turn.remove.setVisible(len(self.turns) > 1)
        self.renumbered.emit()

    @property
    def controls(self) -> list[QWidget]:
        """In the order that they are read in."""
        return [*(part for turn in self.turns for part in (turn.role, turn.text, turn.remove)), self.add]
