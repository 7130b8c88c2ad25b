"""A line to type in with a list under it, laid over a page: the arrows move in the list while the typing goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.ui.kit.called_by_qt import filters, paints, sizes
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.positions import digit_pressed
from reviewer.ui.kit.theme import GRID

CHOICE = Qt.ItemDataRole.UserRole
BESIDE = Qt.ItemDataRole.UserRole + 1
DIGIT = Qt.ItemDataRole.UserRole + 2
WIDTH, ROWS, FEWEST_ROWS = 74 * GRID, 16, 6
_ROW_KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
_TAKEN = {*_ROW_KEYS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
_PASSING = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Choice:
    """A line of the list: what it stands for, its words, what stands at its right end, and the digit that chooses it
    while nothing is typed.
    """

    value: object
    words: str
    beside: str = ""
    usable: bool = True
    digit: str = ""


class _ChoiceDelegate(QStyledItemDelegate):
    """The digit in a gutter of its own, the words, cut where they are too long, at the right end what is beside."""

    @sizes
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(20 * GRID, int(option.fontMetrics.height() * 1.2) + GRID // 2)

    @paints
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style() if option.widget else QApplication.style()
        usable = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ink = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        pale = ink if selected else QPalette.ColorRole.PlaceholderText
        digit = index.data(DIGIT)
        gutter = 0 if digit is None else option.fontMetrics.horizontalAdvance("0") + GRID
        rect = option.rect.adjusted(GRID + gutter, 0, -GRID, 0)
        beside = str(index.data(BESIDE) or "")
        room = option.fontMetrics.horizontalAdvance(beside) + 2 * GRID if beside else 0
        words = option.fontMetrics.elidedText(
            str(index.data(Qt.ItemDataRole.DisplayRole)), Qt.TextElideMode.ElideRight, rect.width() - room
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.save()
        painter.setFont(option.font)
        painter.setPen(option.palette.color(ink if usable else pale))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignLeft, words)
        painter.setPen(option.palette.color(pale))
        painter.drawText(rect.adjusted(-gutter, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, str(digit or ""))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, beside)
        painter.restore()


class PickLine(QFrame):
    """`typed` carries the words as they change, `chosen` what was chosen with Return, `left` comes when it goes.

    It lies over its parent and moves nothing there. When it goes, whoever had the focus before has it again.
    """

    typed = Signal(str)
    chosen = Signal(object)
    left = Signal()
    has_digits = False
    """Whether lines are chosen by a digit too."""

    def __init__(self, name: str, hint: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._over, self._before = parent, parent
        self.setFrameShape(QFrame.Shape.Box)
        self.setAutoFillBackground(True)
        self.setAccessibleName(name)
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(hint)
        self.list = QListWidget()
        self.list.setAccessibleName(f"{name}: choices")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_ChoiceDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.said = plain_label(wrap=False)
        self.said.setAccessibleName(f"{name}: what to do")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID // 2)
        for widget in (self.line, self.list, self.said):
            layout.addWidget(widget)
        self.line.textChanged.connect(self.typed)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)
        parent.installEventFilter(self)
        self.hide()

    def open_at(self, corner: QPoint, sentence: str) -> None:
        """Lie here, empty, and take the keys; `sentence` says what they do."""
        focused = QApplication.focusWidget()
        if focused is not None and not self.isAncestorOf(focused):
            self._before = focused
        self.line.clear()
        self.list.clear()
        self.said.setText(sentence)
        self._corner = corner
        self._lie_there()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _lie_there(self) -> None:
        row = int(self.list.fontMetrics().height() * 1.2) + GRID // 2
        width = min(WIDTH, self._over.width() - 2 * GRID)
        room = self._over.height() - self._corner.y() - GRID
        around = self.line.sizeHint().height() + self.said.sizeHint().height() + 4 * GRID
        rows = max(min(ROWS, (room - around) // row), FEWEST_ROWS)
        left = max(min(self._corner.x(), self._over.width() - width - GRID), GRID)
        self.list.setFixedHeight(rows * row)
        self.setGeometry(left, self._corner.y(), width, self.sizeHint().height())

    def leave(self) -> None:
        """Go, and give the focus back to who had it; what was typed is given up."""
        if self.isHidden():
            return
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self._over)
        self.hide()
        if had_focus:
            self._before.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.left.emit()

    # the list

    def fill(self, choices: Iterable[Choice]) -> None:
        """Show these and choose the first."""
        self.list.clear()
        self.add(choices)
        self.go_to_first()

    def add(self, choices: Iterable[Choice]) -> None:
        """More lines at the end."""
        for choice in choices:
            item = QListWidgetItem(choice.words)
            item.setData(CHOICE, choice.value)
            self.list.addItem(item)
            item.setData(DIGIT, choice.digit if self.has_digits else None)
            self._say_beside(item, choice.beside)
            if not choice.usable:
                item.setFlags(Qt.ItemFlag.NoItemFlags)

    def item_of(self, value: object) -> QListWidgetItem | None:
        items = (self.list.item(row) for row in range(self.list.count()))
        return next((item for item in items if item.data(CHOICE) == value), None)

    def _item_of_digit(self, digit: str) -> QListWidgetItem | None:
        items = (self.list.item(row) for row in range(self.list.count()))
        return next((item for item in items if digit and item.data(DIGIT) == digit), None)

    def say_beside(self, value: object, words: str) -> None:
        """What stands at the end of a line from now on."""
        item = self.item_of(value)
        if item is not None:
            self._say_beside(item, words)

    def _say_beside(self, item: QListWidgetItem, words: str) -> None:
        item.setData(BESIDE, words)
        digit = f" ({item.data(DIGIT)})" if item.data(DIGIT) else ""
        item.setToolTip(f"{item.text()}: {words}{digit}" if words else f"{item.text()}{digit}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, item.toolTip())

    def go_to_first(self) -> None:
        """The first line that can be chosen."""
        rows = (row for row in range(self.list.count()) if self._can_be_chosen(row))
        self.list.setCurrentRow(next(rows, -1))

    def _can_be_chosen(self, row: int) -> bool:
        item = self.list.item(row)
        return bool(item.flags() & Qt.ItemFlag.ItemIsEnabled) and not item.isHidden()

    def _step(self, by: int) -> None:
        rows = [row for row in range(self.list.count()) if self._can_be_chosen(row)]
        if rows:
            here = rows.index(self.list.currentRow()) if self.list.currentRow() in rows else -1
            self.list.setCurrentRow(rows[max(0, min(here + by, len(rows) - 1))])

    # keys

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() is QEvent.Type.Resize and self.isVisible():
            self._lie_there()
        if watched is self.line and isinstance(event, QKeyEvent) and self._takes(event):
            return True
        gone = watched is self.line and isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusOut
        if gone and isinstance(event, QFocusEvent) and event.reason() not in _PASSING:
            self.leave()
        return super().eventFilter(watched, event)

    def _takes(self, event: QKeyEvent) -> bool:
        if self.has_digits and not self.line.text() and (item := self._item_of_digit(digit_pressed(event))) is not None:
            event.accept()
            if event.type() is QEvent.Type.KeyPress:
                self._choose(item)
            return True
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() not in _TAKEN or held & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            self._press(Qt.Key(event.key()))
        return True

    def _press(self, key: Qt.Key) -> None:
        if key in _ROW_KEYS:
            self._step(_ROW_KEYS[key])
        elif key is Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            value = item.data(CHOICE)
            self.leave()
            self.chosen.emit(value)
