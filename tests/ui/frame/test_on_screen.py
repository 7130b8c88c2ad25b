"""A window whose frame is larger than the screen loses its last line, which says what was refused."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reviewer.ui.frame.on_screen import fits, show_on_screen


@pytest.mark.parametrize(
    ("size", "fitting"), [((1366, 768), False), ((1366, 738), True), ((1367, 700), False), ((1000, 600), True)]
)
def test_a_window_fits_with_its_title(size: tuple[int, int], fitting: bool) -> None:
    assert fits(QSize(*size), QRect(0, 0, 1366, 768), 24) is fitting


@pytest.mark.parametrize(("by", "over_all"), [(1, True), (-200, False)])
def test_what_does_not_fit_is_shown_over_the_whole_screen(qtbot: QtBot, by: int, over_all: bool) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    room = window.screen().availableGeometry()
    window.resize(room.width() - 200, room.height() + by)
    show_on_screen(window)
    assert window.isMaximized() is over_all
