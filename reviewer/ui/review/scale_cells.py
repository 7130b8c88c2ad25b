"""The action strip that decides: a cell for each action, with its key, its place in the band and what was done.

One widget for reading a case and for deciding on it; *cannot decide* stands apart, because it is no action.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from reviewer.core.actions import ActionId, ActionScale
from reviewer.ui.kit.called_by_qt import paints, sizes
from reviewer.ui.kit.keymap import key_changes, key_of, tell_key
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.plain import literal
from reviewer.ui.kit.strip import Marker, StripFacts, paint_band_cell, paint_mark
from reviewer.ui.kit.theme import ACCENT, GRID, is_dark, small_font

_PAD = GRID // 2
_MARK = 0.62
"""Size of a marker, of the height of a line."""
_PRESSED_WIDTH = 2.5


@dataclass(frozen=True)
class CellFacts:
    """What one cell shows: its place in the strip's facts, None for *cannot decide*, and whether it is one's own."""

    strip: StripFacts
    rank: int | None

    @property
    def marker(self) -> Marker | None:
        """What was done, where it was this."""
        if self.rank is None:
            return None
        action = self.strip.scale.ids[self.rank]
        return next((marker for marker in self.strip.markers if marker.action == action), None)


class ScaleCell(QPushButton):
    """A button that shows an action's place in the band; framed where it is one's own standing word."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._facts: CellFacts | None = None
        self.setCheckable(True)
        self.setFont(small_font(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_facts(self, facts: CellFacts | None) -> None:
        self._facts = facts
        self.update()

    @sizes
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 4 * _PAD, 2 * metrics.height() + 3 * _PAD)

    @sizes
    def minimumSizeHint(self) -> QSize:
        return QSize(6 * GRID, self.sizeHint().height())

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        # Qt's stubs do not know these fields of the option
        option.__setattr__("text", "")
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QRectF(self.rect()).adjusted(1.5 * _PAD, _PAD, -1.5 * _PAD, -_PAD)
        line = float(self.fontMetrics().height())
        self._paint_name(painter, inside, line)
        if self._facts is not None and self._facts.rank is not None:
            self._paint_place(painter, QRectF(inside.left(), inside.top() + line + _PAD / 2, inside.width(), line))
        if self.isChecked():
            painter.setPen(QPen(QColor(ACCENT[is_dark()][0]), _PRESSED_WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 3, 3)
        painter.end()

    def _paint_name(self, painter: QPainter, inside: QRectF, line: float) -> None:
        """On one line over the band; on two where there is none. A name too long for its cell is set closer first."""
        painter.setPen(self.palette().color(self.foregroundRole()))
        whole, metrics = self.text().replace("&&", "&"), self.fontMetrics()
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if metrics.horizontalAdvance(whole) > inside.width():
            whole, inside = whole.replace("  ", " "), inside.adjusted(-_PAD, 0, _PAD, 0)
        lines = (
            [whole] if self._has_band or metrics.horizontalAdvance(whole) <= inside.width() else whole.rsplit(" ", 1)
        )
        for number, words in enumerate(lines):
            text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(inside.width()) + 1)
            painter.drawText(QRectF(inside.left(), inside.top() + number * line, inside.width(), line), side, text)

    @property
    def _has_band(self) -> bool:
        return self._facts is None or self._facts.rank is not None

    def _paint_place(self, painter: QPainter, box: QRectF) -> None:
        """The band, and right of it the mark of what was done."""
        facts = self._facts
        if facts is None or facts.rank is None:
            return
        marker, size = facts.marker, box.height() * _MARK
        band = box.adjusted(0, 0, -(size + _PAD) if marker else 0, 0)
        paint_band_cell(painter, band, facts.strip, facts.rank)
        if marker is not None:
            place = QRectF(box.right() - size, box.center().y() - size / 2, size, size)
            paint_mark(painter, place, solid=marker.solid)


class ScaleCells(QWidget):
    """`decided` carries the action of the cell that was pressed, None for cannot decide.

    `acts` with a dot and the number of an action is the command that its cell does, `none` that of the last cell.
    """

    decided = Signal(object)

    def __init__(self, side: str, acts: str, none: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._acts, self._none = side, acts, none
        self.none_words = "cannot decide"
        self._own_keys = OwnKeys((), self)
        self.buttons: list[ScaleCell] = []
        self.setAccessibleName(f"{side}: action strip")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID // 2)
        key_changes.changed.connect(self.caption)

    def set_scale(self, scale: ActionScale) -> None:
        """Make a cell for each action of the scale, with its definition, and one for cannot decide."""
        while self._row.takeAt(0) is not None:
            pass
        for button in self.buttons:
            button.deleteLater()
        self.buttons = [
            self._cell(action.short_name, action.id, f"{action.name}: {action.definition}", f"{self._acts}.{number}")
            for number, action in enumerate(scale.actions, start=1)
        ]
        self.buttons.append(
            self._cell(self.none_words, None, "Stored as a decision; the response is unscored", self._none)
        )
        self.caption()
        for index, button in enumerate(self.buttons):
            if index == len(scale):
                self._row.addSpacing(2 * GRID)
            self._row.addWidget(button, 1)
            if index:
                QWidget.setTabOrder(self.buttons[index - 1], button)

    def caption(self) -> None:
        """Write each cell's number and name, or with the key that does it now where that is another."""
        for number, cell in enumerate(self.buttons, start=1):
            if number == len(self.buttons):
                cell.setText(f"{_short(key_of(self._none))}  {self.none_words}".strip())
            else:
                key, name = _short(key_of(f"{self._acts}.{number}")), literal(cell.name)
                usual = key in (f"{number}", f"⇧{number}")
                cell.setText(f"{key}  {name}" if usual else f"{number}  {name} ({key})" if key else f"{number}  {name}")

    def _cell(self, name: str, action: ActionId | None, tip: str, command_id: str) -> ScaleCell:
        cell = ScaleCell(name)
        tell_key(cell, command_id, tip)
        cell.setAccessibleName(f"{self._side}: {name}")
        cell.clicked.connect(lambda _checked=False: self.decided.emit(action))
        self._own_keys.add(cell)
        return cell

    def show_facts(self, facts: StripFacts | None) -> None:
        """The label, the band and what was done; without facts the bare scale."""
        sentence = facts.sentence() if facts else ""
        self.setAccessibleDescription(sentence)
        for rank, button in enumerate(self.buttons):
            is_action = facts is not None and rank < len(facts.scale)
            button.show_facts(CellFacts(facts, rank if is_action else None) if facts is not None else None)

    def press(self, rank: int | None, *, enabled: bool) -> None:
        """`rank` is one's own standing word, the number of actions for cannot decide, None for no word."""
        for number, button in enumerate(self.buttons):
            button.setEnabled(enabled)
            button.setChecked(number == rank)


def _short(key: str) -> str:
    """`⇧4` for `Shift+4`: a cell has little room."""
    return key.replace("Shift+", "⇧")
