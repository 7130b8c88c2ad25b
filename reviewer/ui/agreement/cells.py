"""People against one classifier as a heat map or a table, and beside it the responses of the cell that was opened."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.app.figures.agreement import AgainstPeople, Compared, RunAgreement
from reviewer.app.figures.agreement_words import (
    NAME_CHARACTERS,
    cell_words,
    confusion_table,
    kept_words,
    rows_that_occur,
)
from reviewer.core.actions import ActionId
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.heat_map import Confusion, HeatMap
from reviewer.ui.kit.page import plain_label, section_label
from reviewer.ui.kit.theme import GRID
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.cell_cases import CellCase, CellList
from reviewer.wording.plain_text import preview

HINT = "Click a cell, or choose one with the arrow keys and press Return, to list its responses here."
KEY = (
    "Rows are people's word, columns the classifier's. Framed: both said the same; to its right the classifier read "
    "more caution than people did, to its left less. The darker, the larger the share of the row."
)


class AgreementPanel(QWidget):
    """`review_wanted` carries the title and the responses of the opened cell, and the id of the one to begin with."""

    review_wanted = Signal(str, object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = section_label()
        self.map = HeatMap()
        self.map.setAccessibleName("People and classifier")
        self.map.cell_opened.connect(self.open_cell)
        self.table = FiguresTable("People and classifier")
        self.table.hide()
        self.none = plain_label("Nothing to compare yet.")
        self.cell = plain_label(HINT)
        self.list = CellList()
        self.list.activated.connect(self._open_case)
        self.key = quiet_label(KEY)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for widget in (self.title, self.map, self.table, self.none, self.key, self.cell, self.list):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._one: AgainstPeople | None = None
        self._row: tuple[int, str] | None = None
        self._cell: tuple[ActionId, ActionId | None] | None = None
        self._found: tuple[Compared, ...] = ()
        self._as_table = False

    def show_one(self, run: RunAgreement, one: AgainstPeople) -> None:
        """Show a classifier on a run; the list stays open on the same cell of the same two."""
        same, self._row = self._row == (run.line.id, one.name), (run.line.id, one.name)
        self._one = one
        rows = rows_that_occur(one.actions)
        counts = {people: {**one.actions.confusion[people], None: one.actions.unscored[people]} for people in rows}
        name = preview(one.name, NAME_CHARACTERS)
        self.map.show_confusion(
            Confusion(one.actions.scale, counts, "People", name, "responses", unscored=bool(one.actions.first_unscored))
        )
        self.table.show_table(confusion_table(one))
        self.title.setText(f"{name} on {preview(run.line.name, NAME_CHARACTERS)}: people by row, classifier by column")
        self._show_parts()
        self._cell = self._cell if same and self._cell is not None and self._cell[0] in rows else None
        self._show_cell()

    def show_none(self) -> None:
        """There is no classifier to show."""
        self._one = self._row = self._cell = None
        self.title.setText("")
        self._show_parts()
        self._show_cell()

    def show_as_table(self, shown: bool) -> None:
        self._as_table = shown
        self._cell = None
        self._show_parts()
        self._show_cell()

    def _show_parts(self) -> None:
        filled = self._one is not None and bool(rows_that_occur(self._one.actions))
        self.map.setVisible(filled and not self._as_table)
        self.table.setVisible(filled and self._as_table)
        for widget in (self.key, self.cell):
            widget.setVisible(filled and not self._as_table)
        self.none.setVisible(not filled)

    def open_cell(self, people: str, classifier: str) -> None:
        """List the cell's responses and put the focus on the first; without a classifier's action, the unscored."""
        self._cell = (ActionId(people), ActionId(classifier) if classifier else None)
        self._show_cell()
        if self._found:
            self.list.setFocus()

    def _show_cell(self) -> None:
        one, cell = self._one, self._cell
        if one is None or cell is None:
            self._found = ()
            self.cell.setText(HINT)
        else:
            found = one.cell(*cell)
            self._found = one.to_look_at(found)
            end = ". Return opens one in Review." if self._found else "."
            end += kept_words(len(self._found), len(found))
            self.cell.setText(cell_words(one, *cell) + end)
        self.list.show_cases([CellCase(each.key, each.repeat, decided=True) for each in self._found])

    def _open_case(self, index: QModelIndex) -> None:
        if self._one is None or self._cell is None:
            return
        title = cell_words(self._one, *self._cell).partition(": ")[2]
        ids = tuple(each.response_id for each in self._found)
        self.review_wanted.emit(title, ids, ids[index.row()])
