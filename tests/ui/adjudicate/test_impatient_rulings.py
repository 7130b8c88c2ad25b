"""Hands that do not wait, on the adjudication screen: no ruling on a text that is not shown, none lost or doubled.

The window, the session and the two SQLite files, equal to the byte, are real; the order in which work is done and
arrives is Hypothesis's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from PySide6.QtWidgets import QApplication

from reviewer.core.actions import ActionId
from reviewer.core.decisions import Cause, DecisionKind
from reviewer.host.clock import now
from reviewer.store.database import open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.queries import review
from reviewer.store.writes.decisions import append_decision
from reviewer.ui.adjudicate.page import AdjudicatePage
from reviewer.ui.adjudicate.state import Adjudicating
from tests.support.builders import ANSWER, CLARIFY, REFUSE, decide, filled_workspace
from tests.support.effort import often
from tests.ui.impatient import ImpatientPerson, run_impatient

ME, OTHER = "eve", "somebody else"
CASES = 5
COMMANDS = {
    "1": "settle.1",
    "3": "settle.3",
    "0": "cannot_decide",
    "G": "cause.guideline_unclear",
    "S": "cause.slip",
    "J": "next",
    "K": "previous",
    "U": "undo",
}
HASTE = ("G1", "S3", "11", "0", "3", "J", "K", "JK", "U", "p", "p", "d", "d", "pd", "pd", "o")
"""What is done in a row: rulings come whole as often as in pieces."""
Ruled = tuple[int | None, ActionId | None, Cause | None]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rulings") / "template.sqlite"
    filled = filled_workspace(path, CASES)
    for response_id in filled.response_ids:
        decide(filled.workspace, response_id, ANSWER, "ann")
        decide(filled.workspace, response_id, REFUSE, "ben")
    filled.workspace.close()
    return path


class Rulings(ImpatientPerson):
    """A person who settles, and everything that can happen meanwhile."""

    ME, SCREEN = ME, "adjudicate"

    def begin_counting(self) -> None:
        self.taken: dict[Path, list[Ruled]] = defaultdict(list)
        self.touched: dict[Path, set[int]] = defaultdict(set)
        self.undos = 0
        self.patch = pytest.MonkeyPatch()
        machine, real = self, Adjudicating.settle

        def settle(
            state: Adjudicating, action: ActionId | None, cause: Cause | None, note: str, *, anyway: bool
        ) -> bool:
            seen, path = machine.seen, machine.session.path
            taken = real(state, action, cause, note, anyway=anyway)
            if taken and path is not None:
                machine.taken[path].append((seen, action, cause))
            return taken

        self.patch.setattr(Adjudicating, "settle", settle)

    @property
    def page(self) -> AdjudicatePage:
        assert isinstance(self.screen, AdjudicatePage)
        return self.screen

    @property
    def seen(self) -> int | None:
        """The number of the response whose text is on the screen; it is its id too."""
        found = re.search(r"Reply 1 to case-(\d+)", self.page.table.response.toPlainText())
        return int(found[1]) + 1 if found else None

    @precondition(lambda self: not self.tasks._closed)
    @rule(steps=st.lists(st.sampled_from(HASTE), min_size=4, max_size=12))
    def hurry(self, steps: list[str]) -> None:
        """Keys, p: some work is done, d: a result arrives, o: another workspace is asked for."""
        for step in "".join(steps):
            if step == "o":
                self.open_other()
            elif step in "pd":
                (self.tasks.perform if step == "p" else self.tasks.deliver)()
            else:
                self.undos += step == "U"
                self.window.commands[f"adjudicate.{COMMANDS[step]}"].trigger()
            current = self.page.state.current
            shown = current.item.response_id if current is not None and current.item is not None else None
            assert shown == self.seen, "a key would settle another text"

    @precondition(lambda self: not self.tasks._closed)
    @rule(response_id=st.integers(1, CASES), action=st.sampled_from((ANSWER, CLARIFY)))
    def somebody_decides(self, response_id: int, action: ActionId) -> None:
        assert self.session.path is not None
        self.touched[self.session.path].add(response_id)
        decision = NewDecision(response_id, OTHER, action)
        self.session.write(lambda workspace: append_decision(workspace, decision=decision, at=now()))

    def teardown(self) -> None:
        if hasattr(self, "patch"):
            self.patch.undo()
        super().teardown()

    def check(self, path: Path) -> None:
        workspace = open_workspace(path, create=False)
        events = [(id_, event) for id_ in range(1, CASES + 1) for event in review.review_item(workspace, id_).events]
        workspace.close()
        events.sort(key=lambda each: each[1].id)
        mine = [(id_, event) for id_, event in events if event.reviewer == ME]
        stored = [(id_, e.action, e.cause) for id_, e in mine if e.kind is DecisionKind.ADJUDICATION]
        missing = list(self.taken[path])
        for each in stored:
            assert each in missing, "something was settled that nobody settled"
            missing = _without(missing, each)
        refused = {id_ for id_, _, _ in missing}
        assert refused <= self.touched[path], "a ruling was lost"
        undone = [event.undoes for _, event in mine if event.kind is DecisionKind.UNDO]
        assert len(undone) == len(set(undone)) <= self.undos


def _without(rulings: list[Ruled], one: Ruled) -> list[Ruled]:
    at = rulings.index(one)
    return rulings[:at] + rulings[at + 1 :]


def test_no_order_of_keys_and_arrivals_misplaces_loses_or_doubles_a_ruling(qapp: QApplication, template: Path) -> None:
    Rulings.template = template
    run_impatient(Rulings, examples=often(100, 20), steps=8)
