"""In random order (audit) a second run can be put beside the first, decided on, and taken away again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from reviewer.store.facts.review import QueueFilter
from reviewer.store.queries import review
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.review.page import ReviewPage
from tests.ui.conftest import Settle


class Audit:
    """The review screen in random order, worked by its boxes and keys."""

    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.window, self._settle = window, settle
        window.session.change_settings(replace(window.session.settings, reviewer="auditor"))
        window.show_page("review")
        self.settle()
        page = window.pages["review"]
        assert isinstance(page, ReviewPage)
        self.page = page
        assert page.state.queue is not None
        page.state.load(page.state.queue.run.id, 0, QueueFilter.RANDOM)
        self.settle()

    def settle(self) -> None:
        self._settle(self.window.session)
        QApplication.processEvents()

    def choose(self, box: QComboBox, at: int) -> None:
        box.setCurrentIndex(at)
        box.activated.emit(at)
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)
        self.settle()

    @property
    def shown(self) -> list[int]:
        """The responses on the screen, left and right."""
        assert self.page.state.current is not None
        return [item.response_id for item in self.page.state.current.items if item is not None]

    @property
    def order(self) -> list[int]:
        assert self.page.state.queue is not None
        assert self.page.state.queue.filter is QueueFilter.RANDOM
        return list(self.page.state.queue.ids)

    def decided(self, response_id: int) -> int:
        tasks, session = self.window.session.tasks, self.window.session
        return len(tasks.database_call(lambda: review.review_item(session.workspace, response_id)).events)


@pytest.fixture
def audit(window: MainWindow, demo_copy: Path, settle: Settle) -> Audit:
    window.session.open(demo_copy, create=False)
    settle(window.session)
    return Audit(window, settle)


def test_the_box_puts_a_run_beside_and_takes_it_away(audit: Audit) -> None:
    order = audit.order
    assert not audit.page.right.isVisible()
    audit.choose(audit.page.bar.second, 1)
    assert audit.page.right.isVisible()
    assert len(audit.shown) == 2
    assert audit.page.bar.second.currentIndex() == 1
    audit.choose(audit.page.bar.second, 0)
    assert not audit.page.right.isVisible()
    assert len(audit.shown) == 1
    assert audit.order == order


def test_the_key_does_what_the_box_does(audit: Audit) -> None:
    audit.press(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert audit.page.right.isVisible()
    assert len(audit.shown) == 2
    audit.press(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert not audit.page.right.isVisible()


def test_the_second_response_is_decided_on(audit: Audit) -> None:
    audit.press(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    left, right = audit.shown
    before = audit.decided(left), audit.decided(right)
    audit.press(Qt.Key.Key_2, Qt.KeyboardModifier.ShiftModifier)
    assert (audit.decided(left), audit.decided(right)) == (before[0], before[1] + 1)
