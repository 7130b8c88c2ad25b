"""The one way in which a dialog opens, so that no key is lost or lands behind it: while what it shows is read, until
its window has the focus, and when it closes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QDialog, QFileDialog, QLabel, QWidget

from reviewer.store.database import Workspace
from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.session import Session

T = TypeVar("T")
LINGERS_MS = 1_000
"""How long a closed dialog's window may still be sent keys. Until then it lives, and the window behind waits for the
focus."""

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


class FilledLater(QDialog):
    """A dialog that is shown before its fields have been read. Keys that come for it meanwhile wait: else what is read
    would take the place of what was typed, and Return would accept what nobody has seen. Esc closes it at once.
    """

    filled = Signal()
    is_filled = False

    def end_filling(self) -> None:
        """Its fields say what was read, or why that could not be."""
        self.is_filled = True
        self.filled.emit()


class _EarlyKeys(QObject):
    """Those that wait for one dialog, in their order."""

    def __init__(self, dialog: FilledLater, give: Callable[[list[QKeyEvent]], object]) -> None:
        super().__init__(dialog)
        self._dialog, self._give = dialog, give
        self._kept: list[QKeyEvent] = []
        self._handle = dialog.windowHandle()
        self._handle.installEventFilter(self)
        dialog.filled.connect(self._end)

    def keep(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._dialog.reject()
        else:
            self._kept.append(_copy(event, event.type()))

    @filters
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not self._dialog.isVisible():
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            self.keep(event)
        return True

    def _end(self) -> None:
        self._handle.removeEventFilter(self)
        self.setParent(None)
        self.deleteLater()
        self._give(self._kept)


class KeysAhead(QObject):
    """For one window: while a dialog is on its way or lies over it, keys that still reach the window are the dialog's,
    in their order, and the mouse does nothing in it.

    Such a dialog is not modal for Qt, which drops every key that came to the window behind a modal one before that had
    the focus: a person who types on at once would lose the beginning. One that has closed lives on for a moment,
    because keys reach its window until the one behind has the focus; they are that one's.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._kept: list[QKeyEvent] = []
        self._returned: list[QKeyEvent] = []
        self._is_wanted: Callable[[], bool] | None = None
        self._dialogs: list[QDialog] = []
        self._receiver: QWidget | None = None
        window.winId()  # only now has it the handle at which keys arrive
        self._window, self._handle = window, window.windowHandle()
        self._handle.installEventFilter(self)
        self._handle.activeChanged.connect(lambda: QTimer.singleShot(0, self, self._follow_focus))
        self._returning = QTimer(self, singleShot=True, interval=LINGERS_MS)
        self._returning.timeout.connect(self._give_back)

    def expect(self, is_wanted: Callable[[], bool], give_up: Callable[[], object]) -> None:
        """Keep the keys for a dialog that comes if it is still wanted then; Esc gives it up."""
        self._kept, self._is_wanted, self._give_up = [], is_wanted, give_up

    def came(self, dialog: QDialog | None) -> None:
        """Show it, if it came, and give it the keys that were kept for it."""
        kept, self._kept, self._is_wanted = self._kept, [], None
        if dialog is None:
            return
        self.show_over(dialog)
        self._hand_over(kept)

    def _hand_over(self, kept: list[QKeyEvent]) -> None:
        """To the dialog; what comes after the key that closes it is the window's."""
        for event in kept:
            self._pass_on(event) if self.over is not None else self._returned.append(event)

    def show_over(self, dialog: QDialog) -> None:
        """Show a dialog; until it closes the window behind it takes nothing."""
        self._dialogs = [each for each in self._dialogs if _is_shown(each)] + [dialog]
        dialog.show()
        _put_in_front(dialog)
        _focus_first(dialog)
        dialog.windowHandle().installEventFilter(self)
        if isinstance(dialog, FilledLater) and not dialog.is_filled:
            _EarlyKeys(dialog, self._hand_over)
        goes = dialog.testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.finished.connect(lambda _result: self._closed(dialog, goes=goes))

    def _closed(self, dialog: QDialog, *, goes: bool) -> None:
        self._returning.start()
        QTimer.singleShot(0, self, self._follow_focus)
        if goes:
            QTimer.singleShot(LINGERS_MS, dialog, dialog.deleteLater)

    def _follow_focus(self) -> None:
        if self._is_active:
            self._give_back()

    @property
    def _is_active(self) -> bool:
        return self._handle.isActive() and self._window.isActiveWindow()

    def _give_back(self) -> None:
        """What was typed behind a dialog that closed, now that the window has the focus, or gets none."""
        self._returning.stop()
        given, self._returned = self._returned, []
        for event in given:
            for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):  # as the platform sends them
                QCoreApplication.sendEvent(self._handle, _copy(event, kind))

    @property
    def over(self) -> QDialog | None:
        """The dialog that lies over the window now, the last of several; it may have one over itself."""
        dialog = next((each for each in reversed(self._dialogs) if _is_shown(each)), None)
        ahead = _of(dialog) if dialog is not None else None
        return (ahead.over if ahead is not None else None) or dialog

    @property
    def is_expecting(self) -> bool:
        """Whether keys are kept for a dialog that is on its way."""
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
        is_behind = watched is self._handle
        if isinstance(event, QKeyEvent):
            return (is_behind or self._has_closed(watched)) and self._takes(event, is_behind=is_behind)
        if is_behind and event.type() in _POINTING and (dialog := self.over) is not None:
            if event.type() in _AIMING:
                _put_in_front(dialog)
            return True
        return super().eventFilter(watched, event)

    def _has_closed(self, handle: QObject) -> bool:
        return all(each.windowHandle() is not handle for each in self._dialogs if _is_shown(each))

    def _takes(self, event: QKeyEvent, *, is_behind: bool) -> bool:
        """Keep a key that is sent to the window itself, or to a dialog that has closed, or pass it on."""
        is_over = self.is_expecting or self.over is not None
        waits = not is_behind or (self._returning.isActive() and not self._is_active)
        if not (is_over or waits or self._returned):
            return False
        event.accept()
        if event.type() is not QEvent.Type.KeyPress:
            return True
        key = _copy(event, event.type())
        if not is_over:
            self._returned.append(key)
            if not self._returning.isActive() or self._is_active:
                self._give_back()
        elif not self.is_expecting:
            self._pass_on(key)
        elif event.key() == Qt.Key.Key_Escape:
            self._kept, self._is_wanted = [], None
            self._give_up()
        else:
            self._kept.append(key)
        return True

    def _pass_on(self, event: QKeyEvent) -> None:
        """To what has the focus in the dialog, or will have it."""
        dialog = self.over
        if dialog is None:
            return
        early = dialog.findChild(_EarlyKeys, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if early is not None:
            early.keep(event)
            return
        if _goes_by_letter(dialog, event):
            return
        receiver = self._receiver = dialog.focusWidget() or dialog
        receiver.installEventFilter(self)
        QCoreApplication.sendEvent(receiver, event)
        self._receiver = None
        if shiboken6.isValid(receiver):
            receiver.removeEventFilter(self)


def _copy(event: QKeyEvent, kind: QEvent.Type) -> QKeyEvent:
    return QKeyEvent(
        kind,
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )


def _is_shown(dialog: QDialog) -> bool:
    return shiboken6.isValid(dialog) and dialog.isVisible()


def _put_in_front(dialog: QDialog) -> None:
    dialog.raise_()
    dialog.activateWindow()


def _focus_first(dialog: QDialog) -> None:
    """Qt says what has the focus only once the window is the active one; keys may come before that."""
    widget = dialog.nextInFocusChain()
    while widget is not None and widget is not dialog and dialog.focusWidget() is None:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled():
            widget.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        widget = widget.nextInFocusChain()


def _goes_by_letter(dialog: QDialog, event: QKeyEvent) -> bool:
    """Do what Alt and an underlined letter do, which Qt does only in the window that has the focus."""
    if event.modifiers() != Qt.KeyboardModifier.AltModifier:
        return False
    keys = QKeySequence(event.keyCombination())
    for button in dialog.findChildren(QAbstractButton):
        if button.shortcut() == keys and button.isVisible() and button.isEnabled():
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)
            button.click()
            return True
    for label in dialog.findChildren(QLabel):
        field = label.buddy()
        if field is not None and QKeySequence.mnemonic(label.text()) == keys and label.isVisible():
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False


