"""While the first workspace is being opened no key is lost without a word, and none opens another one in its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.opening import NONE_OPEN
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from tests.ui.conftest import Settle


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """As it is at its start, without a workspace."""
    session = Session(Tasks(), tmp_path / "settings.json")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield window
    session.close()
    for left_over in (session, session.tasks):
        left_over.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def opening(window: MainWindow, demo_copy: Path) -> Iterator[tuple[MainWindow, Event]]:
    """The window while its database thread is busy with something else."""
    free = Event()
    window.session.tasks.on_database(lambda: free.wait(30), lambda _done: None, lambda _error: None)
    window.session.open(demo_copy, create=False)
    yield window, free
    free.set()


def welcome_buttons(window: MainWindow) -> list[QPushButton]:
    assert window.welcome is not None
    return [each for each in window.welcome.findChildren(QPushButton) if each.isEnabled()]


def press(window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, held)


def test_a_page_that_is_asked_for_comes_as_soon_as_it_is_open(
    opening: tuple[MainWindow, Event], settle: Settle
) -> None:
    window, free = opening
    press(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.notices.text == "Review comes as soon as demo.sqlite is open."
    free.set()
    settle(window.session)
    assert window.page == "review"


def test_every_other_key_is_refused_in_sight(opening: tuple[MainWindow, Event], settle: Settle) -> None:
    window, free = opening
    assert welcome_buttons(window) == [], "Return would open the demo in its place"
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_2):
        window.notices.hide()
        press(window, key)
        assert window.notices.isVisible()
        assert "demo.sqlite is still being opened" in window.notices.text
    free.set()
    settle(window.session)
    assert window.page == "cases"


def test_what_could_not_be_opened_leaves_the_ways_in_open(window: MainWindow, tmp_path: Path, settle: Settle) -> None:
    window.session.open(tmp_path / "there is none.sqlite", create=False)
    assert welcome_buttons(window) == []
    settle(window.session)
    assert window.welcome is not None
    assert window.welcome.demo in welcome_buttons(window)
    press(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.notices.text == NONE_OPEN
