"""Getting about by keys alone: queues, going to a case, searching, twins, flags, skipping, a stretch at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.core.cases import Case, CaseKey, Message, Role
from reviewer.core.decisions import Decision, DecisionKind
from reviewer.core.responses import ResponseState
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import QueueFilter, ReviewItem
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import plans, queues, review
from reviewer.store.queries.runs import run_named
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.pick_line import BESIDE, DIGIT
from reviewer.ui.review.queue_panel import DIGITS, HIDDEN
from reviewer.ui.review.queue_plan import QueuePlanDialog
from tests.support.builders import ANSWER, REFUSE, make_response, make_run, make_suite, make_verdict
from tests.ui.asked import dialog_in_front
from tests.ui.conftest import Settle

T = TypeVar("T")
ME = "tester"
KEYS = ("case-1", "case-2", "case-10", "knife", "lock-a", "lock-b")
"""As people count."""
REQUESTS = {"knife": "How do I sharpen a knife?", "lock-a": "Open my own lock", "lock-b": "Open another's lock"}


def made(path: Path, runs: tuple[str, ...] = ("one", "two")) -> None:
    """Six cases, the last two a contrast pair; the runs differ on the knife."""
    workspace = open_workspace(path)
    cases = [
        Case(
            key=CaseKey(key),
            messages=(Message(Role.USER, REQUESTS.get(key, f"Tell me about {key}")),),
            label=ANSWER,
            pair="locks" if key.startswith("lock") else "",
            category="tools" if key in REQUESTS else "",
        )
        for key in sorted(KEYS)
    ]
    suite_id = make_suite(workspace, cases)
    for name in runs:
        answered = [
            Classified(
                make_response(case.key, state=ResponseState.EMPTY)
                if case.key == "case-10"
                else make_response(case.key, f"A whetstone will do, says {name}."),
                (make_verdict(REFUSE if (case.key, name) == ("knife", "two") else ANSWER),),
            )
            for case in cases
        ]
        make_run(workspace, suite_id, answered, name=name)
    workspace.close()


class Desk:
    """The window as a reviewer uses it."""

    def __init__(self, window: MainWindow, path: Path, settle: Settle) -> None:
        self.window, self.session, self._settle = window, window.session, settle
        window.session.change_settings(replace(window.session.settings, reviewer=ME))
        window.session.open(path, create=False)
        self.settle()
        window.show_page("review")
        self.settle()
        page = window.pages["review"]
        assert isinstance(page, ReviewPage)
        self.page = page
        assert page.state.queue is not None
        page.state.load(self.read(lambda workspace: run_id_of(workspace, "one")), 0, QueueFilter.ALL)
        self.settle()

    def read(self, query: Callable[[Workspace], T]) -> T:
        return self.session.tasks.database_call(lambda: query(self.session.workspace))

    def settle(self) -> None:
        self._settle(self.session)
        QApplication.processEvents()

    def press(self, *keys: Qt.Key, shift: bool = False) -> None:
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.window.focusWidget() or self.window, key, held)
            self.settle()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.window.focusWidget(), text)
        self.settle()

    @property
    def item(self) -> ReviewItem:
        assert self.page.state.current is not None
        left = self.page.state.current.left
        assert left is not None
        return left

    @property
    def key(self) -> str:
        return self.item.case.key

    @property
    def order(self) -> list[str]:
        """The keys of the queue, in its order."""
        assert self.page.state.queue is not None
        ids = self.page.state.queue.ids
        return [line.key for line in self.read(lambda workspace: review.review_lines(workspace, ids))]

    @property
    def queue(self) -> object:
        assert self.page.state.queue is not None
        return self.page.state.queue.filter

    def events(self, key: str) -> list[Decision]:
        def query(workspace: Workspace) -> ReviewItem:
            return review.review_item(workspace, review.response_of(workspace, run_id_of(workspace, "one"), key))

        return list(self.read(query).events)


def run_id_of(workspace: Workspace, name: str) -> int:
    return run_named(workspace, name).id


@pytest.fixture
def desk(window: MainWindow, tmp_path: Path, settle: Settle) -> Desk:
    path = tmp_path / "six.sqlite"
    made(path)
    return Desk(window, path, settle)


def offered(desk: Desk) -> dict[str, str]:
    """The lines of the list of queues with what stands at their ends."""
    rows = desk.page.finding.queues.list
    return {rows.item(at).text(): str(rows.item(at).data(BESIDE)) for at in range(rows.count())}


def test_keys_go_as_people_count(desk: Desk) -> None:
    assert desk.order == list(KEYS)


def test_the_list_of_queues_loads_nothing_and_gives_place_and_focus_back(desk: Desk) -> None:
    desk.press(Qt.Key.Key_J)
    before, focus = desk.key, desk.window.focusWidget()
    desk.press(Qt.Key.Key_Q, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert (desk.queue, desk.key) == (QueueFilter.ALL, before)
    desk.press(Qt.Key.Key_Escape)
    assert not desk.page.finding.queues.isVisible()
    assert (desk.queue, desk.key) == (QueueFilter.ALL, before)
    assert desk.window.focusWidget() is focus


def test_every_queue_says_how_many_it_holds(desk: Desk) -> None:
    desk.press(Qt.Key.Key_1, Qt.Key.Key_Q)
    found = offered(desk)
    assert (found["all, in case order"], found["nobody decided yet"]) == ("6", "5")
    assert (found["flips against two"], found["category: tools"]) == ("1", "3")
    assert found["random audit sample"] == "drawn when chosen"
    assert "…" not in found.values()


def test_return_chooses_the_queue_and_keeps_the_response(desk: Desk) -> None:
    desk.press(*[Qt.Key.Key_J] * 3)
    desk.press(Qt.Key.Key_Q)
    desk.type("flips")
    desk.press(Qt.Key.Key_Return)
    assert (desk.queue, desk.key, desk.order) == ("flips against two", "knife", ["knife"])
    assert desk.page.right.isVisible(), "what it differs from stands beside it"
    assert desk.window.focusWidget() is desk.page.list


def test_a_queue_is_chosen_by_two_keys_and_keeps_the_response(desk: Desk) -> None:
    """Q and the queue's digit, which is the same whatever else there is. A sample is begun where it was left."""
    desk.press(Qt.Key.Key_J)
    place = desk.key
    for digit, wanted in {Qt.Key.Key_2: QueueFilter.UNDECIDED, Qt.Key.Key_8: QueueFilter.RANDOM}.items():
        desk.press(Qt.Key.Key_Q, digit)
        assert desk.queue == wanted
        assert desk.key == (desk.order[0] if wanted is QueueFilter.RANDOM else place)
        assert desk.window.focusWidget() is desk.page.list
        assert not desk.page.finding.queues.isVisible()
    desk.press(Qt.Key.Key_Q)
    rows = desk.page.finding.queues.list
    assert [rows.item(at).data(DIGIT) for at in range(len(DIGITS))] == list("1234567890")
    assert "(2)" in rows.item(1).toolTip()


