"""Cases with tool turns and pictures in the window: seen, their texts edited, and nothing lost on saving."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.core.cases import SuiteHead
from reviewer.core.changes import Changes
from reviewer.core.messages import with_text
from reviewer.store.database import Workspace
from reviewer.store.writes.suites import ensure_suite
from reviewer.ui.kit.session import Session
from tests.support.builders import AT, put_cases
from tests.support.tool_cases import AGENT, IN_PIECES, PICTURED, case_of
from tests.ui.cases.test_cases import Screen, screen
from tests.ui.cases.test_editing import CONTROL, choose, detail, start_editing

__all__ = ["screen"]

CASES = (case_of("1-agent", AGENT), case_of("2-picture", PICTURED), case_of("3-pieces", IN_PIECES))


def _fill(workspace: Workspace) -> tuple[None, Changes]:
    suite_id, changes = ensure_suite(workspace, head=SuiteHead("Tools"), at=AT)
    return None, changes | put_cases(workspace, suite_id, CASES).changes


@pytest.fixture
def cases(screen: Screen, session: Session) -> Screen:
    session.write(_fill)
    screen.settle()
    return screen


def save(cases: Screen) -> None:
    cases.press(Qt.Key.Key_S, CONTROL)
    cases.settle()
    assert not cases.page.side.is_editing, cases.page.editor.trouble.text()


def test_turns_of_tools_and_pictures_are_read_and_found(cases: Screen) -> None:
    cases.search("rain degrees")
    assert cases.keys() == ["1-agent"]
    cases.page.list.choose_row(0)
    cases.settle()
    shown = cases.page.panel.turns.toPlainText()
    assert "— turn 1 of 6, developer —\nBe brief." in shown
    assert '— turn 5 of 6, assistant —\ncalls weather({"city": "Bern"})' in shown
    assert "— turn 6 of 6, tool —\nresult of weather: Rain, 12 degrees" in shown
    row = cases.page.list.model.index(0, 1).data()
    assert row.startswith('[6 turns] Is it too dry in Bern? calls weather({"city": "Bern"}) result of weather: Rain')


def test_a_picture_is_a_placeholder_with_name_type_size_and_hash(cases: Screen) -> None:
    cases.page.list.choose_row(1)
    cases.settle()
    shown = cases.page.panel.turns.toPlainText()
    assert (
        "— turn 1 of 1, user Ana —\nWhich plant is this?\n[picture, plant.png, image/png, 208 bytes, SHA-256 " in shown
    )


@pytest.mark.parametrize("row", range(len(CASES)))
def test_what_is_not_edited_is_not_changed(cases: Screen, row: int) -> None:
    start_editing(cases, row)
    editor = cases.page.editor
    assert not editor.dirty
    assert editor._case().message_hash == CASES[row].message_hash


def test_a_result_is_edited_and_the_calls_stay(cases: Screen, session: Session) -> None:
    start_editing(cases, 0)
    turns = cases.page.editor.turns.turns
    assert turns[4].others.text() == 'calls weather({"city": "Bern"})'
    assert turns[5].others.text() == "result of weather"
    assert [turn.role.isEnabled() for turn in turns] == [True, True, True, True, False, False]
    turns[5].text.selectAll()
    QTest.keyClicks(turns[5].text, "Sun.")
    save(cases)
    before = CASES[0].messages
    stored = detail(cases, session, "1-agent").case.messages
    assert stored == (*before[:5], with_text(before[5], "Sun."))


def test_the_text_beside_a_picture_is_edited_and_the_picture_stays(cases: Screen, session: Session) -> None:
    start_editing(cases, 1)
    (turn,) = cases.page.editor.turns.turns
    turn.text.selectAll()
    QTest.keyClicks(turn.text, "And this?")
    save(cases)
    stored = detail(cases, session, "2-picture").case.messages
    assert stored == (with_text(CASES[1].messages[0], "And this?"),)
    assert stored[0].parts[1:] == CASES[1].messages[0].parts[1:]


def test_a_developer_can_become_system(cases: Screen, session: Session) -> None:
    start_editing(cases, 0)
    choose(cases.page.editor.turns.turns[0].role, 0)
    save(cases)
    assert detail(cases, session, "1-agent").case.messages[0].role == "system"


def test_a_call_without_its_result_is_said_and_nothing_is_lost(cases: Screen) -> None:
    start_editing(cases, 0)
    editor = cases.page.editor
    editor.turns.turns[5].remove.click()
    cases.press(Qt.Key.Key_S, CONTROL)
    assert "The last turn is the assistant's" in editor.trouble.text()
    editor.turns.add.click()
    cases.type("And now?")
    cases.press(Qt.Key.Key_S, CONTROL)
    assert "Message 5 calls 'weather', and the result does not follow." in editor.trouble.text()
    assert cases.page.side.is_editing


def test_a_text_in_pieces_between_pictures_is_shown_and_kept(cases: Screen) -> None:
    start_editing(cases, 2)
    (turn,) = cases.page.editor.turns.turns
    assert turn.text.isReadOnly()
    assert turn.text.toPlainText() == "Before\n[picture at https://example.org/x.png, not fetched]\nafter"
    assert "in pieces" in turn.others.text()
