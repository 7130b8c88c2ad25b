"""What is done during another program's import waits and is stored once that is done, in order; undone, it is not."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.decisions import DecisionKind
from reviewer.review.place import DRAFTS, PLACE
from reviewer.store.database import open_workspace
from reviewer.store.memory import recalled
from reviewer.store.queries import review
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.held_writes import waiting
from reviewer.ui.kit.session import Session
from reviewer.ui.review.page import ReviewPage
from tests.support.builders import filled_workspace
from tests.support.long_import import end_import, importing
from tests.ui.conftest import WAIT_MS, Settle

ME = "patient"
CASES = 6
WAITS = "is not stored yet: it waits"


def stored(path: Path) -> list[str]:
    """The actions that I decided on, undone ones as such, in the order of storing."""
    with closing(open_workspace(path, create=False)) as workspace:
        events = [event for id_ in range(1, CASES + 1) for event in review.review_item(workspace, id_).events]
    mine = sorted((event for event in events if event.reviewer == ME), key=lambda event: event.id)
    return [str(event.kind if event.kind is DecisionKind.UNDO else event.action) for event in mine]


class Desk:
    def __init__(self, window: MainWindow, path: Path, qtbot: QtBot, settle: Settle) -> None:
        self.session, self.path, self.window, self._qtbot, self._settle = window.session, path, window, qtbot, settle
        self.notices: list[str] = []
        self.failed: list[str] = []
        self.session.notice.connect(self.notices.append)
        self.session.tasks.failed.connect(lambda error: self.failed.append(str(error)))
        self.session.change_settings(replace(self.session.settings, reviewer=ME))
        self.session.open(path, create=False)
        settle(self.session)
        window.show_page("review")
        settle(self.session)
        page = window.pages["review"]
        assert isinstance(page, ReviewPage)
        self.page = page

    def decide(self, number: int) -> None:
        self.page.commands[f"review.decide.{number}"].trigger()

    def go(self, index: int) -> None:
        self.page.state.go(index)
        self.settle()

    def wait_for(self, words: str, times: int = 1) -> None:
        self._qtbot.waitUntil(lambda: sum(words in each for each in self.notices) == times, timeout=WAIT_MS)

    def wait_until_stored(self, *actions: str) -> None:
        self._qtbot.waitUntil(lambda: not waiting(self.session)[0], timeout=WAIT_MS)
        self.settle()
        assert stored(self.path) == [*actions]

    def settle(self) -> None:
        self._settle(self.session)


@pytest.fixture
def desk(
    soon_tried_again: None, window: MainWindow, tmp_path: Path, qtbot: QtBot, settle: Settle, session: Session
) -> Desk:
    assert session is window.session
    filled_workspace(tmp_path / "own.sqlite", CASES).workspace.close()
    return Desk(window, tmp_path / "own.sqlite", qtbot, settle)


def test_a_decision_waits_for_another_programs_import_and_is_stored(desk: Desk) -> None:
    with importing(desk.path) as process:
        desk.decide(1)
        desk.wait_for(WAITS)
        said = next(each for each in desk.notices if WAITS in each)
        assert "Undo takes it back. An import is being written to the workspace" in said
        assert f"(process {process.pid})" in said
        # another case can be looked at and decided meanwhile
        desk.go(1)
        desk.decide(2)
        desk.wait_for(WAITS, times=2)
        assert stored(desk.path) == []
        end_import(process)
    desk.wait_until_stored("answer", "answer_with_caveat")
    assert desk.failed == []


def test_the_order_is_kept_and_the_place_is_the_persons(desk: Desk) -> None:
    """Four decisions one behind the other, of which the second is corrected; the person stays where they are."""
    with importing(desk.path) as process:
        for index, number in enumerate((1, 2, 3, 4)):
            desk.go(index)
            desk.decide(number)
            desk.wait_for(WAITS, times=index + 1)
        desk.go(5)
        desk.page.state.remember_place()
        end_import(process)
    desk.wait_until_stored(*(DEFAULT_SCALE.ids[at] for at in range(4)))
    assert desk.page.state.current is not None
    assert desk.page.state.current.index == 5
    with closing(open_workspace(desk.path, create=False)) as workspace:
        place = recalled(workspace, PLACE)
    assert isinstance(place, dict)
    assert place["response"] == 6


def test_what_waits_is_taken_back_by_undo(desk: Desk, qtbot: QtBot) -> None:
    with importing(desk.path) as process:
        desk.decide(1)
        desk.wait_for(WAITS)
        qtbot.waitUntil(lambda: waiting(desk.session)[0] > 0, timeout=WAIT_MS)
        desk.page.deciding.undo()
        desk.settle()
        end_import(process)
    qtbot.wait(400)
    desk.settle()
    assert stored(desk.path) in ([], ["answer", "undo"])  # never stored, or stored and taken back
    before = stored(desk.path)
    desk.decide(3)
    desk.settle()
    assert stored(desk.path) == [*before, "clarify"]


def test_a_note_without_a_decision_waits_as_it_was_typed_last(desk: Desk) -> None:
    with importing(desk.path) as process:
        desk.page.deciding.keep_draft(1, "not s")
        desk.wait_for("Your note is not stored yet")
        desk.page.deciding.keep_draft(1, "not sure")
        desk.wait_for("Your note is not stored yet", times=2)
        assert waiting(desk.session)[0] == 1
        end_import(process)
    desk.wait_until_stored()
    with closing(open_workspace(desk.path, create=False)) as workspace:
        assert recalled(workspace, DRAFTS) == {"1": "not sure"}


def test_undo_takes_the_last_that_waits_and_leaves_the_first(desk: Desk) -> None:
    with importing(desk.path) as process:
        for index, number in enumerate((1, 2)):
            desk.go(index)
            desk.decide(number)
            desk.wait_for(WAITS, times=index + 1)
        desk.page.deciding.undo()
        desk.wait_for("not stored yet, and is not stored any more")
        end_import(process)
    desk.wait_until_stored("answer")


def test_an_undo_waits_and_a_redo_gives_it_up(desk: Desk) -> None:
    desk.decide(1)
    desk.settle()
    with importing(desk.path) as process:
        desk.page.deciding.undo()
        desk.wait_for("Undoing your decision is not stored yet")
        end_import(process)
    desk.wait_until_stored("answer", "undo")
    desk.go(1)
    desk.decide(2)
    desk.settle()
    with importing(desk.path) as process:
        desk.page.deciding.undo()
        desk.wait_for("Undoing your decision is not stored yet", times=2)
        desk.page.deciding.redo()
        desk.wait_for("was not taken back yet, and stands as it was")
        end_import(process)
    desk.wait_until_stored("answer", "undo", "answer_with_caveat")
    # and it can be undone still
    desk.page.deciding.undo()
    desk.settle()
    assert stored(desk.path)[-1] == "undo"


def test_one_decision_on_a_stretch_waits_and_can_be_undone_meanwhile(desk: Desk, qtbot: QtBot) -> None:
    def decide_stretch() -> None:
        desk.go(0)
        for _ in range(2):
            desk.page.commands["review.extend_next"].trigger()
            desk.settle()
        desk.decide(5)
        line = desk.page.finding.selecting.line
        qtbot.waitUntil(lambda: not line.isHidden(), timeout=WAIT_MS)
        line.reason.setText("all alike")
        QTest.keyClick(line.reason, Qt.Key.Key_Return)

    with importing(desk.path) as process:
        decide_stretch()
        desk.wait_for("Your decision on 3 responses is not stored yet")
        desk.page.deciding.undo()
        desk.wait_for("not stored yet, and is not stored any more")
        decide_stretch()
        desk.wait_for("Your decision on 3 responses is not stored yet", times=2)
        end_import(process)
    desk.wait_until_stored("refuse", "refuse", "refuse")


def test_what_waits_is_stored_where_it_was_asked_for_when_another_workspace_is_opened(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other.sqlite"
    filled_workspace(other, CASES).workspace.close()
    with importing(desk.path) as process:
        desk.decide(1)
        desk.wait_for(WAITS)
        desk.session.open(other, create=False)
        qtbot.waitUntil(lambda: desk.session.path == other, timeout=WAIT_MS)
        assert waiting(desk.session)[0] == 1
        end_import(process)
    desk.wait_for("What you did just before was stored in own.sqlite, where you did it.")
    desk.wait_until_stored("answer")
    assert stored(other) == []
    # it was let go of: the file can be put in another place
    qtbot.waitUntil(lambda: not desk.path.with_name("own.sqlite-wal").exists(), timeout=WAIT_MS)


def test_a_window_that_is_closed_waits_for_what_waits(desk: Desk, qtbot: QtBot) -> None:
    with importing(desk.path) as process:
        desk.decide(1)
        desk.wait_for(WAITS)
        assert not desk.window.close()
        assert "1 thing that you did is not stored yet" in desk.window.notices.text
        end_import(process)
        qtbot.waitUntil(lambda: not desk.window.isVisible(), timeout=WAIT_MS)
    assert stored(desk.path) == ["answer"]


def test_a_window_that_is_closed_twice_leaves_without(desk: Desk, qtbot: QtBot) -> None:
    with importing(desk.path):
        desk.decide(1)
        desk.wait_for(WAITS)
        assert not desk.window.close()
        desk.window.close()
        qtbot.waitUntil(lambda: not desk.window.isVisible(), timeout=WAIT_MS)
    assert stored(desk.path) == []