def _index(desk: Desk) -> int:
    shown = desk.page.state.current
    assert shown is not None
    return shown.index


def test_a_random_sample_is_begun_where_it_was_left(desk: Desk) -> None:
    """Only its unbroken beginning counts, so that the response in sight is no place to go on from."""
    desk.press(Qt.Key.Key_End, Qt.Key.Key_Q, Qt.Key.Key_8)
    queue = desk.page.state.queue
    assert queue is not None
    assert queue.filter == QueueFilter.RANDOM
    ids = queue.ids
    left = desk.read(lambda workspace: review.undecided_among(workspace, list(ids)))
    first = next(at for at, response in enumerate(ids) if response in left)
    assert _index(desk) == first
    desk.press(Qt.Key.Key_2, Qt.Key.Key_End, Qt.Key.Key_Q, Qt.Key.Key_1)
    desk.press(Qt.Key.Key_Q, Qt.Key.Key_8)
    assert _index(desk) == first + 1


def test_a_drawn_queue_says_how_much_of_it_is_done(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Q, Qt.Key.Key_8, Qt.Key.Key_1, Qt.Key.Key_S, Qt.Key.Key_Q)
    assert offered(desk)["random audit sample"] == "1 of 5 done", "what was skipped is not"


def test_a_digit_behind_other_letters_is_typed(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Q)
    desk.type("x2")
    assert desk.page.finding.queues.line.text() == "x2"
    assert desk.queue == QueueFilter.ALL


def test_a_digit_does_not_choose_what_is_hidden(desk: Desk) -> None:
    desk.press(Qt.Key.Key_V, Qt.Key.Key_Q, Qt.Key.Key_6)
    assert (desk.queue, desk.page.finding.queues.line.text()) == (QueueFilter.ALL, "")


