"""What the suite can find: answered while the person types, from the keyboard, off the GUI thread."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from reviewer.app.figures.suite_plan_words import sentence
from reviewer.app.figures.suite_plans import PlanQuestion, basis_of, plan_suite
from reviewer.core.cases import Case
from reviewer.core.changes import Changes
from reviewer.ui.cases.suite_plan import SuitePlanDialog
from reviewer.ui.kit.session import Session
from tests.support.builders import ANSWER, make_case, make_cases, make_suite
from tests.ui.cases.test_cases import Screen, screen
from tests.ui.cases.test_scales import opened
from tests.ui.conftest import WAIT_MS

__all__ = ["screen"]


@pytest.fixture
def cases(screen: Screen, session: Session) -> Screen:
    return with_suite(screen, session, make_cases(132))


def with_suite(screen: Screen, session: Session, made: list[Case]) -> Screen:
    session.write(lambda workspace: (make_suite(workspace, made), Changes(cases=True)))
    screen.settle()
    screen.window.show_page("cases")
    screen.settle()
    return screen


def planning(screen: Screen) -> SuitePlanDialog:
    dialog = opened(screen, "cases.plan")
    assert isinstance(dialog, SuitePlanDialog)
    return dialog


def type_into(screen: Screen, field: QLineEdit, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def says(screen: Screen, dialog: SuitePlanDialog, words: str) -> None:
    screen.qtbot.waitUntil(lambda: words in dialog.answer.text(), timeout=WAIT_MS)


def expected(session: Session, screen: Screen, question: PlanQuestion) -> str:
    found: list[str] = []
    suite_id = session.suite_id
    assert suite_id is not None
    session.read(lambda workspace: sentence(plan_suite(basis_of(workspace, suite_id), question)), found.append)
    screen.settle()
    return found[0]


def test_the_answer_follows_what_is_typed(cases: Screen, session: Session) -> None:
    dialog = planning(cases)
    says(cases, dialog, "This suite has 66 cases at each end: with 1 repeat")
    assert dialog.answer.text() == expected(session, cases, PlanQuestion((0.5,), 1))
    type_into(cases, dialog.gain, "0,8")
    type_into(cases, dialog.repeats, "3")
    says(cases, dialog, "a change of 0.8")
    says(cases, dialog, "with 3 repeats")
    assert dialog.answer.text() == expected(session, cases, PlanQuestion((0.8,), 3))
    assert dialog.pairs.isVisible()


@pytest.mark.parametrize(
    ("gain", "repeats", "said"), [("9", "1", "The change is"), ("0.5", "0", "The number of repeats is")]
)
def test_what_cannot_be_planned_is_said_in_its_place(cases: Screen, gain: str, repeats: str, said: str) -> None:
    dialog = planning(cases)
    type_into(cases, dialog.gain, gain)
    type_into(cases, dialog.repeats, repeats)
    says(cases, dialog, said)
    assert not dialog.pairs.isVisible()


def test_a_suite_of_one_label_says_what_it_lacks(screen: Screen, session: Session) -> None:
    one = with_suite(screen, session, [make_case(f"case-{number}", label=ANSWER) for number in range(4)])
    says(one, planning(one), "no two ends")


def test_closing_it_ends_what_was_asked(cases: Screen) -> None:
    dialog = planning(cases)
    type_into(cases, dialog.gain, "0.3")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    cases.settle()
    assert not [one for one in cases.window.findChildren(SuitePlanDialog) if one.isVisible()]


def test_return_in_a_field_answers_and_leaves_the_dialog_open(cases: Screen) -> None:
    dialog = planning(cases)
    says(cases, dialog, "This suite has 66 cases at each end")
    type_into(cases, dialog.gain, "0.8")
    QTest.keyClick(dialog.gain, Qt.Key.Key_Return)
    says(cases, dialog, "a change of 0.8")
    assert dialog.isVisible()
    type_into(cases, dialog.repeats, "0")
    says(cases, dialog, "The number of repeats is a whole number from 1 to 1,000.")
    dialog.close_button.setFocus()
    QTest.keyClick(dialog.close_button, Qt.Key.Key_Space)
    assert not dialog.isVisible()
