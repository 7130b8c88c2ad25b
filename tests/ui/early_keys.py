"""Keys as the platform sends them: to a window's handle, whatever has the focus by then."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.ui.asked import dialog_in_front

K = Qt.Key
NONE, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier

D = TypeVar("D", bound=QDialog)


def press(window: QWidget, *keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    """To this window, also where a dialog lies over it: so does X11 until that one has the focus."""
    for key in keys:
        QTest.keyClick(window.windowHandle(), key, held)


def write(window: QWidget, text: str) -> None:
    """Small letters, digits and what needs no Shift."""
    press(window, *(Qt.Key(ord(sign.upper())) for sign in text))


def in_front(kind: type[D]) -> D:
    """The dialog that lies over the window, which has the focus from now on."""
    dialog = dialog_in_front()
    assert isinstance(dialog, kind), dialog
    dialog.activateWindow()
    QApplication.processEvents()
    return dialog


def focus() -> QWidget:
    """What the keys go to."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def tab_to(widget: QWidget) -> None:
    """By Tab alone."""
    for _step in range(60):
        if focus() is widget:
            return
        QTest.keyClick(focus(), K.Key_Tab)
    raise AssertionError(f"Tab does not reach {widget.accessibleName() or widget}")
