"""The corrected score while one reviews: read in slices between the keys, computed beside them, never before them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from reviewer.core.changes import Changes
from reviewer.core.scoring.live_rows import LiveRow
from reviewer.review.live import MOST_AT_ONCE, LiveReading, rows_of
from reviewer.store.facts.runs import RunLine
from reviewer.ui.kit.session import Session

if TYPE_CHECKING:
    from reviewer.core.scoring.live import LiveScore, LiveSheet

TOLD_AFTER_MS = 150
"""From a decision to its score: further decisions within this time are in the same one."""
READ_AGAIN_AFTER_MS = 2000
"""From a change of many responses, as a run that is sent makes them twice a second, until they are read again."""


class LiveScoring(QObject):
    """`scored` carries the `LiveScore` of the run that is watched. A database thread that is busy with keys comes
    first: each slice of the reading waits behind them.
    """

    scored = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reading: LiveReading | None = None
        self._sheet: LiveSheet | None = None
        self._line: RunLine | None = None
        self._missed: set[int] = set()
        self._computing = self._stale = False
        self._soon = _Patient(self, TOLD_AFTER_MS, self._read)
        self._tell = _Patient(self, TOLD_AFTER_MS, self._compute)
        self._again = _Patient(self, READ_AGAIN_AFTER_MS, self._read)

    def watch(self, line: RunLine | None) -> bool:
        """Score this run from now on, None for none; whether it is another one than before."""
        if line is not None and self._line is not None and (line.id, line.scale) == (self._line.id, self._line.scale):
            return False
        self._line, self._sheet, self._reading = line, None, None
        self._again.stop()
        self._soon.begin()
        return True

    def stop(self) -> None:
        """The page ends: nothing is read or told any more."""
        self._line = self._sheet = self._reading = None
        self._stale = False
        for timer in (self._soon, self._tell, self._again):
            timer.stop()

    def take_in(self, changes: Changes) -> None:
        """Something was written: decisions are taken in one by one, all else is read again after a while."""
        line = self._line
        if line is None or (not changes.touches_run(line.id) and not changes.kinds & {"labels", "cases", "queues"}):
            return
        if changes.queues and changes.kinds <= {"queues"}:
            self._soon.begin()  # another sample was drawn
            return
        one_by_one = changes.decisions and changes.case_ids is not None and len(changes.case_ids) < MOST_AT_ONCE
        if not one_by_one:
            self._again.begin()
        elif self._sheet is not None:
            self._read_cases(line, self._sheet, changes.case_ids or ())
        else:
            self._missed.update(changes.case_ids or ())  # the reading may have passed them

    def _read_cases(self, line: RunLine, sheet: LiveSheet, case_ids: Collection[int]) -> None:
        query = partial(rows_of, run=line, case_ids=tuple(case_ids))
        self._session.read(query, partial(self._take, sheet), when_idle=True)

    def _take(self, sheet: LiveSheet, rows: tuple[LiveRow, ...] | None) -> None:
        if sheet is not self._sheet:
            return
        if rows is not None and sheet.take(rows):
            self._tell.begin()
        else:
            self._again.begin()

    # reading a run; where another reading has begun, the former ends

    def _read(self) -> None:
        line, self._sheet = self._line, None
        self._missed.clear()
        self._reading = LiveReading(line) if line is not None else None
        if self._reading is not None:
            self._read_on(self._reading)

    def _read_on(self, reading: LiveReading, _slice: None = None) -> None:
        if reading is not self._reading:
            return
        if reading.is_whole:
            self._session.work(reading.sheet, partial(self._made, reading))
        else:
            self._session.read(reading.read_on, partial(self._read_on, reading), when_idle=True)

    def _made(self, reading: LiveReading, sheet: LiveSheet) -> None:
        if reading is self._reading:
            self._sheet, self._reading = sheet, None
            self._compute()
            if self._missed:
                self._read_cases(reading.run, sheet, self._missed)

    # computing

    def _compute(self) -> None:
        """One at a time; what changes meanwhile is in the next."""
        sheet = self._sheet
        if sheet is None:
            return
        if self._computing:
            self._stale = True
            return
        self._computing = True
        self._session.work(sheet.copy().score, partial(self._computed, sheet), self._not_computed)

    def _computed(self, sheet: LiveSheet, score: LiveScore) -> None:
        self._computing = False
        if sheet is self._sheet:
            self.scored.emit(score)
        if self._stale:
            self._stale = False
            self._tell.begin()

    def _not_computed(self, error: Exception) -> None:
        self._computing = False
        self._session.tasks.failed.emit(error)


class _Patient(QTimer):
    """Once; asked for again while it runs it does not begin anew, so that it is never put off for ever."""

    def __init__(self, parent: QObject, after_ms: int, act: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(after_ms)
        self.timeout.connect(act)

    def begin(self) -> None:
        if not self.isActive():
            self.start()
