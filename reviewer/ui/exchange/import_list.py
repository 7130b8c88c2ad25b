"""Several files of one import: what becomes of each, in one list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, Signal
from PySide6.QtWidgets import QTableView, QWidget

from reviewer.ui.exchange.import_columns import RowModel, plain_table
from reviewer.ui.exchange.import_cover import ImportCover
from reviewer.ui.exchange.imports import ImportSource
from reviewer.ui.kit.theme import GRID

WAITS = "waits"
_ROWS_SHOWN = 5


class FileList(QTableView):
    """`wanted` carries the place of a file that the person moves to."""

    wanted = Signal(int)

    def __init__(self, cover: ImportCover, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cover = cover
        self._said: list[str] = []
        self._rows = RowModel(self)
        self.setModel(self._rows)
        plain_table(self, "Files and what becomes of each")
        self.horizontalHeader().setStretchLastSection(True)
        cover.changed.connect(self._tell_again)
        self.hide()

    def show_sources(self, sources: Sequence[ImportSource]) -> None:
        """A list is shown of two files or more."""
        self._said = [WAITS for _ in sources]
        self._rows.show_rows(("File", "What becomes of it"), [(each.path.name, WAITS) for each in sources])
        self.setColumnWidth(0, 40 * GRID)
        line = self.verticalHeader().defaultSectionSize()
        self.setMaximumHeight(line * (min(len(sources), _ROWS_SHOWN) + 1) + 2 * GRID)
        self.setMinimumHeight(line * (min(len(sources), 3) + 1))
        self.setVisible(len(sources) > 1)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.wanted.emit(now.row()))

    def say(self, place: int, sentence: str) -> None:
        """What becomes of a file; what the sentence quotes of it is covered with its texts."""
        if place < len(self._said):
            self._said[place] = sentence
            self._tell(place)

    def _tell(self, place: int) -> None:
        rows, told = list(self._rows.rows), self._cover.sentence(self._said[place])
        if rows[place][1] != told:
            rows[place] = (rows[place][0], told)
            self._rows.rows = rows
            at = self._rows.index(place, 1)
            self._rows.dataChanged.emit(at, at)

    def _tell_again(self) -> None:
        for place in range(len(self._said)):
            self._tell(place)

    def said(self, place: int) -> str:
        """The whole sentence, covered or not."""
        return self._said[place]

    def move_to(self, place: int) -> None:
        """Mark the file that is looked at."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._rows.index(place, 0), flags)
