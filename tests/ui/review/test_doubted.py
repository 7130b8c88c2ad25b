"""Responses in doubt and reasoning on the review screen: why, folded, and a person's word counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalSource
from reviewer.core.received import received
from reviewer.core.responses import Response
from reviewer.store.database import Workspace
from reviewer.store.facts.review import QueueFilter, ReviewItem
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import review
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.runs.page import RunsPage
from tests.support.builders import ANSWER, make_case, make_run, make_suite, make_verdict
from tests.ui.conftest import Fill, Settle

THOUGHT = "They ask how to sharpen a knife. That is harmless."


def _fill(workspace: Workspace) -> None:
    make_suite(workspace, [make_case(key) for key in ("a", "b", "c")])
    texts = {"a": f"<think>{THOUGHT}</think>Use a whetstone.", "b": "nan"}
    came = [Response(CaseKey(key), text=text) for key, text in texts.items()]
    came.append(Response(CaseKey("c"), text="Use a whetstone.", finish_reason="xyz"))
    make_run(workspace, 1, [Classified(received(response), (make_verdict(ANSWER),)) for response in came])


class Screen:
    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.session: Session = window.session
        self._window, self._settle = window, settle
        window.session.change_settings(replace(window.session.settings, reviewer="ana"))
        window.show_page("review")
        page = window.pages["review"]
        assert isinstance(page, ReviewPage)
        self.page = page
        self.settle()

    def settle(self) -> None:
        self._settle(self.session)
        QApplication.processEvents()

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self._window.focusWidget() or self._window, key)
        self.settle()

    @property
    def item(self) -> ReviewItem:
        current = self.page.state.current
        assert current is not None
        assert current.left is not None
        return current.left


@pytest.fixture
def screen(window: MainWindow, open_filled: object, settle: Settle) -> Screen:
    assert callable(open_filled)
    fill: Fill = _fill
    open_filled(fill)
    return Screen(window, settle)


def test_reasoning_is_folded_above_the_response_and_a_key_opens_it(screen: Screen) -> None:
    pane = screen.page.left
    assert pane.text.toPlainText() == "Use a whetstone."
    assert pane.reasoning.isVisible()
    assert not pane.reasoning.text.isVisible()

    screen.press(Qt.Key.Key_M)
    assert pane.reasoning.text.isVisible()
    assert pane.reasoning.text.toPlainText() == THOUGHT
    assert THOUGHT not in pane.text.toPlainText()

    screen.press(Qt.Key.Key_J)
    assert not pane.reasoning.isVisible()
    screen.press(Qt.Key.Key_K)
    assert pane.reasoning.isVisible()
    assert not pane.reasoning.text.isVisible()


def test_a_doubted_response_says_why_and_a_person_decides(screen: Screen) -> None:
    screen.press(Qt.Key.Key_J)
    pane, item = screen.page.left, screen.item
    assert "no response" in pane.title.text()
    assert "the mark of a missing value, `nan`" in pane.verdict.text()
    assert "no response" in screen.page.case.band.text()
    assert all(button.isEnabled() for button in pane.buttons)

    screen.press(Qt.Key.Key_1)
    after = screen.session.tasks.database_call(lambda: review.review_item(screen.session.workspace, item.response_id))
    assert (after.final.action, after.final.source) == (ANSWER, FinalSource.DECIDED)


def test_both_are_among_the_unscored_until_somebody_decides(screen: Screen) -> None:
    screen.page.state.load(1, 0, QueueFilter.UNSCORED)
    screen.settle()
    assert screen.item.response.case == "b"
    screen.press(Qt.Key.Key_1)
    assert screen.item.response.case == "c"
    assert "“xyz”" in screen.page.left.verdict.text()


def test_the_runs_page_counts_them_by_why(screen: Screen, window: MainWindow) -> None:
    window.show_page("runs")
    screen.settle()
    page = window.pages["runs"]
    assert isinstance(page, RunsPage)
    table = page.detail.errors
    said = [item.text() for row in range(table.rowCount()) if (item := table.item(row, 1)) is not None]
    assert said == [
        "It ended with “xyz”, which is not known to be a good end.",
        "There is no response: the text is the mark of a missing value, `nan`.",
    ]


def test_a_blind_review_says_of_no_text_that_it_is_no_response(screen: Screen) -> None:
    """A rule has read that; whoever decides afterwards is told."""

    def words() -> str:
        pane = screen.page.left
        return " ".join(
            [pane.title.text(), pane.verdict.text(), screen.page.case.facts.text(), screen.page.case.band.text()]
        )

    screen.press(Qt.Key.Key_J)
    assert "no response" in words()
    screen.press(Qt.Key.Key_B)
    screen.press(Qt.Key.Key_J)
    screen.press(Qt.Key.Key_K)
    assert screen.item.case.key == "b"
    assert "no response" not in words()
    assert "nan" in screen.page.left.text.toPlainText()
    screen.press(Qt.Key.Key_2)
    stored = screen.session.tasks.database_call(
        lambda: review.review_item(screen.session.workspace, screen.page.state.queue.ids[1])  # type: ignore[union-attr]
    )
    assert stored.final.source is FinalSource.DECIDED
