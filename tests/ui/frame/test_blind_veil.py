"""While a review is blind, no other page tells what it hides."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from reviewer.ui.frame.blind_veil import TELLING
from reviewer.ui.frame.finding import queue_findings
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES
from reviewer.ui.review.blind_settings import BlindSettings
from tests.ui.conftest import Settle
from tests.ui.review.blind_desk import leaks
from tests.ui.review.test_blind import BlindDesk
from tests.ui.review.test_blind import desk as desk  # the fixture
from tests.ui.review.test_blind import file as file  # the fixture


@pytest.mark.parametrize("page", PAGES)
def test_no_page_tells_what_a_blind_review_hides(desk: BlindDesk, page: str) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B)
    desk.window.commands[f"go.{page}"].trigger()
    desk.settle()
    assert (desk.window.page == page) is (page not in TELLING)
    assert leaks(desk.window) == []
    assert desk.window.commands[f"go.{page}"].isChecked()


def test_the_page_is_there_once_the_blind_review_has_ended(desk: BlindDesk) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B)
    desk.window.commands["go.score"].trigger()
    desk.settle()
    assert desk.window.page == ""
    desk.press(Qt.Key.Key_Return)  # the one button that is there
    assert desk.window.page == "review"
    desk.press(Qt.Key.Key_B)
    desk.window.commands["go.score"].trigger()
    desk.settle()
    assert desk.window.page == "score"


def test_labels_are_out_of_sight_in_cases_too_where_that_is_asked(desk: BlindDesk) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B)
    for label, there in ((True, ""), (False, "cases")):
        desk.window.show_page("review")
        desk.page.blind.open_settings()
        (dialog,) = desk.window.findChildren(BlindSettings)
        dialog.chosen.emit(label, 0)
        dialog.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        desk.settle()
        desk.window.show_page("cases")
        assert desk.window.page == there


def test_a_workspace_that_was_left_blind_is_opened_blind(
    desk: BlindDesk, file: Path, settle: Settle, window: MainWindow
) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B)
    window.session.open(file, create=False)
    settle(window.session)
    window.show_page("score")
    settle(window.session)
    assert window.page == ""
    assert leaks(window) == []


def test_a_label_that_is_hidden_cannot_be_disputed_and_no_queue_of_the_palette_tells(desk: BlindDesk) -> None:
    every = len(queue_findings(desk.window))
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B)
    assert 0 < len(queue_findings(desk.window)) < every
    blind = desk.page.state.blind
    blind.choose(type(blind.blinding)(on=True, label=True, seed=blind.blinding.seed))
    desk.settle()
    desk.press(Qt.Key.Key_L)
    assert "nothing to dispute yet" in desk.window.notices.text
