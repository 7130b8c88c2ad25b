"""Settling by keyboard alone, in the real window: two keys a dispute, and nothing on a text that is not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.core.actions import ActionId
from reviewer.core.decisions import Cause, Decision, DecisionKind
from reviewer.review.disputes import say_against
from reviewer.store.database import Workspace
from reviewer.store.facts.disputes import LabelDispute
from reviewer.store.facts.review import NewDecision, ReviewItem
from reviewer.store.queries import review
from reviewer.store.queries.disputes import disputes_of_run
from reviewer.store.queries.suites import case_detail, current_case_ids
from reviewer.store.writes.decisions import append_decision
from reviewer.ui.adjudicate.page import AdjudicatePage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.keymap import use_keys
from tests.support.builders import ANSWER, AT, CAVEAT, CLARIFY, REFUSE, SAFE_PART, decide, fill, make_cases
from tests.ui.conftest import Fill, Settle

ME = "eve"
K = Qt.Key
# by response: who says what. On the first three two differ, on the fourth two of three agree, on the fifth eve is one
SAID: tuple[dict[str, ActionId | None], ...] = (
    {"ann": REFUSE, "ben": ANSWER},
    {"ann": CLARIFY, "ben": REFUSE},
    {"ann": ANSWER, "ben": None},
    {"ann": REFUSE, "ben": REFUSE, "cem": ANSWER},
    {"ann": ANSWER, ME: REFUSE},
    {"ann": ANSWER, "ben": ANSWER},
)


def disputed(workspace: Workspace) -> None:
    cases = make_cases(len(SAID))
    cases[1] = replace(cases[1], band={CAVEAT: 0.5})
    filled = fill(workspace, cases)
    for response_id, said in zip(filled.response_ids, SAID, strict=True):
        for name, action in said.items():
            decide(workspace, response_id, action, name)
    case_ids = current_case_ids(workspace, filled.suite_id)
    say_against(workspace, case_ids["case-001"], CLARIFY, {SAFE_PART: 0.5}, "ann", "A question would do.")
    say_against(workspace, case_ids["case-002"], SAFE_PART, {}, ME, "mine")


class Bench:
    """The window as the person who settles uses it."""

    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.window, self.session, self._settle = window, window.session, settle
        self.said: list[str] = []
        self.session.notice.connect(self.said.append)
        self.keys = 0
        window.show_page("adjudicate")
        self.settle()
        page = window.pages["adjudicate"]
        assert isinstance(page, AdjudicatePage)
        self.page = page

    def settle(self) -> None:
        self._settle(self.session)
        QApplication.processEvents()
        self._settle(self.session)

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.keys += 1
            QTest.keyClick(self.window.focusWidget() or self.window, key)
            self.settle()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.window.focusWidget(), text)

    @property
    def item(self) -> ReviewItem:
        assert self.page.state.current is not None
        assert self.page.state.current.item is not None
        return self.page.state.current.item

    @property
    def hint(self) -> str:
        return self.page.table.hint.text()

    def read(self, response_id: int) -> ReviewItem:
        return self.session.tasks.database_call(lambda: review.review_item(self.session.workspace, response_id))

    def rulings(self) -> list[Decision]:
        ids = range(1, len(SAID) + 1)
        return [e for i in ids for e in self.read(i).events if e.kind is DecisionKind.ADJUDICATION]

    def disputes(self) -> list[LabelDispute]:
        return self.session.tasks.database_call(lambda: disputes_of_run(self.session.workspace, 1, open_only=False))


@pytest.fixture
def bench(window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> Bench:
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    open_filled(disputed)
    return Bench(window, settle)


def test_a_letter_and_a_digit_settle_a_dispute_and_the_next_one_shows(bench: Bench) -> None:
    first = bench.item
    bench.press(K.Key_G, K.Key_3)
    assert bench.keys == 2
    after = bench.read(first.response_id)
    (ruling,) = (event for event in after.events if event.kind is DecisionKind.ADJUDICATION)
    assert (ruling.action, ruling.cause, ruling.reviewer) == (CLARIFY, Cause.GUIDELINE_UNCLEAR, ME)
    assert ruling.verdict_hidden is None, "nobody knows what was in sight before"
    assert (after.final.action, after.final.source) == (CLARIFY, "adjudicated")
    assert bench.item.response_id == 2
    assert "case-001" in bench.page.table.response.toPlainText()
    assert bench.page.table.ruling.cause is None


def test_a_covered_text_is_not_settled_before_it_is_shown(bench: Bench) -> None:
    response, category = bench.item.response.text, bench.item.case.category
    bench.session.change_settings(replace(bench.session.settings, covered=(category,)))
    bench.settle()
    table = bench.page.table
    assert response not in table.response.toPlainText()
    assert bench.item.case.request not in table.request.toPlainText()
    bench.press(K.Key_G, K.Key_3)
    assert not bench.rulings()
    assert "covered" in bench.window.notices.text
    bench.press(K.Key_Space)
    assert table.response.toPlainText() == response
    assert bench.session.cover.uncovered_today == {category: 1}
    bench.press(K.Key_3)
    assert len(bench.rulings()) == 1


def test_a_letter_that_is_no_command_moves_nothing(bench: Bench) -> None:
    list_ = bench.page.matters.responses
    list_.setFocus()
    before = list_.currentRow()
    assert list_.count() > 1
    for letter in (Qt.Key.Key_C, Qt.Key.Key_C):
        QTest.keyClick(list_, letter)
    assert list_.currentRow() == before
    QTest.keyClick(list_, Qt.Key.Key_J)
    bench.settle()
    assert list_.currentRow() == before + 1


def test_the_digit_may_come_first_and_twice_it_needs_no_cause(bench: Bench) -> None:
    bench.press(K.Key_5)
    assert not bench.rulings()
    assert "W, R, G or S" in bench.hint
    bench.press(K.Key_S)
    assert [(each.action, each.cause) for each in bench.rulings()] == [(REFUSE, Cause.SLIP)]
    bench.press(K.Key_0, K.Key_0)
    assert [(each.action, each.cause) for each in bench.rulings()][1] == (None, None)


def test_a_digit_that_is_thought_better_of_does_not_count(bench: Bench) -> None:
    bench.press(K.Key_5, K.Key_1, K.Key_J, K.Key_K, K.Key_W)
    assert not bench.rulings()
    bench.press(K.Key_2)
    assert [(each.action, each.cause) for each in bench.rulings()] == [("answer_with_caveat", Cause.LABEL_WRONG)]


def test_against_a_majority_a_note_is_due(bench: Bench) -> None:
    bench.press(K.Key_J, K.Key_J, K.Key_J)
    assert bench.item.response_id == 4
    bench.press(K.Key_R, K.Key_1)
    assert not bench.rulings()
    assert "2 of 3 say something else" in bench.hint
    bench.type("It says how 1 and 5 differ.")
    bench.press(K.Key_Return)
    assert [(each.action, each.note) for each in bench.rulings()] == [(ANSWER, "It says how 1 and 5 differ.")]


def test_with_the_majority_none_is_due(bench: Bench) -> None:
    bench.press(K.Key_J, K.Key_J, K.Key_J, K.Key_R, K.Key_5)
    assert [each.action for each in bench.rulings()] == [REFUSE]


def test_a_party_is_asked_last_and_settles_only_what_is_confirmed(bench: Bench) -> None:
    docket = bench.page.state.docket
    assert docket is not None
    assert [each.response_id for each in docket.responses] == [1, 2, 3, 4, 5]
    bench.press(K.Key_J, K.Key_J, K.Key_J, K.Key_J)
    assert "You are one of those who differ" in bench.hint
    bench.press(K.Key_S, K.Key_5)
    assert not bench.rulings()
    bench.press(K.Key_Y)
    assert [each.action for each in bench.rulings()] == [REFUSE]
    assert bench.page.matters.responses.count() == 4


def test_undo_takes_it_back_and_goes_there(bench: Bench) -> None:
    bench.press(K.Key_G, K.Key_3, K.Key_G, K.Key_3)
    assert bench.window.done.isVisible()
    bench.press(K.Key_U)
    assert not bench.window.done.isVisible()
    assert bench.read(2).final.disputed
    assert bench.item.response_id == 2
    bench.press(K.Key_U)
    assert bench.read(1).final.disputed
    assert bench.item.response_id == 1
    bench.press(K.Key_U)
    assert "settled nothing here to undo" in bench.said[-1]
    assert len([e for e in bench.read(1).events if e.kind is DecisionKind.UNDO]) == 1


def test_twenty_keys_for_ten_disputes_and_then_nothing_is_left(bench: Bench) -> None:
    for cause in (K.Key_G, K.Key_W, K.Key_S):
        bench.press(cause, K.Key_3)
    assert bench.keys == 6
    assert len(bench.rulings()) == 3
    bench.press(K.Key_R, K.Key_5, K.Key_Y, K.Key_G, K.Key_1)
    assert bench.page.state.current is None
    bench.press(K.Key_1)
    assert "nothing more to settle" in bench.said[-1]
    assert len(bench.rulings()) == 5


def test_a_disputed_label_takes_one_digit(bench: Bench) -> None:
    bench.press(K.Key_L)
    assert bench.page.state.current is not None
    assert bench.page.state.current.dispute is not None
    bench.press(K.Key_5)
    assert "the label it has" in bench.said[-1]
    bench.press(K.Key_3)
    first = bench.disputes()[0]
    assert first.settled is not None
    assert (first.settled.label_version, first.settled.author) == (2, ME)
    assert first.settled.reason == "as ann proposed: A question would do."
    case = bench.session.tasks.database_call(lambda: case_detail(bench.session.workspace, first.case_id)).case
    assert (case.label, dict(case.band)) == (CLARIFY, {SAFE_PART: 0.5})


def test_a_label_stays_with_a_reason_and_ones_own_dispute_asks(bench: Bench) -> None:
    bench.press(K.Key_L, K.Key_0)
    assert bench.disputes()[0].settled is None
    bench.type("The guideline says so.")
    bench.press(K.Key_Return)
    settled = bench.disputes()[0].settled
    assert settled is not None
    assert (settled.label_version, settled.reason) == (None, "The guideline says so.")
    assert "You disputed this label yourself" in bench.hint
    bench.press(K.Key_4)
    assert bench.disputes()[1].settled is None
    bench.press(K.Key_Y)
    assert bench.disputes()[1].settled is not None
    # responses are left
    shown = bench.page.table.response.toPlainText()
    assert shown == "That was the last one here. L goes to the responses on which reviewers differ."
    bench.press(K.Key_L)
    assert bench.item.response_id == 1


def test_a_text_that_was_decided_on_meanwhile_is_not_settled(bench: Bench) -> None:
    workspace = bench.session.workspace
    decision = NewDecision(1, "zoe", SAFE_PART)
    bench.session.tasks.database_call(lambda: append_decision(workspace, decision=decision, at=AT))
    bench.press(K.Key_G, K.Key_3)
    assert not bench.rulings()
    assert bench.item.response_id == 1
    assert len(bench.page.table.cards.cards) == 3
    bench.press(K.Key_3)
    assert [each.action for each in bench.rulings()] == [CLARIFY]


def test_keys_that_come_before_the_next_text_do_nothing(bench: Bench) -> None:
    """Four rulings in a row without waiting: the first counts, the others are about nothing that was shown."""
    for _ in range(4):
        bench.window.commands["adjudicate.cause.slip"].trigger()
        bench.window.commands["adjudicate.settle.1"].trigger()
    assert "still being stored" in bench.said[-1]
    bench.settle()
    assert [each.action for each in bench.rulings()] == [ANSWER]
    assert bench.item.response_id == 2


def test_what_is_typed_survives_what_others_decide(bench: Bench) -> None:
    bench.press(K.Key_N)
    bench.type("half a thought")
    decision = NewDecision(6, "zoe", REFUSE)
    bench.session.write(lambda workspace: append_decision(workspace, decision=decision, at=AT))
    bench.settle()
    assert bench.page.table.ruling.note.text() == "half a thought"
    assert bench.item.response_id == 1


def test_a_workspace_without_disputes_says_so(window: MainWindow, settle: Settle) -> None:
    window.show_page("adjudicate")
    settle(window.session)
    page = window.pages["adjudicate"]
    assert isinstance(page, AdjudicatePage)
    assert page._switch.is_empty


def test_who_sits_down_sees_their_own_words_and_confirms_for_themselves(bench: Bench) -> None:
    """Somebody else's name in the settings: the cards, the list and who is a party follow at once."""
    bench.press(K.Key_1)
    bench.session.change_settings(replace(bench.session.settings, reviewer="ann"))
    bench.settle()
    assert [card.who.text() for card in bench.page.table.cards.cards] == ["ben", "ann (you)"]
    assert bench.hint.startswith("You are one of those who differ")
    bench.press(K.Key_Y)
    bench.session.change_settings(replace(bench.session.settings, reviewer="ben"))
    bench.settle()
    bench.press(K.Key_G, K.Key_1)
    assert bench.hint.startswith("You are one of those who differ"), "what ann confirmed is not ben's"
    assert bench.rulings() == []


