"""A control keeps the keys that work it, on pages where the same keys are commands."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QSlider, QWidget

_PRESS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = _CHOOSE if isinstance(watched, QComboBox) else _SLIDE if isinstance(watched, QSlider) else _PRESS
            if event.key() in keys and not event.modifiers():
                event.accept()
                return True
        return super().eventFilter(watched, event)
