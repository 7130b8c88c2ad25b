"""The threshold is moved by hand: what it buys is said at once, stored soon, and the queue follows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reviewer.core.changes import Changes
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import review
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.threshold import ThresholdLine
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.runs.page import RunsPage
from tests.support.builders import ANSWER, decide, make_cases, make_response, make_run, make_suite, make_verdict
from tests.ui.conftest import WAIT_MS, Settle

CONFIDENCES = (0.2, 0.5, 0.55, 0.7, 0.75, 0.9, 0.95, 0.99)


def fill(workspace: Workspace) -> None:
    make_suite(workspace, make_cases(len(CONFIDENCES)))
    sure = [replace(make_verdict(ANSWER), confidence=confidence) for confidence in CONFIDENCES]
    responses = [Classified(make_response(f"case-{n:03}", "Reply."), (verdict,)) for n, verdict in enumerate(sure)]
    make_run(workspace, 1, responses, name="run")


class Desk:
    """The window on one run whose verdicts are more and less sure."""

    def __init__(self, qtbot: QtBot, window: MainWindow, settle: Settle, path: Path) -> None:
        self.qtbot, self.window, self.session, self._settle = qtbot, window, window.session, settle
        workspace = open_workspace(path)
        fill(workspace)
        workspace.close()
        self.session.open(path, create=False)
        self.settle()

    def settle(self) -> None:
        self._settle(self.session)

    @property
    def review(self) -> ReviewPage:
        page = self.window.pages["review"]
        assert isinstance(page, ReviewPage)
        return page

    @property
    def runs(self) -> RunsPage:
        page = self.window.pages["runs"]
        assert isinstance(page, RunsPage)
        return page

    def go(self, page: str) -> None:
        self.window.show_page(page)
        self.settle()

    def choose(self, queue: QueueFilter) -> None:
        self.review.state.load(1, 0, queue)
        self.settle()

    def queue(self) -> int:
        assert self.review.state.queue is not None
        return len(self.review.state.queue.ids)

    def slide(self, line: ThresholdLine, key: Qt.Key, times: int = 1) -> None:
        line.slider.setFocus()
        for _ in range(times):
            QTest.keyClick(line.slider, key)

    def stored(self) -> float:
        return self.session.tasks.database_call(lambda: review.threshold(self.session.workspace))

    def wait_for_stored(self, threshold: float) -> None:
        self.qtbot.waitUntil(lambda: self.stored() == threshold, timeout=WAIT_MS)
        self.settle()


@pytest.fixture
def desk(qtbot: QtBot, window: MainWindow, settle: Settle, tmp_path: Path) -> Desk:
    return Desk(qtbot, window, settle, tmp_path / "threshold.sqlite")


def test_the_queue_says_what_the_threshold_buys_and_follows_it(desk: Desk) -> None:
    desk.go("review")
    line = desk.review.threshold
    assert not line.isVisible()
    desk.choose(QueueFilter.NEEDS_PERSON)
    assert line.isVisible()
    assert desk.queue() == 3
    assert (line.value.text(), line.threshold) == ("0.60", 0.6)
    assert "At this threshold 62 % of the responses are read with" in line.sentence.text()
    assert "3 are left to people." in line.sentence.text()
    assert "measured on other responses" in line.sentence.toolTip()
    desk.slide(line, Qt.Key.Key_PageUp, 3)
    assert line.value.text() == "0.75"
    assert "4 are left to people." in line.sentence.text()
    desk.wait_for_stored(0.75)
    assert desk.queue() == 4
    desk.slide(line, Qt.Key.Key_End)
    desk.wait_for_stored(1.0)
    assert desk.queue() == 8
    desk.choose(QueueFilter.ALL)
    assert not line.isVisible()


def test_the_keys_of_the_slider_do_not_decide_or_move_in_the_queue(desk: Desk) -> None:
    desk.go("review")
    desk.choose(QueueFilter.NEEDS_PERSON)
    current = desk.review.state.current
    assert current is not None
    desk.slide(desk.review.threshold, Qt.Key.Key_Right, 2)
    desk.slide(desk.review.threshold, Qt.Key.Key_Down)
    assert desk.review.threshold.value.text() == "0.61"
    desk.wait_for_stored(0.61)
    assert desk.review.state.current is not None
    assert desk.review.state.current.response_id == current.response_id
    left = desk.review.state.current.left
    assert left is not None
    assert left.events == ()


def test_runs_say_the_same_and_a_threshold_chosen_there_is_the_reviews(desk: Desk) -> None:
    desk.go("review")
    desk.choose(QueueFilter.NEEDS_PERSON)
    desk.go("runs")
    line = desk.runs.detail.threshold
    assert line.isVisible()
    assert "3 are left to people." in line.sentence.text()
    desk.review.state.remember_place()
    desk.slide(line, Qt.Key.Key_PageDown, 2)
    desk.wait_for_stored(0.5)
    assert "1 is left to people." in line.sentence.text()
    desk.go("review")
    assert desk.review.threshold.threshold == 0.5
    assert desk.queue() == 1


def test_a_decision_is_told_of_in_the_sentence(desk: Desk) -> None:
    desk.go("runs")
    desk.session.write(lambda workspace: (decide(workspace, 1, ANSWER), _decided()))
    desk.settle()
    assert "3 are left to people, who have decided 1." in desk.runs.detail.threshold.sentence.text()


def _decided() -> Changes:
    return Changes(decisions=True, responses=True, run_ids=frozenset({1}))