def _of(window: QWidget) -> KeysAhead | None:
    return window.findChild(KeysAhead, options=Qt.FindChildOption.FindDirectChildrenOnly)


def keys_ahead(window: QWidget) -> KeysAhead:
    """The one of this window."""
    return _of(window) or KeysAhead(window)


def show_over(dialog: QDialog) -> None:
    """Open a dialog over the window of its parent: nothing that is typed on is lost or lands in that window.

    One of files may be the platform's own, which takes its keys by itself.
    """
    behind = dialog.parentWidget()
    if behind is None or isinstance(dialog, QFileDialog):
        dialog.open()
    else:
        keys_ahead(behind.window()).show_over(dialog)


def holds_back(window: QWidget) -> bool:
    """Whether a dialog that lies over the window keeps it from closing; it comes to the front."""
    ahead = _of(window)
    dialog = ahead.over if ahead is not None else None
    if dialog is not None:
        _put_in_front(dialog)
    return dialog is not None


def close_all(window: QWidget) -> None:
    """Close the dialogs that lie over the window, unanswered: it is ended from outside."""
    ahead = _of(window)
    while ahead is not None and (dialog := ahead.over) is not None:
        dialog.done(QDialog.DialogCode.Rejected)
        dialog.hide()  # also one that would ask back


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