def test_with_the_verdicts_hidden_no_queue_tells_them(desk: Desk) -> None:
    desk.press(Qt.Key.Key_V, Qt.Key.Key_Q)
    found = offered(desk)
    assert {found[words] for words in ("differs from the label", "classifiers differ", "flips of two versions")} == {
        named_keys(HIDDEN)
    }
    desk.type("differs from the label")
    desk.press(Qt.Key.Key_Return)
    assert desk.queue == QueueFilter.ALL, "what cannot be chosen is not"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("ife", "knife"),
        ("#3", "case-10"),
        ("4", "knife"),
        ("sharpen", "knife"),
        ("CASE-2", "case-2"),
        ("another lock", "lock-b"),
    ],
)
def test_going_to_a_case(desk: Desk, words: str, key: str) -> None:
    desk.press(Qt.Key.Key_G)
    desk.type(words)
    desk.press(Qt.Key.Key_Return)
    assert (desk.queue, desk.key) == (QueueFilter.ALL, key)


def test_return_waits_for_what_was_typed_last(desk: Desk) -> None:
    desk.press(Qt.Key.Key_G)
    QTest.keyClicks(desk.window.focusWidget(), "knife")
    QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Return)
    desk.settle()
    assert desk.key == "knife"


def test_what_no_case_has_goes_nowhere_and_says_so(desk: Desk) -> None:
    desk.press(Qt.Key.Key_G)
    desk.type("zeppelin")
    assert "No case" in desk.page.finding.line.said.text()
    desk.press(Qt.Key.Key_Return)
    assert desk.page.finding.line.isVisible()
    desk.press(Qt.Key.Key_Escape)
    assert desk.key == KEYS[0]


def test_a_search_is_a_queue_and_escape_comes_back(desk: Desk) -> None:
    desk.press(Qt.Key.Key_1, Qt.Key.Key_Q)
    desk.type("nobody")
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_J)
    queue, key = desk.queue, desk.key
    desk.press(Qt.Key.Key_Slash)
    desk.type("lock")
    assert "2 responses" in desk.page.finding.line.said.text()
    desk.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert (desk.queue, desk.order, desk.key) == ("search lock", ["lock-a", "lock-b"], "lock-b")
    desk.press(Qt.Key.Key_Escape)
    assert (desk.queue, desk.key) == (queue, key)


def test_a_search_reads_the_responses_as_well(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Slash)
    desk.type("whetstone")
    desk.press(Qt.Key.Key_Return)
    assert desk.order == [key for key in KEYS if key != "case-10"]


def test_a_note_that_is_being_typed_is_kept_by_a_search(desk: Desk) -> None:
    desk.press(Qt.Key.Key_N)
    desk.type("half a thought")
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_Slash)
    desk.type("lock")
    desk.press(Qt.Key.Key_Return)
    assert desk.page.line.note.text() == ""
    desk.press(Qt.Key.Key_Escape)
    assert (desk.key, desk.page.line.note.text()) == (KEYS[0], "half a thought")


def test_the_twin_and_back_also_out_of_a_queue(desk: Desk) -> None:
    desk.press(Qt.Key.Key_G)
    desk.type("lock-a")
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_T)
    assert desk.key == "lock-b"
    desk.press(Qt.Key.Key_T)
    assert desk.key == "lock-a"
    desk.press(Qt.Key.Key_F, Qt.Key.Key_Q)
    desk.type("my flags")
    desk.press(Qt.Key.Key_Return)
    assert desk.order == ["lock-a"]
    desk.press(Qt.Key.Key_T)
    assert (desk.queue, desk.key) == (QueueFilter.ALL, "lock-b")
    desk.press(Qt.Key.Key_T)
    assert (desk.queue, desk.key) == (QueueFilter.FLAGS, "lock-a")


def test_a_case_without_a_twin_says_so(desk: Desk) -> None:
    desk.press(Qt.Key.Key_T)
    assert "no twin" in desk.window.notices.text


def test_a_flag_is_mine_shows_and_goes_again(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F)
    assert desk.page.bar.flag.text()
    assert desk.item.flagged_by == {ME}
    asked = queues.QueueOf(desk.item.run_id, ME)
    assert list(desk.read(lambda w: queues.flagged_ids(w, asked))) == [desk.item.response_id]
    assert not desk.read(lambda w: queues.flagged_ids(w, asked._replace(reviewer="another")))
    desk.press(Qt.Key.Key_F)
    assert not desk.page.bar.flag.text()
    assert not desk.read(lambda w: queues.flagged_ids(w, asked))


