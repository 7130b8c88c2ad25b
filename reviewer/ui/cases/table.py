"""The table of cases: ids in the order that the filter gives, rows read when they are seen."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QModelIndex, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from reviewer.core import bands
from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.store.facts.suites import CaseLine, CaseSort
from reviewer.store.queries.suites import case_lines
from reviewer.ui.kit.called_by_qt import counts, paints, sizes, tells
from reviewer.ui.kit.columns import Column, ColumnTable, Index
from reviewer.ui.kit.paged import PagedRows
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.strip import StripFacts, paint_small
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import preview

PREVIEW = 160
STRIP_COLUMN = 2
FACTS_ROLE = Qt.ItemDataRole.UserRole


class CaseTableModel(ColumnTable[CaseLine]):
    """Rows over case ids. `FACTS_ROLE` gives the StripFacts of a row, or None while it is read."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        columns: tuple[Column[CaseLine], ...] = (
            Column("Key", lambda line: line.key, sort=CaseSort.KEY),
            Column("Request", self._request, sort=CaseSort.REQUEST),
            Column("Strip", None, self._sentence),
            Column("Label", self._label, self._sentence, sort=CaseSort.LABEL),
            Column("Category", lambda line: line.category, sort=CaseSort.CATEGORY),
            Column("Status", lambda line: line.status, sort=CaseSort.STATUS),
            Column("Responses", lambda line: str(line.responses or "")),
        )
        super().__init__(columns, parent)
        self.scale: ActionScale = DEFAULT_SCALE
        self._cover = session.cover
        self._cover.changed.connect(self.make_stale)
        self._rows = PagedRows(session, case_lines, lambda line: line.id, self.tell)

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
            self.tell(0, len(self._rows) - 1)

    def line(self, row: int) -> CaseLine | None:
        return self._rows.row(row)

    def missing_words(self, row: int) -> str:
        return self._rows.missing_words(row)

    def row_of(self, case_id: int) -> int:
        """The row of a case, -1 where the filter leaves it out."""
        try:
            return self.ids.index(case_id)
        except ValueError:
            return -1

    @counts
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != FACTS_ROLE:
            return super().data(index, role)
        line = self.line(index.row())
        return StripFacts(self.scale, line.label, line.band) if line is not None else None

    def _request(self, line: CaseLine) -> str:
        turns = f"[{line.turns} turns] " if line.turns > 1 else ""
        return turns + preview(self._cover.over(line.category, line.untrusted_preview), PREVIEW)

    def _sentence(self, line: CaseLine) -> str:
        return bands.sentence(line.label, line.band, self.scale) if line.label else "No label yet."

    def _label(self, line: CaseLine) -> str:
        return self.scale[line.label].short_name if line.label else "–"


class StripDelegate(QStyledItemDelegate):
    """Paints the small strip of a row."""

    @sizes
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(15 * GRID, option.fontMetrics.height() + GRID)

    @paints
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
