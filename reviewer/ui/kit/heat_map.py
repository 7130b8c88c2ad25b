"""Actions against actions as a table whose cells are shaded by their share of the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.scoring.score import Scorecard
from reviewer.ui.kit.called_by_qt import counts, paints, sizes, tells
from reviewer.ui.kit.focus import OWN_MARK
from reviewer.ui.kit.theme import ACCENT, GRID, colours, is_dark
from reviewer.wording.plural import counted
from reviewer.wording.score import percent
from reviewer.wording.tables import count, named

Index = QModelIndex | QPersistentModelIndex
SHADE_ROLE = Qt.ItemDataRole.UserRole
EXACT_ROLE = Qt.ItemDataRole.UserRole + 1
WIDE_COLUMNS, WIDE_NAME = 5, 9
"""Of more columns than so many, and of longer names, each word of a heading stands on a line of its own."""
STRONGEST = 0.5
"""How far the ramp goes from the page to the edge colour: ink keeps 4.5:1 on all of it."""


@dataclass(frozen=True)
class Confusion:
    """Two sets of actions against each other: `counts` has a row for each action of the first that occurs.

    The rows are called `by_row`, the columns `by_column`, what is counted `counted`. With `unscored` there is a column
    for what has no action in the second: the key None of a row.
    """

    scale: ActionScale
    counts: Mapping[ActionId, Mapping[ActionId | None, float]]
    by_row: str = "Labelled"
    by_column: str = "final"
    counted: str = "cases"
    unscored: bool = False

    @property
    def columns(self) -> tuple[ActionId | None, ...]:
        return (*self.scale.ids, None) if self.unscored else self.scale.ids


class ConfusionModel(QAbstractTableModel):
    """A row for each action that occurs by row, a column for each action of the scale, then the row's total."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown: Confusion | None = None
        self._rows: list[ActionId] = []

    def show_confusion(self, shown: Confusion) -> None:
        self.beginResetModel()
        self.shown, self._rows = shown, list(shown.counts)
        self.endResetModel()

    def cell(self, index: Index) -> tuple[ActionId, ActionId | None] | None:
        """The actions of a cell by row and by column; None in the column of totals."""
        if self.shown is None or not index.isValid() or index.column() >= len(self.shown.columns):
            return None
        return self._rows[index.row()], self.shown.columns[index.column()]

    @counts
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    @counts
    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if self.shown is None or (parent is not None and parent.isValid()) else len(self.shown.columns) + 1

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.shown is None:
            return None
        row = self.shown.counts[self._rows[index.row()]]
        whole, cell = sum(row.values()), self.cell(index)
        number = whole if cell is None else row[cell[1]]
        if role == Qt.ItemDataRole.DisplayRole:
            return count(number) if number else "·"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == SHADE_ROLE:
            return 0.0 if cell is None or not whole else number / whole
        if role == EXACT_ROLE:
            return cell is not None and cell[0] == cell[1]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(self.shown, index, number, whole)
        return None

    def _words(self, shown: Confusion, index: Index, number: float, whole: float) -> str:
        cell = self.cell(index)
        by_row = f"{shown.by_row} {named(shown.scale, self._rows[index.row()])}"
        if cell is None:
            return f"{by_row}: {count(whole)} {shown.counted}"
        share = percent(number / whole) if whole else "none"
        said = f"{shown.by_column} {named(shown.scale, cell[1])}"
        return f"{by_row}, {said}: {count(number)} of {count(whole)} {shown.counted} ({share})"

    @tells
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.shown is None:
            return None
        scale = self.shown.scale
        if orientation is Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return _header(scale.rank(self._rows[section]), scale[self._rows[section]].short_name, role)
        if section < len(scale):
            name = scale.actions[section].short_name
            narrow = role == Qt.ItemDataRole.DisplayRole and (len(scale) > WIDE_COLUMNS or len(name) > WIDE_NAME)
            return _header(section, name.replace(" ", "\n") if narrow else name, role, "\n")
        last = self.shown.counted if section == len(self.shown.columns) else "○ unscored"
        return last if role == Qt.ItemDataRole.DisplayRole else None


def _header(rank: int, name: str, role: int, between: str = " ") -> str | None:
    """Over a column the name stands below the number, for there is little room beside it."""
    if role == Qt.ItemDataRole.ToolTipRole:
        return f"{rank + 1} {name}"
    return f"{rank + 1}{between}{name}" if role == Qt.ItemDataRole.DisplayRole else None


def shade(share: float) -> QColor:
    """One neutral ramp from the page's colour; `share` in [0, 1]."""
    theme = colours()
    low, high = QColor(theme.page), QColor(theme.edge)
    part = share * STRONGEST
    parts = ((low.redF(), high.redF()), (low.greenF(), high.greenF()), (low.blueF(), high.blueF()))
    return QColor.fromRgbF(*(a + (b - a) * part for a, b in parts))


class _CellPainter(QStyledItemDelegate):
    """The share as shade, the count as text, a frame where the final action is the labelled one."""

    @paints
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect = colours(), QRect(option.rect).adjusted(1, 1, -1, -1)
        exact = bool(index.data(EXACT_ROLE))
        painter.save()
        painter.fillRect(rect, shade(float(index.data(SHADE_ROLE) or 0.0)))
        if exact:
            painter.setPen(QPen(QColor(theme.edge), 1.5))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        font = QFont(option.font)
        font.setBold(exact)
        painter.setFont(font)
        painter.setPen(QColor(theme.ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(ACCENT[is_dark()][0]), 2.5))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()


class HeatMap(QTableView):
    """`cell_opened` carries the actions by row and by column of a cell that was clicked or opened with Return; the
    column of the unscored is an empty text.
    """

    cell_opened = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = ConfusionModel(self)
        self.setModel(self.cells)
        self.setItemDelegate(_CellPainter(self))
        self.setAccessibleName("Labelled and final action")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setProperty(OWN_MARK, True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionsClickable(False)
            header.setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(5 * GRID)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(4 * GRID)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)

    def show_card(self, card: Scorecard) -> None:
        """Labelled against final actions."""
        self.show_confusion(Confusion(card.scale, {label: dict(row.items()) for label, row in card.confusion.items()}))
        self.setAccessibleDescription(f"{len(card.confusion)} labelled actions by {len(card.scale)} final actions")

    def show_confusion(self, shown: Confusion) -> None:
        """The focus stays in its cell where there still is one."""
        current = self.currentIndex().row(), self.currentIndex().column()
        self.cells.show_confusion(shown)
        rows = self.cells.rowCount()
        height = self.horizontalHeader().sizeHint().height() + rows * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(height + 2)
        self.setAccessibleDescription(
            f"{counted(rows, 'row')}: {shown.by_row}; {counted(len(shown.columns), 'column')}: {shown.by_column}"
        )
        back = self.cells.index(*current)
        self.setCurrentIndex(back if back.isValid() else self.cells.index(0, 0))

    @sizes
    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, self.height())

    def _open(self, index: QModelIndex) -> None:
        cell = self.cells.cell(index)
        if cell is not None:
            self.cell_opened.emit(cell[0], cell[1] or "")
