"""A second window on a workspace is told of the first, and reads it or goes on knowingly."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from reviewer.host import places
from reviewer.ui.cases.page import CasesPage
from reviewer.ui.frame.in_use import InUseDialog
from reviewer.ui.frame.main_window import MainWindow
from tests.host.test_marks import another_window
from tests.ui.conftest import Settle


def asked(window: MainWindow) -> InUseDialog:
    [dialog] = [each for each in window.findChildren(InUseDialog) if each.isVisible()]
    return dialog


@pytest.mark.parametrize(("reads", "told"), [(True, "open in another window"), (False, "")])
def test_the_second_window_is_told_and_asks(
    window: MainWindow, demo_copy: Path, settle: Settle, reads: bool, told: str
) -> None:
    before = window.session.path
    with another_window(demo_copy):
        window.session.open(demo_copy, create=False)
        settle(window.session)
        assert window.session.path == before
        dialog = asked(window)
        if reads:
            QTest.keyClick(dialog, Qt.Key.Key_Return)
        else:
            QTest.keyClick(dialog.write, Qt.Key.Key_Space)
        settle(window.session)
        assert window.session.path == demo_copy
        assert bool(window.session.read_only) is reads
        assert told in window.session.read_only
        window.show_page("cases")
        settle(window.session)
        cases = window.pages["cases"]
        assert isinstance(cases, CasesPage)
        for button in (cases.list.filters.new, cases.list.filters.bring):
            assert button.isEnabled() is not reads
            assert (told in button.toolTip()) is reads or not reads


def test_cancelling_leaves_the_workspace_that_is_open(window: MainWindow, demo_copy: Path, settle: Settle) -> None:
    before = window.session.path
    with another_window(demo_copy):
        window.session.open(demo_copy, create=False)
        settle(window.session)
        [cancel] = [each for each in asked(window).findChildren(QPushButton) if each.text() == "Cancel"]
        cancel.click()
        assert window.session.path == before


def test_after_a_window_that_was_killed_nobody_is_asked(window: MainWindow, demo_copy: Path, settle: Settle) -> None:
    with another_window(demo_copy) as other:
        other.kill()
        other.wait()
    window.session.open(demo_copy, create=False)
    settle(window.session)
    assert window.session.path == demo_copy
    assert window.session.read_only == ""


def test_the_same_window_opens_its_own_workspace_again(window: MainWindow, demo_copy: Path, settle: Settle) -> None:
    for _ in range(3):
        window.session.open(demo_copy, create=False)
        settle(window.session)
    assert window.session.path == demo_copy
    assert len([each for each in demo_copy.parent.iterdir() if ".demo.sqlite.open-" in each.name]) == 1


def test_a_shared_folder_is_warned_of_once(
    window: MainWindow, demo_copy: Path, tmp_path: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_MOUNTS", tmp_path / "none")
    shared = tmp_path / "Dropbox" / "w.sqlite"
    shared.parent.mkdir()
    shutil.copy(demo_copy, shared)
    window.session.open(shared, create=False)
    settle(window.session)
    assert window.notices.isVisible()
    assert "Dropbox synchronises" in window.notices.text
    window.notices.hide()
    window.session.open(shared, create=False)
    settle(window.session)
    assert not window.notices.isVisible()


def test_what_a_stranger_wrote_into_a_mark_is_shown_as_text(
    window: MainWindow, demo_copy: Path, settle: Settle
) -> None:
    """Whoever can write in the folder can write a mark, as of another computer."""
    said = {
        "user": "ana\u202e<b>x</b>\n\n" + "y" * 300,
        "host": "far\u202e\U000e0041",
        "pid": 1,
        "since": "2026-11-30T10",
    }
    demo_copy.with_name(f".{demo_copy.name}.open-0badcafe").write_text(json.dumps(said), "utf-8")
    window.session.open(demo_copy, create=False)
    settle(window.session)
    dialog = asked(window)
    shown = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert "ana[U+202E]<b>x</b> yyy" in shown
    assert "on the computer far[U+202E][U+E0041] on" in shown
    assert "y" * 80 not in shown
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel))
    assert dialog.width() < window.width()
