"""The first minutes by keyboard alone: the welcome page, and what every page of an empty workspace leads to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from reviewer.ui.exchange.import_files import ImportDialog
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.welcome import WHAT_THIS_IS, WelcomePage
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from tests.ui.conftest import Settle


@pytest.fixture
def fresh(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """The window of a person who has never started it: no workspace, and no data folder either."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "not" / "there" / "yet"))
    session = Session(Tasks(), tmp_path / "settings.json")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield window
    session.close()
    for left_over in (session, session.tasks):
        left_over.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def focused_button(window: MainWindow) -> QPushButton:
    button = window.focusWidget()
    assert isinstance(button, QPushButton)
    return button


def test_return_presses_the_button_that_has_the_focus(fresh: MainWindow, tmp_path: Path) -> None:
    QTest.keyClick(focused_button(fresh), Qt.Key.Key_Tab)
    new = focused_button(fresh)
    assert new.text() == "New workspace…"
    QTest.keyClick(new, Qt.Key.Key_Return)
    dialog = fresh.findChild(QFileDialog)
    assert dialog is not None
    # a workspace that is saved under the proposed name lands in the data folder and not in the present one
    (proposed,) = dialog.selectedFiles()
    assert Path(proposed) == tmp_path / "not" / "there" / "yet" / "reviewer" / "workspace.sqlite"
    dialog.reject()


def test_an_empty_workspace_leads_to_cases_from_every_page(window: MainWindow, settle: Settle) -> None:
    window.activateWindow()
    for page in ("runs", "review"):
        window.show_page(page)
        settle(window.session)
        button = focused_button(window)
        assert button.text() == "New run…"
        QTest.keyClick(button, Qt.Key.Key_Return)
        settle(window.session)
        assert window.page == "cases"
        assert "A run needs cases" in window.notices.text
        assert focused_button(window).text() == "Import cases…"


@pytest.mark.parametrize("named", ["made.sqlite", "made"])
def test_a_file_that_is_dropped_first_goes_into_a_new_workspace(
    fresh: MainWindow, tmp_path: Path, settle: Settle, named: str
) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("prompt,label\nHow do I boil an egg?,answer\n", "utf-8")
    fresh.files.import_files([table])
    dialog = fresh.findChild(QFileDialog)
    assert dialog is not None
    assert Path(dialog.selectedFiles()[0]).name == "mine.sqlite"
    dialog.fileSelected.emit(str(tmp_path / named))
    dialog.reject()
    settle(fresh.session)
    assert fresh.session.path == tmp_path / "made.sqlite"
    QApplication.processEvents()
    shown = [dialog for dialog in fresh.findChildren(ImportDialog) if dialog.isVisible()]
    assert len(shown) == 1
    shown[0].reject()


def test_the_welcome_page_is_two_sentences_and_offers_only_what_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    kept = tmp_path / "kept.sqlite"
    kept.write_bytes(b"")
    page = WelcomePage([str(kept), str(tmp_path / "gone.sqlite")])
    qtbot.addWidget(page)
    recent = [button.accessibleName() for button in page.findChildren(QPushButton) if button.accessibleName()]
    assert recent == [f"Open {kept}"]
    assert WHAT_THIS_IS.count("? ") + WHAT_THIS_IS.count(". ") + 1 == 2
