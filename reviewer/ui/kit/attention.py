"""How long somebody has been at work: time without a key or mouse counts for two minutes at most."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.called_by_qt import filters

IDLE_AFTER_S = 120.0
"""Without a key or mouse for longer than this a person is not at work."""
SIGNS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,  # of a key that is a command's nothing else comes
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class ActiveTime:
    """A clock that stands while nobody is there. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted = 0.0
        self._last = clock()

    def mark_presence(self) -> None:
        """Somebody has just pressed a key or moved the mouse."""
        self._counted, self._last = self.seconds, self._clock()

    @property
    def idle_s(self) -> float:
        """Since the last sign of somebody."""
        return self._clock() - self._last

    @property
    def seconds(self) -> float:
        """Since the start, without the time in which nobody was there."""
        return self._counted + min(self.idle_s, IDLE_AFTER_S)


class Attention(QObject):
    """Keeps the time by the keys and mouse of one window."""

    def __init__(self, time_: ActiveTime, window: QWidget) -> None:
        super().__init__(window)
        self._time = time_
        window.winId()  # only now has it the handle at which keys and mouse arrive
        window.windowHandle().installEventFilter(self)

    @filters
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in SIGNS:
            self._time.mark_presence()
        return False
