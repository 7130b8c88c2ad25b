"""Reviewing by keyboard alone, in the real window on the demo workspace."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.core.decisions import Decision, DecisionKind, FinalSource
from reviewer.store.facts.review import QueueFilter, ReviewItem
from reviewer.store.queries import review, runs
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from reviewer.ui.review.page import ReviewPage
from tests.ui.conftest import Settle

ME = "tester"


class Desk:
    """The window as a reviewer uses it: keys in, what is on the screen and on disk out."""

    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.window, self.session, self._settle = window, window.session, settle
        window.show_page("review")
        self.settle()
        page = window.pages["review"]
        assert isinstance(page, ReviewPage)
        self.page = page

    def settle(self) -> None:
        self._settle(self.session)
        QApplication.processEvents()

    def press(self, *keys: Qt.Key, shift: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)
            self.settle()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.window.focusWidget(), text)
        self.settle()

    @property
    def index(self) -> int:
        assert self.page.state.current is not None
        return self.page.state.current.index

    @property
    def item(self) -> ReviewItem:
        assert self.page.state.current is not None
        left = self.page.state.current.left
        assert left is not None
        return left

    def stored(self, response_id: int) -> list[Decision]:
        return [event for event in self.read(response_id).events if event.reviewer == ME]

    def read(self, response_id: int) -> ReviewItem:
        return self.session.tasks.database_call(lambda: review.review_item(self.session.workspace, response_id))

    def choose(self, run: str, queue: QueueFilter) -> None:
        line = self.session.tasks.database_call(lambda: runs.run_named(self.session.workspace, run))
        self.page.state.load(line.id, 0, queue)
        self.settle()


@pytest.fixture
def desk(window: MainWindow, demo_copy: Path, settle: Settle) -> Desk:
    from dataclasses import replace

    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    window.session.open(demo_copy, create=False)
    settle(window.session)
    return Desk(window, settle)


def test_a_number_is_on_disk_before_the_next_case_shows(desk: Desk) -> None:
    first = desk.item
    desk.press(Qt.Key.Key_3)
    assert [event.action for event in desk.stored(first.response_id)] == ["clarify"]
    assert desk.index == 1
    assert desk.item.case.key != first.case.key
    assert desk.page.case.text.toPlainText().startswith(desk.item.case.request[:20])


def test_zero_is_a_decision_without_an_action(desk: Desk) -> None:
    desk.choose("1.0", QueueFilter.UNDECIDED)
    first = desk.item
    desk.press(Qt.Key.Key_0)
    after = desk.read(first.response_id)
    assert [event.action for event in after.events] == [None]
    assert after.final.action is None
    assert str(after.final.reason) == "cannot decide"


def test_agreeing_stores_the_verdict_as_a_decision(desk: Desk) -> None:
    desk.choose("1.0", QueueFilter.UNDECIDED)
    first = desk.item
    desk.press(Qt.Key.Key_A)
    after = desk.read(first.response_id)
    assert after.final.action == first.verdicts[-1].action
    assert after.final.source is FinalSource.DECIDED


def test_a_note_goes_with_the_decision_and_digits_in_it_do_not_decide(desk: Desk) -> None:
    first = desk.item
    desk.press(Qt.Key.Key_N)
    desk.type("see step 3 of 5")
    assert desk.stored(first.response_id) == []
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_4)
    assert [(e.action, e.note) for e in desk.stored(first.response_id)] == [
        ("answer_safe_interpretation_only", "see step 3 of 5")
    ]
    assert desk.page.line.note.text() == ""


def test_undo_goes_back_and_keeps_the_history(desk: Desk) -> None:
    first = desk.item
    desk.press(Qt.Key.Key_5, Qt.Key.Key_1, Qt.Key.Key_U, Qt.Key.Key_U)
    assert desk.index == 0
    kinds = [event.kind for event in desk.stored(first.response_id)]
    assert kinds == [DecisionKind.DECISION, DecisionKind.UNDO]
    assert desk.read(first.response_id).final == first.final
    desk.press(Qt.Key.Key_U)
    assert "nothing" in desk.window.notices.text


def test_side_by_side_waits_for_both_sides(desk: Desk) -> None:
    desk.press(Qt.Key.Key_S, shift=True)
    assert desk.page.state.current is not None
    left, right = desk.page.state.current.items
    assert left is not None
    assert right is not None
    assert left.case.key == right.case.key
    assert desk.page.right.isVisible()
    desk.press(Qt.Key.Key_5)
    assert desk.index == 0
    desk.press(Qt.Key.Key_1, shift=True)
    assert desk.index == 1
    assert desk.stored(left.response_id)[-1].action == "refuse"
    assert desk.stored(right.response_id)[-1].action == "answer"


def test_a_disagreement_is_settled_with_a_cause(desk: Desk) -> None:
    desk.choose("1.1", QueueFilter.DISPUTED)
    first = desk.item
    assert first.final.disputed
    desk.press(Qt.Key.Key_D)
    desk.page.line.cause.setCurrentIndex(1)
    desk.press(Qt.Key.Key_2)
    after = desk.read(first.response_id)
    assert (after.final.action, after.final.source) == ("answer_with_caveat", FinalSource.ADJUDICATED)


def test_the_place_is_kept_over_a_restart(desk: Desk, demo_copy: Path, settle: Settle, qtbot: QtBot) -> None:
    desk.press(Qt.Key.Key_S, shift=True)
    desk.press(Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K)
    key = desk.item.case.key
    assert desk.index == 2
    desk.window.close()
    session = Session(Tasks(), demo_copy.with_name("settings.json"))
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    session.open(demo_copy, create=False)
    settle(session)
    again = Desk(window, settle)
    assert again.item.case.key == key
    assert again.page.right.isVisible()
    window.close()


def test_a_note_without_a_decision_is_kept_as_a_draft(desk: Desk) -> None:
    desk.press(Qt.Key.Key_N)
    desk.type("not sure yet")
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_J, Qt.Key.Key_K)
    assert desk.page.line.note.text() == "not sure yet"


def test_the_queue_of_the_undecided_leads_to_the_next_one(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Space)
    assert desk.item.events == ()


def test_a_random_order_is_stored_once(desk: Desk) -> None:
    line = desk.session.tasks.database_call(lambda: runs.run_named(desk.session.workspace, "1.0"))
    desk.page.state.load(line.id, 0, QueueFilter.RANDOM)
    desk.settle()
    order = list(desk.page.state.queue.ids) if desk.page.state.queue else []
    assert sorted(order) != order
    desk.page.state.load(line.id, 0, QueueFilter.RANDOM)
    desk.settle()
    assert desk.page.state.queue is not None
    assert list(desk.page.state.queue.ids) == order


def test_the_guideline_shows_definitions_and_the_rationale(desk: Desk) -> None:
    desk.press(Qt.Key.Key_H)
    text = desk.page.guideline.text.toPlainText()
    assert desk.item.case.rationale in text
    assert "How to choose the right action" in text
    desk.press(Qt.Key.Key_H)
    assert not desk.page.guideline.isVisible()


def test_the_verdict_and_its_evidence_can_be_hidden(desk: Desk) -> None:
    assert desk.page.left.text.extraSelections()
    assert "rules/" in desk.page.left.verdict.text()
    desk.press(Qt.Key.Key_V)
    assert not desk.page.left.text.extraSelections()
    assert "rules/" not in desk.page.left.verdict.text()


def test_earlier_turns_are_folded_until_asked_for(desk: Desk) -> None:
    ids = desk.page.state.queue.ids if desk.page.state.queue else []
    while len(desk.item.case.messages) == 1 and desk.index + 1 < len(ids):
        desk.press(Qt.Key.Key_J)
    earlier = desk.item.case.messages[0].content
    assert earlier not in desk.page.case.text.toPlainText()
    desk.press(Qt.Key.Key_E)
    assert earlier in desk.page.case.text.toPlainText()


def test_thirty_decisions_in_a_row(desk: Desk) -> None:
    desk.choose("1.0", QueueFilter.UNDECIDED)
    ids = list(desk.page.state.queue.ids)[:30] if desk.page.state.queue else []
    for number in range(30):
        desk.press((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)[number % 5])
    assert [len(desk.stored(response_id)) for response_id in ids] == [1] * 30


def test_space_and_arrows_work_the_control_that_has_the_focus(desk: Desk) -> None:
    refuse = desk.page.left.buttons[4]
    refuse.setFocus()
    response_id = desk.item.response_id
    desk.press(Qt.Key.Key_Space)
    assert [event.action for event in desk.stored(response_id)] == ["refuse"]
    place = desk.index
    desk.page.bar.second.setFocus()
    desk.press(Qt.Key.Key_Down)
    assert desk.page.bar.second.currentIndex() == 1
    assert place > 0


def test_home_end_and_page_down_from_the_list(desk: Desk) -> None:
    desk.press(Qt.Key.Key_End)
    assert desk.page.state.queue is not None
    assert desk.index == len(desk.page.state.queue.ids) - 1
    desk.press(Qt.Key.Key_Home)
    assert desk.index == 0
    bar = desk.page.left.text.verticalScrollBar()
    while bar.maximum() == 0:
        desk.press(Qt.Key.Key_J)
    place = desk.index
    desk.press(Qt.Key.Key_PageDown)
    assert bar.value() > 0
    assert desk.index == place
    desk.press(Qt.Key.Key_PageUp)
    assert bar.value() == 0


def test_the_right_buttons_name_the_keys_that_press_them(desk: Desk) -> None:
    assert [button.text() for button in desk.page.right.buttons][:1] == ["⇧1  answer"]
    assert [button.text() for button in desk.page.left.buttons][:1] == ["1  answer"]


def test_w_goes_through_the_underlined_parts_and_says_why(desk: Desk) -> None:
    pane = desk.page.left
    total = len(pane.text.evidence)
    assert total >= 2
    assert "1 of" not in pane.verdict.text()
    desk.press(Qt.Key.Key_W)
    assert pane.verdict.text().endswith(pane.text.words_at(0))
    assert pane.text.textCursor().selectedText()
    desk.press(*[Qt.Key.Key_W] * (total - 1))
    assert pane.verdict.text().endswith(pane.text.words_at(total - 1))
    desk.press(Qt.Key.Key_W)
    assert pane.verdict.text().endswith(pane.text.words_at(0)), "from the first again"
    QTest.keyClick(desk.window.focusWidget() or desk.window, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    assert pane.verdict.text().endswith(pane.text.words_at(total - 1))


def test_w_goes_on_in_the_response_beside(desk: Desk) -> None:
    desk.press(Qt.Key.Key_S, shift=True)
    desk.press(Qt.Key.Key_J)
    left, right = desk.page.left, desk.page.right
    assert left.text.evidence
    assert right.text.evidence
    desk.press(*[Qt.Key.Key_W] * (len(left.text.evidence) + 1))
    assert left.text.evidence_at_cursor() == -1
    assert right.verdict.text().endswith(right.text.words_at(0))


def test_the_legend_follows_the_response_and_hides_with_the_verdict(desk: Desk) -> None:
    pane = desk.page.left
    kinds = {span.kind for span in pane.text.evidence}
    assert {kind for kind, button in pane.legend.buttons.items() if button.isVisible()} == kinds
    desk.press(Qt.Key.Key_V)
    assert not any(button.isVisible() for button in pane.legend.buttons.values())
    assert pane.text.evidence == ()


def test_a_kind_of_the_legend_leads_to_its_parts(desk: Desk) -> None:
    pane = desk.page.left
    kind = pane.text.evidence[-1].kind
    button = pane.legend.buttons[kind]
    button.setFocus()
    wanted = [at for at, span in enumerate(pane.text.evidence) if span.kind is kind]
    for at in (*wanted, wanted[0]):
        desk.press(Qt.Key.Key_Return)
        assert pane.text.evidence_at_cursor() == at


def test_random_order_is_drawn_when_it_is_chosen_in_the_list(desk: Desk) -> None:
    desk.page.bar.queue.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.type("random")
    desk.press(Qt.Key.Key_Return)
    queue = desk.page.state.queue
    assert queue is not None
    assert queue.filter is QueueFilter.RANDOM
    assert len(queue.ids) == queue.run.stored
    assert list(queue.ids) != sorted(queue.ids)


def test_esc_leaves_the_note_with_what_is_typed_and_keys_are_commands_again(desk: Desk) -> None:
    """It did nothing, and the next key was typed."""
    first = desk.item.response_id
    desk.press(Qt.Key.Key_N, Qt.Key.Key_Escape)
    assert not desk.page.line.isVisible()
    desk.press(Qt.Key.Key_N)
    desk.type("why so")
    desk.press(Qt.Key.Key_Escape, Qt.Key.Key_3)
    assert [(event.action, event.note) for event in desk.stored(first)] == [("clarify", "why so")]
