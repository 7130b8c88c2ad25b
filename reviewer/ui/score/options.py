"""Above a score and a report: which run, which beside it, with which bands, and which actions hold back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from reviewer.core.actions import ActionScale
from reviewer.core.bands import BandChoice, BandSource
from reviewer.core.scoring.score import Options
from reviewer.store.facts.runs import RunLine
from reviewer.ui.kit.kept import offer
from reviewer.ui.kit.menu_button import MenuButton
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.plain import literal
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import names_apart, preview

BAND_WORDS = (
    (BandChoice(BandSource.LABELLED), "as labelled"),
    (BandChoice(BandSource.NONE), "none"),
    (BandChoice(BandSource.NEIGHBOURS, 0.5), "neighbours, half credit"),
)
NAME_CHARACTERS = 60


class ScoreOptions(QWidget):
    """`runs_chosen` carries (run id, second run id or 0), `options_chosen` the `Options`, after a person's change."""

    runs_chosen = Signal(int, int)
    options_chosen = Signal(object)

    def __init__(
        self, *, beside: bool, names: tuple[str, str] = ("Run", "Beside"), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._names = names
        self.run, self.second, self.bands = QComboBox(), QComboBox(), QComboBox()
        for choice, words in BAND_WORDS:
            self.bands.addItem(words, choice)
        self.hold_back = MenuButton()
        self.hold_back.setMenu(QMenu(self.hold_back))
        self.hold_back.setAccessibleName("Actions that hold back")
        self.hold_back.setToolTip(
            "Which actions count as holding back, for the judgement (d′) and the readiness to answer (criterion c)"
        )
        self.hold_back.setMinimumHeight(self.bands.sizeHint().height())
        self._holding: list[QAction] = []
        self._scale: ActionScale | None = None
        self._lay_out(beside=beside)
        self.run.activated.connect(self._choose_runs)
        self.second.activated.connect(self._choose_runs)
        self.bands.activated.connect(self._choose_options)

    def _lay_out(self, *, beside: bool) -> None:
        widgets: list[QWidget | None] = []
        for text, combo, shown in (
            (self._names[0], self.run, True),
            (self._names[1], self.second, beside),
            ("Bands", self.bands, True),
        ):
            label = plain_label(text, wrap=False)
            label.setBuddy(combo)
            combo.setAccessibleName(text)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            combo.setMaximumWidth(28 * GRID)
            if shown:
                widgets += [label, combo]
        if not beside:
            self.second.setParent(self)
            self.second.hide()
        label = plain_label("Hold back", wrap=False)
        label.setBuddy(self.hold_back)
        self.line = row(*widgets, label, self.hold_back, None)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self.line)

    def show_runs(self, lines: Sequence[RunLine], run: RunLine, second: RunLine | None) -> None:
        """All runs, and beside it those of the same suite."""
        beside = {line.id: line for line in lines if line.suite_id == run.suite_id and line.id != run.id}
        names = dict(
            zip((line.id for line in lines), names_apart([each.name for each in lines], NAME_CHARACTERS), strict=True)
        )
        offer(self.run, [(names[line.id], line.id) for line in lines], run.id)
        seconds = [(names[key], key) for key in beside]
        chosen = second.id if second and second.id in beside else 0
        offer(self.second, [("– one run only –", 0), *seconds], chosen)
        self.run.setToolTip(f"{preview(run.name)}, suite {preview(run.suite)}")

    def show_options(self, options: Options, scale: ActionScale) -> None:
        """The options that a card was computed with."""
        known = [choice for choice, _ in BAND_WORDS]
        self.bands.setCurrentIndex(known.index(options.bands) if options.bands in known else -1)
        if scale != self._scale:
            self._fill_menu(scale)
        for action, entry in zip(scale.ids, self._holding, strict=True):
            entry.setChecked(action in options.hold_back)
        self.hold_back.setText(literal(", ".join(scale[action].short_name for action in options.hold_back)))
        self._keep_one_of_each()

    def _fill_menu(self, scale: ActionScale) -> None:
        self._scale = scale
        menu = self.hold_back.menu()
        menu.clear()
        self._holding = []
        for rank, action in enumerate(scale.actions):
            entry = menu.addAction(f"{rank + 1} {literal(action.name)}")
            entry.setCheckable(True)
            entry.triggered.connect(lambda _checked=False: self._toggled())
            self._holding.append(entry)

    def _toggled(self) -> None:
        self._keep_one_of_each()
        self._choose_options()

    def _keep_one_of_each(self) -> None:
        """At least one action holds back and at least one does not: the last of either cannot be toggled."""
        holding = sum(entry.isChecked() for entry in self._holding)
        for entry in self._holding:
            last = holding if entry.isChecked() else len(self._holding) - holding
            entry.setEnabled(last > 1)

    def _choose_runs(self) -> None:
        self.runs_chosen.emit(self.run.currentData() or 0, self.second.currentData() or 0)

    def _choose_options(self) -> None:
        if self._scale is None:
            return
        held = tuple(a for a, entry in zip(self._scale.ids, self._holding, strict=True) if entry.isChecked())
        self.options_chosen.emit(Options(self.bands.currentData() or BandChoice(), held))
