"""The box in which the right action for a request is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox

from reviewer.core.actions import ActionId, ActionScale
from reviewer.ui.kit.called_by_qt import handles
from reviewer.ui.kit.positions import digit_pressed

NO_LABEL = "no label yet"


class ActionBox(QComboBox):
    """The actions of a scale, or none; the chosen one's definition is the box's tool tip. A digit chooses, also on a
    keyboard whose top row types something else.
    """

    def show_action(self, chosen: ActionId | None, scale: ActionScale) -> None:
        self.clear()
        self.addItem(NO_LABEL, None)
        for rank, action in enumerate(scale.actions, start=1):
            self.addItem(f"{rank} {action.name}", action.id)
            self.setItemData(rank, f"{action.definition} {action.example}".strip(), Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(0 if chosen is None else scale.rank(chosen) + 1)
        self.show_definition()

    @handles
    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = digit_pressed(event)
        if digit and int(digit) < self.count():
            self.setCurrentIndex(int(digit))
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @property
    def action(self) -> ActionId | None:
        chosen: ActionId | None = self.currentData()
        return chosen

    def show_definition(self) -> None:
        tip = self.currentData(Qt.ItemDataRole.ToolTipRole)
        self.setToolTip(str(tip) if tip else "Choose the right action for this request")
