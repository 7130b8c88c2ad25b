"""What the window says of itself lies over no part of a page, whatever it says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from reviewer.core.errors import InputError
from reviewer.ui.frame.main_window import MainWindow
from tests.ui.conftest import Settle
from tests.ui.review.test_review import ME, Desk

SHORT, LONG = "It was done.", "What was done takes many words to say. " * 30


@pytest.fixture
def desk(window: MainWindow, demo_copy: Path, settle: Settle) -> Desk:
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    window.session.open(demo_copy, create=False)
    settle(window.session)
    return Desk(window, settle)


def box(desk: Desk, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(desk.window, widget.rect().topLeft()), widget.size())


def covers_nothing(desk: Desk) -> bool:
    notice = box(desk, desk.window.notices)
    parts: list[QWidget] = [desk.window.whole, desk.window.menuBar(), desk.window.done]
    inside = desk.window.rect().contains(notice)
    return inside and not any(each.isVisible() and notice.intersects(box(desk, each)) for each in parts)


@pytest.mark.parametrize("size", [(1366, 768), (1000, 640)])
@pytest.mark.parametrize("said", [SHORT, LONG])
def test_a_notice_lies_over_no_page_no_menu_and_no_undo(desk: Desk, size: tuple[int, int], said: str) -> None:
    desk.window.resize(*size)
    for page in desk.window.pages:
        desk.window.show_page(page)
        desk.session.notice.emit(said)
        desk.settle()
        assert covers_nothing(desk)
    desk.press(Qt.Key.Key_2)
    assert desk.window.done.isVisible()
    assert covers_nothing(desk)
    desk.window.notices.show_error(InputError(said, said))
    desk.settle()
    assert covers_nothing(desk)
    desk.window.done.hide()
    assert covers_nothing(desk)


def test_what_does_not_fit_is_read_whole_where_it_is_asked_for(desk: Desk) -> None:
    notices = desk.window.notices
    desk.session.notice.emit(SHORT)
    assert not notices.whole.isVisible()
    desk.session.notice.emit(LONG)
    desk.settle()
    shown = notices.findChild(QWidget, "notice")
    assert notices.whole.isVisible()
    assert notices.text == LONG.strip() or notices.text == LONG
    assert shown is not None
    assert len(shown.property("text")) < len(notices.text)
    assert shown.accessibleDescription() == notices.text
    notices.whole.click()
    assert shown.property("text") == notices.text
    assert desk.window.rect().contains(box(desk, notices))
    desk.session.notice.emit(SHORT)
    assert covers_nothing(desk)
    assert shown.property("text") == SHORT


def test_what_is_said_while_the_window_is_locked_is_not_seen_before(desk: Desk) -> None:
    desk.window.commands["file.lock"].trigger()
    desk.settle()
    desk.session.notice.emit(SHORT)
    desk.settle()
    assert not desk.window.notices.isVisible()


@pytest.mark.parametrize("beside", ["pass", "window.done.show()"])
def test_a_window_that_is_destroyed_under_a_notice_takes_it_along(tmp_path: Path, beside: str) -> None:
    # in a process of its own: what goes wrong there ends the program
    script = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QEvent\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from reviewer.ui.frame.main_window import MainWindow\n"
        "from reviewer.ui.kit.session import Session; from reviewer.ui.kit.tasks import Tasks\n"
        "app = QApplication([]); session = Session(Tasks(), Path(sys.argv[1]))\n"
        "window = MainWindow(session); window.show(); window.notices.show_notice('It was done.')\n"
        f"{beside}; assert window.notices.isVisible()\n"
        "window.deleteLater(); QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)\n"
        "print('whole')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "settings.json")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "whole"), done.stderr[-2000:]
    assert "Traceback" not in done.stderr


def test_what_answers_a_key_goes_with_the_next_one_and_what_came_by_itself_stays(desk: Desk) -> None:
    """'Nothing was decided' stood for eight seconds beside 'Stored'."""
    notices = desk.window.notices
    desk.press(Qt.Key.Key_9)
    assert notices.isVisible()
    assert "there is no 9" in notices.text
    desk.press(Qt.Key.Key_2)
    assert not notices.isVisible()
    assert desk.window.done.text.startswith("Stored")
    desk.session.notice.emit(SHORT)
    desk.press(Qt.Key.Key_J)
    assert notices.isVisible()
    desk.session.refused.emit(LONG)
    notices.whole.click()
    desk.press(Qt.Key.Key_J)
    assert notices.isVisible(), "somebody reads the whole of it"
    notices.show_error(InputError(SHORT, SHORT))
    desk.press(Qt.Key.Key_J)
    assert notices.isVisible()
    assert SHORT in notices.text
