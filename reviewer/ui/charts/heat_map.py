"""Labelled against final action as a table whose cells are shaded by their share of the row."""

from __future__ import annotations

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

from reviewer.core.actions import ActionId
from reviewer.core.scoring.score import Scorecard
from reviewer.core.scoring.wording import percent
from reviewer.report.tables import count, named
from reviewer.ui.theme import ACCENT, GRID, colours, is_dark

Index = QModelIndex | QPersistentModelIndex
SHADE_ROLE = Qt.ItemDataRole.UserRole
EXACT_ROLE = Qt.ItemDataRole.UserRole + 1
STRONGEST = 0.5
"""How far the ramp goes from the page to the edge colour: ink keeps 4.5:1 on all of it."""


class ConfusionModel(QAbstractTableModel):
    """A row for each labelled action that occurs, a column for each action of the scale, then the row's cases."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.card: Scorecard | None = None
        self._labels: list[ActionId] = []

    def show_card(self, card: Scorecard) -> None:
        self.beginResetModel()
        self.card, self._labels = card, list(card.confusion)
        self.endResetModel()

    def cell(self, index: Index) -> tuple[ActionId, ActionId] | None:
        """Labelled and final action of a cell; None in the column of totals."""
        if self.card is None or not index.isValid() or index.column() >= len(self.card.scale):
            return None
        return self._labels[index.row()], self.card.scale.ids[index.column()]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._labels)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if self.card is None or (parent is not None and parent.isValid()) else len(self.card.scale) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.card is None:
            return None
        row = self.card.confusion[self._labels[index.row()]]
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
            return self._words(index, number, whole)
        return None

    def _words(self, index: Index, number: float, whole: float) -> str:
        cell, card = self.cell(index), self.card
        if card is None:
            return ""
        if cell is None:
            return f"{count(whole)} scored cases labelled {named(card.scale, self._labels[index.row()])}"
        label, final = (named(card.scale, action) for action in cell)
        share = percent(number / whole) if whole else "none"
        return f"Labelled {label}, final {final}: {count(number)} of {count(whole)} cases ({share})"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.card is None:
            return None
        scale = self.card.scale
        if orientation is Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return _header(scale.rank(self._labels[section]), scale[self._labels[section]].short_name, role)
        if section == len(scale):
            return "cases" if role == Qt.ItemDataRole.DisplayRole else None
        return _header(section, scale.actions[section].short_name, role)


def _header(rank: int, name: str, role: int) -> str | None:
    return f"{rank + 1} {name}" if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) else None


def shade(share: float) -> QColor:
    """One neutral ramp from the page's colour; `share` in [0, 1]."""
    theme = colours()
    low, high = QColor(theme.page), QColor(theme.edge)
    part = share * STRONGEST
    parts = ((low.redF(), high.redF()), (low.greenF(), high.greenF()), (low.blueF(), high.blueF()))
    return QColor.fromRgbF(*(a + (b - a) * part for a, b in parts))


class _CellPainter(QStyledItemDelegate):
    """The share as shade, the count as text, a frame where the final action is the labelled one."""

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
    """`cell_opened` carries the labelled and the final action of a cell that was clicked or opened with Return."""

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
        current = self.currentIndex().row(), self.currentIndex().column()
        self.cells.show_card(card)
        rows = self.cells.rowCount()
        height = self.horizontalHeader().sizeHint().height() + rows * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(height + 2)
        self.setAccessibleDescription(f"{rows} labelled actions by {len(card.scale)} final actions")
        back = self.cells.index(*current)
        self.setCurrentIndex(back if back.isValid() else self.cells.index(0, 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, self.height())

    def _open(self, index: QModelIndex) -> None:
        cell = self.cells.cell(index)
        if cell is not None:
            self.cell_opened.emit(*cell)
