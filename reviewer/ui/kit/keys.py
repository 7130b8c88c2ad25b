"""Whose a key is: a control keeps those that work it, a list gives up those that are commands of its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSlider, QWidget

from reviewer.ui.kit.called_by_qt import filters

_PRESS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_CHOOSE = _PRESS | {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}
_SLIDE = _CHOOSE | {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class OwnKeys(QObject):
    """While one of the controls has the focus, Space and Return press it and the arrows choose in it."""

    def __init__(self, controls: Iterable[QWidget], parent: QObject) -> None:
        super().__init__(parent)
        for control in controls:
            self.add(control)

    def add(self, control: QWidget) -> None:
        control.installEventFilter(self)

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = _CHOOSE if isinstance(watched, QComboBox) else _SLIDE if isinstance(watched, QSlider) else _PRESS
            if event.key() in keys and not event.modifiers():
                event.accept()
                return True
        return super().eventFilter(watched, event)


class CommandKeys(QObject):
    """Letters and arrows are commands, also while the list has the focus that would search and move by them."""

    def __init__(self, list_: QWidget) -> None:
        super().__init__(list_)
        list_.installEventFilter(self)

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and not event.modifiers() & _HELD:
            is_letter = event.text().strip() != "" and event.text().isprintable()
            if event.type() is QEvent.Type.ShortcutOverride or (event.type() is QEvent.Type.KeyPress and is_letter):
                event.ignore()
                return True
        return super().eventFilter(watched, event)


class EscLeaves(QObject):
    """Esc in a field of one line goes back to the work, and keeps what is typed."""

    def __init__(self, field: QLineEdit, leave: Callable[[], object]) -> None:
        super().__init__(field)
        self._leave = leave
        field.installEventFilter(self)

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            if event.type() is QEvent.Type.KeyPress:
                self._leave()
            return True
        return super().eventFilter(watched, event)
