"""Hands that do not wait: keys that come while something is read, stored, announced, or another workspace is opened.

A state machine takes the place of luck: the window, the session and the SQLite files are the real ones, and the order
in which work is done and arrives is Hypothesis's. Two files are equal to the byte, so that what lands in the wrong one
is taken there without complaint, and is found here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.core.changes import Changes
from reviewer.core.decisions import Decision, DecisionKind, Hidden
from reviewer.host.clock import now
from reviewer.review.place import DRAFTS
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.memory import recalled
from reviewer.store.queries import review
from reviewer.store.writes.decisions import append_decision
from reviewer.store.writes.runs import add_verdicts
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.response_pane import ResponsePane
from tests.support.builders import ANSWER, REFUSE, filled_workspace, make_response, make_run, make_verdict
from tests.support.effort import often
from tests.ui.impatient import ImpatientPerson, run_impatient

ME, OTHER = "impatient", "somebody else"
CASES = 5
KEYS = {"1": 0, "3": 2, "5": 4, "!": 0, "%": 4}
"""Rank of the action that a key decides; the last two are on the right-hand response."""
RIGHT = "!%"
COMMANDS = {
    "J": "review.next",
    "K": "review.previous",
    "U": "review.undo",
    "X": "review.next_undecided",
    "R": "review.redo",
    "B": "review.blind",
    "V": "review.verdict",
    "S": "review.side_by_side",
    "!": "review.decide_right.1",
    "%": "review.decide_right.5",
}
NOTES = ("see the last line", "5 and 0 are not keys here", "x")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("impatient") / "template.sqlite"
    filled = filled_workspace(path, CASES)
    # a second run over the same cases, whose texts say that they are of it
    beside = [
        Classified(make_response(f"case-{number:03}", f"Reply 2 to case-{number:03}."), (make_verdict(ANSWER),))
        for number in range(CASES)
    ]
    make_run(filled.workspace, filled.suite_id, beside, name="beside")
    filled.workspace.close()
    return path


class Hands(ImpatientPerson):
    """A person who reviews, and everything that can happen meanwhile."""

    ME, SCREEN = ME, "review"

    def begin_counting(self) -> None:
        self.accepted: dict[Path, list[tuple[int, int, str]]] = defaultdict(list)
        self.may_be_blind: dict[Path, list[bool]] = defaultdict(list)
        self.typed: dict[tuple[Path, int], str] = {}
        self.undos = self.redos = 0
        self.said: list[str] = []

    def begin(self) -> None:
        super().begin()
        self.session.notice.connect(self.said.append)

    # what the person sees

    @property
    def page(self) -> ReviewPage:
        assert isinstance(self.screen, ReviewPage)
        return self.screen

    @property
    def seen(self) -> int | None:
        """The id of the response whose text is on the left."""
        return read_on(self.page.left)

    def read(self, key: str) -> int | None:
        """The id of the response that a key decides on, by the text that stands there."""
        return read_on(self.page.right if key in RIGHT else self.page.left)

    @property
    def place(self) -> int | None:
        """The response that the place is about, by the texts: the first run's, on whichever side."""
        there = [read_on(pane) for pane in (self.page.left, self.page.right) if not pane.isHidden()]
        first = self.page.state.queue.run.name == "run" if self.page.state.queue else True
        return next((id_ for id_ in there if id_ is not None and (id_ <= CASES) is first), None)

    @property
    def path(self) -> Path:
        assert self.session.path is not None
        return self.session.path

    def press(self, key: str) -> list[str]:
        """What was said in answer."""
        before = len(self.said)
        self.window.commands[COMMANDS.get(key, f"review.decide.{key}")].trigger()
        return self.said[before:]

    # what the person does

    @precondition(lambda self: not self.tasks._closed)
    @rule(steps=st.lists(st.sampled_from("135!%JKXUURBVS" + "ppppppPdddddd" + "o"), min_size=3, max_size=15))
    def hurry(self, steps: list[str]) -> None:
        """Keys, p: some work is done (P: what was put off first), d: a result arrives, o: another workspace is asked
        for; as close as can be.
        """
        for step in steps:
            if step in KEYS:
                self.decide(step)
            elif step == "U":
                self.undos += not self.press("U")
            elif step == "R":
                self.redos += not self.press("R")
            elif step == "o":
                self.open_other()
            elif step in "pP":
                self.tasks.perform(patience=step == "p")
            elif step == "d":
                self.tasks.deliver()
            else:
                self.press(step)
            self.check_screen()

    def check_screen(self) -> None:
        current = self.page.state.current
        if current is None:
            return
        shown = [item.response_id if item is not None else None for item in current.items]
        panes = [self.page.left, self.page.right][: len(shown)]
        assert shown == [read_on(pane) for pane in panes], "a key would decide on another text"
        if self.page.state.blind.on and Hidden.VERDICT in current.hidden:
            told = "".join(pane.verdict.text() + pane.title.text() for pane in panes)
            assert not re.search(r"rules/1|judge/j|run|beside", told), "something hidden is told"

    def decide(self, key: str) -> None:
        seen, place, path, note = self.read(key), self.place, self.path, self.page.line.note.text().strip()
        blind = self.page.state.current is not None and Hidden.VERDICT in self.page.state.current.hidden
        if self.press(key):
            return
        assert seen is not None, "a key decided on nothing"
        self.accepted[path].append((seen, KEYS[key], note))
        self.may_be_blind[path].append(blind)
        if place is not None:
            self.typed.pop((path, place), None)

    @precondition(lambda self: not self.tasks._closed and self.place is not None and self.page.line.note.isEnabled())
    @rule(text=st.sampled_from(NOTES), done=st.booleans())
    def type_note(self, text: str, done: bool) -> None:
        seen = self.place
        assert seen is not None
        self.page.line.note.clear()
        QTest.keyClicks(self.page.line.note, text)
        if done:
            QTest.keyClick(self.page.line.note, Qt.Key.Key_Return)
        self.typed[self.path, seen] = text

    # what happens meanwhile

    @precondition(lambda self: not self.tasks._closed)
    @rule(response_id=st.integers(1, CASES))
    def somebody_decides(self, response_id: int) -> None:
        decision = NewDecision(response_id, OTHER, REFUSE)
        self.session.write(lambda workspace: append_decision(workspace, decision=decision, at=now()))

    @precondition(lambda self: not self.tasks._closed)
    @rule(response_id=st.integers(1, CASES))
    def a_batch_is_announced(self, response_id: int) -> None:
        def write(workspace: Workspace) -> tuple[None, Changes]:
            verdicts = {response_id: [make_verdict(ANSWER, "judge/j")]}
            return None, add_verdicts(workspace, verdicts=verdicts, at=now()) | Changes(runs=True)

        self.session.write(write)

    # what must be true at the end

    def check(self, path: Path) -> None:
        workspace = open_workspace(path, create=False)
        events = _events(workspace)
        drafts = recalled(workspace, DRAFTS) or {}
        workspace.close()
        mine = [event for event in events if event[1].reviewer == ME]
        ranks = {action: rank for rank, action in enumerate(review_scale())}
        undone = [event.undoes for _, event in mine if event.kind is DecisionKind.UNDO]
        assert len(undone) == len(set(undone)) <= self.undos
        left, again = list(zip(self.accepted[path], self.may_be_blind[path], strict=True)), []
        for id_, event in mine:
            said = (id_, ranks[event.action] if event.action else None, event.note)
            if event.kind is DecisionKind.UNDO:
                continue
            if left and said == left[0][0]:
                _, may_be_blind = left.pop(0)
                assert may_be_blind or not event.blind, "it was in sight"
            else:
                again.append((id_, event))
        assert not left, "what was decided is not what is stored"
        assert len(again) <= self.redos
        for id_, event in again:
            assert any(self._is_brought_back(each, event, mine) for where, each in mine if where == id_)
        assert drafts == {str(id_): text for (where, id_), text in self.typed.items() if where == path}

    @staticmethod
    def _is_brought_back(former: Decision, event: Decision, mine: list[tuple[int, Decision]]) -> bool:
        """Whether `event` says what `former` said, which had been undone before it."""
        was_undone = any(each.undoes == former.id and each.id < event.id for _, each in mine)
        return was_undone and former.id < event.id and (former.action, former.note) == (event.action, event.note)


