"""Follows the versions of the suite whose run is scored, one read a run, so that nothing else waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from reviewer.app.figures.scores import ScoredRun
from reviewer.app.figures.trends import FollowedRuns, follow_observed, newest_of_suite
from reviewer.store.facts.runs import Observed, RunLine
from reviewer.store.queries import runs
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task

FEWEST_RUNS = 3
"""Two are compared; a trend begins after them."""


class Following(QObject):
    """`found` carries `FollowedRuns`, or None where the suite has too few runs. A later call takes the place of an
    earlier one.
    """

    found = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._task: Task[Observed] | Task[FollowedRuns] | None = None

    def follow(self, lines: Sequence[RunLine], first: ScoredRun) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        chosen, n_older = newest_of_suite(lines, first.line.suite_id)
        if len(chosen) < FEWEST_RUNS:
            self.found.emit(None)
        else:
            self._next(chosen, [], first, n_older)

    def _next(
        self, lines: Sequence[RunLine], read: list[tuple[RunLine, Observed]], first: ScoredRun, n_older: int
    ) -> None:
        """Read the next run, or, when all are read, follow them on a worker."""
        if len(read) == len(lines):
            work = partial(follow_observed, read, first.card.options, n_older)
            self._task = self._session.work(work, self.found.emit, self._not_read)
            return
        line = lines[len(read)]

        def arrived(observed: Observed) -> None:
            self._next(lines, [*read, (line, observed)], first, n_older)

        if line.id == first.line.id:
            arrived(first.observed)
        else:
            self._task = self._session.read(
                lambda workspace: runs.observed(workspace, line.id), arrived, self._not_read
            )

    def _not_read(self, error: Exception) -> None:
        """The trend of another suite does not stay."""
        self.found.emit(None)
        self._session.tasks.failed.emit(error)
