"""The list of compared cases: one line each, its request read when seen."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.flips import CaseFlip, FlipKind
from reviewer.store.facts.review import ReviewLine
from reviewer.store.queries.review import review_lines
from reviewer.ui.kit.called_by_qt import paints, sizes, tells
from reviewer.ui.kit.paged import PagedRows
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.steady_list import SteadyRows
from reviewer.ui.kit.strip import Marker, StripFacts, paint_small
from reviewer.ui.kit.theme import GRID
from reviewer.ui.runs.table import one_line
from reviewer.wording.plain_text import preview
from reviewer.wording.tables import named

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole
LINE_ROLE = Qt.ItemDataRole.UserRole + 1
STRIP_WIDTH = 12 * GRID
MARKS = {
    FlipKind.FIXED: "✓",
    FlipKind.BROKEN: "✗",
    FlipKind.WRONG_DIFFERENTLY: "◇",
    FlipKind.MOVED_IN_BAND: "◐",
    FlipKind.UNSTABLE: "≈",
    FlipKind.UNCHANGED: "=",
}


WIDEST = f"◐ {FlipKind.MOVED_IN_BAND}"


@dataclass(frozen=True)
class FlipRow:
    """A case with its responses' ids, 0 where a run has none; `flip` is None where it was not compared."""

    key: CaseKey
    first: int
    second: int
    flip: CaseFlip | None
    why: str = ""

    @property
    def word(self) -> str:
        return f"{MARKS[self.flip.kind]} {self.flip.kind}" if self.flip else f"– {self.why}"


def row_facts(row: FlipRow, scale: ActionScale, decided: tuple[bool, bool] = (False, False)) -> StripFacts:
    """The strip of a compared case, A's marker before B's; solid where people have `decided`."""
    if row.flip is None:
        return StripFacts(scale)
    actions = (row.flip.a, row.flip.b)
    markers = tuple(Marker(action, name, solid) for action, name, solid in zip(actions, "AB", decided, strict=True))
    return StripFacts(scale, row.flip.label, row.flip.band, markers)


def row_words(row: FlipRow, scale: ActionScale) -> str:
    """A case's line in words."""
    if row.flip is None:
        return f"{preview(row.key)}: {row.why}"
    one, two = (named(scale, action) if action else "two actions equally often" for action in (row.flip.a, row.flip.b))
    return f"{preview(row.key)}: {row.flip.kind}; labelled {named(scale, row.flip.label)}, A {one}, B {two}"


class FlipList(SteadyRows):
    """`ROW_ROLE` gives the FlipRow, `LINE_ROLE` the ReviewLine behind it, or None while it is read."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scale: ActionScale = DEFAULT_SCALE
        self.rows: Sequence[FlipRow] = ()
        self._cover = session.cover
        # a method of its own, which ends with it: the session outlives the page
        self._cover.changed.connect(self._told_otherwise)
        self._lines = PagedRows(session, review_lines, lambda line: line.response_id, self._arrived)

    def show_rows(self, rows: Sequence[FlipRow], scale: ActionScale) -> None:
        self.rows, self.scale = rows, scale
        self._lines.set_ids(array("q", [row.first or row.second for row in rows]))
        self.put(len(rows))

    def told(self, line: ReviewLine) -> str:
        """The beginning of the text, or that it is covered."""
        return one_line(self._cover.over(line.category, line.untrusted_preview))

    def missing_words(self, index: int) -> str:
        return self._lines.missing_words(index)

    def _told_otherwise(self) -> None:
        self._arrived(0, len(self.rows) - 1)

    def _arrived(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first), self.index(last))

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == LINE_ROLE:
            return self._lines.row(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.word} {preview(row.key)}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return row_words(row, self.scale)
        return None


class FlipDelegate(QStyledItemDelegate):
    """Paints a line: what became of the case, its request, and a strip with both markers."""

    @sizes
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40 * GRID, int(option.fontMetrics.height() * 1.5) + GRID)

    @paints
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        row, line, model = index.data(ROW_ROLE), index.data(LINE_ROLE), index.model()
        if not isinstance(row, FlipRow) or not isinstance(model, FlipList):
            return
        rect = option.rect.adjusted(GRID // 2, 2, -GRID // 2, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ink = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        painter.setPen(option.palette.color(ink))
        metrics, middle = option.fontMetrics, Qt.AlignmentFlag.AlignVCenter
        space = metrics.horizontalAdvance(f"{WIDEST}  ")
        painter.drawText(rect, middle, metrics.elidedText(row.word, Qt.TextElideMode.ElideRight, space))
        words = rect.adjusted(space, 0, -STRIP_WIDTH - GRID, 0)
        said = model.told(line) if isinstance(line, ReviewLine) else model.missing_words(index.row())
        painter.drawText(words, middle, metrics.elidedText(said, Qt.TextElideMode.ElideRight, words.width()))
        if row.flip is not None:
            strip = QRectF(rect.right() - STRIP_WIDTH, rect.top() + 1, STRIP_WIDTH, rect.height() - 2)
            if selected:
                painter.fillRect(strip.adjusted(-2, -1, 2, 1), option.palette.color(QPalette.ColorRole.Base))
            paint_small(painter, strip, row_facts(row, model.scale), letters=True)
        painter.restore()