def read_on(pane: ResponsePane) -> int | None:
    """The id of the response whose text a pane shows: those of the first run come first, in the order of the cases."""
    found = re.search(r"Reply (\d) to case-(\d+)", pane.text.toPlainText())
    return (int(found[1]) - 1) * CASES + int(found[2]) + 1 if found else None


def review_scale() -> tuple[str, ...]:
    from reviewer.core.actions import DEFAULT_SCALE

    return DEFAULT_SCALE.ids


def _events(workspace: Workspace) -> list[tuple[int, Decision]]:
    """(response id, event) in the order in which they were stored."""
    found = [(id_, event) for id_ in range(1, 2 * CASES + 1) for event in review.review_item(workspace, id_).events]
    return sorted(found, key=lambda each: each[1].id)


def test_a_decision_stored_late_shows_the_response_that_the_next_key_decides_on(
    qapp: QApplication, template: Path
) -> None:
    """Decide, back, on and back again, faster than anything is stored or read: the order that a long search found."""
    Hands.template = template
    hands = Hands()
    hands.start()
    # the run that was made first is under review, one text on the screen
    hands.page.state.load(1, 0)
    hands.tasks.drain()
    for steps in ("ddJK", "dddd1Jd1dp", "dpp", "dpX", "KU3pdX", "pdXXppJp", "ddUKd3dd"):
        hands.hurry(steps=list(steps))
    hands.teardown()


def test_what_was_undone_comes_back_once_however_fast_the_keys_come(qapp: QApplication, template: Path) -> None:
    """Undo and redo before anything is stored, twice too often, on one response and after moving on."""
    Hands.template = template
    hands = Hands()
    hands.start()
    for steps in ("3UR", "pdpdUURR", "dpJ1URUR", "KURR5UdpR", "3UoR", "pdUR1R"):
        hands.hurry(steps=list(steps))
    hands.wait()
    assert hands.redos
    hands.teardown()


@pytest.mark.parametrize("half", ["first", "second"])
@pytest.mark.parametrize("steps", [8, 12], ids=["short", "long"])
def test_no_order_of_keys_and_arrivals_misplaces_loses_or_doubles_anything(
    qapp: QApplication, template: Path, steps: int, half: str
) -> None:
    """Short histories and long ones, in tests of their own: together they take as long as one that hangs."""
    Hands.template = template
    run_impatient(Hands, examples=often(50, 10), steps=steps)
