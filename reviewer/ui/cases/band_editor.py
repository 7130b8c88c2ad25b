"""The band editor: how much credit each other action earns; what the scale does not allow is refused at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from reviewer.core import bands
from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale
from reviewer.core.bands import Band, checked_band, fitted_band
from reviewer.core.errors import InputError
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.plain import literal
from reviewer.ui.kit.strip import ActionStrip, StripFacts
from reviewer.ui.kit.theme import GRID

CHOICES: tuple[tuple[str, float | None], ...] = (
    ("no credit", None),
    ("quarter credit", 0.25),
    ("half credit", 0.5),
    ("three-quarter credit", 0.75),
)
OWN = len(CHOICES)
OWN_TEXT = "own number"


class CreditChoice(QWidget):
    """How much credit one action earns: a choice, and a number of one's own beside it."""

    changed = Signal()

    def __init__(self, action: ActionId, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.action = action
        self.combo = QComboBox()
        self.combo.addItems([text for text, _ in CHOICES] + [OWN_TEXT])
        self.combo.setAccessibleName(f"Credit for {name}")
        self.number = QDoubleSpinBox()
        self.number.setRange(0.01, 0.99)
        self.number.setSingleStep(0.05)
        self.number.setValue(0.4)
        self.number.setAccessibleName(f"Own credit for {name}")
        self.number.setKeyboardTracking(False)
        self.number.hide()
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.combo, 0, 0)
        layout.addWidget(self.number, 0, 1)
        layout.setColumnStretch(2, 1)
        self.combo.activated.connect(self._chosen)
        self.number.valueChanged.connect(self.changed)

    def _chosen(self) -> None:
        self.number.setVisible(self.combo.currentIndex() == OWN)
        self.changed.emit()

    @property
    def credit(self) -> float | None:
        chosen = self.combo.currentIndex()
        return self.number.value() if chosen == OWN else CHOICES[chosen][1]

    def show_credit(self, credit: float | None) -> None:
        """Put a credit in without saying that it changed."""
        known = [value for _, value in CHOICES]
        self.combo.setCurrentIndex(known.index(credit) if credit in known else OWN)
        self.number.setVisible(credit not in known)
        if credit is not None and credit not in known:
            self.number.blockSignals(True)
            self.number.setDecimals(max(2, len(f"{credit:.6f}".rstrip("0").partition(".")[2])))
            self.number.setValue(credit)
            self.number.blockSignals(False)


class BandEditor(QWidget):
    """Shows a band as choices, a sentence and a strip. `changed` comes only for a band that is allowed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale: ActionScale = DEFAULT_SCALE
        self._label: ActionId | None = None
        self._band: dict[ActionId, float] = {}
        self._meant: dict[ActionId, float] = {}
        self.choices: dict[ActionId, CreditChoice] = {}
        self._captions: dict[ActionId, QLabel] = {}
        self._refusals: dict[ActionId, QLabel] = {}
        self.strip = ActionStrip()
        self.sentence = plain_label()
        self.sentence.setAccessibleName("The band in words")
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(2, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(self._grid)
        layout.addWidget(self.strip)
        layout.addWidget(self.sentence)

    @property
    def band(self) -> Band:
        return dict(self._band)

    @property
    def controls(self) -> list[QWidget]:
        """In the order that they are read in."""
        return [part for choice in self.choices.values() for part in (choice.combo, choice.number)]

    def show_band(self, label: ActionId | None, band: Band, scale: ActionScale) -> None:
        """Put a label with its band in."""
        if scale != self._scale or not self.choices:
            self._make_choices(scale)
        self._label, self._band, self._meant = label, dict(band), dict(band)
        self._show()

    def relabel(self, label: ActionId | None) -> None:
        """Another label: what the person meant stays as far as it holds around it, and returns with the old label."""
        if label != self._label:
            self._band = fitted_band(label, self._meant, self._scale) if label else {}
            self._label = label
            self._show()
            self._say_what_fell()
            self.changed.emit()

    def set_band(self, band: Band) -> None:
        """Take a band that holds around the label."""
        self._band = dict(band)
        self._show()
        self.changed.emit()

    def _make_choices(self, scale: ActionScale) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self._scale = scale
        self.choices, self._captions, self._refusals = {}, {}, {}
        for rank, action in enumerate(scale.actions):
            choice = CreditChoice(action.id, action.name)
            choice.combo.setToolTip(action.definition)
            choice.changed.connect(partial(self._choose, action.id))
            self.choices[action.id] = choice
            self._captions[action.id] = plain_label(literal(f"{rank + 1} {action.short_name}"), wrap=False)
            self._captions[action.id].setBuddy(choice.combo)
            self._refusals[action.id] = plain_label()
            self._refusals[action.id].setAccessibleName(f"Why not for {action.name}")
            for column, widget in enumerate((self._captions[action.id], choice, self._refusals[action.id])):
                self._grid.addWidget(widget, rank, column)

    def _choose(self, action: ActionId) -> None:
        """Take the choice, or put it back with the reason beside it."""
        self._clear_refusals()
        wanted = {other: credit for other, credit in self._band.items() if other != action}
        if (credit := self.choices[action].credit) is not None:
            wanted[action] = credit
        if self._label is None:
            return
        try:
            self._band = checked_band(self._label, wanted, self._scale)
        except InputError as refusal:
            self.choices[action].show_credit(self._band.get(action))
            self._refusals[action].setText(self._in_names(refusal))
            return
        self._meant = dict(self._band)
        self._show_sentence()
        self.changed.emit()

    def _in_names(self, refusal: InputError) -> str:
        text = str(refusal)
        for action in self._scale.actions:
            text = text.replace(f"'{action.id}'", f"“{action.short_name}”")
        return text

    def _say_what_fell(self) -> None:
        for action in self._meant:
            if action not in self._band and action != self._label:
                self._refusals[action].setText("Removed from the band: it does not fit around the new label.")

    def _clear_refusals(self) -> None:
        for refusal in self._refusals.values():
            refusal.clear()

    def _show(self) -> None:
        self._clear_refusals()
        for action, choice in self.choices.items():
            choice.show_credit(self._band.get(action))
            for widget in (choice, self._captions[action], self._refusals[action]):
                widget.setVisible(self._label is not None and action != self._label)
        self._show_sentence()

    def _show_sentence(self) -> None:
        facts = StripFacts(self._scale, self._label, self._band)
        self.strip.show_facts(facts)
        self.sentence.setText(
            bands.sentence(self._label, self._band, self._scale)
            if self._label
            else "No label yet: the case is counted and not scored."
        )
