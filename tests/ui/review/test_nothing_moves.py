"""Nothing moves unless the person moves it: every widget of the window lies where it lay, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from reviewer.core.changes import Changes
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.queries import runs
from reviewer.store.writes.decisions import append_decision
from reviewer.ui.frame.done_line import DoneLine
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.notices import NoticeBar
from tests.ui.conftest import Settle
from tests.ui.review.test_review import ME, Desk

OVERLAYS = (NoticeBar, DoneLine)


@pytest.fixture
def desk(window: MainWindow, demo_copy: Path, settle: Settle) -> Desk:
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    window.session.open(demo_copy, create=False)
    settle(window.session)
    desk = Desk(window, settle)
    desk.press(Qt.Key.Key_J)
    return desk


def lies(desk: Desk) -> dict[str, QRect]:
    """Where every visible widget of the window lies; what lies over the others for a while is left out.

    The ring goes with the focus, and the bar that work is going on stands where nothing else does.
    """
    window, found = desk.window, {}
    for widget in window.findChildren(QWidget):
        over = any(isinstance(each, OVERLAYS) or each.isWindow() for each in _up_to(widget, window))
        passing = widget.objectName() == "focus-ring" or widget.accessibleName() == "Work is going on"
        if widget.isVisible() and not over and not passing:
            place = widget.mapTo(window, widget.rect().topLeft())
            found[f"{id(widget)} {type(widget).__name__} {widget.accessibleName()}"] = QRect(place, widget.size())
    return found


def _up_to(widget: QWidget, window: QWidget) -> list[QWidget]:
    found = []
    each: QWidget | None = widget
    while each is not None and each is not window:
        found.append(each)
        each = each.parentWidget()
    return found


def decide_and_come_back(desk: Desk) -> None:
    desk.press(Qt.Key.Key_2, Qt.Key.Key_K)


def decide_undo(desk: Desk) -> None:
    desk.press(Qt.Key.Key_2, Qt.Key.Key_U)


def decide_undo_redo(desk: Desk) -> None:
    desk.press(Qt.Key.Key_2, Qt.Key.Key_U, Qt.Key.Key_R)


def take_a_note(desk: Desk) -> None:
    desk.press(Qt.Key.Key_N, Qt.Key.Key_Return)


def be_told_something(desk: Desk) -> None:
    desk.session.notice.emit("Something was done. " * 20)
    desk.settle()
    assert desk.window.notices.isVisible()


def responses_arrive(desk: Desk) -> None:
    queue = desk.page.state.queue
    assert queue is not None
    desk.session.changed.emit(Changes(responses=True, runs=True, run_ids=frozenset({queue.run.id})))
    desk.settle()


def somebody_else_decides_here(desk: Desk) -> None:
    decision = NewDecision(desk.item.response_id, "somebody else", desk.page.state.scale.ids[0])  # type: ignore[union-attr]
    desk.session.write(lambda workspace: append_decision(workspace, decision=decision, at=now()))
    desk.settle()


def look_at_the_history(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Y)
    dialog = desk.window.findChild(QWidget, "history of decisions")
    if dialog is not None:
        dialog.close()
    desk.settle()


def hide_the_verdict_and_show_it(desk: Desk) -> None:
    desk.press(Qt.Key.Key_V, Qt.Key.Key_V)


def step_through_the_evidence(desk: Desk) -> None:
    desk.press(Qt.Key.Key_W, Qt.Key.Key_W)


def runs_are_announced(desk: Desk) -> None:
    def write(workspace: Workspace) -> tuple[None, Changes]:
        known = frozenset(line.id for line in runs.runs(workspace))
        return None, Changes(runs=True, responses=True, run_ids=known)

    desk.session.write(write)
    desk.settle()


def the_score_is_told(desk: Desk) -> None:
    desk.page.bar.show_score("corrected 0.812 [0.78, 0.84] · 999 more to ±0.02", "what it means " * 30)
    desk.settle()


def the_session_is_told(desk: Desk) -> None:
    desk.session.pace.emit("1,064 this session, median 222 s, 1,138 min")
    desk.settle()


def an_error_is_told(desk: Desk) -> None:
    desk.session.tasks.failed.emit(RuntimeError("what could go wrong"))
    desk.settle()


@pytest.mark.parametrize(
    "happens",
    [
        decide_and_come_back,
        decide_undo,
        decide_undo_redo,
        take_a_note,
        be_told_something,
        responses_arrive,
        somebody_else_decides_here,
        look_at_the_history,
        hide_the_verdict_and_show_it,
        step_through_the_evidence,
        runs_are_announced,
        the_score_is_told,
        the_session_is_told,
        an_error_is_told,
    ],
)
def test_nothing_moves(desk: Desk, happens: Callable[[Desk], None]) -> None:
    before = lies(desk)
    place = desk.index
    happens(desk)
    assert desk.index == place
    after = lies(desk)
    assert {name: (box, after.get(name)) for name, box in before.items() if after.get(name) != box} == {}
    assert sorted(after.keys() - before.keys()) == []


def test_hiding_the_verdict_moves_nothing_either(desk: Desk) -> None:
    before = lies(desk)
    desk.press(Qt.Key.Key_V)
    after = lies(desk)
    moved = {name for name, box in before.items() if after.get(name) != box}
    hidden = ("EvidenceLegend", "KindButton", "Left verdict")
    assert not [name for name in moved if not any(part in name for part in hidden)]


def test_the_line_that_offers_to_take_back_lies_over_no_text_and_takes_no_focus(desk: Desk) -> None:
    focus = desk.window.focusWidget()
    desk.press(Qt.Key.Key_2)
    done = desk.window.done
    assert done.isVisible()
    assert desk.window.focusWidget() is focus
    box = QRect(done.mapTo(desk.window, done.rect().topLeft()), done.size())
    for read in (desk.page.left.text, desk.page.case.text, *desk.page.left.buttons, desk.page.list):
        assert not box.intersects(QRect(read.mapTo(desk.window, read.rect().topLeft()), read.size()))
