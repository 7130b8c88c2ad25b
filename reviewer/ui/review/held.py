"""Decisions that wait for an import of another program: tried again and again, until each is stored or given up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

AGAIN_MS = 1_000


class HeldDecisions(QObject):
    """While one waits, nothing of it is on disk. Each is known by an object of its own."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: dict[object, Callable[[], None]] = {}
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.try_now)

    def __bool__(self) -> bool:
        """Whether any waits."""
        return bool(self._waiting)

    def __contains__(self, own: object) -> bool:
        return own in self._waiting

    def add(self, own: object, attempt: Callable[[], None]) -> None:
        """`attempt` is called once; where it fails for the same reason, it adds itself again."""
        self._waiting[own] = attempt
        self._again.start()

    def give_up(self, own: object) -> None:
        del self._waiting[own]

    def try_now(self) -> None:
        """All of them, in the order in which they were made."""
        self._again.stop()
        attempts, self._waiting = list(self._waiting.values()), {}
        for attempt in attempts:
            attempt()
