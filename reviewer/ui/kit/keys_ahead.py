"""Keys pressed before a dialog can take them: while what it shows is read, and until its window has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from reviewer.store.database import Workspace
from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.session import Session

T = TypeVar("T")

_POINTING = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TouchEnd,
        QEvent.Type.DragEnter,
        QEvent.Type.DragMove,
        QEvent.Type.Drop,
    }
)
_AIMING = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin})


class KeysAhead(QObject):
    """For one window: while a dialog is on its way or lies over it, keys that still reach the window are the dialog's,
    in their order, and the mouse does nothing in it.

    Such a dialog is not modal for Qt, which drops every key that came to the window behind a modal one before that had
    the focus: a person who types on at once would lose the beginning.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._kept: list[QKeyEvent] = []
        self._is_wanted: Callable[[], bool] | None = None
        self._dialog: QDialog | None = None
        self._receiver: QWidget | None = None
        window.winId()  # only now has it the handle at which keys arrive
        window.windowHandle().installEventFilter(self)

    def expect(self, is_wanted: Callable[[], bool], give_up: Callable[[], object]) -> None:
        """Keep the keys for a dialog that comes if it is still wanted then; Esc gives it up."""
        self._kept, self._is_wanted, self._give_up = [], is_wanted, give_up

    def came(self, dialog: QDialog | None) -> None:
        """Show it, if it came, and give it the keys that were kept for it."""
        kept, self._kept, self._is_wanted = self._kept, [], None
        if dialog is None:
            return
        self.show_over(dialog)
        for event in kept:
            self._pass_on(event)

    def show_over(self, dialog: QDialog) -> None:
        """Show a dialog; until it closes the window behind it takes nothing."""
        self._dialog = dialog
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    @property
    def _over(self) -> QDialog | None:
        """The dialog that lies over the window now."""
        if self._dialog is not None and shiboken6.isValid(self._dialog) and self._dialog.isVisible():
            return self._dialog
        return None

    @property
    def _is_expecting(self) -> bool:
        if self._is_wanted is not None and not self._is_wanted():
            self._kept, self._is_wanted = [], None
        return self._is_wanted is not None

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._receiver:
            # else Qt would look for a command of the window first, which may still be the active one
            is_asked = event.type() is QEvent.Type.ShortcutOverride
            event.setAccepted(is_asked or event.isAccepted())
            return is_asked
        if isinstance(event, QKeyEvent):
            return self._takes(event)
        if event.type() in _POINTING and (dialog := self._over) is not None:
            if event.type() in _AIMING:
                dialog.raise_()
                dialog.activateWindow()
            return True
        return super().eventFilter(watched, event)

    def _takes(self, event: QKeyEvent) -> bool:
        if not self._is_expecting and self._over is None:
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            if not self._is_expecting:
                self._pass_on(_copy(event))
            elif event.key() == Qt.Key.Key_Escape:
                self._kept, self._is_wanted = [], None
                self._give_up()
            else:
                self._kept.append(_copy(event))
        return True

    def _pass_on(self, event: QKeyEvent) -> None:
        """To what has the focus in the dialog, or will have it; one that a key before has closed takes nothing."""
        dialog = self._over
        if dialog is None:
            return
        receiver = self._receiver = dialog.focusWidget() or dialog
        receiver.installEventFilter(self)
        QCoreApplication.sendEvent(receiver, event)
        self._receiver = None
        if shiboken6.isValid(receiver):
            receiver.removeEventFilter(self)


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )


def keys_ahead(window: QWidget) -> KeysAhead:
    """The one of this window."""
    return window.findChild(KeysAhead, options=Qt.FindChildOption.FindDirectChildrenOnly) or KeysAhead(window)


def show_over(window: QWidget, dialog: QDialog) -> None:
    """Show a dialog in which a person types at once; nothing of it is lost or lands in the window."""
    keys_ahead(window).show_over(dialog)


def open_when_read(
    session: Session, over: QWidget, query: Callable[[Workspace], T], make: Callable[[T], QDialog | None]
) -> None:
    """Show the dialog that is made of what is read; keys that are pressed meanwhile are for it, and wait."""
    ahead, generation = keys_ahead(over.window()), session.generation

    def read(found: T) -> None:
        dialog = None
        try:
            dialog = make(found)
        finally:
            ahead.came(dialog)

    def not_read(error: Exception) -> None:
        ahead.came(None)
        session.tasks.failed.emit(error)

    task = session.read(query, read, not_read)
    if not task.cancelled:
        ahead.expect(lambda: session.generation == generation and session.is_open, task.cancel)
