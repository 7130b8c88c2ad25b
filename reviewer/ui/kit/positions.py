"""Keys by where they lie: the digits of the top row on every keyboard, letters on one that types no Latin ones.

On a French or Czech keyboard the top row types its digits with Shift, so that `1` and `Shift+1` cannot be told apart
by what was typed; on a Russian one no key types an `A`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from reviewer.ui.kit.called_by_qt import filters

_ROWS = {2: "1234567890", 16: "QWERTYUIOP", 30: "ASDFGHJKL", 44: "ZXCVBNM"}
_SCAN_CODES = {first + at: sign for first, signs in _ROWS.items() for at, sign in enumerate(signs)}
_GREATER_BY = {"windows": 0, "xcb": 8, "wayland": 8}
"""Scan codes are those of the first IBM keyboards; under X11 and Wayland each is greater by eight."""
_MAC_CODES = dict(enumerate("ASDFHGZXCV BQWERYT123465 97 80 OU IP LJ K    NM"))
_TYPES_OTHERWISE = ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)


def sign_at(platform: str, scan_code: int, virtual_key: int) -> str:
    """The digit or capital letter that an American keyboard has at that place; nothing for any other place.

    `platform` is Qt's name of it. Qt has no scan codes on macOS, whose virtual keys are places.
    """
    if platform == "cocoa":
        return _MAC_CODES.get(virtual_key, "").strip()
    greater = _GREATER_BY.get(platform)
    return "" if greater is None else _SCAN_CODES.get(scan_code - greater, "")


def meant_by_place(event: QKeyEvent, sign: str) -> QKeyCombination | None:
    """What the key at the place of `sign` stands for; None where what it typed says so, or nothing else is meant.

    Alt and AltGr are left to the keyboard and the menus. A letter counts by place where the keyboard types one that
    is not Latin. `Shift+1` is that also where Shift makes the digit.
    """
    if not sign or event.modifiers() & _TYPES_OTHERWISE:
        return None
    typed = _typed(event.key())
    foreign = typed.isalpha() and not typed.isascii()
    if not (sign.isdigit() or foreign) or (typed == sign and not event.modifiers()):
        return None
    return QKeyCombination(event.modifiers(), Qt.Key(ord(sign)))


def digit_meant(event: QKeyEvent, sign: str) -> str:
    """The digit of a key: what it types, or what stands at its place on an American keyboard; else nothing."""
    typed = event.text()
    if len(typed) == 1 and typed.isascii() and typed.isdigit():
        return typed
    return sign if sign.isdigit() and not event.modifiers() else ""


def digit_pressed(event: QKeyEvent) -> str:
    """The digit that a key of this keyboard stands for."""
    return digit_meant(event, sign_at(QGuiApplication.platformName(), event.nativeScanCode(), event.nativeVirtualKey()))


def _typed(key: int) -> str:
    """The character of a key of Qt, nothing for Return, dead accents and the like."""
    return chr(key) if key < Qt.Key.Key_Escape else ""


YIELDS = "reviewer_yields"
"""Of an action: whether it has nothing to do just now, so that what its key types may mean another."""


class KeysByPlace(QObject):
    """For one window: a key whose place means a command triggers it, where what it types means none.

    A place in the top row comes before a sign that Shift types there, as `/` is on a German 7, unless its command has
    nothing to do now.

    The focus comes first: while a text field takes what is typed, nothing is changed. Where a keyboard has no Latin
    letters, Ctrl and a letter reach the field too (copy, paste) if no command has them.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._coming: Callable[[], object] | None = None
        window.winId()  # only now has it the handle at which keys arrive
        window.windowHandle().installEventFilter(self)

    @filters
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._coming = self._wanted(event)
            event.setAccepted(self._coming is not None)
            return self._coming is not None
        if kind is QEvent.Type.KeyPress and self._coming is not None:
            act, self._coming = self._coming, None
            act()
            return True
        return False

    def _wanted(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What the key is to do in place of Qt's own way; None to leave it to Qt."""
        sign = sign_at(QGuiApplication.platformName(), event.nativeScanCode(), event.nativeVirtualKey())
        meant, typed = meant_by_place(event, sign), event.keyCombination()
        if meant is None or QApplication.activePopupWidget() is not None:
            return None
        focus = QApplication.focusWidget() or self._window
        action = self._action(meant)
        by_place = _typed(event.key()).isdigit() or (sign.isdigit() and action and not action.property(YIELDS))
        own = self._action(typed)
        if _takes(focus, typed, event.text()):
            return None
        if own is not None and not by_place:
            return own.trigger if action is not None else None  # Qt would find two commands, and do neither
        if _takes(focus, meant):
            return partial(_send, focus, QEvent.Type.KeyPress, meant)
        return action.trigger if action is not None else None

    def _action(self, keys: QKeyCombination) -> QAction | None:
        """The window's command with these keys that can be used now; a sign typed with Shift is that sign."""
        without = QKeyCombination(keys.keyboardModifiers() & ~Qt.KeyboardModifier.ShiftModifier, keys.key())
        sequences = {QKeySequence(each) for each in ((keys,) if _typed(keys.key()).isalnum() else (keys, without))}
        return next((a for a in self._window.actions() if a.isEnabled() and sequences & set(a.shortcuts())), None)


def _takes(widget: QWidget, keys: QKeyCombination, text: str = "") -> bool:
    """Whether a widget would rather have the keys than see a command done, as a text field has letters and Ctrl+C."""
    return _send(widget, QEvent.Type.ShortcutOverride, keys, text).isAccepted()


def _send(widget: QWidget, kind: QEvent.Type, keys: QKeyCombination, text: str = "") -> QKeyEvent:
    event = QKeyEvent(kind, keys.key(), keys.keyboardModifiers(), text)
    event.ignore()
    QCoreApplication.sendEvent(widget, event)
    return event
