"""From a rule to its cases: in Review as a queue of their own, or in Compare in both versions."""

from __future__ import annotations

from PySide6.QtCore import QObject

from reviewer.review.place import Picked
from reviewer.ui.gate.results import GateResults
from reviewer.ui.gate.state import Gating
from reviewer.ui.kit.commands import CommandTable
from reviewer.wording.plain_text import preview

TITLE_CHARACTERS = 90


class GoingToCases(QObject):
    """Goes to the cases of the rule that is chosen in the results."""

    def __init__(self, state: Gating, results: GateResults, commands: CommandTable) -> None:
        super().__init__(results)
        self._state, self._session, self._results, self._commands = state, state.session, results, commands
        results.case_opened.connect(self.review)
        results.review.clicked.connect(lambda _checked=False: self.review())
        results.compare.clicked.connect(lambda _checked=False: self.compare())

    def review(self, begin: int = -1) -> None:
        """Review the chosen rule's cases as a queue of their own, from the chosen one on."""
        chosen, found = self._results.rule, self._results.found
        if chosen is None or found is None or not chosen[1].cases:
            self._session.notice.emit("This rule has no cases to go to.")
            return
        at = max(begin if begin >= 0 else self._results.cases.currentIndex().row(), 0)
        run_id, title = found.line.id, preview(chosen[0], TITLE_CHARACTERS)

        def go(ids: list[int], first: int) -> None:
            if not ids:
                self._session.notice.emit("The run has no response to these cases.")
                return
            self._session.pick(Picked(run_id, title, tuple(ids), first))
            self._commands["go.review"].trigger()

        self._state.find(found, chosen[1].cases, at, go)

    def compare(self) -> None:
        """See the chosen rule's cases in both versions."""
        chosen, found = self._results.rule, self._results.found
        if chosen is None or found is None or found.against is None or not chosen[1].cases:
            self._session.notice.emit("There is nothing to compare: no cases here, or no version before.")
            return
        keys = frozenset(str(each.case) for each in chosen[1].cases)
        self._session.compared_cases = (preview(chosen[0], TITLE_CHARACTERS), keys)
        self._session.run_id, self._session.second_run_id = found.line.id, found.against.id
        self._session.selection_changed.emit()
        self._commands["go.compare"].trigger()
