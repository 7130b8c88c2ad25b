"""The first minutes by keyboard alone: the welcome page, and what every page of an empty workspace leads to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from reviewer.ui.frame.main_window import MainWindow
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
