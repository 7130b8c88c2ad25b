"""What crashes in the window: damage where the file is damaged, our own fault where it is sound."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import NoReturn

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.memory import recalled, remember
from reviewer.ui.frame.main_window import MainWindow
from tests.support.damages import sql
from tests.ui.conftest import Settle


def crash(window: MainWindow, qtbot: QtBot, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a slot, as a cell that is painted or a timer's function does."""
    monkeypatch.setattr(sys, "excepthook", window.crashes.hook)

    def shown() -> None:
        raise TypeError("a value of another type")

    QTimer.singleShot(0, window, shown)
    qtbot.waitUntil(lambda: window.notices.text != "")
    settle(window.session)


def test_a_crash_over_a_sound_file_is_our_own_fault(
    window: MainWindow, qtbot: QtBot, settle: Settle, demo_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.open(demo_copy, create=False)
    settle(window.session)
    window.notices.show_notice("")
    crash(window, qtbot, settle, monkeypatch)
    assert window.notices.text.startswith("Something went wrong in Reviewer itself (TypeError)")
    assert not window.notices.details.isHidden()


def test_a_crash_over_a_damaged_file_names_the_place(
    window: MainWindow, qtbot: QtBot, settle: Settle, demo_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql("UPDATE origin SET file = x'00ff'")(demo_copy)
    window.session.open(demo_copy, create=False)
    settle(window.session)
    window.notices.show_notice("")
    crash(window, qtbot, settle, monkeypatch)
    assert "is damaged: origin, row 1, column file" in window.notices.text
    assert window.notices.details.isHidden()


def test_a_crash_without_a_workspace_is_told_at_once(
    window: MainWindow, qtbot: QtBot, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.session, "_workspace", None)
    crash(window, qtbot, settle, monkeypatch)
    assert not window.notices.details.isHidden()


@pytest.mark.parametrize("by", ["a read", "a write", "a slot"])
def test_nobody_waits_while_a_crash_is_looked_into(
    window: MainWindow,
    qtbot: QtBot,
    settle: Settle,
    demo_copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
) -> None:
    session = window.session
    session.open(demo_copy, create=False)
    settle(session)
    looking, looked = threading.Event(), threading.Event()

    def look(_workspace: Workspace) -> list[str]:
        looking.set()
        assert looked.wait(20)
        return []

    def crashing(_workspace: Workspace) -> NoReturn:
        raise TypeError("a value of another type")

    monkeypatch.setattr("reviewer.app.damage._anything", look)
    if by == "a slot":
        window.crashes.failed(TypeError("a value of another type"))
    else:
        (session.read if by == "a read" else session.write)(crashing, lambda _found: None)
    try:
        qtbot.waitUntil(looking.is_set)
        # what a key asks for is read and stored meanwhile
        stored, found = list[object](), list[object]()
        session.write(lambda workspace: (remember(workspace, key="a", value="b"), Changes()), stored.append)
        qtbot.waitUntil(lambda: len(stored) == 1)
        session.read(lambda workspace: recalled(workspace, "a"), found.append)
        qtbot.waitUntil(lambda: found == ["b"])
    finally:
        looked.set()
    settle(session)
    assert window.notices.text.startswith("Something went wrong in Reviewer itself (TypeError)")
