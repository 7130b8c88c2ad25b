"""The sign that work is going on: there while it takes time, and not for what is over in a moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from reviewer.ui.frame.place import BUSY_AFTER_MS, PlaceBar
from reviewer.ui.kit.tasks import Tasks


class Shown(QObject):
    """How often a widget was shown."""

    def __init__(self, watched: QObject) -> None:
        super().__init__()
        self.times = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.times += event.type() is QEvent.Type.Show
        return False


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def test_work_that_takes_time_is_shown_until_it_is_over(qtbot: QtBot, tasks: Tasks) -> None:
    bar, gate = PlaceBar(), threading.Event()
    qtbot.addWidget(bar)
    bar.show()
    tasks.busy_changed.connect(bar.show_busy)
    sign = bar.findChild(QProgressBar)
    assert sign is not None
    tasks.on_database(lambda: gate.wait(20))
    tasks.on_worker(lambda: None)
    qtbot.waitUntil(sign.isVisible)
    gate.set()
    qtbot.waitUntil(lambda: not sign.isVisible())
    assert tasks.under_way == 0


def test_what_is_over_in_a_moment_moves_nothing(qtbot: QtBot, tasks: Tasks) -> None:
    bar = PlaceBar()
    qtbot.addWidget(bar)
    bar.show()
    tasks.busy_changed.connect(bar.show_busy)
    sign = bar.findChild(QProgressBar)
    assert sign is not None
    shown = Shown(sign)
    for _ in range(30):
        tasks.on_database(lambda: None)
        qtbot.waitUntil(lambda: tasks.under_way == 0)
    qtbot.wait(2 * BUSY_AFTER_MS)
    assert shown.times == 0
