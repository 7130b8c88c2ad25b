"""Follows the versions of the suite whose run is scored, one read a run, so that nothing else waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from reviewer.app.figures.scores import ScoredRun
from reviewer.app.figures.trends import FollowedRuns, follow_observed, followed_with, newest_of_suite
from reviewer.app.figures.version_slices import VersionSlice, version_slices, within
from reviewer.store.facts.runs import Observed, RunLine
from reviewer.store.queries import runs, suites
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task

FEWEST_RUNS = 2
"""One release turns the dial; that one undid another takes three versions to say."""


@dataclass(frozen=True)
class FollowedVersions:
    """What the versions show on all cases, or on the slice numbered `chosen` of `slices`.

    `is_picked` says that a person chose the runs.
    """

    found: FollowedRuns
    slices: tuple[VersionSlice, ...] = ()
    chosen: int | None = None
    is_picked: bool = False


@dataclass(frozen=True)
class _Read:
    """Everything that versions are followed from, so that another slice takes no reading."""

    sides: Sequence[tuple[RunLine, Observed]]
    slices: tuple[VersionSlice, ...]
    first: ScoredRun
    n_older: int
    is_picked: bool


class Following(QObject):
    """`found` carries `FollowedVersions`, or None where the suite has too few runs. A later call takes the place of an
    earlier one. The chosen slice stays, by its name; the runs that were picked stay as long as two of them are there
    and go with the scored run.
    """

    found = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._task: Task[Observed] | Task[tuple[VersionSlice, ...]] | Task[FollowedVersions] | None = None
        self._read: _Read | None = None
        self._chosen = ("", "")
        self._asked: tuple[Sequence[RunLine], ScoredRun] | None = None
        self._picked: frozenset[int] = frozenset()

    def follow(self, lines: Sequence[RunLine], first: ScoredRun) -> None:
        self._stop()
        self._read, self._asked = None, (lines, first)
        chosen, n_older = self._picked_runs(), 0
        if not chosen:
            chosen, n_older = newest_of_suite(lines, first.line.suite_id)
        if len(chosen) < FEWEST_RUNS:
            self.found.emit(None)
        else:
            self._next(chosen, [], first, n_older)

    def choose(self, by: str, value: str) -> None:
        """Follow the versions on this slice, or with empty names on all cases."""
        self._chosen = by, value
        if self._read is not None:
            self._stop()
            self._work(self._read)

    def pick(self, ids: frozenset[int]) -> None:
        """Follow these runs, whatever their suite; with none the newest of the scored run's."""
        self._picked = ids
        if self._asked is not None:
            self.follow(*self._asked)

    @property
    def offered(self) -> Sequence[RunLine]:
        """The runs that can be picked, newest first."""
        return followed_with(self._asked[0], self._asked[1].line) if self._asked else ()

    @property
    def followed(self) -> frozenset[int]:
        """The runs that are followed now."""
        return frozenset(line.id for line, _ in self._read.sides) if self._read else frozenset()

    def _picked_runs(self) -> list[RunLine]:
        """Oldest first; none where under two of them are there on the scored run's scale."""
        found = [line for line in reversed(self.offered) if line.id in self._picked]
        return found if len(found) >= FEWEST_RUNS else []

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _next(
        self, lines: Sequence[RunLine], read: list[tuple[RunLine, Observed]], first: ScoredRun, n_older: int
    ) -> None:
        """Read the next run, or, when all are read, the slices."""
        if len(read) == len(lines):
            self._read_slices(read, first, n_older)
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

    def _read_slices(self, read: list[tuple[RunLine, Observed]], first: ScoredRun, n_older: int) -> None:
        def arrived(slices: tuple[VersionSlice, ...]) -> None:
            self._read = _Read(read, slices, first, n_older, bool(self._picked_runs()))
            self._work(self._read)

        suite_id = first.line.suite_id
        self._task = self._session.read(
            lambda workspace: version_slices(suites.iterate_cases(workspace, suite_id)), arrived, self._not_read
        )

    def _work(self, read: _Read) -> None:
        """Follow the chosen slice on a worker."""
        self._task = self._session.work(partial(_followed, read, self._chosen), self.found.emit, self._not_read)

    def _not_read(self, error: Exception) -> None:
        """The trend of another suite does not stay."""
        self.found.emit(None)
        self._session.tasks.failed.emit(error)


def _followed(read: _Read, chosen: tuple[str, str]) -> FollowedVersions:
    number = next((n for n, each in enumerate(read.slices) if (each.by, each.value) == chosen), None)
    sides = read.sides if number is None else within(read.sides, read.slices[number])
    found = follow_observed(sides, read.first.card.options, read.n_older)
    return FollowedVersions(found, read.slices, number, read.is_picked)
