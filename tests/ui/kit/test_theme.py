"""“As the system” follows the system while the window is open, and nothing keeps the colours of the theme before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.core.decisions import Evidence, EvidenceKind
from reviewer.core.palette import DARK, LIGHT, Theme
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES
from reviewer.ui.kit.icons import IconSign, icon
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import apply_theme, is_dark
from tests.support.display import HOW_TO, MISSING, own_display
from tests.support.pixels import colours_of
from tests.ui.conftest import Settle

LIVE = """
import json, sys
from pathlib import Path
from PySide6.QtCore import Qt
from reviewer.ui.application import make_application
from reviewer.ui.kit.icons import icon
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import apply_theme, is_dark

def tint():
    return max(
        image.pixelColor(x, y).lightness()
        for image in [icon("runs").pixmap(24, 24).toImage()]
        for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() > 200
    )

app = make_application(["reviewer"], Path(sys.argv[1]))
seen = []
for choice in ("system", "light"):
    apply_theme(app, choice)
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
        app.styleHints().setColorScheme(scheme)
        app.processEvents()
        seen.append([is_dark(), tint() > 128])
print(json.dumps(seen))
"""


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    apply_theme(qapp, "light")


def system_becomes(app: QApplication, scheme: Qt.ColorScheme) -> None:
    """What Qt says when the system changes; without a desktop nothing else of it can be had."""
    app.styleHints().colorSchemeChanged.emit(scheme)
    QApplication.processEvents()


def tint(shown: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> str:
    """The colour of the icon's strokes, where they cover whole pixels."""
    image = shown.pixmap(48, 48, mode).toImage()
    seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = [colour.name() for colour in seen if colour.alpha() == 255]
    return max(set(solid), key=solid.count)


def test_the_window_follows_the_system(app: QApplication, window: MainWindow) -> None:
    window.commands["view.theme_system"].trigger()
    system_becomes(app, Qt.ColorScheme.Dark)
    assert is_dark()
    assert window.palette().color(QPalette.ColorRole.Base) == QColor(DARK.page)
    system_becomes(app, Qt.ColorScheme.Light)
    assert not is_dark()
    assert window.palette().color(QPalette.ColorRole.Base) == QColor(LIGHT.page)


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_theme_that_was_chosen_stays(app: QApplication, choice: str) -> None:
    apply_theme(app, choice)
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
        system_becomes(app, scheme)
        assert is_dark() is (choice == "dark")


@pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} not installed: {HOW_TO}")
def test_the_program_follows_qt_under_a_desktop(tmp_path: Path) -> None:
    with own_display(tmp_path) as display:
        told = display.python(LIVE, tmp_path / "settings.json", QT_QPA_PLATFORMTHEME="gnome")
    followed, chosen = json.loads(told)[:3], json.loads(told)[3:]
    assert followed == [[True, True], [False, False], [True, True]]
    assert chosen == [[False, False]] * 3


def test_an_icon_that_was_set_before_has_the_colour_of_now(app: QApplication) -> None:
    shown, sign = icon("runs"), IconSign("warning", 48)
    for choice, theme in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
        apply_theme(app, choice)
        assert tint(shown) == QColor(theme.ink).name()
        assert tint(shown, QIcon.Mode.Disabled) == QColor(theme.muted).name()
        assert QColor(theme.ink).name() in colours_of(sign)


def test_a_copy_of_an_icon_is_an_icon_of_its_own(app: QApplication) -> None:
    shown = icon("runs")
    copy = QIcon(shown)
    copy.addFile("none.png")
    del shown
    apply_theme(app, "dark")
    assert tint(copy) == QColor(DARK.ink).name()


def test_the_ground_of_evidence_changes_with_the_theme(app: QApplication, qtbot: QtBot) -> None:
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    pane.resize(400, 200)
    pane.show_text("I cannot help with that. " * 3, [Evidence(0, 50, "declines", EvidenceKind.DECLINES)])
    pane.show()

    def ground() -> str:
        image, box = pane.viewport().grab().toImage(), pane.cursorRect()
        return image.pixelColor(QPoint(box.x() + 3, box.top() + 1)).name()

    def expected(theme: Theme) -> str:
        return QColor(theme.shade).name()

    for choice, theme in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
        apply_theme(app, choice)
        QApplication.processEvents()
        assert ground() == expected(theme)


def share_of(window: MainWindow, *grounds: str) -> float:
    """Which share of the window's pixels has one of these colours."""
    found = colours_of(window)
    return sum(found[ground.lower()] for ground in {*grounds}) / found.total()


@pytest.mark.parametrize("page", PAGES)
def test_a_switch_while_a_page_is_open_leaves_nothing_of_the_theme_before(
    app: QApplication, window: MainWindow, demo_session: Session, settle: Settle, page: str
) -> None:
    window.show_page(page)
    settle(demo_session)
    for choice, now, before in (("dark", DARK, LIGHT), ("light", LIGHT, DARK), ("dark", DARK, LIGHT)):
        window.commands[f"view.theme_{choice}"].trigger()
        QApplication.processEvents()
        assert share_of(window, before.page, before.shade) < 0.001
        assert share_of(window, now.page, now.shade) > 0.3
