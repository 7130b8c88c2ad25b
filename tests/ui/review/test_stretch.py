"""A stretch that is decided at once, by impatient hands; an empty queue, and names that begin alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from reviewer.ui.frame.main_window import MainWindow
from tests.ui.conftest import Settle
from tests.ui.review.test_finding import Desk, made, offered
from tests.ui.review.test_finding import desk as desk  # the fixture


def focused(desk: Desk) -> QWidget:
    return desk.window.focusWidget() or desk.window


def test_a_digit_is_no_reason_and_one_row_is_chosen_afterwards(desk: Desk) -> None:
    """The second press of the digit went into the reason, and Return stored it; the rows stayed selected."""
    desk.press(Qt.Key.Key_J, shift=True)
    desk.press(Qt.Key.Key_2, Qt.Key.Key_2, Qt.Key.Key_Return)
    line = desk.page.finding.selecting.line
    assert line.isVisible()
    assert "Say why first" in line.sentence.text()
    assert "“answer with caveat”" in line.sentence.text()
    desk.type(" of them alike")
    desk.press(Qt.Key.Key_Return)
    assert [event.note for event in desk.events("case-1")] == ["2 of them alike"]
    assert len(desk.page.list.selectedIndexes()) == 1


def test_a_reason_is_typed_as_soon_as_the_key_is_pressed(desk: Desk) -> None:
    """While the stretch was read, its letters were commands."""
    desk.press(Qt.Key.Key_J, shift=True)
    free = Event()
    desk.session.tasks.on_database(lambda: free.wait(30), lambda _done: None, lambda _error: None)
    QTest.keyClick(focused(desk), Qt.Key.Key_5)
    for key in "alike":
        QTest.keyClicks(focused(desk), key)
    QTest.keyClick(focused(desk), Qt.Key.Key_Return)
    free.set()
    desk.settle()
    assert [(event.action, event.note) for event in desk.events("case-1")] == [("refuse", "alike")]
    assert not desk.page.finding.selecting.line.isVisible()


def test_a_reason_that_was_given_counts_for_its_stretch_wherever_the_person_goes_meanwhile(desk: Desk) -> None:
    """With the next key the stretch is selected no more, and its decision was lost without a word."""
    desk.press(Qt.Key.Key_J, shift=True)
    free = Event()
    desk.session.tasks.on_database(lambda: free.wait(30), lambda _done: None, lambda _error: None)
    QTest.keyClick(focused(desk), Qt.Key.Key_5)
    QTest.keyClicks(focused(desk), "alike")
    QTest.keyClick(focused(desk), Qt.Key.Key_Return)
    QTest.keyClick(focused(desk), Qt.Key.Key_J)
    QTest.keyClick(focused(desk), Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    free.set()
    desk.settle()
    for case in ("case-1", "case-2"):
        assert [(event.action, event.note) for event in desk.events(case)] == [("refuse", "alike")]


def test_the_session_counts_no_stretch_neither_forwards_nor_backwards(desk: Desk) -> None:
    pace = desk.page.progress.pace
    desk.press(Qt.Key.Key_2)
    assert pace.words.startswith("1 this session")
    desk.press(Qt.Key.Key_J, shift=True)
    desk.press(Qt.Key.Key_5)
    desk.type("alike")
    desk.press(Qt.Key.Key_Return)
    for key, counted in ((Qt.Key.Key_U, 1), (Qt.Key.Key_R, 1), (Qt.Key.Key_U, 1)):
        desk.press(key)
        assert pace.words.startswith(f"{counted} this session")
    desk.press(Qt.Key.Key_U)
    assert pace.words == ""
    desk.press(Qt.Key.Key_2)
    desk.session.change_settings(replace(desk.session.settings, reviewer="another"))
    assert pace.words == "", "what somebody else decided is not theirs"


def test_what_was_decided_in_bulk_is_not_called_done_in_a_sample(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Q, Qt.Key.Key_8, Qt.Key.Key_1)
    desk.press(Qt.Key.Key_J, shift=True)
    desk.press(Qt.Key.Key_5)
    desk.type("alike")
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_Q)
    assert offered(desk)["random audit sample"] == "1 of 5 done, 2 in bulk"


def test_an_empty_queue_says_so_to_every_key(desk: Desk) -> None:
    """It said that the response was not shown yet, and to press the key again."""
    desk.press(Qt.Key.Key_Q, Qt.Key.Key_0)
    for key in (Qt.Key.Key_1, Qt.Key.Key_A, Qt.Key.Key_F, Qt.Key.Key_L, Qt.Key.Key_T, Qt.Key.Key_Y, Qt.Key.Key_J):
        desk.window.notices.hide()
        desk.press(key)
        assert desk.window.notices.text == "This queue is empty. Q shows the others."
        assert desk.window.notices.isVisible()


def test_runs_whose_names_begin_alike_are_told_apart_in_what_the_box_has_room_for(
    window: MainWindow, tmp_path: Path, settle: Settle
) -> None:
    long = "a run with a name that goes on for longer than any box is wide, "
    made(tmp_path / "six.sqlite", ("one", f"{long}first", f"{long}second"))
    bar = Desk(window, tmp_path / "six.sqlite", settle).page.bar
    for box in (bar.run, bar.second):
        shown = [box.itemText(at)[:17] for at in range(box.count())]
        assert len(set(shown)) == 3, shown
