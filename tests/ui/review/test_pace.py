"""How the session goes is told without the time in which nobody was there."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from reviewer.store.facts.review import NewDecision
from reviewer.ui.kit.attention import IDLE_AFTER_S, ActiveTime
from reviewer.ui.review.pace import REST_S, BreakSuggestion, SessionPace
from tests.ui.review.test_nothing_moves import desk
from tests.ui.review.test_review import Desk

__all__ = ["desk"]


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def decision(seconds: float) -> NewDecision:
    return NewDecision(1, "me", None, seconds_spent=seconds)


@given(st.lists(st.floats(0, 1000), max_size=20))
def test_each_pause_counts_for_two_minutes_at_most(pauses: list[float]) -> None:
    clock = Clock()
    counted = ActiveTime(clock)
    for pause in pauses:
        clock.now += pause
        counted.mark_presence()
    assert counted.seconds == pytest.approx(sum(min(pause, IDLE_AFTER_S) for pause in pauses))
    clock.now += 10_000
    assert counted.seconds == pytest.approx(sum(min(pause, IDLE_AFTER_S) for pause in pauses) + IDLE_AFTER_S)


def test_the_words_tell_how_many_how_fast_and_how_long() -> None:
    clock = Clock()
    counted = ActiveTime(clock)
    pace = SessionPace(counted)
    assert pace.words == ""
    for seconds in (10, 22, 90):
        clock.now += seconds
        counted.mark_presence()
        pace.decided(decision(seconds))
    clock.now += 58
    assert pace.words == "3 this session, median 22 s, 3 min"


def test_what_is_taken_back_does_not_count_until_it_is_brought_back() -> None:
    pace = SessionPace(ActiveTime(Clock()))
    for seconds in (10, 30):
        pace.decided(decision(seconds))
    pace.took_back()
    assert pace.words.startswith("1 this session, median 10 s")
    pace.brought_back()
    assert pace.words.startswith("2 this session, median 20 s")
    for _ in range(3):
        pace.took_back()
    assert pace.words == ""


@pytest.fixture
def work(qapp: object) -> tuple[Clock, ActiveTime, QObject]:
    clock = Clock()
    return clock, ActiveTime(clock), QObject()


def at_work(clock: Clock, counted: ActiveTime, seconds: float) -> None:
    for _ in range(int(seconds // 60)):
        clock.now += 60
        counted.mark_presence()


def test_a_break_is_suggested_after_that_time_and_again_after_as_much(work: tuple[Clock, ActiveTime, QObject]) -> None:
    clock, counted, parent = work
    said: list[str] = []
    breaks = BreakSuggestion(counted, lambda: 10, parent)
    breaks.due.connect(said.append)
    for minutes, expected in ((9, 0), (1, 1), (9, 1), (1, 2)):
        at_work(clock, counted, minutes * 60)
        breaks.look()
        assert len(said) == expected
    assert "10 minutes" in said[0]


def test_it_says_how_long_it_was_also_where_a_shorter_time_was_set_meanwhile(
    work: tuple[Clock, ActiveTime, QObject],
) -> None:
    clock, counted, parent = work
    said: list[str] = []
    minutes = [60]
    breaks = BreakSuggestion(counted, lambda: minutes[0], parent)
    breaks.due.connect(said.append)
    at_work(clock, counted, 30 * 60)
    minutes[0] = 5
    breaks.look()
    assert said == ["You have been at it for 30 minutes. A short break would do you good."]


def test_it_can_be_off_and_a_break_that_was_taken_counts(work: tuple[Clock, ActiveTime, QObject]) -> None:
    clock, counted, parent = work
    minutes = [0]
    said: list[str] = []
    breaks = BreakSuggestion(counted, lambda: minutes[0], parent)
    breaks.due.connect(said.append)
    at_work(clock, counted, 10_000)
    breaks.look()
    assert said == []
    clock.now += REST_S
    breaks.look()
    minutes[0] = 10
    at_work(clock, counted, 9 * 60)
    breaks.look()
    assert said == []


def test_a_decision_s_time_leaves_out_the_idle_time_and_the_session_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    clock.now = time.monotonic()
    monkeypatch.setattr(desk.session.attention, "_clock", clock)
    desk.session.attention.mark_presence()
    desk.press(Qt.Key.Key_J)
    response_id = desk.item.response_id
    clock.now += 3600
    desk.press(Qt.Key.Key_2)
    assert [event.seconds_spent for event in desk.stored(response_id)] == [IDLE_AFTER_S]
    told = [label.text() for label in desk.window.place.findChildren(QLabel)]
    assert any(words.startswith("1 this session, median 120 s") for words in told)


def test_keys_and_the_mouse_in_the_window_are_signs_of_somebody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    clock.now = time.monotonic()
    monkeypatch.setattr(desk.session.attention, "_clock", clock)
    clock.now += 3600
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_F12)
    assert desk.session.attention.idle_s == 0
