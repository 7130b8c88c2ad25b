"""Keys that come before a dialog: what was opened gets them, in their order, and the page behind it none of them.

They are sent to the window itself, as the platform does: a key that is sent to a widget passes over all of this.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.ui.adjudicate.disputing import DisputeDialog
from reviewer.ui.frame.keys_help import KeysHelp
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.palette import CommandPalette
from reviewer.ui.kit.keys_ahead import open_when_read
from reviewer.ui.review.page import ReviewPage
from tests.support.builders import CLARIFY, fill, make_case
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_review import ME, Desk

K = Qt.Key
CONTROL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def two(workspace: Workspace) -> None:
    fill(workspace, [make_case("case-1"), make_case("case-2")])


@pytest.fixture
def desk(window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> Desk:
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    open_filled(two)
    desk = Desk(window, settle)
    window.activateWindow()
    QApplication.processEvents()
    return desk


def press(desk: Desk, *keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    """To the window, whatever lies over it: so does X11 until another window has the focus."""
    for key in keys:
        QTest.keyClick(desk.window.windowHandle(), key, held)


def dialogs(desk: Desk) -> list[QDialog]:
    return [each for each in desk.window.findChildren(QDialog) if each.isVisible()]


def leave(desk: Desk) -> None:
    press(desk, K.Key_Escape)
    assert dialogs(desk) == []
    desk.window.activateWindow()
    QApplication.processEvents()


def decided(desk: Desk) -> int:
    return sum(len(desk.stored(id_)) for id_ in desk.page.list_model.ids)


def test_keys_that_come_while_a_question_is_read_are_its_answer(desk: Desk) -> None:
    desk.session.tasks.hold_database()
    press(desk, K.Key_L, K.Key_3, K.Key_Tab, K.Key_5, K.Key_J)
    assert dialogs(desk) == []
    desk.session.tasks.release_database()
    desk.settle()
    (dialog,) = dialogs(desk)
    assert isinstance(dialog, DisputeDialog)
    assert (dialog.label.action, dialog.reason.text()) == (CLARIFY, "5j")
    assert "case-1" in dialog.present.text()
    assert (decided(desk), desk.index) == (0, 0)


def test_a_second_press_asks_once(desk: Desk) -> None:
    desk.session.tasks.hold_database()
    press(desk, K.Key_L, K.Key_L)
    desk.session.tasks.release_database()
    desk.settle()
    assert len(dialogs(desk)) == 1


def test_esc_gives_up_what_has_not_come_and_what_was_typed_for_it(desk: Desk) -> None:
    desk.session.tasks.hold_database()
    press(desk, K.Key_L, K.Key_3, K.Key_Escape)
    desk.session.tasks.release_database()
    desk.settle()
    assert dialogs(desk) == []
    press(desk, K.Key_5)
    desk.settle()
    assert decided(desk) == 1, "the keys are the page's again"


def test_what_could_not_be_read_gives_the_keys_back(desk: Desk) -> None:
    def fail(_workspace: Workspace) -> None:
        raise InputError("It cannot be read.", "Try again.")

    desk.session.tasks.hold_database()
    open_when_read(desk.session, desk.page, fail, lambda _nothing: QDialog(desk.window))
    press(desk, K.Key_5)
    desk.session.tasks.release_database()
    desk.settle()
    assert (dialogs(desk), decided(desk)) == ([], 0)
    press(desk, K.Key_5)
    desk.settle()
    assert decided(desk) == 1


def test_another_workspace_ends_the_waiting(desk: Desk, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "own.sqlite", tmp_path / "other.sqlite")
    desk.session.tasks.hold_database()
    desk.session.open(tmp_path / "other.sqlite", create=False)
    press(desk, K.Key_L, K.Key_3)
    desk.session.tasks.release_database()
    desk.settle()
    assert dialogs(desk) == []
    desk.window.show_page("review")
    desk.settle()
    press(desk, K.Key_5)
    desk.settle()
    page = desk.window.pages["review"]
    assert isinstance(page, ReviewPage)
    assert page.state.current is not None
    assert page.state.current.index == 1, "the keys are the page's"


@pytest.mark.parametrize(
    ("key", "held", "kind"), [(K.Key_K, CONTROL, CommandPalette), (K.Key_F1, NONE, KeysHelp)], ids=["palette", "help"]
)
def test_what_is_typed_on_before_the_dialog_has_the_focus_is_searched_for(
    desk: Desk, key: Qt.Key, held: Qt.KeyboardModifier, kind: type[CommandPalette | KeysHelp]
) -> None:
    press(desk, key, held=held)
    (dialog,) = dialogs(desk)
    assert isinstance(dialog, kind)
    press(desk, K.Key_J, K.Key_5, K.Key_Left, K.Key_B)
    field = dialog.search if isinstance(dialog, CommandPalette) else dialog.filter
    assert field.text() == "jb5"
    assert (decided(desk), desk.index, desk.page.state.blind.on) == (0, 0, False)
    leave(desk)
    press(desk, K.Key_J)
    desk.settle()
    assert desk.index == 1, "what has closed takes nothing"


def test_the_mouse_does_nothing_behind_a_dialog(desk: Desk) -> None:
    press(desk, K.Key_K, held=CONTROL)
    row = desk.page.list.visualRect(desk.page.list_model.index(1)).center()
    place = desk.page.list.viewport().mapTo(desk.window, row)
    QTest.mouseClick(desk.window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    desk.settle()
    assert desk.index == 0
    leave(desk)
    QTest.mouseClick(desk.window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    desk.settle()
    assert desk.index == 1
