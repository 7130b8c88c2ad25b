"""Finds the responses behind what is asked "why?" on the score screen, off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from PySide6.QtCore import QObject

from reviewer.app.figures.behind import Behind
from reviewer.app.figures.scores import ScoredRun
from reviewer.ui.kit.session import Session

Ask: TypeAlias = Callable[[ScoredRun], Behind]


class Answer(Protocol):
    """Where the responses are listed."""

    def show_behind(self, name: str, found: Sequence[tuple[ScoredRun, Behind]]) -> None: ...
    def close_list(self) -> None: ...


@dataclass(frozen=True)
class _Question:
    """What was asked, of which of the runs that are shown."""

    name: str
    ask: Ask
    of: tuple[int, ...]


class Asking(QObject):
    """Keeps what was asked, so that the lists are true again after a decision; other runs close them."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runs: Sequence[ScoredRun] = ()
        self._asked: dict[Answer, _Question] = {}

    def show_runs(self, runs: Sequence[ScoredRun]) -> None:
        same = [run.line.id for run in runs] == [run.line.id for run in self._runs]
        self._runs = runs
        for answer in list(self._asked):
            if same:
                self._find(answer, None)
            else:
                del self._asked[answer]
                answer.close_list()

    def ask(
        self,
        answer: Answer,
        name: str,
        ask: Ask,
        of: Sequence[int] | None = None,
        then: Callable[[], object] | None = None,
    ) -> None:
        """List what is behind `name`, by default in all the runs that are shown; `then` is called when it is shown."""
        self._asked[answer] = _Question(name, ask, tuple(range(len(self._runs)) if of is None else of))
        self._find(answer, then)

    def _find(self, answer: Answer, then: Callable[[], object] | None) -> None:
        question = self._asked[answer]
        runs = [run for number, run in enumerate(self._runs) if number in question.of]

        def show(found: list[tuple[ScoredRun, Behind]]) -> None:
            if self._asked.get(answer) is question:
                answer.show_behind(question.name, found)
                if then is not None:
                    then()

        def failed(error: Exception) -> None:
            if self._asked.get(answer) is question:
                answer.show_behind(question.name, [])
            self._session.tasks.failed.emit(error)

        self._session.work(lambda: [(run, question.ask(run)) for run in runs], show, failed)
