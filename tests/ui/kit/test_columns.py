"""A cell of a table says when its value is damaged, and the table goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt

from reviewer.core.actions import DEFAULT_SCALE, ActionId
from reviewer.ui.kit.columns import UNREADABLE, Column

LABEL: Column[str] = Column("Label", lambda action: DEFAULT_SCALE[ActionId(action)].short_name)


def test_a_damaged_value_is_said_to_be_so_and_what_is_wrong_with_it() -> None:
    assert LABEL.said("-3", Qt.ItemDataRole.DisplayRole) == UNREADABLE
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        told = LABEL.said("-3", role) or ""
        assert told.startswith(f"{UNREADABLE}: ")
        assert "'-3'" in told
    assert LABEL.said("refuse", Qt.ItemDataRole.DisplayRole) == "refuse"
