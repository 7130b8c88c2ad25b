"""The line above the review tells the score of the report as it is after each decision, and holds up no key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reviewer.app.figures.scores import score_run
from reviewer.core.scoring.live import LiveScore, LiveSheet
from reviewer.core.scoring.score import Correction, Interval
from reviewer.store.database import Workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.queries import live
from reviewer.store.writes import decisions as writes
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit import lanes
from reviewer.ui.review.progress import SHORT, score_words
from tests.support.builders import fill, make_case
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_nothing_moves import desk
from tests.ui.review.test_review import Desk

__all__ = ["desk"]


def line(desk: Desk) -> str:
    return desk.page.bar.score.text()


def wait_for_score(desk: Desk, qtbot: QtBot, after: str = "") -> str:
    qtbot.waitUntil(lambda: line(desk) not in ("", after), timeout=20_000)
    return line(desk)


def _stands_at(desk: Desk, index: int) -> bool:
    return desk.index == index


def reported(desk: Desk, run: str) -> Correction:
    found = desk.session.tasks.database_call(lambda: score_run(desk.session.workspace, run)).card.correction
    assert found is not None
    return found


def test_it_tells_why_there_is_no_score_shortly(desk: Desk, qtbot: QtBot) -> None:
    assert wait_for_score(desk, qtbot).startswith("no corrected score: ")
    assert desk.page.bar.score.toolTip().endswith(".")


def test_it_is_the_score_of_the_report_after_each_decision(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SLICE", 50)
    desk.choose("1.0", QueueFilter.RANDOM)
    desk.page.state.go(0)
    desk.settle()
    keys = (Qt.Key.Key_1, Qt.Key.Key_5, Qt.Key.Key_2, Qt.Key.Key_4, Qt.Key.Key_3)
    for number in range(70):
        desk.press(keys[number % 5])
    expected = reported(desk, "1.0")
    assert expected.value is not None
    qtbot.waitUntil(lambda: line(desk).startswith(f"corrected {expected.value:.3f}"), timeout=20_000)
    before = line(desk)
    desk.press(Qt.Key.Key_U)
    again = reported(desk, "1.0")
    assert again.value is not None
    assert again.value != expected.value
    qtbot.waitUntil(lambda: line(desk).startswith(f"corrected {again.value:.3f}"), timeout=20_000)
    assert line(desk) != before


def test_done_and_left_are_told(desk: Desk) -> None:
    desk.choose("1.0", QueueFilter.UNDECIDED)
    before = desk.page.bar.progress.text()
    desk.press(Qt.Key.Key_2)
    after = desk.page.bar.progress.text()
    done, left = (int(words.split()[0]) for words in after.split(", "))
    assert f"{done - 1:,} done, {left + 1:,} left" == before


def test_a_run_without_labels_says_so(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle, qtbot: QtBot
) -> None:
    def unlabelled(workspace: Workspace) -> None:
        fill(workspace, [make_case(f"case-{number}", label=None) for number in range(3)])

    open_filled(unlabelled)
    assert "labelled" in wait_for_score(Desk(window, settle), qtbot)


@pytest.mark.parametrize(
    ("drawn", "frame", "half", "words"),
    [
        (100, 500, 0.03, "corrected 0.500 [0.47, 0.53] · 80 more to ±0.02"),
        (100, 500, 0.01, "corrected 0.500 [0.49, 0.51] · within ±0.02"),
    ],
)
def test_the_words_say_how_many_more(drawn: int, frame: int, half: float, words: str) -> None:
    interval = Interval(0.5 - half, 0.5 + half, "normal")
    score = LiveScore(Correction(0.5, interval, interval, drawn), drawn, frame)
    told, meaning = score_words(score, 0.02)
    assert told == words
    assert f"{drawn} responses" in meaning
    assert "this run" in meaning


def test_the_line_has_room_for_every_reason_and_for_a_rough_score(desk: Desk) -> None:
    """In the smallest window that is worked in, also with a thousand responses."""
    desk.window.resize(1366, 768)
    bar = desk.page.bar
    bar.show_place(998, 1000)
    desk.settle()
    rough = Interval(0.45, 0.55, "small-sample")
    scores = [LiveScore(Correction(0.5, rough, rough, 100), 100, 5000)]
    scores += [LiveScore(Correction(reason=reason)) for reason in (*SHORT, "too few of the random sample are decided")]
    for score in scores:
        words, _ = score_words(score, 0.02)
        bar.show_score(words, "")
        assert "…" not in bar.score.shown, words


def test_bulk_and_skips_count_as_in_the_report(desk: Desk, qtbot: QtBot) -> None:
    """A stretch that was decided at once is no part of the sample, and neither it nor a skip ends it."""
    desk.choose("1.0", QueueFilter.RANDOM)
    desk.page.state.go(0)
    desk.settle()
    desk.press(Qt.Key.Key_S)
    desk.press(*[Qt.Key.Key_J] * 3, shift=True)
    desk.press(Qt.Key.Key_5)
    desk.type("alike")
    desk.press(Qt.Key.Key_Return)
    desk.page.state.go(5)
    desk.settle()
    keys = (Qt.Key.Key_1, Qt.Key.Key_5, Qt.Key.Key_2, Qt.Key.Key_4, Qt.Key.Key_3)
    for number in range(60):
        desk.press(keys[number % 5])
    expected = reported(desk, "1.0")
    assert expected.value is not None
    assert expected.passed_over.skipped == 1
    assert expected.passed_over.bulk, "on some of the stretch others have decided before"
    qtbot.waitUntil(lambda: line(desk).startswith(f"corrected {expected.value:.3f}"), timeout=20_000)
    qtbot.waitUntil(lambda: f"{expected.reviewed} responses" in desk.page.bar.score.toolTip(), timeout=20_000)


def test_keys_go_on_while_the_score_is_being_computed(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never ends here, and ten decisions are stored and shown meanwhile."""
    desk.choose("1.0", QueueFilter.UNDECIDED)
    wait_for_score(desk, qtbot)
    begun, may_end, computed = threading.Event(), threading.Event(), LiveSheet.score

    def score(sheet: LiveSheet) -> LiveScore:
        begun.set()
        may_end.wait()
        return computed(sheet)

    monkeypatch.setattr(LiveSheet, "score", score)
    try:
        for number in range(10):
            QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_2)
            qtbot.waitUntil(partial(_stands_at, desk, number + 1), timeout=20_000)
        qtbot.waitUntil(begun.is_set, timeout=20_000)
        assert len(desk.page.deciding._own) == 10
        assert all(own.event_id is not None for own in desk.page.deciding._own)
    finally:
        may_end.set()
    desk.settle()


def test_a_key_goes_before_every_slice_that_the_score_still_has_to_read(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.choose("1.0", QueueFilter.UNDECIDED)
    wait_for_score(desk, qtbot)
    monkeypatch.setattr(lanes, "PATIENCE_S", 3600.0)
    done: list[str] = []
    for module, name in ((live, "live_slice"), (live, "live_plans"), (writes, "append_decision")):
        monkeypatch.setattr(module, name, _noting(done, name, getattr(module, name)))
    may_begin = threading.Event()
    desk.session.read(lambda _workspace: may_begin.wait(), lambda _none: None)
    desk.page.progress.live._read()
    QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_2)
    may_begin.set()
    desk.settle()
    assert done[:2] == ["append_decision", "live_plans"]
    assert "live_slice" in done


def _noting(done: list[str], name: str, act: Callable[..., object]) -> Callable[..., object]:
    def noted(*given: object, **named: object) -> object:
        done.append(name)
        return act(*given, **named)

    return noted
