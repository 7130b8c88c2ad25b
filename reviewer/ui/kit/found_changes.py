"""What a suite's cases and repeats would find, said while a change, repeats or cases are chosen."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from reviewer.app.figures.suite_plans import PlanningBasis, PlanQuestion, SizePlan, basis_of, plan_suite
from reviewer.core.errors import InputError
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.trouble import error_words


class SuitePlanner(QObject):
    """The suite and its runs are read once, on the database thread; each question is answered on a worker.

    `planned` carries the `SizePlan` of the last question, `refused` the words where there is none.
    """

    planned = Signal(object)
    refused = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._suite_id: int | None = None
        self._basis: PlanningBasis | None = None
        self._question: PlanQuestion | None = None
        self._reading: Task[PlanningBasis] | None = None
        self._planning: Task[SizePlan] | None = None

    def ask(self, suite_id: int, question: PlanQuestion) -> None:
        """Of the questions asked while the suite is read, the last one is answered."""
        self._question = question
        if suite_id != self._suite_id:
            self._read(suite_id)
        elif self._basis is not None:
            self._plan(self._basis, question)

    def stop(self) -> None:
        """What is still worked out is delivered to nobody."""
        for task in (self._reading, self._planning):
            if task is not None:
                task.cancel()

    def _read(self, suite_id: int) -> None:
        self.stop()
        self._suite_id, self._basis = suite_id, None
        self._reading = self._session.read(
            partial(basis_of, suite_id=suite_id), self._have_basis, partial(self._fail, suite_id)
        )

    def _have_basis(self, basis: PlanningBasis) -> None:
        self._basis = basis
        if self._question is not None:
            self._plan(basis, self._question)

    def _plan(self, basis: PlanningBasis, question: PlanQuestion) -> None:
        if self._planning is not None:
            self._planning.cancel()
        self._planning = self._session.work(
            lambda: plan_suite(basis, question), self.planned.emit, partial(self._fail, None)
        )

    def _fail(self, suite_id: int | None, error: Exception) -> None:
        """A suite that could not be read is read again with the next question."""
        if suite_id is not None:
            self._suite_id = None
        self.refused.emit(error_words(error))
        if not isinstance(error, InputError):
            self._session.tasks.failed.emit(error)
