"""The judgings that are under way: started, ended and taken up again from here, whatever page is shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from reviewer.app.jobs.judging import (
    JudgeRequest,
    JudgingEnd,
    JudgingProgress,
    Phase,
    classifier_name,
    perform_judging,
    prepare_judging,
)
from reviewer.app.jobs.terms import Pace
from reviewer.core.actions import ActionScale
from reviewer.core.decisions import JudgeOutcome, JudgeRunStatus
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import JudgeRunLine
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.running import ANNOUNCED_EVERY_MS, STORED, TOLD_EVERY_S
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks

_OUTCOME_WORDS: Mapping[JudgeOutcome, str] = {
    JudgeOutcome.JUDGED: "verdicts",
    JudgeOutcome.REFUSED: "unscored: judge refused",
    JudgeOutcome.NOT_THE_FORM: "unscored: not the form",
    JudgeOutcome.FAILED: "failed",
}
_STATUS_WORDS: Mapping[JudgeRunStatus, str] = {
    JudgeRunStatus.NEW: "not finished",
    JudgeRunStatus.RUNNING: "interrupted",
    JudgeRunStatus.CANCELLED: "stopped",
    JudgeRunStatus.STOPPED: "not finished",
}


@dataclass(eq=False)
class JudgingUnderWay:
    """A run being judged. All but `event` and `cancel_wanted`, which belong to the loop, is for the GUI thread."""

    line: RunLine
    request: JudgeRequest
    pace: Pace
    workspace: Workspace
    progress: JudgingProgress | None = None
    stopping: bool = False
    event: anyio.Event | None = field(default=None, repr=False)
    cancel_wanted: bool = False

    @property
    def classifier(self) -> str:
        return classifier_name(self.request.version)

    def stop(self) -> None:
        """On the loop: also where the judging has not come to its first request yet."""
        self.cancel_wanted = True
        if self.event is not None:
            self.event.set()


class Judges(QObject):
    """One for each session, which owns it; a run is judged by one judge at a time.

    `moved` comes with a run's id whenever there is something new to show of its judging, at most ten times a second;
    `ended` when it is over, just before that is announced. What was stored is announced through the session at most
    twice a second and at the end.
    """

    moved = Signal(int)
    ended = Signal(int)
    _told = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._judged: list[JudgingUnderWay] = []
        self._former: dict[tuple[int, str], JudgingUnderWay] = {}
        self._announcement = QTimer(self)
        self._announcement.setSingleShot(True)
        self._announcement.setInterval(ANNOUNCED_EVERY_MS)
        self._announcement.timeout.connect(self._announce)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        session.opened.connect(self._on_opened)

    def of(self, run_id: int) -> JudgingUnderWay | None:
        """What is known of a run that is being judged, else None."""
        here = self._session.workspace if self._session.is_open else None
        return next((each for each in self._judged if each.line.id == run_id and each.workspace is here), None)

    @property
    def run_ids(self) -> list[int]:
        """The runs of this workspace that are being judged, in the order in which that began."""
        return [each.line.id for each in self._judged if self.of(each.line.id) is each]

    def former(self, judging: JudgeRunLine) -> JudgingUnderWay | None:
        """How this judging was asked for since the workspace was opened, with its limit and pace; None if before."""
        return self._former.get((judging.run_id, judging.version.hash))

    def send(self, line: RunLine, request: JudgeRequest, pace: Pace) -> None:
        """Ask the judge what is missing. Does nothing where the run is being judged already."""
        if self.of(line.id) is not None:
            return
        session, judged = self._session, JudgingUnderWay(line, request, pace, self._session.workspace)
        self._judged.append(judged)
        self._former[line.id, request.version.hash] = judged
        session.tasks.on_loop(
            lambda: _judge(session.tasks, judged, self._teller(judged)),
            lambda end: self._on_ended(judged, end),
            lambda error: self._on_failed(judged, error),
        )
        self.moved.emit(line.id)

    def stop(self, run_id: int) -> bool:
        """End a run's judging; what the judge said is kept. False where none was going on."""
        if (judged := self.of(run_id)) is None:
            return False
        self._stop(judged)
        self.moved.emit(run_id)
        return True

    def _stop(self, judged: JudgingUnderWay) -> None:
        judged.stopping = True
        self._session.tasks.loop_call(judged.stop)

    def _teller(self, judged: JudgingUnderWay) -> Callable[[JudgingProgress], None]:
        """Hands progress to the GUI thread, at most ten times a second; the end of a phase is always told."""
        last = 0.0

        def tell(progress: JudgingProgress) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= TOLD_EVERY_S or progress.sending.done == progress.sending.total:
                last = now
                self._told.emit(judged, progress)

        return tell

    def _on_told(self, judged: JudgingUnderWay, progress: JudgingProgress) -> None:
        if self.of(judged.line.id) is not judged:
            return
        stored_more = judged.progress is None or progress.outcomes != judged.progress.outcomes
        judged.progress = progress
        if stored_more and not self._announcement.isActive():
            self._announcement.start()
        self.moved.emit(judged.line.id)

    def _announce(self) -> None:
        if self._session.is_open:
            self._session.changed.emit(STORED)

    def _on_ended(self, judged: JudgingUnderWay, end: JudgingEnd) -> None:
        self._forget(judged)
        self._session.notice.emit(ended_sentence(judged, end))

    def _on_failed(self, judged: JudgingUnderWay, error: Exception) -> None:
        self._forget(judged)
        self._session.tasks.failed.emit(error)

    def _forget(self, judged: JudgingUnderWay) -> None:
        self._judged.remove(judged)
        self.ended.emit(judged.line.id)
        if self._session.is_open and judged.workspace is self._session.workspace:
            self._announcement.stop()
            self._announce()
        else:
            # its last replies were stored after the workspace had been closed in favour of another
            self._session.tasks.on_database(judged.workspace.close)

    def _on_opened(self) -> None:
        """Another workspace is open: what goes on in the former one ends, and what it received is kept there."""
        self._former.clear()
        for judged in self._judged:
            if judged.workspace is not self._session.workspace:
                self._stop(judged)


