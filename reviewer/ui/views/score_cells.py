"""Labelled against final action, and beside it the cases of the cell that was opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.app.behind import Judged, behind_cell
from reviewer.app.scores import ScoredRun
from reviewer.core.actions import ActionId
from reviewer.ui.charts.heat_map import HeatMap
from reviewer.ui.theme import GRID
from reviewer.ui.views.behind_list import Reviewable
from reviewer.ui.views.cell_cases import CellCase, CellList
from reviewer.ui.views.score_cards import cell_words, quiet_label
from reviewer.ui.widgets.page import plain_label

HINT = "Click a cell, or choose one with the arrow keys and press Return, to list its cases here."


class ConfusionPanel(QWidget):
    """`review_wanted` carries a `Reviewable`: the responses of the opened cell, and which of them first."""

    review_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = HeatMap()
        self.map.cell_opened.connect(self.open_cell)
        self.list = CellList()
        self.cases = self.list.cases
        self.list.activated.connect(self._open_case)
        self.title = plain_label(HINT)
        self.none = quiet_label("No case is scored yet.")
        self.key = quiet_label(
            "Rows are labelled, columns final actions. Framed: the labelled action itself; to its right more cautious, "
            "to its left less. The darker, the larger the share of the row."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for widget in (self.map, self.none, self.key, self.title, self.list):
            layout.addWidget(widget)
        self._run: ScoredRun | None = None
        self._found: Sequence[Judged] = ()
        self._cell: tuple[str, str] | None = None
        self.close_cell()

    def show_run(self, run: ScoredRun) -> None:
        """Show another score; the list stays open on the same cell of the same run."""
        same = self._run is not None and self._run.line.id == run.line.id
        self._run = run
        self.map.show_card(run.card)
        scored = bool(run.card.confusion)
        for widget in (self.map, self.key, self.title):
            widget.setVisible(scored)
        self.none.setVisible(not scored)
        if same and self._cell is not None and self._cell[0] in run.card.confusion:
            self._show_cell(*self._cell)
        else:
            self.close_cell()

    def open_cell(self, label: str, final: str) -> None:
        """List the cell's cases and put the focus on the first."""
        self._cell = (label, final)
        self._show_cell(label, final)
        if self.cases.found:
            self.list.setFocus()

    def close_cell(self) -> None:
        self._cell = None
        self.list.show_cases(())
        self.title.setText(HINT)

    def _show_cell(self, label: str, final: str) -> None:
        if self._run is None:
            return
        self._found = behind_cell(self._run, ActionId(label), ActionId(final))
        self.list.show_cases([CellCase(one.seen.case, one.seen.repeat, one.seen.reviewed) for one in self._found])
        end = ". Return opens one in Review." if self.cases.found else "."
        self.title.setText(cell_words(self._run.card, label, final) + end)

    def _open_case(self, index: QModelIndex) -> None:
        if self._run is not None and self._cell is not None:
            title = cell_words(self._run.card, *self._cell)
            self.review_wanted.emit(Reviewable(self._run, title, self._found, index.row()))
