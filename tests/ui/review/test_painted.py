"""What the person sees is what the window holds: nothing of the place before is left on the screen.

A picture that is made by painting everything anew cannot show this, so the pixels of the screen are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.ui.frame.main_window import MainWindow
from tests.gallery.photographer import is_painted
from tests.support.builders import make_cases, make_response, make_run, make_suite
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_nothing_moves import desk
from tests.ui.review.test_review import Desk

__all__ = ["desk"]


def press(key: Qt.Key, *, shift: bool = False) -> Callable[[Desk], None]:
    return lambda desk: desk.press(key, shift=shift)


def larger(desk: Desk) -> None:
    desk.window.commands["view.larger"].trigger()


def other_theme(desk: Desk) -> None:
    desk.window.commands["view.theme_dark"].trigger()


def covered(desk: Desk) -> None:
    category = desk.item.case.category
    desk.session.change_settings(replace(desk.session.settings, covered=(category,)))


STEPS: dict[str, Callable[[Desk], None]] = {
    "next": press(Qt.Key.Key_J),
    "decided": press(Qt.Key.Key_4),
    "undone": press(Qt.Key.Key_U),
    "redone": press(Qt.Key.Key_R),
    "last": press(Qt.Key.Key_End),
    "first": press(Qt.Key.Key_Home),
    "read on": press(Qt.Key.Key_Space),
    "evidence": press(Qt.Key.Key_W),
    "verdict hidden": press(Qt.Key.Key_V),
    "beside": press(Qt.Key.Key_S, shift=True),
    "difference": press(Qt.Key.Key_X),
    "next difference": press(Qt.Key.Key_F8),
    "next, beside": press(Qt.Key.Key_J),
    "no difference": press(Qt.Key.Key_X),
    "blind": press(Qt.Key.Key_B),
    "larger": larger,
    "theme": other_theme,
    "covered": covered,
    "uncovered": press(Qt.Key.Key_Space),
}


def painted(desk: Desk) -> bool:
    for _ in range(3):
        QApplication.processEvents()
    return is_painted(desk.window)


def test_the_screen_shows_what_is_under_review(desk: Desk, qapp: QApplication) -> None:
    before = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    try:
        stale = []
        for name, step in STEPS.items():
            step(desk)
            desk.settle()
            if not painted(desk):
                stale.append(name)
    finally:
        qapp.setCursorFlashTime(before)
    assert stale == []


def test_texts_of_one_shape_follow_each_other_on_the_screen(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle
) -> None:
    """No bar comes or goes and nothing else has another size, so nothing but the text itself can paint it."""

    def alike(workspace: Workspace) -> None:
        cases = make_cases(5)
        make_run(workspace, make_suite(workspace, cases), [Classified(make_response(case.key)) for case in cases])

    open_filled(alike)
    desk = Desk(window, settle)
    for _ in range(4):
        desk.press(Qt.Key.Key_J)
        assert painted(desk)
