"""The scores that the list of runs shows: computed one after another beside the GUI thread, and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from reviewer.app.figures.run_scores import read_score
from reviewer.core.changes import Changes
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.run_jobs import RunJobs
from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.session import Session
from reviewer.wording.tables import balanced_words

if TYPE_CHECKING:
    from reviewer.core.scoring.score import BalancedScore

SCORED_BY = {"suites", "cases", "labels", "responses", "verdicts", "decisions"}
"""The kinds of fact that a score depends on."""


class RunScores(QObject):
    """The newest run's first, one run at a time, so that whatever else is asked of the database waits for one at most.

    A score is forgotten as soon as something is written that it depends on; one that was being read meanwhile is read
    again. While a run is being sent or judged its score is not computed, and while `seen` is hidden nothing is.
    `known` carries the run whose score has become known, or unknown.
    """

    known = Signal(int)

    def __init__(self, session: Session, jobs: RunJobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._lines: Sequence[RunLine] = ()
        self._scores: dict[int, BalancedScore] = {}
        self._seen: QWidget | None = None
        self._reading: int | None = None
        self._is_stale = False
        session.changed.connect(self._on_changed)

    def watch(self, seen: QWidget) -> None:
        """Compute only while this is seen."""
        self._seen = seen
        seen.installEventFilter(self)

    def show_lines(self, lines: Sequence[RunLine]) -> None:
        """These are the runs, the newest first."""
        self._lines = lines
        self._go_on()

    def words(self, line: RunLine) -> str:
        """`0.734 [0.69, 0.78]`, or a dash."""
        return balanced_words(self._scores.get(line.id))

    def tip(self, line: RunLine) -> str:
        """What the figure is, or why there is none."""
        score = self._scores.get(line.id)
        if score is not None and score.value is None:
            return "There is no balanced score: of one of the labelled actions no response is scored."
        if score is not None:
            by = "" if line.reviewed else " Nobody has reviewed a response yet: it rests on automatic verdicts alone."
            return f"The balanced score with its 95 % interval, with the bands as labelled.{by}"
        if not line.stored:
            return "There is no score yet: the run has no responses."
        if line.id in self._jobs.run_ids:
            return "The score is computed when the run has ended."
        return "The score is being computed."

    @filters
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._go_on()
        return False

    def _on_changed(self, changes: Changes) -> None:
        if not changes.kinds & SCORED_BY:
            return
        self._is_stale |= changes.touches_run(self._reading)
        if changes.removed:
            self._lines = ()  # which there are comes with the list
        for run_id in [each for each in self._scores if changes.touches_run(each)]:
            del self._scores[run_id]
            self.known.emit(run_id)
        self._go_on()

    def _go_on(self) -> None:
        if self._reading is not None or self._seen is None or not self._seen.isVisible():
            return
        going = set(self._jobs.run_ids)
        line = next((each for each in self._lines if self._is_wanted(each) and each.id not in going), None)
        if line is None:
            return
        self._reading, self._is_stale = line.id, False
        self._session.read(lambda workspace: read_score(workspace, line.id), self._compute, self._not_known)

    def _is_wanted(self, line: RunLine) -> bool:
        return bool(line.stored) and line.id not in self._scores

    def _compute(self, computed: Callable[[], BalancedScore]) -> None:
        self._session.work(computed, self._arrived, self._not_known)

    def _arrived(self, score: BalancedScore) -> None:
        run_id, self._reading = self._reading, None
        if run_id is not None and not self._is_stale:
            self._scores[run_id] = score
            self.known.emit(run_id)
        self._go_on()

    def _not_known(self, error: Exception) -> None:
        """Said once, and tried again when the list is next read, but of a run that has changed or gone."""
        self._reading = None
        if self._is_stale:
            self._go_on()
        else:
            self._session.tasks.failed.emit(error)