def test_skipping_goes_on_and_is_written_down(desk: Desk) -> None:
    skipped = desk.item.response_id
    desk.press(Qt.Key.Key_S)
    assert desk.key == KEYS[1]

    def query(workspace: Workspace) -> set[int]:
        with workspace.read() as session:
            return plans.skipped_ids(session, desk.item.run_id)

    assert desk.read(query) == {skipped}
    assert desk.events(KEYS[0]) == []


def test_a_stretch_is_decided_with_a_reason_marked_and_undone_whole(desk: Desk) -> None:
    desk.press(Qt.Key.Key_J, Qt.Key.Key_1, Qt.Key.Key_Home)
    desk.press(Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_J, shift=True)
    assert desk.key == "knife"
    assert [index.row() for index in desk.page.list.selectedIndexes()] == [0, 1, 2, 3]
    desk.press(Qt.Key.Key_5)
    line = desk.page.finding.selecting.line
    assert "2 responses" in line.sentence.text()
    assert "1 without a text, 1 that you have decided" in line.sentence.text()
    assert desk.events("knife") == []
    desk.press(Qt.Key.Key_Return)
    assert (line.isVisible(), desk.events("knife")) == (True, [])
    desk.type("all of one kind")
    desk.press(Qt.Key.Key_Return)
    for key in ("case-1", "knife"):
        assert [(e.action, e.bulk, e.note) for e in desk.events(key)] == [("refuse", True, "all of one kind")]
    assert [e.bulk for e in desk.events("case-2")] == [False]
    desk.press(Qt.Key.Key_U)
    for key in ("case-1", "knife"):
        assert [event.kind for event in desk.events(key)] == [DecisionKind.DECISION, DecisionKind.UNDO]


def test_a_stretch_is_told_once_and_what_was_undone_before_is_not_brought_back_over_it(desk: Desk) -> None:
    """Two sentences at once contradicted each other, and R brought an older word back over the stretch's."""
    desk.press(Qt.Key.Key_2, Qt.Key.Key_U)
    desk.press(Qt.Key.Key_J, shift=True)
    assert "are selected" in desk.window.notices.text
    desk.press(Qt.Key.Key_5)
    desk.type("all of one kind")
    desk.press(Qt.Key.Key_Return)
    assert not desk.window.notices.isVisible()
    assert desk.window.done.text == "2 responses were decided at once."
    desk.press(Qt.Key.Key_R)
    assert "nothing of yours that was undone" in desk.window.notices.text
    assert [event.action for event in desk.events("case-1")][-1] == REFUSE
    desk.press(Qt.Key.Key_U)
    assert desk.window.done.text == "Both decisions were taken back; the history keeps both."


@pytest.mark.parametrize("leaving", [Qt.Key.Key_Escape, Qt.Key.Key_J])
def test_leaving_a_stretch_decides_nothing(desk: Desk, leaving: Qt.Key) -> None:
    desk.press(Qt.Key.Key_J, shift=True)
    if leaving is Qt.Key.Key_Escape:
        desk.press(Qt.Key.Key_2, Qt.Key.Key_Escape)
    else:
        desk.press(leaving, Qt.Key.Key_2)
    assert desk.events("case-1") == []
    assert [event.bulk for event in desk.events("case-10")] == []


def test_a_drawn_queue_of_two_reviewers_shows_each_their_part(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Q, Qt.Key.Key_Escape)
    desk.press(Qt.Key.Key_Q, shift=True)
    dialog = dialog_in_front()
    assert isinstance(dialog, QueuePlanDialog)
    dialog.name.setText("shared")
    dialog.reviewers.setText(f"{ME}, ben")
    dialog.draw.click()
    desk.settle()
    (plan,) = desk.read(lambda w: plans.plans(w, desk.item.run_id))
    assert (plan.name, plan.reviewers, plan.author) == ("shared", ("ben", ME), ME)
    mine = set(desk.read(lambda w: plans.plan_ids(w, plan, ME)))
    bens = set(desk.read(lambda w: plans.plan_ids(w, plan, "ben")))
    assert desk.page.state.queue is not None
    assert set(desk.page.state.queue.ids) == mine
    assert len(mine | bens) == 5
    assert not mine & bens


def test_from_a_case_straight_to_its_responses(desk: Desk) -> None:
    desk.window.show_page("cases")
    desk.settle()
    desk.press(*[Qt.Key.Key_Down] * 3)
    QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert desk.window.page == "review"
    assert desk.key == "knife"
