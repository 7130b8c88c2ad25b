"""Whether anybody is at the window or at one of its dialogs, and when nobody was for too long."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QWindow
from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.attention import SIGNS
from reviewer.ui.kit.called_by_qt import filters

LOOKED_AT_MS = 5000
_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", None)


def seconds() -> float:
    """Of a clock that also runs while the computer sleeps, where the system has one."""
    return time.clock_gettime(_SINCE_BOOT) if _SINCE_BOOT is not None else time.monotonic()


class IdleWatch(QObject):
    """`overdue` comes when there was no key and no mouse for `limit_s` seconds; None is never. `called` comes when the
    key of a command is pressed in another of the program's windows, where the command itself does not hear it.

    Asleep the computer runs no timer: the first key or mouse after it is looked at before it does anything.
    """

    overdue = Signal()
    called = Signal()

    def __init__(
        self, window: QWidget, keys: Callable[[], list[QKeySequence]], clock: Callable[[], float] = seconds
    ) -> None:
        super().__init__(window)
        self.clock = clock
        self.limit_s: float | None = None
        self._keys = keys
        self._last = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOKED_AT_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        window.winId()  # only now has it the handle at which keys and mouse arrive
        self._own = window.windowHandle()
        self._own.installEventFilter(self)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None and window is not self._own:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def is_overdue(self) -> bool:
        return self.limit_s is not None and self.clock() - self._last >= self.limit_s

    def look(self) -> None:
        if self.is_overdue():
            self.overdue.emit()

    def mark_presence(self) -> None:
        self._last = self.clock()

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in SIGNS:
            return False
        if self.is_overdue():
            self.overdue.emit()
            return True
        self.mark_presence()
        pressed = event if isinstance(event, QKeyEvent) and watched is not self._own else None
        if pressed is not None and QKeySequence(pressed.keyCombination()) in self._keys():
            self.called.emit()
            return True
        return False
