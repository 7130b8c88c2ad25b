"""An ampersand in an action's name is shown on its button and makes no Alt key that decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.core.actions import Action, ActionId, ActionScale
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.review.scale_cells import ScaleCell
from tests.support.builders import make_case, make_response, make_run, make_suite
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_review import ME, Desk

NAMES = {"qa": "Q&A answer", "safe": "Safe & short", "refuse": "Refuse"}
SCALE = ActionScale(tuple(Action(ActionId(key), name, "", "") for key, name in NAMES.items()))


@pytest.fixture
def desk(window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle) -> Desk:
    def fill(workspace: Workspace) -> None:
        suite = make_suite(workspace, [make_case("one", label=SCALE.ids[0])], scale=SCALE)
        make_run(workspace, suite, [Classified(make_response("one"))])

    window.session.change_settings(window.session.settings.__class__(reviewer=ME))
    open_filled(fill)
    return Desk(window, settle)


def test_the_buttons_show_the_names_as_they_are(desk: Desk) -> None:
    cells = [cell for cell in desk.page.findChildren(ScaleCell) if cell.isVisible()]
    shown = [cell.text().replace("&&", "&") for cell in cells]
    assert [text for text in shown if "&" in text] == ["1  Q&A answer", "2  Safe & short"]
    assert all(cell.shortcut().isEmpty() for cell in cells)


@pytest.mark.parametrize("key", [Qt.Key.Key_A, Qt.Key.Key_Space])
def test_alt_and_the_letter_behind_it_decide_nothing(desk: Desk, key: Qt.Key) -> None:
    response = desk.item.response_id
    QTest.keyClick(desk.window.focusWidget() or desk.window, key, Qt.KeyboardModifier.AltModifier)
    desk.settle()
    assert desk.stored(response) == []


def test_its_number_decides(desk: Desk) -> None:
    response = desk.item.response_id
    desk.press(Qt.Key.Key_1)
    assert [event.action for event in desk.stored(response)] == ["qa"]
