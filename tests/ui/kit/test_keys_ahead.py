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
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.ui.adjudicate.disputing import DisputeDialog
from reviewer.ui.bin.imports import PastImportsDialog
from reviewer.ui.bin.recent import RecentlyDeletedDialog
from reviewer.ui.exchange.export import ExportDialog
from reviewer.ui.exchange.import_files import ImportDialog
from reviewer.ui.exchange.packets import PacketsDialog
from reviewer.ui.frame.about import AboutDialog
from reviewer.ui.frame.change_keys import KeysDialog
from reviewer.ui.frame.keys_help import KeysHelp
from reviewer.ui.frame.lock_options import LockDialog
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.method import HelpPageDialog
from reviewer.ui.frame.name import NameDialog
from reviewer.ui.frame.new_passphrase import NewPassphraseDialog
from reviewer.ui.frame.palette import CommandPalette
from reviewer.ui.frame.restoring import RestoreDialog
from reviewer.ui.frame.session_options import SessionDialog
from reviewer.ui.kit.keys_ahead import keys_ahead, open_when_read, show_over
from reviewer.ui.kit.who import WhoDialog
from reviewer.ui.review.blind_settings import BlindSettings
from reviewer.ui.review.history import HistoryOfDecisions
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.queue_plan import QueuePlanDialog
from reviewer.ui.runs.new_run import NewRunDialog
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


ASKING = {
    "queue drawn": ("review.plan", QueuePlanDialog),
    "blind settings": ("review.blind_settings", BlindSettings),
    "name": ("view.reviewer", NameDialog),
    "breaks": ("view.session", SessionDialog),
    "lock": ("view.lock", LockDialog),
    "export": ("file.export", ExportDialog),
    "paste": ("file.paste", ImportDialog),
    "packets": ("file.packet_send", PacketsDialog),
    "bin": ("file.bin", RecentlyDeletedDialog),
    "imports": ("file.imports", PastImportsDialog),
    "restore": ("file.restore", RestoreDialog),
    "encrypt": ("file.encrypt", NewPassphraseDialog),
    "new run": ("runs.new", NewRunDialog),
    "keys": ("view.keys", KeysDialog),
    "method": ("help.method", HelpPageDialog),
    "about": ("help.about", AboutDialog),
}


@pytest.mark.parametrize("asking", ASKING.values(), ids=list(ASKING))
def test_no_key_decides_behind_a_dialog_and_the_next_one_after_it_does(
    desk: Desk, asking: tuple[str, type[QDialog]]
) -> None:
    command, kind = asking
    desk.window.commands[command].trigger()
    press(desk, K.Key_5)
    desk.settle()
    (dialog,) = dialogs(desk)
    assert isinstance(dialog, kind)
    press(desk, K.Key_5, K.Key_B)
    assert not desk.window.close(), "what is asked is answered first"
    assert decided(desk) == 0
    dialog.reject()
    desk.window.show_page("review")
    desk.window.activateWindow()
    desk.settle()
    press(desk, K.Key_2)
    desk.settle()
    assert decided(desk) == 1, "the next key is the page's"
    assert not desk.page.state.blind.on


def test_what_reaches_a_dialog_that_has_closed_is_the_pages_in_its_order(desk: Desk, qtbot: QtBot) -> None:
    """So does X11 until the window behind has the focus."""
    press(desk, K.Key_K, held=CONTROL)
    (dialog,) = dialogs(desk)
    handle = dialog.windowHandle()
    QTest.keyClick(handle, K.Key_Escape)
    for key in (K.Key_N, K.Key_W, K.Key_H, K.Key_Y, K.Key_4):
        QTest.keyClick(handle, key)
    desk.window.activateWindow()
    qtbot.waitUntil(lambda: desk.page.line.note.text() == "why4")
    assert decided(desk) == 0


def test_what_was_typed_on_while_a_question_was_read_goes_to_the_page_behind_its_answer(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.session.tasks.hold_database()
    press(desk, K.Key_L, K.Key_3, K.Key_Tab, K.Key_W, K.Key_H, K.Key_Y, K.Key_Return, K.Key_4)
    desk.session.tasks.release_database()
    desk.settle()
    assert dialogs(desk) == []
    desk.window.activateWindow()
    qtbot.waitUntil(lambda: decided(desk) == 1)


def test_a_dialog_over_a_dialog_gets_the_keys_of_both_windows_behind_it(desk: Desk) -> None:
    first = QDialog(desk.window)
    show_over(first)
    second, field = QDialog(first), QLineEdit()
    QVBoxLayout(second).addWidget(field)
    show_over(second)
    press(desk, K.Key_5)
    QTest.keyClick(first.windowHandle(), K.Key_6)
    assert field.text() == "56"
    second.reject()
    assert keys_ahead(desk.window).over is first
    first.reject()
    assert (keys_ahead(desk.window).over, decided(desk)) == (None, 0)


def test_who_decides_is_asked_without_losing_a_key(desk: Desk) -> None:
    desk.session.change_settings(replace(desk.session.settings, reviewer=""))
    desk.settle()
    press(desk, K.Key_5, K.Key_J, K.Key_O)
    (dialog,) = dialogs(desk)
    assert isinstance(dialog, WhoDialog)
    assert dialog.name.text() == "jo"
    press(desk, K.Key_Return)
    desk.settle()
    (first, _second) = desk.page.list_model.ids
    assert [event.reviewer for event in desk.read(first).events] == ["jo"]


def test_the_history_lies_over_the_page_for_keys_too(desk: Desk) -> None:
    press(desk, K.Key_5)
    desk.settle()
    press(desk, K.Key_K)
    desk.settle()
    press(desk, K.Key_Y, K.Key_4, K.Key_U)
    (dialog,) = dialogs(desk)
    assert isinstance(dialog, HistoryOfDecisions)
    assert decided(desk) == 1