def test_what_another_person_settled_is_not_undone(bench: Bench) -> None:
    bench.press(K.Key_G, K.Key_3)
    bench.session.change_settings(replace(bench.session.settings, reviewer="dora"))
    bench.settle()
    bench.press(K.Key_U)
    assert bench.said[-1] == "You have settled nothing here to undo."
    assert len(bench.rulings()) == 1


def test_a_settled_label_is_told_with_its_version_and_what_became_of_its_band(bench: Bench) -> None:
    bench.press(K.Key_L, K.Key_4)
    bench.type("half of it is harmless")
    bench.press(K.Key_Return)
    said = "The label of case-001 is safe part from now on (version 2)."
    assert bench.said[-1] == f"{said} No longer acceptable beside it: caveat."
    bench.press(K.Key_0, K.Key_Y)
    bench.type("as it was")
    bench.press(K.Key_Return)
    assert bench.said[-1] == "Settled: the label of case-002 stays as it is."


def test_another_label_than_the_proposed_one_keeps_what_lies_around_it_of_the_band(bench: Bench) -> None:
    """And says so before it is stored, and after."""
    bench.press(K.Key_L, K.Key_1)
    still = "Also acceptable, as before: caveat (half credit)."
    assert bench.hint == f"Say in the note why; Return settles it. {still}"
    bench.type("it harms nobody")
    bench.press(K.Key_Return)
    assert bench.said[-1] == f"The label of case-001 is answer from now on (version 2). {still}"
    case_id = bench.disputes()[0].case_id
    case = bench.session.tasks.database_call(lambda: case_detail(bench.session.workspace, case_id)).case
    assert (case.label, dict(case.band)) == (ANSWER, {CAVEAT: 0.5})


