"""Labelled against final action, and beside it the cases of the cell that was opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from reviewer.app.scores import ScoredRun, responses_in_cell
from reviewer.core.actions import ActionId
from reviewer.core.scoring.credit import Observation
from reviewer.report.plain_text import preview
from reviewer.ui.charts.heat_map import HeatMap
from reviewer.ui.theme import GRID
from reviewer.ui.views.score_cards import cell_words, quiet_label
from reviewer.ui.widgets.page import plain_label

Index = QModelIndex | QPersistentModelIndex
HINT = "Click a cell, or choose one with the arrow keys and press Return, to list its cases here."
CASES_SHOWN = 8


class CellCases(QAbstractListModel):
    """The responses of one cell by their case's key; ● for those that a person has decided."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: Sequence[Observation] = ()

    def show_responses(self, found: Sequence[Observation]) -> None:
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            repeat = f"  · repeat {one.repeat}" if one.repeat > 1 else ""
            return f"{'●' if one.reviewed else '○'}  {preview(one.case)}{repeat}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            said = "decided" if one.reviewed else "automatic"
            return f"{preview(one.case)}, repeat {one.repeat}, {said}. Return opens it in Review."
        return None


class ConfusionPanel(QWidget):
    """`case_opened` carries the case key and repeat of a response that is to be reviewed."""

    case_opened = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = HeatMap()
        self.map.cell_opened.connect(self.open_cell)
        self.cases = CellCases(self)
        self.list = QListView()
        self.list.setModel(self.cases)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName("Cases of the cell")
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
        self.cases.show_responses(())
        self.title.setText(HINT)
        self.list.hide()

    def _show_cell(self, label: str, final: str) -> None:
        if self._run is None:
            return
        self.cases.show_responses(responses_in_cell(self._run.observed, ActionId(label), ActionId(final)))
        end = ". Return opens one in Review." if self.cases.found else "."
        self.title.setText(cell_words(self._run.card, label, final) + end)
        self.list.setVisible(bool(self.cases.found))
        shown = min(len(self.cases.found), CASES_SHOWN)
        self.list.setFixedHeight(shown * self.list.sizeHintForRow(0) + 2 * self.list.frameWidth())
        self.list.setCurrentIndex(self.cases.index(0))

    def _open_case(self, index: QModelIndex) -> None:
        one = self.cases.found[index.row()]
        self.case_opened.emit(one.case, one.repeat)
