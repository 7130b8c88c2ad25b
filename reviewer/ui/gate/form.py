"""A policy as a form: a field for each rule, beside the text that it changes; both say the same at any time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reviewer.core.errors import InputError
from reviewer.core.scoring.policy import DIRECTIONS, MOVEMENTS, Figures
from reviewer.core.scoring.policy_text import ALIASES
from reviewer.ui.gate.draft import PolicyDraft
from reviewer.ui.kit.called_by_qt import handles
from reviewer.ui.kit.fields import scrolled
from reviewer.ui.kit.menu_button import MenuButton
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.wording.plain_text import preview

LIST_LINES = 2
FIGURES: Mapping[str, str] = {
    Figures.WHERE_SAMPLED: "corrected, where a sample was worked",
    Figures.CORRECTED: "corrected, always",
    Figures.AS_DECIDED: "as it was decided",
}
UNDECIDED = {"fail": "does not pass", "pass": "passes"}


@dataclass(frozen=True)
class AskedNumber:
    """A rule that is a number: key, words, what it means."""

    key: str
    words: str
    tip: str
    whole: bool = False


RUN_NUMBERS = (
    AskedNumber("minimum_balanced_score", "Least balanced score", "From 0 to 1, for the lower end of its interval"),
    AskedNumber("minimum_skill", "Least skill", "From −1 to 1, for the lower end of its interval"),
    AskedNumber("maximum_unscored_share", "Most unscored", "Share of all responses, from 0 to 1"),
    AskedNumber("minimum_reviewed_share", "Least reviewed", "Share of all responses, from 0 to 1"),
    AskedNumber("minimum_alpha", "Least agreement (α)", "Krippendorff's ordinal alpha between reviewers, from −1 to 1"),
    AskedNumber("minimum_slice_score", "Least score of a slice", "From 0 to 1; no slice may lie under it for sure"),
)
CHANGE_NUMBERS = (
    AskedNumber("maximum_slice_loss", "Most loss of a slice", "From 0 to 1; no slice may lose more for sure"),
    AskedNumber("minimum_slice_cases", "Cases of a slice", "Smaller slices hold no release up; else 10", whole=True),
    AskedNumber("maximum_broken", "Most cases broken", "Right before, outside label and band now", whole=True),
)


class MovementMenu(MenuButton):
    """Movements to tick, each with a direction or without; `chosen` carries all that are ticked."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.actions_by_word: dict[str, QAction] = {}
        menu = QMenu(self)
        for movement in MOVEMENTS:
            entry = menu.addMenu(movement.replace("_", " "))
            self._add(entry, movement, "in any direction")
            for way in DIRECTIONS:
                self._add(entry, f"{movement}:{way}", way.replace("_", " "))
        self.setMenu(menu)

    def _add(self, menu: QMenu, word: str, words: str) -> None:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.triggered.connect(lambda _checked=False: self.chosen.emit(self.ticked))
        self.actions_by_word[word] = action

    @property
    def ticked(self) -> list[str]:
        return [word for word, action in self.actions_by_word.items() if action.isChecked()]

    def show_ticked(self, words: Sequence[str]) -> None:
        for word, action in self.actions_by_word.items():
            action.setChecked(word in words)
        said = ", ".join(word.replace("_", " ").replace(":", " ") for word in words)
        self.setText(preview(said, 44) or "none")
        self.setToolTip(said or "None is chosen")


