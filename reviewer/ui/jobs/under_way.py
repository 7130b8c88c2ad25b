"""Long work that is under way, whatever page is shown: begun, paused and ended, each piece in its own workspace."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from reviewer.app.jobs.job import Job, JobContext, MomentT
from reviewer.app.jobs.terms import Terms
from reviewer.core.changes import Changes
from reviewer.ui.kit.session import Session

TOLD_EVERY_MS = 100
ANNOUNCED_EVERY_MS = 500
STORED_AT_ONCE = 5
"""Responses of one piece of work on the database thread: some 10 ms that a key may have to wait for."""
ENDED_BLIND = "What went on with a run has ended; what came is kept. The page Runs says more."
"""In a blind review: the name of a run tells whose responses are shown."""
STORED = Changes(runs=True, responses=True, verdicts=True)

JobT = TypeVar("JobT", bound=Job[Any, Any, Any])
OutcomeT = TypeVar("OutcomeT")


def announce_stored(session: Session, run_ids: Collection[int]) -> None:
    """Say that jobs have stored something of these runs of the open workspace."""
    if run_ids:
        session.changed.emit(STORED.within(run_ids=run_ids))


class _Latest(Generic[MomentT]):
    """The latest moment on its way from the loop to the GUI thread; one that comes before it was taken replaces it."""

    def __init__(self) -> None:
        self._moment: MomentT | None = None
        self._on_the_way = False

    def put(self, moment: MomentT) -> bool:
        """Whether it has to be told: not where one is on its way already."""
        self._moment, new = moment, not self._on_the_way
        self._on_the_way = True
        return new

    def take(self) -> MomentT | None:
        # in this order: what is put after the first line is told of anew
        self._on_the_way = False
        return self._moment


@dataclass(eq=False)
class Going(Generic[JobT, MomentT]):
    """A job under way for a run, in the workspace that was open when it was begun. For the GUI thread; the context's
    own events belong to the loop.
    """

    run_id: int
    run: str
    job: JobT
    context: JobContext[MomentT]
    latest: _Latest[MomentT] = field(repr=False)
    progress: MomentT | None = None
    ending: bool = False
    paused: bool = False

    @property
    def waits_for(self) -> str:
        """What it waits for outside, in a sentence."""
        return self.progress.waits_for if self.progress else ""

    @property
    def moves(self) -> bool:
        """Whether its rate and the time that is left say anything."""
        return not (self.paused or self.waits_for)


class UnderWay(QObject, Generic[JobT, MomentT, OutcomeT]):
    """The jobs of one kind, at most one for each run. One for each session, which owns it.

    `moved` comes with a run's id whenever there is something new to show of its job, at most ten times a second;
    `ended` when it is over, just before that is announced. What was stored is announced through the session at most
    twice a second and at the end. Of a job whose workspace is not open any more nothing is said but that it ended.
    """

    moved = Signal(int)
    ended = Signal(int)
    _told = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._going: list[Going[JobT, MomentT]] = []
        self._news: set[int] = set()
        self._due: list[Going[JobT, MomentT]] = []
        self._pause_between = _timer(self, TOLD_EVERY_MS, self._show_due)
        self._announcement = _timer(self, ANNOUNCED_EVERY_MS, self._announce)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        session.opened.connect(self._on_opened)

    def ended_words(self, going: Going[JobT, MomentT], outcome: OutcomeT) -> str:
        """How the job ended and what can be done, for the notice line. Kinds of job override it."""
        return f"What went on with {going.run} has ended: {outcome}."

    def of(self, run_id: int) -> Going[JobT, MomentT] | None:
        """The job under way for a run of the open workspace, if there is one."""
        return next((going for going in self._going if going.run_id == run_id and self._is_here(going)), None)

    @property
    def run_ids(self) -> list[int]:
        """The runs of the open workspace with a job under way, in the order in which they were begun."""
        return [going.run_id for going in self._going if self._is_here(going)]

    def _is_here(self, going: Going[JobT, MomentT]) -> bool:
        return self._session.is_open and going.context.workspace is self._session.workspace

    def begin(self, run_id: int, run: str, job: JobT, terms: Terms | None = None) -> None:
        """Do the job in the open workspace. Does nothing where the run has one of this kind already."""
        if self.of(run_id) is not None:
            return
        tasks, latest = self._session.tasks, _Latest[MomentT]()

        def report(moment: MomentT) -> None:
            if latest.put(moment):
                self._told.emit(going)

        between, at_once = tasks.database_call_between, STORED_AT_ONCE
        context = JobContext[MomentT](
            self._session.workspace, report, on_database=between, stored_at_once=at_once, terms=terms
        )
        going = Going(run_id, run, job, context, latest)
        self._going.append(going)
        tasks.on_loop(
            lambda: job.perform(context),
            lambda outcome: self._on_ended(going, outcome),
            lambda error: self._on_failed(going, error),
        )
        self.moved.emit(run_id)

    def end(self, run_id: int) -> bool:
        """End a run's job; what was stored is kept. False where none was going on."""
        going = self.of(run_id)
        if going is not None:
            self._end(going)
            self.moved.emit(run_id)
        return going is not None

    def _end(self, going: Going[JobT, MomentT]) -> None:
        going.ending = True
        self._session.tasks.loop_call(going.context.end)

    def set_paused(self, run_id: int, paused: bool) -> None:
        """Let a run's job begin nothing new, or go on; one that waits for something outside then looks for it."""
        going = self.of(run_id)
        if going is not None and not going.ending:
            going.paused, hold = paused, going.context.hold
            self._session.tasks.loop_call(hold.pause if paused else hold.go_on)
            self.moved.emit(run_id)

    def _on_told(self, going: Going[JobT, MomentT]) -> None:
        self._due.append(going)
        if not self._pause_between.isActive():
            self._show_due()

    def _show_due(self) -> None:
        """At once where nothing was shown for a tenth of a second, else then; nothing that was told stays unshown."""
        due, self._due = self._due, []
        for going in due:
            self._show(going, going.latest.take())
        if due:
            self._pause_between.start()

    def _show(self, going: Going[JobT, MomentT], moment: MomentT | None) -> None:
        if moment is None or self.of(going.run_id) is not going:
            return
        stored_more = going.progress is None or moment.done != going.progress.done
        going.progress = moment
        if stored_more:
            self._news.add(going.run_id)
            if not self._announcement.isActive():
                self._announcement.start()
        self.moved.emit(going.run_id)

    def _announce(self) -> None:
        news, self._news = self._news, set()
        announce_stored(self._session, news)

    def _on_ended(self, going: Going[JobT, MomentT], outcome: OutcomeT) -> None:
        here = self._forget(going)
        name = going.context.workspace.path.name
        if here and self._session.sight.blind:
            self._session.notice.emit(ENDED_BLIND)
            return
        elsewhere = f"Another workspace is open; what goes on with {going.run} ended, and {name} keeps what came."
        self._session.notice.emit(self.ended_words(going, outcome) if here else elsewhere)

    def _on_failed(self, going: Going[JobT, MomentT], error: Exception) -> None:
        self._forget(going)
        self._session.tasks.failed.emit(error)

    def _forget(self, going: Going[JobT, MomentT]) -> bool:
        """Whether its workspace is the open one."""
        self._going.remove(going)
        if not self._is_here(going):
            # its last pieces were stored after the workspace had been closed in favour of another
            self._session.tasks.on_database(going.context.workspace.close)
            return False
        self.ended.emit(going.run_id)
        self._announcement.stop()
        self._news.add(going.run_id)
        self._announce()
        # and that the run itself is in another state now, which is for all who show runs
        self._session.changed.emit(Changes(runs=True, run_ids=frozenset({going.run_id})))
        return True

    def _on_opened(self) -> None:
        """Another workspace is open: what goes on in the former one ends, and what it received is kept there."""
        self._announcement.stop()
        self._news.clear()
        for going in self._going:
            if not self._is_here(going):
                self._end(going)


def _timer(owner: QObject, interval_ms: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(then)
    return timer