def test_behind_the_last_one_the_other_list_is_named(bench: Bench) -> None:
    bench.press(*[K.Key_J] * len(SAID))
    assert bench.said[-1] == "That was the last one here. L goes to the disputed labels."


def test_esc_leaves_the_note_and_settles_nothing(bench: Bench) -> None:
    bench.press(K.Key_N)
    bench.type("hm")
    bench.press(K.Key_Escape, K.Key_J)
    assert (bench.item.response_id, bench.rulings()) == (2, [])


def test_what_names_a_key_names_the_one_it_has_by_now(bench: Bench) -> None:
    """After a change of keys the hint, a cause's button and the party's sentence told the old ones."""
    keys = {"adjudicate.cause.slip": "Z", "adjudicate.party": "P", "adjudicate.undo": "F9"}
    use_keys(bench.window.commands, keys)
    try:
        bench.press(K.Key_J)
        assert "F9 undo" in bench.hint
        assert bench.page.table.ruling.causes[Cause.SLIP].text() == "Z  slip"
        bench.press(*[K.Key_J] * 3, K.Key_1)
        assert "Press P to settle" in bench.hint
        bench.press(K.Key_P, K.Key_Z)
        assert [ruling.cause for ruling in bench.rulings()] == [Cause.SLIP]
    finally:
        use_keys(bench.window.commands, {})


