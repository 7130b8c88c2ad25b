"""The database thread: what is asked for goes in order, what may wait goes between and is never forgotten."""

from __future__ import annotations

import threading
from concurrent.futures import wait
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from reviewer.ui.kit import lanes
from reviewer.ui.kit.lanes import TwoLanes
from reviewer.ui.kit.tasks import Tasks


def held(thread: TwoLanes) -> threading.Event:
    """The thread is busy until this is set."""
    begun, gate = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        gate.wait(20)

    thread.submit(hold)
    assert begun.wait(20)
    return gate


def test_what_may_wait_comes_after_what_was_asked_for_later() -> None:
    thread, order = TwoLanes("test"), list[str]()
    gate = held(thread)
    asked = [thread.later.submit(lambda: order.append("figure 1")), thread.submit(lambda: order.append("key 1"))]
    asked += [thread.later.submit(lambda: order.append("figure 2")), thread.submit(lambda: order.append("key 2"))]
    gate.set()
    wait(asked, timeout=20)
    thread.close()
    assert order == ["key 1", "key 2", "figure 1", "figure 2"]


def test_what_may_wait_leaves_the_window_time_to_paint(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that comes in the pause behind another one finds the thread free."""
    monkeypatch.setattr(lanes, "PAUSE_S", 20.0)
    thread, order = TwoLanes("test"), list[str]()
    thread.submit(lambda: order.append("key 1")).result(20)
    figure = thread.later.submit(lambda: order.append("figure"))
    thread.submit(lambda: order.append("key 2")).result(20)
    assert order == ["key 1", "key 2"]
    assert not figure.done()
    monkeypatch.setattr(lanes, "PAUSE_S", 0.0)
    thread.submit(lambda: order.append("key 3")).result(20)
    figure.result(20)
    thread.close()
    assert order == ["key 1", "key 2", "key 3", "figure"]


def test_out_of_patience_it_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    thread, order = TwoLanes("test"), list[str]()
    gate = held(thread)
    asked = [thread.later.submit(lambda: order.append("figure"))]
    asked += [thread.submit(lambda: order.append("key"))]
    monkeypatch.setattr(lanes, "PATIENCE_S", -1.0)
    gate.set()
    wait(asked, timeout=20)
    thread.close()
    assert order == ["figure", "key"]


def test_closing_does_everything_that_was_handed_in() -> None:
    thread, order = TwoLanes("test"), list[int]()
    gate = held(thread)
    for number in range(20):
        (thread.later if number % 3 else thread).submit(partial(order.append, number))
    gate.set()
    thread.close()
    assert sorted(order) == list(range(20))


def test_a_failure_is_its_own(qtbot: QtBot) -> None:
    thread = TwoLanes("test")
    failing, fine = thread.submit(lambda: 1 // 0), thread.later.submit(lambda: 5)
    assert isinstance(failing.exception(timeout=20), ZeroDivisionError)
    assert fine.result(timeout=20) == 5
    thread.close()


def test_a_look_up_that_nobody_waits_for_any_more_is_not_begun(qtbot: QtBot) -> None:
    tasks, order, begun, gate = Tasks(), list[None](), list[str](), threading.Event()
    tasks.on_database(lambda: gate.wait(20))
    given_up = tasks.look_up(lambda: begun.append("given up"), order.append, tasks.failed.emit)
    tasks.look_up(lambda: begun.append("wanted"), order.append, tasks.failed.emit)
    given_up.cancel()
    gate.set()
    qtbot.waitUntil(lambda: not tasks.under_way, timeout=20_000)
    assert tasks.close()
    assert begun == ["wanted"]
    assert len(order) == 1


def test_what_a_run_stores_goes_between_what_keys_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "PATIENCE_S", 60.0)
    tasks, order, gate, asked = Tasks(), list[str](), threading.Event(), threading.Event()
    tasks.on_database(lambda: gate.wait(20))

    def store() -> None:
        asked.set()
        tasks.database_call_between(lambda: order.append("stored"))

    storing = threading.Thread(target=store)
    storing.start()
    assert asked.wait(20)
    tasks.on_database(lambda: order.append("key 1"))
    tasks.on_database(lambda: order.append("key 2"))
    gate.set()
    storing.join(20)
    tasks.database_call(lambda: None)
    tasks.close()
    assert order == ["key 1", "key 2", "stored"]
