"""Several files of one import: what becomes of each, in one list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, Signal
from PySide6.QtWidgets import QTableView, QWidget

from reviewer.ui.exchange.import_columns import RowModel, plain_table
from reviewer.ui.exchange.imports import ImportSource
from reviewer.ui.kit.theme import GRID

WAITS = "waits"
_ROWS_SHOWN = 5


class FileList(QTableView):
    """`wanted` carries the place of a file that the person moves to."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = RowModel(self)
        self.setModel(self._rows)
        plain_table(self, "Files and what becomes of each")
        self.horizontalHeader().setStretchLastSection(True)
        self.hide()

    def show_sources(self, sources: Sequence[ImportSource]) -> None:
        """A list is shown of two files or more."""
        self._rows.show_rows(("File", "What becomes of it"), [(each.path.name, WAITS) for each in sources])
        self.setColumnWidth(0, 40 * GRID)
        line = self.verticalHeader().defaultSectionSize()
        self.setMaximumHeight(line * (min(len(sources), _ROWS_SHOWN) + 1) + 2 * GRID)
        self.setMinimumHeight(line * (min(len(sources), 3) + 1))
        self.setVisible(len(sources) > 1)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.wanted.emit(now.row()))

    def say(self, place: int, sentence: str) -> None:
        rows = list(self._rows.rows)
        if place < len(rows) and rows[place][1] != sentence:
            rows[place] = (rows[place][0], sentence)
            self._rows.rows = rows
            at = self._rows.index(place, 1)
            self._rows.dataChanged.emit(at, at)

    def said(self, place: int) -> str:
        return self._rows.rows[place][1]

    def move_to(self, place: int) -> None:
        """Mark the file that is looked at."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._rows.index(place, 0), flags)
