"""The system asks the window to end: by a signal (SIGTERM, SIGHUP, Ctrl+C where it was started) or because the
person's session ends. What a person did and is not stored yet is stored first, as far as there is time.
"""

from __future__ import annotations

import logging
import os
import signal
from types import FrameType
from typing import Protocol

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.held_writes import waiting
from reviewer.ui.kit.keys_ahead import close_all

_log = logging.getLogger(__name__)

STORES_WITHIN_MS = 60_000
"""Systems that shut down kill what has not ended some time after they asked: mostly after 90 s."""
_ASKS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))


class SessionEnd(Protocol):
    """What is used of Qt's session manager."""

    def allowsInteraction(self) -> bool:
        """Whether a person may be asked something now."""

    def cancel(self) -> None:
        """The session is to go on."""


def _noted(_signal: int, _frame: FrameType | None) -> None:
    """Python has to have a handler, else the signal ends the process; what is to be done comes by the pipe."""


class EndAsked(QObject):
    """Of one window. A first request waits for what is not stored yet, a second one leaves without."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._patience = QTimer(self, singleShot=True, interval=STORES_WITHIN_MS)
        self._patience.timeout.connect(self._leave)

    def watch(self, app: QGuiApplication) -> None:
        """Ask this one from now on, in place of ending the process. To be called on the main thread."""
        app.commitDataRequest.connect(self.session_ends, Qt.ConnectionType.DirectConnection)
        if os.name != "posix":
            return
        self._reading, writing = os.pipe()
        for each in (self._reading, writing):
            os.set_blocking(each, False)
        notifier = QSocketNotifier(self._reading, QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._signalled)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for each in _ASKS:
            signal.signal(each, _noted)

    def session_ends(self, manager: SessionEnd) -> None:
        """Where something waits the person is told, and the session goes on where the system lets it."""
        if self._window.when_stored.stays() and manager.allowsInteraction():
            manager.cancel()

    def _signalled(self) -> None:
        if any(number in _ASKS for number in os.read(self._reading, 64)):
            self.end()

    def end(self) -> None:
        """Close the window; where something waits, once it is stored or the time is over."""
        if self._patience.isActive() or not waiting(self._window.session)[0]:
            self._leave()
            return
        self._patience.start()
        self._window.when_stored.stays()  # and closes by itself then

    def _leave(self) -> None:
        if n := waiting(self._window.session)[0]:
            _log.warning("The window was ended from outside, and not stored were %d of the things done in it.", n)
        close_all(self._window)
        self._window.close()
