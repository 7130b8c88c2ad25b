"""How the session goes: how many decisions, how fast, for how long, and when a break would do good."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from PySide6.QtCore import QObject, QTimer, Signal

from reviewer.store.facts.review import NewDecision
from reviewer.ui.kit.attention import ActiveTime
from reviewer.wording.plural import counted

LOOKED_AT_MS = 20_000
REST_S = 300.0
"""Away for so long, one has had a break."""
MINUTE_S = 60.0


class SessionPace:
    """Counts what is decided in this window since its start. Time in which nobody is there does not count."""

    def __init__(self, time: ActiveTime) -> None:
        self._time = time
        self._seconds: list[float] = []
        self._taken_back: list[float] = []
        self._began = time.seconds

    def begin_anew(self) -> None:
        """Another person has sat down."""
        self._seconds, self._taken_back, self._began = [], [], self._time.seconds

    def decided(self, decision: NewDecision) -> None:
        self._seconds.append(decision.seconds_spent or 0.0)
        self._taken_back.clear()

    def took_back(self) -> None:
        if self._seconds:
            self._taken_back.append(self._seconds.pop())

    def brought_back(self) -> None:
        if self._taken_back:
            self._seconds.append(self._taken_back.pop())

    @property
    def words(self) -> str:
        """`64 this session, median 22 s, 38 min`; empty before the first decision."""
        if not self._seconds:
            return ""
        minutes = (self._time.seconds - self._began) / MINUTE_S
        return f"{len(self._seconds)} this session, median {median(self._seconds):.0f} s, {minutes:.0f} min"


class BreakSuggestion(QObject):
    """`due` comes with a sentence after so many minutes of work without a break, and again after as many more.

    `minutes` says how many, 0 for never. Away for five minutes is a break.
    """

    due = Signal(str)

    def __init__(self, time: ActiveTime, minutes: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._time, self._minutes = time, minutes
        self._since = time.seconds
        timer = QTimer(self)
        timer.setInterval(LOOKED_AT_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def look(self) -> None:
        """See whether it is time."""
        if self._time.idle_s >= REST_S:
            self._since = self._time.seconds
        minutes, worked_s = self._minutes(), self._time.seconds - self._since
        if minutes and worked_s >= minutes * MINUTE_S:
            self._since = self._time.seconds
            worked = counted(int(worked_s // MINUTE_S), "minute")
            self.due.emit(f"You have been at it for {worked}. A short break would do you good.")
