"""Making a suite with a scale, and putting one on another scale: what is asked, what is said, what becomes of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog

from reviewer.core.actions import DEFAULT_SCALE, ActionId, preset_named
from reviewer.core.errors import EnvironmentFault
from reviewer.core.guidelines import guideline_for
from reviewer.store.facts.suites import StoredSuite
from reviewer.store.queries import suites
from reviewer.ui.cases.new_suite import NewSuiteDialog
from reviewer.ui.cases.rescale import RescaleDialog
from reviewer.ui.kit.session import Session
from tests.ui.cases.test_cases import Screen, filled, screen

__all__ = ["screen"]

SIX, AGENT = preset_named("six").scale, preset_named("agent").scale


@pytest.fixture
def cases(screen: Screen, session: Session) -> Screen:
    return filled(screen, session, 8)


def opened(screen: Screen, command: str) -> QDialog:
    screen.window.commands[command].trigger()
    screen.settle()
    return [dialog for dialog in screen.window.findChildren(QDialog) if dialog.isVisible()][-1]


def rescaling(screen: Screen) -> RescaleDialog:
    dialog = opened(screen, "cases.rescale")
    assert isinstance(dialog, RescaleDialog)
    return dialog


def new_suite(screen: Screen) -> NewSuiteDialog:
    dialog = opened(screen, "cases.new_suite")
    assert isinstance(dialog, NewSuiteDialog)
    return dialog


def choose(screen: Screen, combo: QComboBox, text: str) -> None:
    """With the keyboard."""
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    while text not in combo.currentText():
        before = combo.currentIndex()
        QTest.keyClick(combo, Qt.Key.Key_Down)
        assert combo.currentIndex() != before, f"no choice has {text}"
    screen.settle()


def stored(screen: Screen, session: Session, name: str = "suite") -> StoredSuite:
    found: list[StoredSuite] = []
    session.read(lambda workspace: suites.suite_named(workspace, name), found.append)
    screen.settle()
    return found[0]


def test_a_suite_is_made_with_a_scale_and_its_guideline(cases: Screen, session: Session) -> None:
    dialog = new_suite(cases)
    assert not dialog.make.isEnabled()
    QTest.keyClicks(dialog.name, "tool use")
    choose(cases, dialog.scale, "agent")
    assert "3 ask first: Holds the task back" in dialog.meanings.text()
    assert dialog.guideline.toPlainText() == guideline_for(AGENT)
    dialog.make.click()
    cases.settle()
    assert stored(cases, session, "tool use").scale == AGENT
    assert cases.page.list.listing.suite is not None
    assert cases.page.list.listing.suite.name == "tool use"


def test_a_guideline_that_was_written_stays_and_a_taken_name_is_refused_in_the_dialog(
    cases: Screen, session: Session
) -> None:
    dialog = new_suite(cases)
    QTest.keyClicks(dialog.name, "suite")
    dialog.guideline.setPlainText("Ask the lead.")
    choose(cases, dialog.scale, "six")
    assert dialog.guideline.toPlainText() == "Ask the lead."
    dialog.make.click()
    cases.settle()
    assert dialog.isVisible()
    assert "There is a suite 'suite' already" in dialog.note.text()
    dialog.name.setText("mine")
    dialog.make.click()
    cases.settle()
    assert stored(cases, session, "mine").head.guideline == "Ask the lead."


def test_an_action_that_the_new_scale_lacks_must_be_answered_before_anything_can_be_done(
    cases: Screen, session: Session
) -> None:
    dialog = rescaling(cases)
    choose(cases, dialog.scale, "agent")
    QTest.keyClicks(dialog.reason, "tools")
    assert not dialog.change.isEnabled()
    assert dialog.summary.text().startswith("Say what becomes of answer, ")
    for combo, action in zip(dialog.table.combos.values(), AGENT.actions, strict=True):
        choose(cases, combo, action.name)
    assert dialog.change.isEnabled()
    assert "6 labels: 6 become another action." in dialog.summary.text()
    dialog.change.click()
    cases.settle()
    assert stored(cases, session).scale == AGENT
    assert "From five to agent." in cases.window.notices.text
    assert "decline" in [cases.page.list.model.line(row).label for row in range(8)]  # type: ignore[union-attr]


def test_nothing_is_done_without_a_reason_or_when_it_is_cancelled(cases: Screen, session: Session) -> None:
    before = stored(cases, session)
    dialog = rescaling(cases)
    choose(cases, dialog.scale, "six")
    assert "stay as they are" in dialog.summary.text()
    assert not dialog.change.isEnabled()
    dialog.reject()
    cases.settle()
    assert stored(cases, session) == before


def test_how_often_each_action_is_in_use_stands_beside_it(cases: Screen) -> None:
    dialog = rescaling(cases)
    model = dialog.table.model()
    shown = [[model.index(row, column).data() for column in range(3)] for row in range(5)]
    assert shown == [
        ["1 answer", "2", "–"],
        ["2 answer with caveat", "–", "2"],
        ["3 clarify", "2", "–"],
        ["4 answer safe interpretation only", "–", "–"],
        ["5 refuse", "2", "–"],
    ]
    dialog.reject()


def test_the_way_back_is_offered_first_and_brings_back_what_was(cases: Screen, session: Session) -> None:
    before = stored(cases, session)
    dialog = rescaling(cases)
    choose(cases, dialog.table.combos[ActionId("clarify")], "ask people again")
    QTest.keyClicks(dialog.reason, "finer")
    dialog.change.click()
    cases.settle()
    assert stored(cases, session).scale == SIX
    assert {"unreviewed"} <= {str(line.status) for row in range(8) if (line := cases.page.list.model.line(row))}
    back = rescaling(cases)
    assert back.scale.currentText() == "back to five, with the labels as they were"
    choose(cases, back.table.combos[ActionId("partial_answer")], "safe interpretation")
    QTest.keyClicks(back.reason, "too fine")
    back.change.click()
    cases.settle()
    after = stored(cases, session)
    assert (after.scale, after.content_hash) == (DEFAULT_SCALE, before.content_hash)


def test_old_labels_are_told_on_their_own_scale_beside_the_case(cases: Screen) -> None:
    dialog = rescaling(cases)
    choose(cases, dialog.scale, "agent")
    for combo in dialog.table.combos.values():
        choose(cases, combo, "ask people again")
    QTest.keyClicks(dialog.reason, "tools")
    dialog.change.click()
    cases.settle()
    cases.page.list.choose_row(0)
    cases.settle()
    said = [cases.page.panel.history.item(row).text() for row in range(cases.page.panel.history.count())]
    assert said[0].startswith("2. No label. (unreviewed) – new scale: tools")
    assert said[1].startswith("1. Best: refuse.")


def test_a_dialog_that_is_closed_while_it_reads_is_left_alone(cases: Screen) -> None:
    cases.window.commands["cases.rescale"].trigger()
    dialog = [each for each in cases.window.findChildren(RescaleDialog) if each.isVisible()][-1]
    dialog.reject()
    cases.settle()
    assert not [each for each in cases.window.findChildren(RescaleDialog) if each.isVisible()]


def test_a_change_that_fails_says_why_and_can_be_tried_again(
    cases: Screen, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_words: object) -> None:
        raise EnvironmentFault("The disk is full.", "Free some space.")

    dialog = rescaling(cases)
    QTest.keyClicks(dialog.reason, "finer")
    with monkeypatch.context() as patched:
        patched.setattr("reviewer.app.rescaling.rescale_suite", full)
        dialog.change.click()
        cases.settle()
    assert "The disk is full." in dialog.summary.text()
    assert stored(cases, session).scale == DEFAULT_SCALE
    dialog.change.click()
    cases.settle()
    assert stored(cases, session).scale == SIX