class PolicyForm(QWidget):
    """Edits the draft rule by rule. What cannot be said in a field is a sentence below it, and changes nothing."""

    def __init__(self, draft: PolicyDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self.fields: dict[str, QWidget] = {}
        self._shows: dict[str, Callable[[object], None]] = {}
        self._grid = QGridLayout()
        self._row = 0
        self.problem = plain_label()
        self.problem.setAccessibleName("What is wrong in the form")
        self.problem.hide()
        self._make()
        self._lay_out()
        draft.changed.connect(self.show_draft)
        draft.replaced.connect(self.show_draft)
        self.show_draft()

    def _make(self) -> None:
        self._add("name", "Name", self._line("name", text=True), wide=True)
        for number, asked in enumerate(RUN_NUMBERS):
            self._add(asked.key, asked.words, self._line(asked.key, asked), column=number % 2)
        self._add("figures", "Which score", self._box("figures", FIGURES), wide=True)
        for number, asked in enumerate(CHANGE_NUMBERS):
            self._add(asked.key, asked.words, self._line(asked.key, asked), column=number % 2)
        self._add("no_trade", "", self._tick("no_trade", "No trade of one end for the other"), wide=True)
        self._add("protected_cases", "Cases that may not break, one a line", self._lines("protected_cases"), wide=True)
        self._add("protected_tags", "Tags whose cases may not break", self._lines("protected_tags"), wide=True)
        self._add("required_movement", "Movements required", self._movements("required_movement"), wide=True)
        self._add("forbidden_movement", "Movements forbidden", self._movements("forbidden_movement"), wide=True)
        self._add("undecided", "A rule that cannot be decided", self._box("undecided", UNDECIDED), wide=True)

    def _lay_out(self) -> None:
        inner = QWidget()
        self._grid.setContentsMargins(2 * GRID, GRID, GRID, 2 * GRID)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        for side in range(2):
            self._grid.setColumnStretch(side, 1)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.problem)
        column.addLayout(self._grid)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inner))

    def _add(self, key: str, words: str, control: QWidget, *, column: int = 0, wide: bool = False) -> None:
        """The control under its label: on a row of its own where it is wide, else beside another one."""
        if not wide and column == 1:
            self._row -= 2
        if words:
            label = plain_label(words)
            label.setFont(small_font(label.font()))
            label.setBuddy(control)
            control.setAccessibleName(words)
            self._grid.addWidget(label, self._row, column, 1, 2 if wide else 1, Qt.AlignmentFlag.AlignBottom)
        self._grid.addWidget(control, self._row + 1, column, 1, 2 if wide else 1)
        self.fields[key] = control
        self._row += 2

    # controls

    def _line(self, key: str, asked: AskedNumber | None = None, *, text: bool = False) -> QLineEdit:
        line = QLineEdit()
        if asked is not None:
            line.setPlaceholderText("not asked")
            line.setToolTip(asked.tip)
            line.setAccessibleDescription(asked.tip)
        line.editingFinished.connect(lambda: self._set(key, _typed(line.text(), asked), line.isModified()))
        self._shows[key] = lambda value: line.setText("" if value is None else _shown(value))
        return line

    def _box(self, key: str, words: Mapping[str, str]) -> QComboBox:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for value, said in words.items():
            box.addItem(said, str(value))
        box.activated.connect(lambda _index: self._set(key, box.currentData()))
        self._shows[key] = lambda value: box.setCurrentIndex(max(box.findData(str(value)), 0))
        return box

    def _tick(self, key: str, words: str) -> QCheckBox:
        box = QCheckBox(words)
        box.clicked.connect(lambda checked: self._set(key, True if checked else None))
        self._shows[key] = lambda value: box.setChecked(value is True)
        return box

    def _lines(self, key: str) -> QPlainTextEdit:
        edit = LeftText()
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(LIST_LINES * self.fontMetrics().lineSpacing() + 2 * GRID)
        edit.left.connect(lambda: self._set(key, _listed(edit.toPlainText())))
        self._shows[key] = lambda value: edit.setPlainText("\n".join(_as_list(value)))
        return edit

    def _movements(self, key: str) -> MovementMenu:
        menu = MovementMenu()
        menu.chosen.connect(lambda words: self._set(key, words or None))
        self._shows[key] = lambda value: menu.show_ticked(_as_list(value))
        return menu

    # both ways

    def _set(self, key: str, value: object, is_edited: bool = True) -> None:
        """Change the text; a value that is no use is said, and the field shows again what the text has."""
        values = self._draft.read.values
        if not is_edited or value == values.get(key, values.get(ALIASES.get(key, ""))):
            return
        try:
            self._draft.set_rule(key, value)
        except InputError as error:
            self.problem.setText(f"▸ {error}")
            self.problem.show()

    def show_draft(self) -> None:
        """The fields say what the text says; of a text that is no TOML nothing can be shown, and nothing changed."""
        read = self._draft.read
        can_be_shown = bool(read.values) or read.problem is None
        self.setEnabled(can_be_shown)
        self.problem.hide()
        if not can_be_shown:
            return
        for key, show in self._shows.items():
            blocker = QSignalBlocker(self.fields[key])
            show(read.values.get(key, read.values.get(ALIASES.get(key, ""))))
            blocker.unblock()


class LeftText(QPlainTextEdit):
    """`left` comes when the focus goes."""

    left = Signal()

    @handles
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


def _typed(text: str, asked: AskedNumber | None) -> object:
    """What was typed as a value of the file; what is no number stays text, which the policy refuses in words."""
    if asked is None:
        return text
    typed = text.strip().replace("−", "-")
    if not typed:
        return None
    if asked.whole and typed.isdecimal():
        return int(typed)
    try:
        return float(typed.replace(",", "."))
    except ValueError:
        return typed


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _as_list(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(each) for each in value] if isinstance(value, list) else []


def _listed(text: str) -> list[str] | None:
    return [line.strip() for line in text.split("\n") if line.strip()] or None
