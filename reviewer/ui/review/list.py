"""The list of responses beside the review panes: one line each, read when seen."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.changes import Changes
from reviewer.core.decisions import FinalSource
from reviewer.core.scoring.standing import standing
from reviewer.review.veil import lines_in_sight, veiled_line
from reviewer.store.database import Workspace
from reviewer.store.facts.review import ReviewLine
from reviewer.store.queries.review import review_lines
from reviewer.ui.kit.called_by_qt import paints, sizes, tells
from reviewer.ui.kit.keys import CommandKeys
from reviewer.ui.kit.paged import PagedRows
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.steady_list import SteadyList, SteadyRows
from reviewer.ui.kit.strip import Marker, StripFacts, paint_small
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.blind import BlindReview
from reviewer.ui.review.case_pane import LABEL_HIDDEN
from reviewer.ui.runs.table import one_line
from reviewer.wording.plain_text import plain_text

LINE_ROLE = Qt.ItemDataRole.UserRole
STRIP_WIDTH = 9 * GRID

Index = QModelIndex | QPersistentModelIndex
_PEOPLE = (FinalSource.ADJUDICATED, FinalSource.DECIDED)


class ReviewList(SteadyRows):
    """Lines over response ids; `LINE_ROLE` gives the ReviewLine, or None while it is read. `stale` comes when rows that
    are in sight may be others by now: whoever shows them says which they are (`see`).
    """

    stale = Signal()

    def __init__(self, session: Session, blind: BlindReview, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scale: ActionScale = DEFAULT_SCALE
        self._session, self._blind = session, blind
        self.returns: frozenset[int] = frozenset()
        self._rows = PagedRows(session, self._lines, lambda line: line.response_id, self._arrived)
        blind.changed.connect(self.make_stale)
        self._cover = session.cover
        self._cover.changed.connect(self.make_stale)

    @property
    def ids(self) -> array[int]:
        return self._rows.ids

    def _lines(self, workspace: Workspace, ids: Sequence[int]) -> list[ReviewLine]:
        if self._blind.on or self.returns:
            return lines_in_sight(workspace, ids, self._session.reviewer)
        return review_lines(workspace, ids)

    def set_ids(self, ids: array[int], scale: ActionScale, returns: frozenset[int] = frozenset()) -> None:
        """`returns` are the places at which responses come back; nothing there tells that they do."""
        self.scale, self.returns = scale, returns
        self._rows.set_ids(ids)
        self.put(len(ids))

    def _line(self, row: int) -> ReviewLine | None:
        """What may be seen of a line; without the verdict none tells how its response stands."""
        line, blind = self._rows.row(row), self._blind
        if line is None:
            return None
        return veiled_line(line, blind.blinding, verdict_shown=blind.verdict_shown, back=row in self.returns)

    def facts(self, line: ReviewLine) -> StripFacts:
        """What a line's strip shows."""
        marker = Marker(line.final.action, solid=line.final.source in _PEOPLE)
        return StripFacts(self.scale, line.label, line.band, () if line.covered else (marker,))

    def told(self, line: ReviewLine) -> str:
        """The beginning of the text, or that it is covered."""
        return one_line(self._cover.over(line.category, line.untrusted_preview))

    def mark(self, line: ReviewLine) -> str:
        """How the response stands, and whether somebody has decided."""
        stands = " " if line.covered else standing(line.label, line.band, line.final.action, self.scale).mark
        return f"{stands}{'✓' if line.reviewed else ' '}{'⚑' if self._session.reviewer in line.flagged_by else ' '}"

    def append(self, ids: array[int]) -> None:
        self._rows.append(ids)
        self.put_more(len(ids))

    def make_stale(self) -> None:
        self._rows.make_stale()
        if len(self._rows):
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def read_again(self, changes: Changes) -> None:
        """Read again what these changes may have touched; until then nothing is painted anew."""
        if changes.case_ids is None:
            self._rows.make_stale()
        else:
            self._rows.read_again(lambda line: changes.touches_case(line.case_id))
        self.stale.emit()

    def see(self, first: int, last: int) -> None:
        """These rows are in sight."""
        self._rows.see(first, last)

    def _arrived(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first), self.index(last))

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._line(index.row())
        if role == LINE_ROLE:
            return line
        if line is None:
            return self._rows.missing_words(index.row()) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.told(line)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._words(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{plain_text(line.key)}: {self._words(line)}"
        return None

    def _words(self, line: ReviewLine) -> str:
        said = self.facts(line).sentence() if line.label or not self._blind.blinding.label else LABEL_HIDDEN
        said += " Flagged by you." if self._session.reviewer in line.flagged_by else ""
        key = plain_text(line.key)
        if line.covered:
            return f"{key} · {'decided' if line.reviewed else 'not decided yet'}. {said}"
        stands = standing(line.label, line.band, line.final.action, self.scale)
        who = "decided" if line.reviewed else "automatic"
        return f"{key} · {stands} · {who}. {said}"


class QueueList(SteadyList):
    """The list's view. It would take letters and arrows for its own search and moves; here they are commands."""

    def __init__(self, model: ReviewList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self._lines = model
        model.stale.connect(self._see_again)
        self.setItemDelegate(ReviewLineDelegate(self))
        self.setAccessibleName("Responses of the queue")
        CommandKeys(self)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _see_again(self) -> None:
        """What is stale of the rows in sight is read again; of those that come into sight later it is then."""
        top = self.indexAt(self.viewport().rect().topLeft())
        if self.isVisible() and top.isValid():
            bottom = self.indexAt(self.viewport().rect().bottomLeft())
            self._lines.see(top.row(), bottom.row() if bottom.isValid() else self._lines.rowCount() - 1)


class ReviewLineDelegate(QStyledItemDelegate):
    """Paints a line: mark, preview, and a tiny strip with the final action under it."""

    @sizes
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(20 * GRID, int(option.fontMetrics.height() * 1.2) + GRID)

    @paints
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        line = index.data(LINE_ROLE)
        model = index.model()
        if not isinstance(line, ReviewLine) or not isinstance(model, ReviewList):
            return
        rect = option.rect.adjusted(GRID // 2, 2, -GRID // 2, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ink = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        painter.setPen(option.palette.color(ink))
        space = option.fontMetrics.horizontalAdvance("●✓⚑ ")
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, model.mark(line))
        words = rect.adjusted(space, 0, -STRIP_WIDTH - GRID, 0)
        text = option.fontMetrics.elidedText(model.told(line), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        strip = QRectF(rect.right() - STRIP_WIDTH, rect.top() + 1, STRIP_WIDTH, rect.height() - 2)
        if selected:
            painter.fillRect(strip.adjusted(-2, -1, 2, 1), option.palette.color(QPalette.ColorRole.Base))
        paint_small(painter, strip, model.facts(line))
        painter.restore()
