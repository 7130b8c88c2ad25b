"""The messages of a case as fields: a role and a text for each turn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.core.cases import Message, Role
from reviewer.core.messages import TextPart, texts_in, with_text
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import preview

TEXT_LINES, MOST_LINES = 5, 7


PART_CHARACTERS = 300
ROLES = (Role.SYSTEM, Role.DEVELOPER, Role.USER, Role.ASSISTANT)
"""Those that a turn can be given; a tool's result stays one."""
IN_PIECES = "The text stands in pieces between pictures or files. It can be edited in an export."


class TurnEdit(QWidget):
    """One turn: its text as a field; pictures, files and calls of tools under it, which stay as they are."""

    changed = Signal()
    removed = Signal()

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message = message
        self.role = QComboBox()
        for role in ROLES if message.role in ROLES else (message.role,):
            self.role.addItem(str(role), role)
        self.role.setCurrentIndex(self.role.findData(message.role))
        # who calls a tool is the assistant, and pictures are the user's
        self.role.setEnabled(not message.parts and message.role in ROLES)
        in_pieces = texts_in(message) > 1
        self.text = QPlainTextEdit(message.shown if in_pieces else message.content)
        self.text.setReadOnly(in_pieces)
        self.others = plain_label(IN_PIECES if in_pieces else _other_parts(message))
        self.others.setMinimumWidth(1)  # a name without a blank must not widen the panel
        self.others.setVisible(bool(self.others.text()))
        self.text.setTabChangesFocus(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        line = self.text.fontMetrics().lineSpacing()
        self.text.setMinimumHeight(TEXT_LINES * line + GRID)
        self.text.setMaximumHeight(MOST_LINES * line + GRID)
        # What a text widget would not give back exactly must not count as an edit.
        self._shown = self.text.toPlainText()
        self.remove = QPushButton("Remove turn")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.role, None, self.remove))
        layout.addWidget(self.text)
        layout.addWidget(self.others)
        self.role.activated.connect(self.changed)
        self.text.textChanged.connect(self.changed)
        self.remove.clicked.connect(self.removed)

    def number(self, number: int) -> None:
        self.role.setAccessibleName(f"Role of turn {number}")
        self.text.setAccessibleName(f"Text of turn {number}")
        self.others.setAccessibleName(f"Other parts of turn {number}")
        self.remove.setAccessibleName(f"Remove turn {number}")

    @property
    def message(self) -> dict[str, object]:
        text = self.text.toPlainText()
        edited = self._message if text == self._shown else with_text(self._message, text)
        return {**edited.as_json(), "role": str(self.role.currentData())}


def _other_parts(message: Message) -> str:
    """What of a turn is no text, a line each; what a result is the result of."""
    result = [f"result of {message.name or 'a tool'}"] if message.role is Role.TOOL else []
    named = [f"said by {message.name}"] if message.name and message.role is not Role.TOOL else []
    others = [part.shown for part in message.parts if not isinstance(part, TextPart)]
    return "\n".join(preview(each, PART_CHARACTERS) for each in (*result, *named, *others))


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
    def messages(self) -> list[dict[str, object]]:
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
