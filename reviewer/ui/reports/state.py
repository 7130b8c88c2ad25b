"""What the reports screen knows, and how a report is made: read on the database thread, laid out on a worker."""

from __future__ import annotations

import threading
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from reviewer.app.figures.comparing import older_first
from reviewer.app.reporting import build_report
from reviewer.app.stopping import ReportCancelledError
from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.store.memory import recalled, remember
from reviewer.store.queries import runs
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.reports.made import MadeReport, ReportChoice, WholeReport, choice_of, made_report
from reviewer.ui.score.state import chosen_run, fitting

KEPT = "reports.choice"


class Reporting(QObject):
    """`shown` comes with each report that was made, and where there is no run; `failed` with the error of one that was
    not; `busy_changed` while one is being made.
    """

    shown = Signal()
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.choice = ReportChoice()
        self.whole: WholeReport | None = None
        self.made: MadeReport | None = None
        self._known = False
        self._task: Task[tuple[ReportChoice, WholeReport]] | None = None
        self._laying_out: Task[MadeReport] | None = None
        self._stop = threading.Event()
        self._chosen_since = False
        self.paired: tuple[int | None, int | None] | None = None
        """The runs that were chosen here, which keep their order; those of another screen run from older to newer."""

    @property
    def is_busy(self) -> bool:
        return self._task is not None or self._laying_out is not None

    def make(self) -> None:
        """Make the report of the session's runs from the workspace as it is now; what was under way is stopped."""
        self.abandon()
        self._stop = stop = threading.Event()
        run_id, second_id = self.session.run_id, self.session.second_run_id
        choice, known = self.choice, self._known
        as_chosen = (run_id, second_id) == self.paired or run_id is None

        def work(workspace: Workspace) -> tuple[ReportChoice, WholeReport]:
            if known:
                return choice, _whole(workspace, choice, (run_id, second_id), stop, as_chosen=as_chosen)
            kept = choice_of(recalled(workspace, KEPT))
            ids = _kept_runs(workspace, kept, run_id, second_id)
            return kept, _whole(workspace, kept, ids, stop, as_chosen=as_chosen)

        self._task = self.session.read(work, self._take_whole, self._not_made)
        self.busy_changed.emit(True)

    def choose(self, choice: ReportChoice) -> None:
        """Other choices: the report is read anew only where they need it, and kept for the next time."""
        before, self.choice = self.choice, choice
        self.keep()
        if _reads_anew(before, choice) or self.whole is None:
            self.make()
        elif before.shown != choice.shown:
            self.lay_out()

    def keep(self) -> None:
        value = self.choice.as_json()
        self.session.write(lambda workspace: (None, remember(workspace, key=KEPT, value=value)), held=Held(slot=KEPT))

    def lay_out(self) -> None:
        """Hide what is to be hidden and make the page; of what is chosen meanwhile only the last is laid out."""
        whole = self.whole.report if self.whole else None
        if whole is None or self._task is not None:
            return
        if self._laying_out is not None:
            self._chosen_since = True
            return
        shown, covers = self.choice.shown, self.session.cover.covers
        self._chosen_since = False
        self._laying_out = self.session.work(lambda: made_report(whole, shown, covers), self._take, self._not_laid_out)
        self.busy_changed.emit(True)

    def cancel(self) -> bool:
        """Stop making the report; whether there was something to stop."""
        was_busy = self.is_busy
        self.abandon()
        if was_busy:
            self.busy_changed.emit(False)
        return was_busy

    def abandon(self) -> None:
        self._stop.set()
        for task in (self._task, self._laying_out):
            if task is not None:
                task.cancel()
        self._task = self._laying_out = None

    def _take_whole(self, found: tuple[ReportChoice, WholeReport]) -> None:
        self._task = None
        asked, whole = found
        self.whole = whole
        if not self._known:
            self.choice, self._known = asked, True
            if self.session.run_id is None:
                self.session.run_id = whole.line.id if whole.line else None
                self.session.second_run_id = whole.against.id if whole.against else None
                self.paired = (self.session.run_id, self.session.second_run_id)
        self._name_runs(whole)
        if whole.report is None:
            self.made = None
            self.busy_changed.emit(False)
            self.shown.emit()
        else:
            self.lay_out()

    def _name_runs(self, whole: WholeReport) -> None:
        """The runs are remembered by name, and the other screens look at them too."""
        run, against = (line.name if line else "" for line in (whole.line, whole.against))
        if (self.choice.run, self.choice.against) != (run, against):
            self.choice = replace(self.choice, run=run, against=against)
            self.keep()

    def _take(self, made: MadeReport) -> None:
        self._laying_out = None
        self.made = made
        if self._chosen_since:
            self.lay_out()
            return
        self.busy_changed.emit(False)
        self.shown.emit()

    def _not_laid_out(self, error: Exception) -> None:
        self._laying_out = None
        if self._chosen_since:
            self.lay_out()
            return
        self._ended_by(error)

    def _not_made(self, error: Exception) -> None:
        self._task = None
        self._ended_by(error)

    def _ended_by(self, error: Exception) -> None:
        self.busy_changed.emit(False)
        if not isinstance(error, ReportCancelledError):
            self.failed.emit(error)


def _reads_anew(before: ReportChoice, now: ReportChoice) -> bool:
    """Whether the whole report is another one; patterns look at whole requests, which are read for them only."""
    uncut = [bool(each.shown.redact) for each in (before, now)]
    return (before.policy, before.options) != (now.policy, now.options) or uncut[0] != uncut[1]


def _kept_runs(
    workspace: Workspace, kept: ReportChoice, run_id: int | None, second_id: int | None
) -> tuple[int | None, int | None]:
    """The runs that were chosen on any screen, else those of the last report in this workspace."""
    if run_id is not None:
        return run_id, second_id
    ids = {line.name: line.id for line in runs.runs(workspace)}
    return ids.get(kept.run), ids.get(kept.against)


def _whole(
    workspace: Workspace,
    choice: ReportChoice,
    ids: tuple[int | None, int | None],
    stop: threading.Event,
    *,
    as_chosen: bool,
) -> WholeReport:
    run_id, second_id = ids
    lines = tuple(runs.runs(workspace))
    line = chosen_run(workspace, lines, run_id)
    if line is None:
        return WholeReport(lines)
    own = (each for each in lines if each.suite_id == line.suite_id and each.id != line.id)
    against = next((each for each in own if each.id == second_id), None)
    if against is not None and not as_chosen:
        against, line = older_first(line, against)
    if choice.policy is not None and choice.policy.compares and against is None:
        raise InputError(
            "The policy has rules about the change from the version before.", "Choose that version under Against."
        )
    report = build_report(
        workspace,
        line.name,
        fitting(choice.options, line.scale),
        against=against.name if against else "",
        policy=choice.policy,
        cancelled=stop.is_set,
        uncut=bool(choice.shown.redact),
    )
    return WholeReport(lines, line, against, report)
