"""Who decides is asked at the first decision, and the key that came is not lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.store.database import Workspace
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.who import WhoDialog
from tests.support.builders import fill, make_cases
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_review import Desk


def small(workspace: Workspace) -> None:
    fill(workspace, make_cases(4))


@pytest.fixture
def nameless(window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> Desk:
    open_filled(small)
    return Desk(window, settle)


def asked(desk: Desk) -> WhoDialog:
    (dialog,) = (each for each in desk.window.findChildren(WhoDialog) if each.isVisible())
    return dialog


def test_the_first_decision_asks_and_is_carried_out_under_the_name(nameless: Desk) -> None:
    first = nameless.item
    nameless.press(Qt.Key.Key_3)
    dialog = asked(nameless)
    assert not nameless.read(first.response_id).events
    assert dialog.name.text() == nameless.session.reviewer
    dialog.name.setText("  ann ")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    nameless.settle()
    assert [(e.reviewer, e.action) for e in nameless.read(first.response_id).events] == [("ann", "clarify")]
    second = nameless.item
    assert second.response_id != first.response_id
    nameless.window.activateWindow()  # what a window manager does when the dialog above it closes
    nameless.settle()
    nameless.press(Qt.Key.Key_5)
    assert [(e.reviewer, e.action) for e in nameless.read(second.response_id).events] == [("ann", "refuse")]


def test_given_up_it_is_said_and_asked_again(nameless: Desk) -> None:
    said: list[str] = []
    nameless.session.notice.connect(said.append)
    first = nameless.item
    nameless.press(Qt.Key.Key_3)
    QTest.keyClick(asked(nameless), Qt.Key.Key_Escape)
    nameless.settle()
    assert not nameless.read(first.response_id).events
    assert "Nothing was decided" in said[-1]
    assert nameless.item.response_id == first.response_id
    nameless.window.activateWindow()
    nameless.settle()
    nameless.press(Qt.Key.Key_4)
    assert asked(nameless).use.isEnabled()


def test_a_name_of_spaces_is_none(nameless: Desk) -> None:
    nameless.press(Qt.Key.Key_3)
    dialog = asked(nameless)
    dialog.name.setText("   ")
    assert not dialog.use.isEnabled()


def test_another_response_by_then_is_not_decided_on(nameless: Desk) -> None:
    said: list[str] = []
    nameless.session.notice.connect(said.append)
    nameless.press(Qt.Key.Key_3)
    dialog = asked(nameless)
    nameless.page.state.go(2)
    nameless.settle()
    dialog.use.click()
    nameless.settle()
    assert all(not nameless.read(response_id).events for response_id in nameless.page.list_model.ids)
    assert "Something else is shown by now" in said[-1]
