"""A chart whose marks are pointed at or stepped over with the arrow keys, and say what they are in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from reviewer.ui.kit.called_by_qt import handles, paints, sizes
from reviewer.ui.kit.focus import OWN_MARK
from reviewer.ui.kit.theme import ACCENT, GRID, colours, is_dark, small_font

SMALLEST_WIDTH = 280
REACH = 1.5 * GRID
"""How near to a mark the mouse has to be, in pixels."""
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
_ENDS = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}


@dataclass(frozen=True)
class Mark:
    """Something in a chart that says in `words` what it is; `area` in pixels of the chart."""

    area: QRectF
    words: str


class _Looking:
    """Which of the marks has the focus, and which one is pointed at, by their numbers."""

    def __init__(self) -> None:
        self.current = 0
        self.pointed: int | None = None

    def keep_within(self, n_marks: int) -> None:
        self.pointed = None
        self.current = min(self.current, max(n_marks - 1, 0))

    def step_to(self, number: int) -> None:
        self.current, self.pointed = number, None

    def point_at(self, number: int | None) -> bool:
        """Whether that is another one than before."""
        before, self.pointed = self.pointed, number
        return before != number

    def among(self, marks: Sequence[Mark], *, has_focus: bool) -> tuple[Mark | None, Mark | None]:
        """The mark that is pointed at and the one with the focus."""
        pointed = marks[self.pointed] if self.pointed is not None and self.pointed < len(marks) else None
        return pointed, marks[self.current] if marks and has_focus else None


def _nearest(marks: Sequence[Mark], place: QPointF) -> int | None:
    """The mark whose middle is nearest among those in reach."""
    reached = [
        ((mark.area.center() - place).manhattanLength(), number)
        for number, mark in enumerate(marks)
        if mark.area.adjusted(-REACH, -REACH, REACH, REACH).contains(place)
    ]
    return min(reached)[1] if reached else None


class MarkedChart(QWidget):
    """`read_out` carries the words of the mark that is pointed at, else of the one with the focus, else nothing;
    `mark_opened` the number of a mark that was clicked or opened with Return.
    """

    read_out = Signal(str)
    mark_opened = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looking = _Looking()
        self.setAccessibleName(name)
        self.setFont(small_font(self.font()))
        self.setMouseTracking(True)
        self.setProperty(OWN_MARK, True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # what a chart is; charts override it

    def marks(self) -> Sequence[Mark]:
        """What can be pointed at, in the order of the arrow keys, at the present size. Charts override it."""
        return ()

    def words(self) -> str:
        """All that is drawn, in words. Charts say what binds their marks together before them."""
        return " ".join(f"{mark.words}." for mark in self.marks())

    def draw(self, painter: QPainter) -> None:
        """Paint everything but what has the focus. Charts override it."""

    # showing

    def shown_again(self) -> None:
        """To be called after other data were taken: everything that depends on them is brought up to date."""
        self._looking.keep_within(len(self.marks()))
        self.updateGeometry()
        self.update()
        self._say()

    @paints
    def paint(self, painter: QPainter) -> None:
        """The chart as a picture, without focus."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        self.draw(painter)

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pointed, focused = self._looking.among(self.marks(), has_focus=self.hasFocus())
        if pointed is not None:
            painter.setPen(QPen(QColor(colours().edge), 1.2))
            painter.drawRoundedRect(pointed.area, 3, 3)
        if focused is not None:
            painter.setPen(QPen(QColor(ACCENT[is_dark()][0]), 2.5))
            painter.drawRoundedRect(focused.area, 3, 3)
        painter.end()

    def text(
        self,
        painter: QPainter,
        rect: QRectF,
        words: str,
        align: Qt.AlignmentFlag,
        colour: str = "",
        *,
        halo: bool = False,
    ) -> None:
        """One line of text, cut where it is too long; with a `halo` on a ground that hides what lies under it."""
        metrics = QFontMetricsF(self.font())
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        if halo:
            ground = metrics.boundingRect(rect, align | Qt.AlignmentFlag.AlignVCenter, shown)
            painter.fillRect(ground.adjusted(-2, 0, 2, 0), QColor(colours().page))
        painter.setPen(QColor(colour or colours().ink))
        painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return QFontMetricsF(self.font()).height()

    def advance(self, words: str) -> float:
        return QFontMetricsF(self.font()).horizontalAdvance(words)

    def hasHeightForWidth(self) -> bool:
        return True

    @sizes
    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, self.heightForWidth(max(self.width(), SMALLEST_WIDTH)))

    @sizes
    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_WIDTH, self.sizeHint().height())

    # pointing and stepping

    @property
    def looked_at(self) -> str:
        """The words of the mark that is pointed at, else of the one with the focus."""
        pointed, focused = self._looking.among(self.marks(), has_focus=self.hasFocus())
        mark = pointed or focused
        return mark.words if mark else ""

    @handles
    def keyPressEvent(self, event: QKeyEvent) -> None:
        marks, key = self.marks(), Qt.Key(event.key())
        if not marks or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self._look_at(min(max(self._looking.current + _STEPS[key], 0), len(marks) - 1))
        elif key in _ENDS:
            self._look_at(_ENDS[key] % len(marks))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.mark_opened.emit(self._looking.current)
        else:
            super().keyPressEvent(event)

    @handles
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._looking.point_at(_nearest(self.marks(), event.position())):
            self._say()

    @handles
    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = _nearest(self.marks(), event.position())
        if found is not None:
            self._look_at(found)
            if event.button() is Qt.MouseButton.LeftButton:
                self.mark_opened.emit(found)
        super().mousePressEvent(event)

    @handles
    def leaveEvent(self, _event: QEvent) -> None:
        if self._looking.point_at(None):
            self._say()

    @handles
    def focusInEvent(self, _event: QFocusEvent) -> None:
        self._say()

    @handles
    def focusOutEvent(self, _event: QFocusEvent) -> None:
        self._say()

    def _look_at(self, number: int) -> None:
        self._looking.step_to(number)
        self._say()

    def _say(self) -> None:
        """Tell the readout line, and a screen reader: what has the focus first, then the whole chart."""
        said = self.looked_at
        self.setAccessibleDescription(f"{said}. {self.words()}" if said else self.words())
        self.read_out.emit(said)
        self.update()
