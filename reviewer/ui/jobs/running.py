"""The runs that are under way: started, cancelled, resumed and classified from here, whatever page is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import anyio
import anyio.to_thread
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from reviewer.app.jobs.classification import classify_run
from reviewer.app.jobs.sending import Part, Sending, perform, prepare_sending, reuse_responses
from reviewer.app.jobs.terms import Terms, keep_terms, terms_of
from reviewer.app.runs import extend_repeats
from reviewer.core.changes import Changes
from reviewer.core.responses import ResponseState
from reviewer.runner.hold import Hold
from reviewer.runner.progress import Ending, Progress, RunOutcome
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks

TOLD_EVERY_S = 0.1
ANNOUNCED_EVERY_MS = 500
STORED = Changes(runs=True, responses=True, verdicts=True)


@dataclass(frozen=True)
class Plan:
    """What of a run is sent and how; without `terms` as the last time. With `reuse` what other runs were answered to
    exactly the same requests is taken first.
    """

    part: Part = field(default_factory=Part)
    terms: Terms | None = None
    reuse: bool = False


@dataclass(eq=False)
class Sent:
    """A run being sent. `event`, `hold`, `cancel_wanted` and `hold_wanted` belong to the loop, the rest to the GUI."""

    line: RunLine
    workspace: Workspace
    plan: Plan = field(default_factory=Plan)
    progress: Progress | None = None
    cancelling: bool = False
    paused: bool = False
    event: anyio.Event | None = field(default=None, repr=False)
    cancel_wanted: bool = False
    hold: Hold | None = field(default=None, repr=False)
    hold_wanted: bool = False

    def set_held(self, held: bool) -> None:
        """On the loop: also where the run has not come to its first request yet."""
        self.hold_wanted = held
        if self.hold is not None:
            (self.hold.pause if held else self.hold.go_on)()

    @property
    def waits_for(self) -> str:
        """What it waits for outside, in a sentence."""
        return self.progress.waits_for if self.progress else ""

    def try_now(self) -> None:
        """On the loop."""
        if self.hold is not None:
            self.hold.try_now()

    def stop(self) -> None:
        """On the loop: also where the run has not come to its first request yet."""
        self.cancel_wanted = True
        if self.event is not None:
            self.event.set()


@dataclass
class Classifying:
    """A run whose responses are being read again: how many have been, and whether to go on."""

    name: str
    done: int = 0
    stopped: bool = False


class Running(QObject):
    """One for each session, which owns it.

    `moved` comes with a run's id whenever there is something new to show of it, at most ten times a second; `ended`
    when it is over, just before that is announced. What was stored is announced through the session at most twice a
    second and at the end.
    """

    moved = Signal(int)
    ended = Signal(int)
    _told = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._sent: list[Sent] = []
        self._classifying: dict[int, Classifying] = {}
        self._announcement = QTimer(self)
        self._announcement.setSingleShot(True)
        self._announcement.setInterval(ANNOUNCED_EVERY_MS)
        self._announcement.timeout.connect(self._announce)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        session.opened.connect(self._on_opened)

    def of(self, run_id: int) -> Sent | None:
        """What is known of a run that is being sent, else None."""
        here = self._session.workspace if self._session.is_open else None
        return next((sent for sent in self._sent if sent.line.id == run_id and sent.workspace is here), None)

    def classifying(self, run_id: int) -> Classifying | None:
        return self._classifying.get(run_id)

    @property
    def run_ids(self) -> list[int]:
        """The runs of this workspace under way, in the order they were started."""
        return [sent.line.id for sent in self._sent if self.of(sent.line.id) is sent]

    def send(self, line: RunLine, plan: Plan | None = None) -> None:
        """Send what the run lacks, or what the plan says. Does nothing where it is being sent already."""
        if self.of(line.id) is not None:
            return
        session, sent = self._session, Sent(line, self._session.workspace, plan or Plan())
        self._sent.append(sent)
        session.tasks.on_loop(
            lambda: _send(session.tasks, sent, self._teller(sent)),
            lambda outcome: self._on_ended(sent, outcome),
            lambda error: self._on_failed(sent, error),
        )
        self.moved.emit(line.id)

    def cancel(self, run_id: int) -> bool:
        """End a run or its classification; what was received is kept. False where neither was going on."""
        if (classifying := self._classifying.get(run_id)) is not None:
            classifying.stopped = True
        if (sent := self.of(run_id)) is not None:
            self._stop(sent)
        if sent or classifying:
            self.moved.emit(run_id)
        return bool(sent or classifying)

    def pause(self, run_id: int) -> bool:
        """Send nothing new of a run, or go on with it where it is paused. False where it is not being sent.

        Where the run waits for something outside, that is looked for at once instead.
        """
        sent = self.of(run_id)
        if sent is None or sent.cancelling:
            return False
        if sent.waits_for and not sent.paused:
            self._session.tasks.loop_call(sent.try_now)
            return True
        sent.paused = held = not sent.paused
        self._session.tasks.loop_call(lambda: sent.set_held(held))
        self.moved.emit(run_id)
        return True

    def _stop(self, sent: Sent) -> None:
        sent.cancelling = True
        self._session.tasks.loop_call(sent.stop)

    def classify(self, line: RunLine) -> None:
        """Let the present rules read every response that they have not read, some at a time: other work goes on."""
        if line.id not in self._classifying:
            self._classifying[line.id] = Classifying(line.name)
            self._classify_some(line.id)

    def _classify_some(self, run_id: int) -> None:
        def work(workspace: Workspace) -> tuple[int, Changes]:
            asked: list[None] = []

            def after_one_batch() -> bool:
                asked.append(None)
                return len(asked) > 1

            return classify_run(workspace, run_id, stop=after_one_batch)

        def failed(error: Exception) -> None:
            self._classifying.pop(run_id, None)
            self.moved.emit(run_id)
            self._session.tasks.failed.emit(error)

        self._session.write(work, lambda done: self._on_classified(run_id, done), failed)
        self.moved.emit(run_id)

    def _on_classified(self, run_id: int, done: int) -> None:
        going = self._classifying.get(run_id)
        if going is None:
            return
        going.done += done
        if done and not going.stopped:
            self._classify_some(run_id)
            return
        del self._classifying[run_id]
        self._session.notice.emit(_classified_sentence(going))
        self.moved.emit(run_id)

    def _teller(self, sent: Sent) -> Callable[[Progress], None]:
        """Hands progress to the GUI thread, at most ten times a second; the loop's own tick brings the last."""
        last = 0.0

        def tell(progress: Progress) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= TOLD_EVERY_S or progress.done == progress.total:
                last = now
                self._told.emit(sent, progress)

        return tell

    def _on_told(self, sent: Sent, progress: Progress) -> None:
        if self.of(sent.line.id) is not sent:
            return
        stored_more = sent.progress is None or progress.done != sent.progress.done
        sent.progress = progress
        if stored_more and not self._announcement.isActive():
            self._announcement.start()
        self.moved.emit(sent.line.id)

    def _announce(self) -> None:
        if self._session.is_open:
            self._session.changed.emit(STORED)

    def _on_ended(self, sent: Sent, outcome: RunOutcome) -> None:
        self._forget(sent)
        self._session.notice.emit(ended_sentence(sent.line.name, outcome))

    def _on_failed(self, sent: Sent, error: Exception) -> None:
        self._forget(sent)
        self._session.tasks.failed.emit(error)

    def _forget(self, sent: Sent) -> None:
        self._sent.remove(sent)
        self.ended.emit(sent.line.id)
        if self._session.is_open and sent.workspace is self._session.workspace:
            self._announcement.stop()
            self._announce()
        else:
            # its last responses were stored after the workspace had been closed in favour of another
            self._session.tasks.on_database(sent.workspace.close)

    def _on_opened(self) -> None:
        """Another workspace is open: what goes on in the former one ends, and what it received is kept there."""
        self._classifying.clear()
        for sent in self._sent:
            if sent.workspace is not self._session.workspace:
                self._stop(sent)