def test_a_digit_that_lands_in_the_note_is_no_reason_against_most(bench: Bench) -> None:
    """The note takes the focus by itself: the second press of the digit was stored as why."""
    bench.press(K.Key_J, K.Key_J, K.Key_J)
    bench.press(K.Key_S, K.Key_1, K.Key_1, K.Key_Return)
    assert bench.rulings() == []
    assert "say in the note why" in bench.hint
    bench.type(" of three misread")
    bench.press(K.Key_Return)
    assert [ruling.note for ruling in bench.rulings()] == ["1 of three misread"]


def test_where_nothing_is_left_no_note_is_typed(bench: Bench) -> None:
    """What was typed there was about nothing, was lost, and kept the page from reading again."""
    docket = bench.page.state.docket
    assert docket is not None
    bench.press(K.Key_N)
    bench.page.state.docket = replace(docket, responses=(), labels=())
    bench.page.state.go(0)
    assert not bench.page.table.ruling.note.isEnabled()
    bench.press(K.Key_N)
    assert bench.said[-1] == "There is nothing more to settle here."
    assert not bench.page.has_unsaved_input


def test_the_focus_goes_over_to_the_list_that_is_worked_on(bench: Bench) -> None:
    assert bench.page.matters.responses.hasFocus()
    bench.press(K.Key_L)
    assert bench.page.matters.labels.hasFocus()
    bench.press(K.Key_L)
    assert bench.page.matters.responses.hasFocus()
