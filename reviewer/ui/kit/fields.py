"""Forms whose every field says in a sentence beside it what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reviewer.core.errors import InputError
from reviewer.ui.kit.called_by_qt import filters, handles, sizes
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.theme import GRID, outline, small_font

Check = Callable[[], object]
"""Reads a field's value; raises InputError where it cannot be used."""


@dataclass
class _Field:
    control: QWidget
    holder: QWidget
    check: Check | None
    problem: QLabel


class FieldForm(QWidget):
    """Fields below each other. A sentence appears when a field is left or the form is checked, and goes when mended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setVerticalSpacing(GRID)
        self._layout.setHorizontalSpacing(2 * GRID)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._fields: list[_Field] = []

    def add(
        self, words: str, control: QWidget, *, check: Check | None = None, beside: QWidget | None = None, hint: str = ""
    ) -> None:
        """A field with its label; `beside` is what stands in the row in place of the bare control, and holds it."""
        label = QLabel(words)
        label.setBuddy(control)
        control.setAccessibleName(words.replace("&", ""))
        problem = plain_label()
        problem.setFont(small_font(problem.font()))
        problem.hide()
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 4)
        column.addWidget(beside or control)
        if isinstance(control, QPlainTextEdit):
            control.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            outline(control)
        if hint:
            small = plain_label(hint)
            small.setFont(small_font(small.font()))
            small.setEnabled(False)
            control.setAccessibleDescription(hint)
            column.addWidget(small)
        column.addWidget(problem)
        self._layout.addRow(label, holder)
        field = _Field(control, holder, check, problem)
        self._fields.append(field)
        if isinstance(control, QLineEdit):
            control.editingFinished.connect(lambda: self._look_at(field))

    def set_shown(self, control: QWidget, shown: bool) -> None:
        """Show or hide a field with its label; a hidden one is not checked."""
        for field in self._fields:
            if field.control is control:
                self._layout.setRowVisible(field.holder, shown)

    def show_problem(self, control: QWidget, sentence: str) -> None:
        """Put a sentence beside a field, or take it away."""
        for field in self._fields:
            if field.control is control:
                field.problem.setText(f"▸ {sentence}" if sentence else "")
                field.problem.setVisible(bool(sentence))

    def problem(self, control: QWidget) -> str:
        """The sentence beside a field, empty where there is none."""
        found = next((field.problem.text() for field in self._fields if field.control is control), "")
        return found.removeprefix("▸ ")

    @filters
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._keep_height()
        elif event.type() == QEvent.Type.PaletteChange:
            for field in self._fields:
                if isinstance(field.control, QPlainTextEdit):
                    outline(field.control)
        return done

    @handles
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_height()

    def _keep_height(self) -> None:
        """Sentences that wrap are as high as their width makes them, which a window does not ask about by itself: it
        would squeeze the fields.
        """
        height = max(self._layout.totalHeightForWidth(self.width()), 0)
        if height != self.minimumHeight():
            self.setMinimumHeight(height)
            self._layout.invalidate()  # or it would give the rows what they had before

    def is_sound(self) -> bool:
        """Check every field, show what is wrong, and put the focus on the first that is."""
        wrong = [field for field in self._fields if not self._look_at(field)]
        if wrong:
            wrong[0].control.setFocus()
        return not wrong

    def _look_at(self, field: _Field) -> bool:
        sentence = ""
        if field.check is not None and field.holder.isVisibleTo(self) and field.control.isEnabled():
            try:
                field.check()
            except InputError as error:
                sentence = str(error)
        self.show_problem(field.control, sentence)
        return not sentence


def align_fields(*forms: FieldForm | QFormLayout) -> None:
    """Forms below each other whose fields begin at one place: every label is as wide as the widest."""
    layouts = [each.layout() if isinstance(each, FieldForm) else each for each in forms]
    labels: list[QWidget] = []
    for layout in layouts:
        if isinstance(layout, QFormLayout):
            layout.setHorizontalSpacing(2 * GRID)
            items = (layout.itemAt(row, QFormLayout.ItemRole.LabelRole) for row in range(layout.rowCount()))
            found = (item.widget() for item in items if item is not None)
            labels += [label for label in found if label is not None]
    widest = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(widest)


def scrolled(content: QWidget) -> TabbedScroll:
    """The content, never narrower than it must be, with a vertical scroll bar where the window is too low for it."""
    area = _VerticalScroll(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


class _VerticalScroll(TabbedScroll):
    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidget(content)

    @sizes
    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._content.minimumSizeHint().width() + bar, 20 * GRID)


def connect_edits(controls: Iterable[QWidget], changed: Callable[[], object]) -> None:
    """Call `changed` at every edit of any of the controls."""
    for control in controls:
        if isinstance(control, QLineEdit):
            control.textChanged.connect(lambda _text: changed())
        elif isinstance(control, QPlainTextEdit):
            control.textChanged.connect(lambda: changed())
        elif isinstance(control, QComboBox):
            control.currentTextChanged.connect(lambda _text: changed())
            control.currentIndexChanged.connect(lambda _index: changed())


def number(text: str, what: str, *, low: float, high: float) -> float | None:
    """A number in [low, high], None for an empty text. A comma is read as a decimal point. Raises InputError."""
    if not text.strip():
        return None
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise InputError(f"{what} is a number from {low:g} to {high:g}.", "Leave it empty for the default.")
    return value


def whole_number(text: str, what: str, *, low: int, high: int) -> int | None:
    """A whole number in [low, high], None for an empty text. Raises InputError."""
    if not text.strip():
        return None
    try:
        value = int(text.strip())
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise InputError(f"{what} is a whole number from {low:,} to {high:,}.", "Leave it empty for the default.")
    return value


def required(text: str, what: str) -> str:
    """The text without surrounding blanks. Raises InputError where nothing is left."""
    if not text.strip():
        raise InputError(f"{what} is missing.")
    return text.strip()
