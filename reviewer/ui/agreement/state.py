"""What the agreement screen knows: the runs there are, and the agreement on each run of the suite looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from reviewer.app.figures.agreement import AgainstPeople, RunAgreement, suite_agreements
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.session import Session
from reviewer.ui.score.state import chosen_run


@dataclass(frozen=True)
class Agreements:
    """All runs, newest first; the run looked at, and it among the other runs of its suite."""

    lines: tuple[RunLine, ...]
    run: RunLine | None = None
    found: tuple[RunAgreement, ...] = ()

    @property
    def rows(self) -> tuple[tuple[RunAgreement, AgainstPeople], ...]:
        """Each classifier on each run: the rows of the table."""
        return tuple((run, one) for run in self.found for one in run.classifiers)

    @property
    def looked_at(self) -> RunAgreement | None:
        return next((run for run in self.found if self.run is not None and run.line.id == self.run.id), None)


class Agreeing(QObject):
    """The state behind the agreement screen. `changed` carries the `Agreements` after each read, `failed` its error.

    While a read is under way further calls become one: a run that is being sent asks with every batch.
    """

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.now: Agreements | None = None
        self._read = LatestRead(session, self._arrived, self._not_read)

    def load(self) -> None:
        """Read the agreement on the session's run; without one, on the run that was reviewed last."""
        self._read.ask(partial(_read, run_id=self.session.run_id))

    def _arrived(self, found: Agreements) -> None:
        self.now = found
        self.changed.emit(found)

    def _not_read(self, error: Exception) -> None:
        """What was shown stays, and the fields say again what it is of."""
        if self.now is not None:
            self.changed.emit(self.now)
        self.failed.emit(error)


def _read(workspace: Workspace, run_id: int | None) -> Agreements:
    lines = tuple(runs.runs(workspace))
    run = chosen_run(workspace, lines, run_id)
    return Agreements(lines, run, suite_agreements(workspace, run.id) if run is not None else ())