def running_of(session: Session) -> Running:
    """The session's runs under way; made at the first call."""
    return session.findChild(Running) or Running(session)


async def _send(tasks: Tasks, sent: Sent, tell: Callable[[Progress], None]) -> RunOutcome:
    sent.event = anyio.Event()
    sent.hold = Hold()
    sent.set_held(sent.hold_wanted)
    if sent.cancel_wanted:
        sent.event.set()
    sending, terms = await anyio.to_thread.run_sync(tasks.database_call, partial(_prepare, sent))
    return await perform(
        sent.workspace,
        sending,
        progress=tell,
        cancel=sent.event,
        on_database=tasks.database_call,
        terms=terms,
        hold=sent.hold,
    )


def _prepare(sent: Sent) -> tuple[Sending, Terms]:
    """On the database thread: what is sent and how, written down for the next time."""
    workspace, line, plan = sent.workspace, sent.line, sent.plan
    if plan.part.repeats is not None:
        extend_repeats(workspace, line.name, plan.part.repeats)
    if plan.terms is not None:
        keep_terms(workspace, line.id, plan.terms)
    if plan.reuse:
        reuse_responses(workspace, line.name, plan.part)
    return prepare_sending(workspace, line.name, plan.part), plan.terms or terms_of(workspace, line.id)


def ended_sentence(name: str, outcome: RunOutcome) -> str:
    """How a run ended and what can be done, for the notice line."""
    failed = outcome.progress.states.get(ResponseState.ERROR, 0)
    if outcome.ending is Ending.STOPPED:
        return f"The run {name} stopped: {outcome.sentence} What was received is kept."
    if outcome.ending is Ending.CANCELLED:
        return f"The run {name} was cancelled; what was received is kept. Resume it with F5."
    if failed:
        return f"The run {name} is finished, but {failed} of its requests failed. F5 sends these again."
    return f"The run {name} is finished."


def _classified_sentence(going: Classifying) -> str:
    stopped = "Stopped. " if going.stopped else ""
    if not going.done and not stopped:
        return f"The present rules have already read every response of {going.name}."
    return f"{stopped}The rules have read {going.done} responses of {going.name} anew; decisions stay as they are."
