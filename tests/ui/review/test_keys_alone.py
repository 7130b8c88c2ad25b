"""From a window that was never opened before: 50 decisions, then 20 disputes, by keys alone, and the keys are counted.

The demo's own cases and responses. Nothing is reached but by a key: the demo, the page, the queue, another person's
name, the disputes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reviewer.core.actions import ActionId
from reviewer.core.decisions import Cause, Decision, DecisionKind, standing_events
from reviewer.store.facts.review import QueueFilter, ReviewItem
from reviewer.store.queries import review
from reviewer.ui.adjudicate.page import AdjudicatePage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from reviewer.ui.review.page import ReviewPage
from tests.ui.conftest import Settle

K = Qt.Key
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
DECISIONS, DISPUTES = 50, 20


class Hands:
    """A person at the keyboard. `keys` counts what was pressed, by what it was for."""

    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.window, self.session, self._settle = window, window.session, settle
        self.keys: Counter[str] = Counter()

    def settle(self) -> None:
        self._settle(self.session)
        QApplication.processEvents()
        self._settle(self.session)

    def press(self, what_for: str, *keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        for key in keys:
            self.keys[what_for] += 1
            QTest.keyClick(self._focus(), key, held)
            self.settle()

    def type(self, what_for: str, text: str) -> None:
        self.keys[what_for] += len(text)
        QTest.keyClicks(self._focus(), text)
        self.settle()

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or QApplication.activeWindow() or self.window

    def be(self, name: str) -> None:
        """Say who sits here now."""
        self.press("name", K.Key_K, held=CTRL)
        self.type("name", "name")
        self.press("name", K.Key_Return)
        self.type("name", name)
        self.press("name", K.Key_Return)
        assert self.session.reviewer == name
        self.window.activateWindow()  # what a window manager does when the dialog above it closes
        self.settle()

    # what is in sight and on the disk

    @property
    def page(self) -> ReviewPage:
        page = self.window.pages["review"]
        assert isinstance(page, ReviewPage)
        return page

    @property
    def bench(self) -> AdjudicatePage:
        page = self.window.pages["adjudicate"]
        assert isinstance(page, AdjudicatePage)
        return page

    @property
    def item(self) -> ReviewItem:
        shown = self.page.state.current
        assert shown is not None
        assert shown.left is not None
        return shown.left

    def read_to_the_end(self) -> None:
        bar = self.page.left.text.verticalScrollBar()
        while bar.value() < bar.maximum():
            self.press("reading", K.Key_Space)

    def stored(self, response_id: int) -> list[Decision]:
        read = self.session.tasks.database_call
        return list(read(lambda: review.review_item(self.session.workspace, response_id)).events)


@pytest.fixture
def hands(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hands]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    session = Session(Tasks(), tmp_path / "settings.json")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield Hands(window, settle)
    session.close()
    for left_over in (session, session.tasks):
        left_over.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def decide(hands: Hands, count: int, rank_of: Callable[[ReviewItem], int]) -> dict[int, ActionId]:
    """So many decisions, each read first; {response: the action that was pressed for it}."""
    scale, said = hands.page.state.scale, {}
    assert scale is not None
    for _ in range(count):
        hands.read_to_the_end()
        item, rank = hands.item, rank_of(hands.item)
        assert item.response_id not in said
        hands.press("deciding", Qt.Key(K.Key_1 + rank))
        said[item.response_id] = scale.ids[rank]
        if not hands.session.settings.reviewer:
            hands.type("name", "ann")
            hands.press("name", K.Key_Return)
            hands.window.activateWindow()
            hands.settle()
    return said


def test_fifty_decisions_and_twenty_disputes_by_keys_alone(hands: Hands) -> None:
    hands.press("opening", K.Key_Return)
    hands.press("opening", K.Key_3, held=CTRL)
    hands.press("queue", K.Key_Q, K.Key_2)
    assert hands.page.state.queue is not None
    assert hands.page.state.queue.filter == QueueFilter.UNDECIDED
    scale = hands.page.state.scale
    assert scale is not None

    said = decide(hands, DECISIONS, lambda item: scale.rank(item.case.label) if item.case.label else 0)
    for response_id, action in said.items():
        (event,) = (each for each in hands.stored(response_id) if each.reviewer == "ann")
        assert (event.action, event.kind) == (action, DecisionKind.DECISION)

    hands.be("ben")
    hands.press("queue", K.Key_Q, K.Key_1)
    hands.press("queue", K.Key_Home)

    def otherwise(item: ReviewItem) -> int:
        taken = {event.action for event in standing_events(item.events)}
        return next(rank for rank, action in enumerate(scale.ids) if action not in taken)

    differing = decide(hands, DISPUTES, otherwise)
    for response_id, action in differing.items():
        assert [each.action for each in hands.stored(response_id) if each.reviewer == "ben"] == [action]

    hands.be("eve")
    hands.press("opening", K.Key_8, held=CTRL)
    settled: dict[int, ActionId] = {}
    while len(settled) < DISPUTES:
        current = hands.bench.state.current
        assert current is not None
        assert current.item is not None
        events = standing_events(current.item.events)
        action = next((each.action for each in events if each.reviewer != "ben" and each.action), scale.ids[0])
        settled[current.item.response_id] = action
        hands.press("settling", K.Key_S, Qt.Key(K.Key_1 + scale.rank(action)))
    for response_id, action in settled.items():
        (ruling,) = (each for each in hands.stored(response_id) if each.kind is DecisionKind.ADJUDICATION)
        assert (ruling.reviewer, ruling.action, ruling.cause) == ("eve", action, Cause.SLIP)

    keys = hands.keys
    assert keys["deciding"] == DECISIONS + DISPUTES, "one key a decision"
    assert keys["settling"] == 2 * DISPUTES, "the cause and the action"
    assert keys["queue"] == 5
    assert keys["opening"] == 3
    assert keys["reading"] <= (DECISIONS + DISPUTES) // 2, "most responses are read without scrolling"
