"""A table of figures as tall as its rows: plain text, read by screen readers cell by cell, sortable if asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import nullcontext

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from reviewer.ui.kit.called_by_qt import counts, handles, paints, sizes, tells
from reviewer.ui.kit.kept import kept_place
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plural import counted
from reviewer.wording.tables import Table

Index = QModelIndex | QPersistentModelIndex
EMPTY = Table((), ())
_INDENT = "\u2003"
_NUMBER_SIGNS = str.maketrans({"−": "-", ",": "", "%": "", " ": ""})


class TableModel(QAbstractTableModel):
    """Rows can be sorted by what they show; unknown figures go last in both directions."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = EMPTY
        self._tips: Sequence[str] = ()
        self.words: Collection[int] = ()
        self._order: list[int] = []

    def show_table(self, table: Table, tips: Sequence[str] = (), words: Collection[int] = ()) -> None:
        """`tips` has a tool tip for each row, or is empty; `words` are columns of words behind the first figures."""
        self.beginResetModel()
        self.table, self._tips, self.words = table, tips, words
        self._order = list(range(len(table.rows)))
        self.endResetModel()

    def given_row(self, row: int) -> int:
        """The place in the table as it was brought."""
        return self._order[row]

    def names(self) -> list[tuple[str, ...]]:
        """What each row that is shown is of: its words before the figures."""
        return [self.table.rows[row][: max(self.table.n_text, 1)] for row in self._order]

    def text(self, row: int, column: int) -> str:
        return self.table.rows[self._order[row]][column]

    @counts
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    @counts
    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.table.headings)

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[self._order[index.row()]] if self._tips else self.text(index.row(), index.column())
        return None

    @tells
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            # as far from the figures before it as the words under it
            return _INDENT + self.table.headings[section] if section in self.words else self.table.headings[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        is_text = column < self.table.n_text or column in self.words
        side = Qt.AlignmentFlag.AlignLeft if is_text else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.table.headings):
            return
        keys = [sort_key(cells[column], is_text=column < self.table.n_text) for cells in self.table.rows]
        known = [(key, row) for row, key in enumerate(keys) if key is not None]
        known.sort(key=lambda pair: pair[0], reverse=order is Qt.SortOrder.DescendingOrder)
        self.layoutAboutToBeChanged.emit()
        self._order = [*(row for _, row in known), *(row for row, key in enumerate(keys) if key is None)]
        self.layoutChanged.emit()


def sort_key(cell: str, *, is_text: bool) -> tuple[float, str] | None:
    """What a cell is sorted by: words without regard to case, figures by value; None for a dash."""
    if is_text:
        return 0.0, cell.casefold()
    number = cell.translate(_NUMBER_SIGNS)
    return None if number in ("", "–") else (float(number), "")


class _Roomy(QStyledItemDelegate):
    """Cells with air around their text, and more between figures and the words behind them."""

    @paints
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if isinstance(model, TableModel) and index.column() in model.words:
            option.rect.adjust(2 * GRID, 0, 0, 0)
        super().paint(painter, option, index)

    @sizes
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + 2 * GRID, hint.height() + GRID)


class FiguresTable(QTableView):
    """Shows a `Table`. It is as tall as its rows, up to `most_rows`, so that the page scrolls and not the table.

    `row_opened` carries the row, in the order that the table was brought in, that was clicked or opened with Return.
    Brought anew, a table of the same columns keeps the chosen row and its place, unless a page puts them back itself
    (`keeps_choice`).
    """

    row_opened = Signal(int)

    def __init__(
        self,
        name: str,
        *,
        most_rows: int = 10_000,
        wrap: bool = True,
        keeps_choice: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._most_rows, self._keeps_choice = most_rows, keeps_choice
        self.figures = TableModel(self)
        self.setModel(self.figures)
        self.setItemDelegate(_Roomy(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(wrap)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(9 * GRID)
        # columns get their widths after the table got its own
        self._refit = QTimer(self)
        self._refit.setSingleShot(True)
        self._refit.setInterval(0)
        self._refit.timeout.connect(self._fit_rows)
        self.clicked.connect(lambda index: self.row_opened.emit(self.figures.given_row(index.row())))
        header.sectionResized.connect(lambda *_: self._refit.start())

    def show_table(
        self,
        table: Table,
        *,
        stretch: int = 0,
        sortable: bool = False,
        tips: Sequence[str] = (),
        words: Collection[int] = (),
    ) -> None:
        """`stretch` is the column that takes the room that the others leave; all columns of figures are numbers
        where the table is `sortable`.
        """
        kept = self._keeps_choice and table.headings == self.figures.table.headings
        with kept_place(self, self.figures.names, quiet=True) if kept else nullcontext():
            self._put(table, stretch=stretch, sortable=sortable, tips=tips, words=words)

    def _put(self, table: Table, *, stretch: int, sortable: bool, tips: Sequence[str], words: Collection[int]) -> None:
        self.figures.show_table(table, tips, words)
        self.setAccessibleDescription(f"{counted(len(table.rows), 'row')}: {', '.join(filter(None, table.headings))}")
        header = self.horizontalHeader()
        for column in range(len(table.headings)):
            wide = column == stretch
            mode = QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        header.setVisible(any(table.headings))
        if sortable:
            if not self.isSortingEnabled():
                # as it was brought, until a heading is clicked
                header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
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

    @handles
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_rows()

    def _fit_rows(self) -> None:
        """Rows as tall as their text at the present width, and the table as tall as its rows, with room for the bar
        that brings columns into sight where all of them do not fit."""
        self.resizeRowsToContents()
        height = sum(self.rowHeight(row) for row in range(min(self.figures.rowCount(), self._most_rows)))
        header = self.horizontalHeader()
        bar = self.horizontalScrollBar().sizeHint().height() if header.length() > self.viewport().width() else 0
        self.setFixedHeight(height + (0 if header.isHidden() else header.sizeHint().height()) + bar + 2)

    @sizes
    def minimumSizeHint(self) -> QSize:
        return QSize(24 * GRID, self.height())

    @handles
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_opened.emit(self.figures.given_row(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)
