"""The box in which the scale of a new suite is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from reviewer.core.actions import SCALE_PRESETS, ScalePreset, preset_named


class ScaleBox(QComboBox):
    """The scales that a suite can have by name; each one's tool tip lists its actions."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Scale")
        for place, preset in enumerate(SCALE_PRESETS):
            self.addItem(f"{preset.name} – {preset.summary}", preset.name)
            self.setItemData(place, actions_words(preset), Qt.ItemDataRole.ToolTipRole)

    @property
    def preset(self) -> ScalePreset:
        return preset_named(str(self.currentData()))


def actions_words(preset: ScalePreset) -> str:
    """One line for each action: `4 partial answer: gives a part …`."""
    return "\n".join(f"{rank} {each.name}: {each.definition}" for rank, each in enumerate(preset.scale.actions, 1))
