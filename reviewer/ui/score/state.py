"""What the score screen knows: the runs there are, which is scored, which stands beside it, and with what options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from reviewer.app.figures.deciding import ReleaseFacts, compared_scores, decision_of, in_time
from reviewer.app.figures.frontiers import frontier_of
from reviewer.app.figures.scores import ScoredRun, score_observed, score_run
from reviewer.core.actions import ActionScale
from reviewer.core.scoring.frontier import Frontier
from reviewer.core.scoring.score import Options
from reviewer.review.place import PLACE
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.memory import recalled
from reviewer.store.queries import runs
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task


@dataclass(frozen=True)
class Scores:
    """All runs, newest first, and the scored ones: none, one, or two of one suite, the older first.

    `decision` is there for two, `frontier` is None where the scored cases are not of both poles.
    """

    lines: tuple[RunLine, ...]
    scored: tuple[ScoredRun, ...] = ()
    frontier: Frontier | None = None
    decision: ReleaseFacts | None = None

    @property
    def first(self) -> ScoredRun | None:
        return self.scored[0] if self.scored else None

    @property
    def moved(self) -> str:
        """What moved from the first run to the second, in words; nothing for one run."""
        return self.frontier.sentence if self.frontier else ""


class Scoring(QObject):
    """The state behind the score screen. Reading is the database thread's, scoring again with other options a worker's.

    `changed` carries the `Scores` after each, `failed` the error of one that failed.
    """

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.options = Options()
        self.scores: Scores | None = None
        self._read = LatestRead(session, self._take, self._not_read)
        self._again: Task[Scores] | None = None

    def load(self) -> None:
        """Read and score the session's runs; without one, the run that was reviewed last, else the newest.

        While a read is under way further calls become one: a run that is being sent asks with every batch.
        """
        run_id, second_id, options = self.session.run_id, self.session.second_run_id, self.options
        self._read.ask(partial(_read, run_id=run_id, second_id=second_id, options=options))

    def set_options(self, options: Options) -> None:
        """Score what was read again."""
        self.options = options
        scores = self.scores
        if self._again is not None:
            self._again.cancel()
        if self._read.under_way:
            self.load()
        elif scores is not None:
            self._again = self.session.work(lambda: _again(scores, options), self._take, self._not_read)

    def _take(self, scores: Scores) -> None:
        self.scores = scores
        self.changed.emit(scores)

    def _not_read(self, error: Exception) -> None:
        """What was shown stays, and the fields say again what it is of."""
        if self.scores is not None:
            self.changed.emit(self.scores)
        self.failed.emit(error)


def fitting(options: Options, scale: ActionScale) -> Options:
    """The options for a run of this scale: what holds back on another scale says nothing here."""
    fits = all(action in scale for action in options.hold_back)
    return options if fits else replace(options, hold_back=())


def chosen_run(workspace: Workspace, lines: Sequence[RunLine], run_id: int | None) -> RunLine | None:
    """The run asked for; else the one that was reviewed last, the newest with responses, the newest."""
    place = recalled(workspace, PLACE)
    reviewed = place.get("run") if isinstance(place, dict) else None
    wanted = (
        *(line for line in lines if line.id == run_id),
        *(line for line in lines if line.name == reviewed),
        *(line for line in lines if line.stored),
        *lines,
    )
    return wanted[0] if wanted else None


def _read(workspace: Workspace, run_id: int | None, second_id: int | None, options: Options) -> Scores:
    lines = tuple(runs.runs(workspace))
    first = chosen_run(workspace, lines, run_id)
    if first is None:
        return Scores(lines)
    second = [
        line for line in lines if line.id == second_id and line.id != first.id and line.suite_id == first.suite_id
    ]
    fits = fitting(options, first.scale)
    scored = tuple(score_run(workspace, line.name, fits) for line in in_time(first, *second))
    return Scores(lines, scored, frontier_of(scored), _decision(scored))


def _decision(scored: Sequence[ScoredRun]) -> ReleaseFacts | None:
    compared = compared_scores(scored)
    return decision_of(compared) if compared else None


def _again(scores: Scores, options: Options) -> Scores:
    fits = [fitting(options, run.line.scale) for run in scores.scored]
    scored = tuple(
        score_observed(run.line, run.observed, fit, run.opinions) for run, fit in zip(scores.scored, fits, strict=True)
    )
    return replace(scores, scored=scored, frontier=frontier_of(scored), decision=_decision(scored))