def judges_of(session: Session) -> Judges:
    """The session's judgings under way; made at the first call."""
    return session.findChild(Judges) or Judges(session)


async def _judge(tasks: Tasks, judged: JudgingUnderWay, tell: Callable[[JudgingProgress], None]) -> JudgingEnd:
    judged.event = anyio.Event()
    if judged.cancel_wanted:
        judged.event.set()
    judging = await anyio.to_thread.run_sync(
        tasks.database_call, lambda: prepare_judging(judged.workspace, judged.request)
    )
    return await perform_judging(
        judged.workspace,
        judging,
        progress=tell,
        cancel=judged.event,
        on_database=tasks.database_call,
        pace=judged.pace,
    )


def ended_sentence(judged: JudgingUnderWay, end: JudgingEnd) -> str:
    """How a judging ended and what can be done, for the notice line."""
    of_run = f"The judging of {judged.line.name}"
    if end.held:
        return f"{of_run} is held: the judge drifts on its control set. Nothing was judged; look at it with F6."
    if end.status is JudgeRunStatus.CANCELLED:
        return f"{of_run} was stopped; what the judge said is kept. Go on with F6."
    if end.status is JudgeRunStatus.STOPPED:
        return f"{of_run} is not finished: {end.sentence} What the judge said is kept. Go on with F6."
    found = outcomes_words(end.outcomes) or "nothing was missing"
    return f"{of_run} is finished: {found}."


def outcomes_words(outcomes: Mapping[JudgeOutcome, int]) -> str:
    """`118 verdicts · unscored: judge refused 2`; what did not occur is left out."""
    counted = [(outcome, outcomes.get(outcome, 0)) for outcome in JudgeOutcome]
    return " · ".join(_outcome_words(outcome, count) for outcome, count in counted if count)


def _outcome_words(outcome: JudgeOutcome, count: int) -> str:
    if outcome is JudgeOutcome.JUDGED:
        return "1 verdict" if count == 1 else f"{count:,} verdicts"
    return f"{_OUTCOME_WORDS[outcome]} {count:,}"


def share_done(progress: JudgingProgress | None) -> str:
    """`judging 30 %`, or that it is still with the control set."""
    if progress is None:
        return "judging"
    percent = 100 * progress.sending.done // max(progress.sending.total, 1)
    return f"control {percent} %" if progress.phase is Phase.CONTROL else f"judging {percent} %"


def judging_status_words(line: JudgeRunLine) -> str:
    """How far a judging came. `interrupted` is one that calls itself running while this program does not send it."""
    if line.status is JudgeRunStatus.HELD:
        return "let go on" if line.accepted_by else "held"
    return _STATUS_WORDS.get(line.status, str(line.status))


def drift_words(line: JudgeRunLine) -> str:
    """What the control set said, in a few words; `none` where there was none."""
    found = line.drift
    if not line.control_run:
        return "none"
    if found is None:
        return "not judged yet"
    by = f", accepted by {line.accepted_by}" if line.accepted_by else ""
    if found.get("first"):
        return f"first time, {found.get('total')} replies"
    changed = f"{found.get('changed')} of {found.get('compared')} changed"
    return f"drift: {changed}{by}" if found.get("drifted") else f"no drift: {changed}{by}"


def is_held(line: JudgeRunLine) -> bool:
    """Whether it waits for a person's word."""
    return line.status is JudgeRunStatus.HELD and not line.accepted_by


def can_go_on(line: JudgeRunLine, lines: Sequence[JudgeRunLine]) -> bool:
    """Whether this judging is not finished and is the judge's latest on the run; `lines` come newest first."""
    mine = (line.version.hash, line.prompt_hash)
    latest = next((each for each in lines if (each.version.hash, each.prompt_hash) == mine), None)
    return latest is not None and latest.id == line.id and line.status is not JudgeRunStatus.FINISHED


def action_words(scale: ActionScale, action: str | None) -> str:
    """`5 refuse`; an action that the scale does not know by its own name, none as unscored."""
    if action is None:
        return "unscored"
    found = next((each for each in scale.actions if each.id == action), None)
    return f"{scale.rank(found.id) + 1} {found.short_name}" if found else action
