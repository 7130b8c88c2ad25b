"""A decision during another program's import waits and is stored once that is done; undone or left, it is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from reviewer.core.decisions import DecisionKind
from reviewer.store.database import open_workspace
from reviewer.store.dialects import sqlite as dialect
from reviewer.store.queries import review
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.review import held
from reviewer.ui.review.page import ReviewPage
from tests.support.builders import filled_workspace
from tests.support.long_import import end_import, importing
from tests.ui.conftest import WAIT_MS, Settle

ME = "patient"
CASES = 6


def stored(path: Path) -> list[str]:
    """The actions that I decided on, undone ones as such."""
    workspace = open_workspace(path, create=False)
    events = [event for id_ in range(1, CASES + 1) for event in review.review_item(workspace, id_).events]
    workspace.close()
    mine = [event for event in events if event.reviewer == ME]
    return [str(event.kind if event.kind is DecisionKind.UNDO else event.action) for event in mine]


class Desk:
    def __init__(self, window: MainWindow, path: Path, qtbot: QtBot, settle: Settle) -> None:
        self.session, self.path, self._qtbot, self._settle = window.session, path, qtbot, settle
        self.notices: list[str] = []
        self.session.notice.connect(self.notices.append)
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

    def wait_for(self, words: str, times: int = 1) -> None:
        self._qtbot.waitUntil(lambda: sum(words in each for each in self.notices) == times, timeout=WAIT_MS)

    def settle(self) -> None:
        self._settle(self.session)


@pytest.fixture
def desk(
    monkeypatch: pytest.MonkeyPatch, window: MainWindow, tmp_path: Path, qtbot: QtBot, settle: Settle, session: Session
) -> Desk:
    monkeypatch.setattr(held, "AGAIN_MS", 100)
    monkeypatch.setattr(dialect, "_WAIT_S", 0.5)
    monkeypatch.setattr(dialect, "_PRAGMAS", tuple(_shorter(each) for each in dialect._PRAGMAS))
    assert session is window.session
    filled_workspace(tmp_path / "own.sqlite", CASES).workspace.close()
    return Desk(window, tmp_path / "own.sqlite", qtbot, settle)


def _shorter(pragma: str) -> str:
    return "busy_timeout = 500" if pragma.startswith("busy_timeout") else pragma


def test_a_decision_waits_for_another_programs_import_and_is_stored(desk: Desk, qtbot: QtBot) -> None:
    with importing(desk.path) as process:
        desk.decide(1)
        desk.wait_for("is not stored yet: it waits")
        assert "An import is being written to the workspace" in desk.notices[-1]
        assert f"(process {process.pid})" in desk.notices[-1]
        # another case can be looked at and decided meanwhile
        desk.page.state.go(1)
        desk.settle()
        desk.decide(2)
        desk.wait_for("is not stored yet: it waits", times=2)
        assert stored(desk.path) == []
        end_import(process)
    qtbot.waitUntil(lambda: len(stored(desk.path)) == 2, timeout=WAIT_MS)
    assert stored(desk.path) == ["answer", "answer_with_caveat"]


def test_what_waits_is_taken_back_by_undo(desk: Desk, qtbot: QtBot) -> None:
    with importing(desk.path) as process:
        desk.decide(1)
        desk.wait_for("is not stored yet: it waits")
        qtbot.waitUntil(lambda: bool(desk.page.deciding._held), timeout=WAIT_MS)
        desk.page.deciding.undo()
        desk.settle()
        end_import(process)
    qtbot.wait(400)
    desk.settle()
    assert [each for each in stored(desk.path) if each != "undo"] in ([], ["answer"])
    assert len(stored(desk.path)) in (0, 2)  # never stored, or stored and taken back
    desk.decide(3)
    qtbot.waitUntil(lambda: stored(desk.path)[-1:] == ["clarify"], timeout=WAIT_MS)


def test_what_waits_when_the_workspace_is_left_is_tried_once_more_and_told(desk: Desk, qtbot: QtBot) -> None:
    failed: list[str] = []
    desk.session.tasks.failed.connect(lambda error: failed.append(str(error)))
    with importing(desk.path) as process:
        desk.decide(1)
        desk.wait_for("is not stored yet: it waits")
        desk.page.leave()
        qtbot.waitUntil(lambda: not desk.page.deciding._storing, timeout=WAIT_MS)
        assert "An import is being written to the workspace" in failed[-1]
        end_import(process)
    assert stored(desk.path) == []
