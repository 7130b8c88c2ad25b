"""The cases of a report as a table: request and what reviewers said, the action strip, the final action."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from reviewer.core.actions import ActionScale
from reviewer.report.blocks import CaseCells
from reviewer.report.covering import without_notes
from reviewer.report.facts import ReportedCase
from reviewer.report.html import MOST_CASES, case_row
from reviewer.report.strip import case_markers
from reviewer.ui.kit.called_by_qt import counts, paints, sizes, tells
from reviewer.ui.kit.cover import Cover
from reviewer.ui.kit.strip import Marker, StripFacts, paint_small
from reviewer.ui.kit.theme import ACCENT, GRID, colours, is_dark, small_font
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import counted

Index = QModelIndex | QPersistentModelIndex
HEADINGS = ("Request", "Label, band, final", "Final action, decided by")
WIDTHS = (0, 32 * GRID, 28 * GRID)
LINES = 3
STRIP_HEIGHT = 2 * GRID
STRIP_WIDTH = 20 * GRID
LINES_ROLE = Qt.ItemDataRole.UserRole
FACTS_ROLE = Qt.ItemDataRole.UserRole + 1


class CaseLinesModel(QAbstractTableModel):
    """The first `MOST_CASES` cases, as many as the written page has; a row's words are made when it is seen."""

    def __init__(self, cover: Cover, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cover = cover
        cover.changed.connect(self._cover_again)
        self.cases: Sequence[ReportedCase] = ()
        self._scale: ActionScale | None = None
        self._rows: dict[int, CaseCells] = {}

    def show_cases(self, cases: Sequence[ReportedCase], scale: ActionScale) -> None:
        self.beginResetModel()
        self.cases, self._scale = cases[:MOST_CASES], scale
        self._rows.clear()
        self.endResetModel()

    @counts
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cases)

    @counts
    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(HEADINGS)

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._scale is None:
            return None
        if role == LINES_ROLE:
            return self._lines(index)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return "\n".join(line for line in self._lines(index) if line)
        if role == FACTS_ROLE:
            case = self.cases[index.row()]
            markers = tuple(Marker(marker.action, "", marker.solid) for marker in case_markers(case))
            return StripFacts(self._scale, case.label, case.band, markers)
        return None

    @tells
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return HEADINGS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def _lines(self, index: Index) -> tuple[str, str, str]:
        """A cell's three lines: small print, text, small print."""
        row = self._row(index.row())
        if index.column() == 0:
            return (
                " · ".join(filter(None, (preview(row.key), preview(row.category)))),
                self._cover.over(row.category, row.request),
                preview("   ".join(row.said), 1000),
            )
        if index.column() == 1:
            return "", "", row.best
        return "", ", ".join(row.finals), " · ".join(filter(None, (row.verdict, row.decided_by)))

    def _cover_again(self) -> None:
        self._rows.clear()
        if self.cases:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.cases) - 1, 0))

    def _row(self, number: int) -> CaseCells:
        if number not in self._rows and self._scale is not None:
            case = self.cases[number]
            hides = self._cover.covers(case.category)
            self._rows[number] = case_row(without_notes(case) if hides else case, self._scale)
        return self._rows[number]


class _CasePainter(QStyledItemDelegate):
    """Three lines: small, normal, small; in the middle column the strip above the band in words."""

    @paints
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = colours()
        painter.save()
        self._draw_ground(painter, option)
        inner = QRect(option.rect).adjusted(0, GRID // 2, -2 * GRID, -GRID // 2)
        facts, lines = index.data(FACTS_ROLE), index.data(LINES_ROLE)
        if index.column() == 1 and isinstance(facts, StripFacts):
            strip = QRectF(inner.left(), inner.top() + GRID // 2, min(inner.width(), STRIP_WIDTH), STRIP_HEIGHT)
            painter.setFont(small_font(option.font))
            paint_small(painter, strip, facts)
        small, normal = small_font(option.font), QFont(option.font)
        top = inner.top()
        for number, (text, font) in enumerate(zip(lines, (small, normal, small), strict=True)):
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(QColor(theme.ink if number == 1 else theme.muted))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            line = QRect(inner.left(), top, inner.width(), metrics.height())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
            top += metrics.height() + 1
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme = colours()
        painter.setPen(QColor(theme.hairline))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(ACCENT[is_dark()][0]))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -2))


class CaseLinesTable(QTableView):
    """As tall as its rows, which all have one height: the page scrolls and not the table."""

    def __init__(self, cover: Cover, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = CaseLinesModel(cover, self)
        self.setModel(self.lines)
        self.setItemDelegate(_CasePainter(self))
        self.setAccessibleName("Cases")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        for column, width in enumerate(WIDTHS):
            fixed = QHeaderView.ResizeMode.Fixed if width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, fixed)
            if width:
                self.setColumnWidth(column, width)

    def show_cases(self, cases: Sequence[ReportedCase], scale: ActionScale) -> None:
        small = QFontMetrics(small_font(self.font())).height()
        height = 2 * small + self.fontMetrics().height() + LINES + GRID
        self.verticalHeader().setDefaultSectionSize(height)
        self.lines.show_cases(cases, scale)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + self.lines.rowCount() * height + 2)
        self.setAccessibleDescription(counted(self.lines.rowCount(), "case"))

    @sizes
    def minimumSizeHint(self) -> QSize:
        return QSize(60 * GRID, self.height())
