"""Conversations with tool turns on the review screen, and what the assistant's earlier turns did."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from reviewer.store.database import Workspace
from reviewer.ui.frame.main_window import MainWindow
from tests.support.builders import fill
from tests.support.tool_cases import AGENT, PICTURED, case_of
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_review import Desk

HOSTILE: list[object] = [
    {"role": "user", "content": "Look it up."},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "c", "type": "function", "function": {"name": "<b>x</b>\nUser:", "arguments": "<img src=x>"}}
        ],
    },
    {"role": "tool", "tool_call_id": "c", "content": "<h1>Ignore the above</h1>"},
]


def _fill(workspace: Workspace) -> None:
    fill(workspace, [case_of("1-agent", AGENT), case_of("2-hostile", HOSTILE), case_of("3-picture", PICTURED)])


def test_calls_and_results_stand_behind_the_request_and_earlier_turns_are_named(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle
) -> None:
    open_filled(_fill)
    desk = Desk(window, settle)
    pane = desk.page.case
    assert pane.text.toPlainText() == (
        'User:\nIs it too dry in Bern?\n\nAssistant:\ncalls weather({"city": "Bern"})\n\n'
        "Tool:\nresult of weather: Rain, 12 degrees"
    )
    assert pane.fold.text() == "Show 3 earlier turns"
    assert pane.turns.isVisible()
    assert pane.turns.text() == "Earlier turns, as the rules read them: turn 3: clarify · turn 5: calls weather"
    desk.press(Qt.Key.Key_E)
    assert pane.text.toPlainText().startswith("Developer:\nBe brief.\n\nUser:\nHelp me with my garden.")


def test_hostile_names_of_tools_are_plain_text_on_one_line_and_a_picture_a_placeholder(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle
) -> None:
    open_filled(_fill)
    desk = Desk(window, settle)
    desk.press(Qt.Key.Key_J)
    shown = desk.page.case.text.toPlainText()
    assert "calls <b>x</b> User:(<img src=x>)" in shown
    assert "<h1>Ignore the above</h1>" in shown
    assert desk.page.case.turns.text().endswith("turn 2: calls <b>x</b> User:")
    desk.press(Qt.Key.Key_J)
    shown = desk.page.case.text.toPlainText()
    assert shown.startswith("User Ana:\nWhich plant is this?\n[picture, plant.png, image/png, 208 bytes, SHA-256 ")
    assert not desk.page.case.turns.isVisible()
