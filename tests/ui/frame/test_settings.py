"""Looks are kept: theme, sizes and the reviewer's name are there again at the next start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QTableView, QTextEdit, QWidget

from reviewer.host.settings import Settings, load, save
from reviewer.ui.frame.main_window import MainWindow
from tests.ui.conftest import Settle

SCREEN_RATIO = """
import sys
from dataclasses import replace
from pathlib import Path
from reviewer.ui.application import make_application
app = make_application(["reviewer"], Path(sys.argv[1]))
print(app.primaryScreen().devicePixelRatio())
"""


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_the_scale_is_that_of_the_next_start(tmp_path: Path, percent: int) -> None:
    path = tmp_path / "settings.json"
    save(Settings(ui_scale=percent), path)
    environment = {key: value for key, value in os.environ.items() if key != "QT_SCALE_FACTOR"}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    command = [sys.executable, "-c", SCREEN_RATIO, str(path)]
    shown = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert float(shown.stdout) == percent / 100


def test_choices_are_saved(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    for command in ("view.theme_dark", "view.scale_150", "view.larger"):
        window.commands[command].trigger()
    settle(window.session)
    stored = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    assert (stored["theme"], stored["ui_scale"], stored["text_points"]) == ("dark", 150, 13)
    window.commands["view.theme_light"].trigger()


def test_the_theme_changes_at_once(window: MainWindow) -> None:
    window.commands["view.theme_dark"].trigger()
    dark = QApplication.palette().color(QPalette.ColorRole.Window).lightness()
    window.commands["view.theme_light"].trigger()
    light = QApplication.palette().color(QPalette.ColorRole.Window).lightness()
    assert dark < 100 < light


def test_the_icons_of_the_rail_change_with_the_theme(window: MainWindow) -> None:
    """At once, not with the next change of a setting: dark icons on a dark ground cannot be seen."""

    def brightest() -> int:
        image = window.commands["go.runs"].icon().pixmap(24, 24).toImage()
        seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        return max(colour.lightness() for colour in seen if colour.alpha() > 200)

    window.commands["view.theme_dark"].trigger()
    on_dark = brightest()
    window.commands["view.theme_light"].trigger()
    assert brightest() < 100 < on_dark


@pytest.mark.parametrize("content", ["", "not json", "[]", '{"recent": 5}', '{"theme": "light", "unknown": 1}'])
def test_settings_that_are_not_usable_are_left_aside(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content, encoding="utf-8")
    assert isinstance(load(path), Settings)


def test_texts_lists_and_tables_can_be_grey(window: MainWindow, settle: Settle) -> None:
    def ink(widget: QWidget) -> int:
        return widget.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text).lightness()

    window.commands["view.theme_light"].trigger()
    window.show_page("cases")
    settle(window.session)
    read = (*window.pages["cases"].findChildren(QTextEdit), *window.pages["cases"].findChildren(QTableView))
    before = [ink(widget) for widget in read]
    window.session.change_settings(replace(window.session.settings, grey_text=True))
    assert read
    assert all(grey > black for grey, black in zip([ink(widget) for widget in read], before, strict=True))
    window.session.change_settings(replace(window.session.settings, grey_text=False))
    assert [ink(widget) for widget in read] == before
