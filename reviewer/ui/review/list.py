"""The list of responses beside the review panes: one line each, read when seen."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.decisions import FinalSource
from reviewer.core.scoring.standing import standing
from reviewer.store.facts.review import ReviewLine
from reviewer.store.queries.review import review_lines
from reviewer.ui.kit.paged import PagedRows
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.strip import Marker, StripFacts, paint_small
from reviewer.ui.kit.theme import GRID

LINE_ROLE = Qt.ItemDataRole.UserRole
STRIP_WIDTH = 9 * GRID

Index = QModelIndex | QPersistentModelIndex
_PEOPLE = (FinalSource.ADJUDICATED, FinalSource.DECIDED)


class ReviewList(QAbstractListModel):
    """Lines over response ids; `LINE_ROLE` gives the ReviewLine, or None while it is read."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scale: ActionScale = DEFAULT_SCALE
        self.verdict_shown = True
        self._session = session
        self._rows = PagedRows(session, review_lines, lambda line: line.response_id, self._arrived)

    @property
    def ids(self) -> array[int]:
        return self._rows.ids

    def set_ids(self, ids: array[int], scale: ActionScale) -> None:
        self.beginResetModel()
        self.scale = scale
        self._rows.set_ids(ids)
        self.endResetModel()

    def set_verdict_shown(self, shown: bool) -> None:
        """Without the verdict no line tells how its response stands."""
        self.verdict_shown = shown
        if len(self._rows):
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def facts(self, line: ReviewLine) -> StripFacts:
        """What a line's strip shows."""
        marker = Marker(line.final.action, solid=line.final.source in _PEOPLE)
        return StripFacts(self.scale, line.label, line.band, (marker,) if self.verdict_shown else ())

    def mark(self, line: ReviewLine) -> str:
        """How the response stands, and whether somebody has decided."""
        stands = standing(line.label, line.band, line.final.action, self.scale).mark if self.verdict_shown else " "
        return f"{stands}{'✓' if line.reviewed else ' '}{'⚑' if self._session.reviewer in line.flagged_by else ' '}"

    def append(self, ids: array[int]) -> None:
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(ids) - 1)
        self._rows.append(ids)
        self.endInsertRows()

    def make_stale(self) -> None:
        self._rows.make_stale()
        if len(self._rows):
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _arrived(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first), self.index(last))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._rows.row(index.row())
        if role == LINE_ROLE:
            return line
        if line is None:
            return self._rows.missing_words(index.row()) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(line.untrusted_preview)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._words(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.key}: {self._words(line)}"
        return None

    def _words(self, line: ReviewLine) -> str:
        said = self.facts(line).sentence() + (" Flagged by you." if self._session.reviewer in line.flagged_by else "")
        if not self.verdict_shown:
            return f"{line.key} · {'decided' if line.reviewed else 'not decided yet'}. {said}"
        stands = standing(line.label, line.band, line.final.action, self.scale)
        who = "decided" if line.reviewed else "automatic"
        return f"{line.key} · {stands} · {who}. {said}"


def one_line(text: str) -> str:
    """A preview without line breaks."""
    return " ".join(text.split())


class QueueList(QListView):
    """The list's view. It would take letters and arrows for its own search and moves; here they are commands."""

    def __init__(self, model: ReviewList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(ReviewLineDelegate(self))
        self.setUniformItemSizes(True)
        self.setAccessibleName("Responses of the queue")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def event(self, event: QEvent) -> bool:
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not event.modifiers() & held
        ):
            event.ignore()
            return True
        return super().event(event)


class ReviewLineDelegate(QStyledItemDelegate):
    """Paints a line: mark, preview, and a tiny strip with the final action under it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(20 * GRID, int(option.fontMetrics.height() * 1.2) + GRID)

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
        text = option.fontMetrics.elidedText(
            one_line(line.untrusted_preview), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        strip = QRectF(rect.right() - STRIP_WIDTH, rect.top() + 1, STRIP_WIDTH, rect.height() - 2)
        if selected:
            painter.fillRect(strip.adjusted(-2, -1, 2, 1), option.palette.color(QPalette.ColorRole.Base))
        paint_small(painter, strip, model.facts(line))
        painter.restore()
