"""A workspace that cannot be written to is open to be read, the window says so, and it can be tried again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.ui.frame.banner import ReadOnlyBanner
from reviewer.ui.frame.main_window import MainWindow
from tests.ui.conftest import Settle


def test_the_banner_says_why_and_the_file_is_opened_again_for_writing(
    window: MainWindow, demo_copy: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, how: how != os.W_OK and real(path, how))
    window.session.open(demo_copy, create=False)
    settle(window.session)
    banner = window.findChild(ReadOnlyBanner)
    assert banner is not None
    assert banner.isVisible()
    assert "demo.sqlite is open to be read" in banner.text.text()
    assert window.page == "cases"
    monkeypatch.undo()
    banner.again.setFocus()
    QTest.keyClick(banner.again, Qt.Key.Key_Space)
    settle(window.session)
    assert not banner.isVisible()
    assert window.session.read_only == ""
