"""Labelled against final action, and below it the cases of the cell that was opened."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.app.figures.scores import ScoredRun
from reviewer.ui.kit.heat_map import HeatMap
from reviewer.ui.kit.theme import GRID
from reviewer.ui.score.behind_list import BehindList
from reviewer.ui.score.cards import quiet_label

HINT = "Click a cell, or choose one with the arrow keys and press Return, to list its cases here."


class ConfusionPanel(QWidget):
    """Whoever has it asks for what is `behind` a cell when its `map` says that one was opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = HeatMap()
        self.behind = BehindList("Cell of the confusion")
        self.hint = quiet_label(HINT)
        self.none = quiet_label("No case is scored yet.")
        self.key = quiet_label(
            "Rows are labelled, columns final actions. Framed: the labelled action itself; to its right more cautious, "
            "to its left less. The darker, the larger the share of the row."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for widget in (self.map, self.none, self.key, self.hint, self.behind):
            layout.addWidget(widget)

    def show_run(self, run: ScoredRun) -> None:
        """Show another score."""
        self.map.show_card(run.card)
        scored = bool(run.card.confusion)
        for widget in (self.map, self.key, self.hint):
            widget.setVisible(scored)
        self.none.setVisible(not scored)
