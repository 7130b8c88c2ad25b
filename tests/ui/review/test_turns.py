"""A conversation of 25 turns: every turn is reached, opened and folded by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.store.database import Workspace
from reviewer.ui.frame.main_window import MainWindow
from tests.support.builders import fill
from tests.support.tool_cases import AGENT, case_of
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_review import Desk

TURNS: list[object] = [
    {
        "role": "assistant" if number % 2 else "user",
        "content": f"Turn {number} begins. {'It has a first line of many words. ' * 2}\nIts second line {number}.",
    }
    for number in range(25)
]
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def desk(window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle) -> Desk:
    def filled(workspace: Workspace) -> None:
        fill(workspace, [case_of("1-long", TURNS), case_of("2-agent", AGENT)])

    open_filled(filled)
    return Desk(window, settle)


def shown(desk: Desk) -> str:
    return desk.page.case.text.document().toPlainText()


def press(desk: Desk, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(desk.window.focusWidget() or desk.window, key, modifier)
    desk.settle()


def test_many_turns_are_folded_one_by_one(desk: Desk) -> None:
    desk.press(Qt.Key.Key_E)
    assert shown(desk).count("⟨2 lines folded: ") == 24
    assert "Turn 3 begins." in shown(desk), "each fold says how its turn begins"
    assert "Its second line 24." in shown(desk), "the request itself is open"
    assert "Its second line 0." in desk.page.case.text.toPlainText(), "a copy of all has every turn"


def test_every_turn_is_reached_and_opened_by_keys(desk: Desk) -> None:
    desk.press(Qt.Key.Key_E)
    text = desk.page.case.text
    for number in range(25):
        if number:
            press(desk, Qt.Key.Key_Down, ALT)
        else:
            text.setFocus()
        assert text.viewport().rect().contains(text.cursorRect().center())
        if number < 24:
            assert f"Its second line {number}." not in shown(desk)
            press(desk, Qt.Key.Key_Return)
        assert f"Its second line {number}." in shown(desk)
    press(desk, Qt.Key.Key_Up, ALT)
    press(desk, Qt.Key.Key_Return)
    assert "Its second line 23." not in shown(desk), "Return on a heading folds it again"
    assert text.hasFocus()


def test_few_turns_are_open_and_their_roles_are_headings(desk: Desk) -> None:
    desk.press(Qt.Key.Key_J, Qt.Key.Key_E)
    text = desk.page.case.text
    assert "folded" not in shown(desk)
    heading, said = text.document().begin(), text.document().begin().next()
    assert heading.text() == "Developer:"
    assert [each.format.fontWeight() > 500 for each in heading.layout().formats()] == [True]
    assert not said.layout().formats()


def test_the_turn_before_shows_earlier_turns_first(desk: Desk) -> None:
    press(desk, Qt.Key.Key_Up, ALT)
    assert desk.page.case.unfolded
    assert desk.page.case.text.textCursor().block().text() == "User:"
    assert desk.page.case.text.hasFocus()
