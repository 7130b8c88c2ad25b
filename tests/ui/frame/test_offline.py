"""Working offline in the window: turned on and off by a command, seen in the status bar, answered on the first page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from reviewer.host import offline
from reviewer.host.offline import LockedBy, lock, locked_by
from reviewer.ui.application import make_window


@pytest.fixture(autouse=True)
def _opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "_held", set())


def test_the_lock_is_turned_and_seen(qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window(tmp_path / "settings.json")
    qtbot.addWidget(window)
    window.show()
    assert any("Does anything leave this computer?" in label.text() for label in window.findChildren(QLabel))
    assert window.place.offline.isHidden()
    window.commands["view.offline"].trigger()
    assert locked_by() is LockedBy.SETTING
    assert window.place.offline.text() == "Offline"
    window.commands["view.offline"].trigger()
    assert locked_by() is None
    assert window.place.offline.isHidden()
    lock(LockedBy.POLICY)
    for _ in range(2):
        window.commands["view.offline"].trigger()
        assert "a policy of this computer" in window.place.offline.toolTip()
    window.close()
