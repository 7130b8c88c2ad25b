"""The table of cases: ids in the order that the filter gives, rows read when they are seen."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from reviewer.core import bands
from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.cases import CaseStatus
from reviewer.store.facts.suites import CaseLine, CaseSort
from reviewer.store.queries.suites import case_lines
from reviewer.ui.kit.paged import PagedRows
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.strip import StripFacts, paint_small
from reviewer.ui.kit.theme import GRID

COLUMNS = ("Key", "Request", "Strip", "Label", "Category", "Status", "Responses")
SORTS = {
    0: CaseSort.KEY,
    1: CaseSort.REQUEST,
    3: CaseSort.LABEL,
    4: CaseSort.CATEGORY,
    5: CaseSort.STATUS,
}
STRIP_COLUMN = 2
PREVIEW = 160
FACTS_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class CaseTableModel(QAbstractTableModel):
    """Rows over case ids. `FACTS_ROLE` gives the StripFacts of a row, or None while it is read."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scale: ActionScale = DEFAULT_SCALE
        self._rows = PagedRows(session, case_lines, lambda line: line.id, self._arrived)

    @property
    def ids(self) -> array[int]:
        return self._rows.ids

    def set_ids(self, ids: array[int], scale: ActionScale) -> None:
        """Show another list. The same list with other rows keeps its place and selection."""
        if ids == self.ids and scale == self.scale:
            self.make_stale()
            return
        self.beginResetModel()
        self.scale = scale
        self._rows.set_ids(ids)
        self.endResetModel()

    def make_stale(self) -> None:
        """Read the rows again as they are seen."""
        self._rows.make_stale()
        if len(self._rows):
            self._arrived(0, len(self._rows) - 1)

    def _arrived(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def line(self, row: int) -> CaseLine | None:
        return self._rows.row(row)

    def row_of(self, case_id: int) -> int:
        """The row of a case, -1 where the filter leaves it out."""
        try:
            return self.ids.index(case_id)
        except ValueError:
            return -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in _ROLES:
            return None
        line = self._rows.row(index.row())
        if line is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and index.column() == 0 else None
        if role == FACTS_ROLE:
            return StripFacts(self.scale, line.label, line.band)
        if index.column() == STRIP_COLUMN:
            return None if role == Qt.ItemDataRole.DisplayRole else self._sentence(line)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(line, index.column())
        return self._sentence(line) if index.column() == 3 else self._text(line, index.column())

    def _sentence(self, line: CaseLine) -> str:
        return bands.sentence(line.label, line.band, self.scale) if line.label else "No label yet."

    def _text(self, line: CaseLine, column: int) -> str:
        if column == 1:
            turns = f"[{line.turns} turns] " if line.turns > 1 else ""
            return turns + " ".join(line.untrusted_preview.split())[:PREVIEW]
        if column == 3:
            return self.scale[line.label].short_name if line.label else "–"
        return (line.key, "", "", "", line.category, str(CaseStatus(line.status)), str(line.responses or ""))[column]


_ROLES = {
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    FACTS_ROLE,
}


class StripDelegate(QStyledItemDelegate):
    """Paints the small strip of a row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(15 * GRID, option.fontMetrics.height() + GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        facts = index.data(FACTS_ROLE)
        if not isinstance(facts, StripFacts):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        strip = QRectF(option.rect).adjusted(GRID // 2, 3, -GRID // 2, -3)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(strip.adjusted(-2, -1, 2, 1), option.palette.color(QPalette.ColorRole.Base))
        paint_small(painter, strip, facts)
        painter.restore()
