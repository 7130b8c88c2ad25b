"""The guideline beside the work: how to choose an action, each action's definition, the case's own rationale."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.core.cases import Case, SuiteHead
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.theme import GRID


class GuidelinePanel(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ReadingPane("Guideline")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        layout.addWidget(plain_label("Guideline (H closes)"))
        layout.addWidget(self.text, 1)
        self.hide()

    def show_guideline(self, suite: SuiteHead, case: Case) -> None:
        parts = [f"This case\n{case.rationale or 'No rationale is recorded.'}"]
        for number, action in enumerate(suite.scale.actions, start=1):
            example = f"\nExample: {action.example}" if action.example else ""
            parts.append(f"{number} {action.name}\n{action.definition}{example}")
        if suite.guideline:
            parts.append(suite.guideline)
        self.text.show_text("\n\n".join(parts))
