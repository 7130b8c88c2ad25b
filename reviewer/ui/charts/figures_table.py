"""A table of figures as tall as its rows: plain text, read by screen readers cell by cell, sortable if asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QHeaderView, QSizePolicy, QTableView, QWidget

from reviewer.report.tables import Table
from reviewer.ui.theme import GRID

Index = QModelIndex | QPersistentModelIndex
Keys = Sequence[Sequence[float | str | None]]
EMPTY = Table((), ())


class TableModel(QAbstractTableModel):
    """`keys` are what rows are sorted by, a key for each cell; None goes last in both directions."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = EMPTY
        self._keys: Keys | None = None
        self._tips: Sequence[str] = ()
        self._order: list[int] = []

    def show_table(self, table: Table, keys: Keys | None = None, tips: Sequence[str] = ()) -> None:
        """`tips` has a tool tip for each row, or is empty."""
        self.beginResetModel()
        self.table, self._keys, self._tips = table, keys, tips
        self._order = list(range(len(table.rows)))
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        return self.table.rows[self._order[row]][column]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.table.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole and self._tips:
            return self._tips[self._order[index.row()]]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.headings[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeft if column < self.table.n_text else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        keys = self._keys
        if keys is None or not 0 <= column < len(self.table.headings):
            return
        self.layoutAboutToBeChanged.emit()
        known = [row for row in range(len(keys)) if keys[row][column] is not None]
        known.sort(key=lambda row: _sortable(keys[row][column]), reverse=order is Qt.SortOrder.DescendingOrder)
        self._order = [*known, *(row for row in range(len(keys)) if keys[row][column] is None)]
        self.layoutChanged.emit()


def _sortable(key: float | str | None) -> tuple[float, str]:
    return (0.0, key.casefold()) if isinstance(key, str) else (key or 0.0, "")


class FiguresTable(QTableView):
    """Shows a `Table`. It is as tall as its rows, up to `most_rows`, so that the page scrolls and not the table."""

    def __init__(self, name: str, *, most_rows: int = 10_000, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most_rows = most_rows
        self.figures = TableModel(self)
        self.setModel(self.figures)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)

    def show_table(self, table: Table, *, stretch: int = 0, keys: Keys | None = None, tips: Sequence[str] = ()) -> None:
        """`stretch` is the column that takes the room that the others leave. With `keys` it can be sorted."""
        self.figures.show_table(table, keys, tips)
        self.setAccessibleDescription(f"{len(table.rows)} rows: {', '.join(filter(None, table.headings))}")
        header = self.horizontalHeader()
        for column in range(len(table.headings)):
            wide = column == stretch
            mode = QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        header.setVisible(any(table.headings))
        if keys is not None:
            self.setSortingEnabled(True)
            header.setSectionsClickable(True)
            self.figures.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self._fit_rows()

    def copy(self) -> None:
        """The selected rows as tab-separated text."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        columns = range(self.figures.columnCount())
        lines = ["\t".join(self.figures.text(row, column) for column in columns) for row in rows]
        QApplication.clipboard().setText("\n".join(lines))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_rows()

    def _fit_rows(self) -> None:
        """Rows as tall as their text at the present width, and the table as tall as its rows."""
        self.resizeRowsToContents()
        for row in range(min(self.figures.rowCount(), self._most_rows)):
            self.setRowHeight(row, self.rowHeight(row) + GRID // 2)
        height = sum(self.rowHeight(row) for row in range(min(self.figures.rowCount(), self._most_rows)))
        header = self.horizontalHeader()
        self.setFixedHeight(height + (0 if header.isHidden() else header.sizeHint().height()) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(24 * GRID, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)
