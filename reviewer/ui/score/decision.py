"""The decision on a newer run against an older one: verdict, what changed, the gate, what would change the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from reviewer.app.figures.deciding import ReleaseFacts
from reviewer.app.figures.gating import GateOutcome
from reviewer.core.scoring.gate import GateAnswer, Rule
from reviewer.ui.kit.export import ChartFiles
from reviewer.ui.kit.figures_table import EMPTY, FiguresTable
from reviewer.ui.kit.menu_button import MenuButton
from reviewer.ui.kit.page import answer_label, plain_label, row, section_label
from reviewer.ui.kit.plain import literal
from reviewer.ui.kit.theme import GRID
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.changes_chart import ChangesChart
from reviewer.ui.score.panels import ChartPanel
from reviewer.wording.decision import changes_table
from reviewer.wording.tables import Table

ANSWERS = {GateAnswer.PASSED: "✓ pass", GateAnswer.FAILED: "✗ fail", GateAnswer.UNDECIDED: "? not decidable"}
WIDEST = 96 * GRID
"""Of the chart: farther apart, a figure and its dot are no longer read together."""
NO_POLICY = "No policy is chosen. With one, each of its rules is answered here."


class GatePanel(QWidget):
    """The rules of the chosen policy and what each says. `policy_chosen` carries the number of an offered one, or −1
    for none; `file_wanted` asks for a policy file.
    """

    policy_chosen = Signal(int)
    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = MenuButton()
        self.button.setText("Policy")
        self.button.setToolTip("The release policy that the newer run is held against")
        self.menu = QMenu(self.button)
        self.button.setMenu(self.menu)
        self.said = plain_label(NO_POLICY)
        self.rules = FiguresTable("Rules of the policy")
        self.about = quiet_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row(section_label("Release gate"), None, self.button))
        for widget in (self.said, self.rules, self.about):
            layout.addWidget(widget)
        for widget in (self.rules, self.about):
            widget.hide()

    def offer(self, names: Sequence[str], chosen: int) -> None:
        """The policies that can be chosen by name; `chosen` is −1 where none is."""
        self.menu.clear()
        group = QActionGroup(self.menu)
        for number, name in enumerate(("No policy", *names), start=-1):
            action = self.menu.addAction(literal(name))
            action.setCheckable(True)
            action.setChecked(number == chosen)
            action.triggered.connect(lambda _checked=False, number=number: self.policy_chosen.emit(number))
            group.addAction(action)
        self.menu.addSeparator()
        self.menu.addAction("From a file…").triggered.connect(lambda _checked=False: self.file_wanted.emit())
        self.button.setText(literal(names[chosen]) if chosen >= 0 else "No policy")

    def show_gate(self, found: GateOutcome | None) -> None:
        self.said.setText(found.sentence if found else NO_POLICY)
        self.rules.show_table(gate_table(found) if found else EMPTY, stretch=2, tips=_whys(found) if found else ())
        self.about.setText(" ".join(found.about_policy) if found else "")
        for widget in (self.rules, self.about):
            widget.setVisible(found is not None)


def gate_table(found: GateOutcome) -> Table:
    """A line for each rule: the answer first, then what it asks and what was found."""
    rows = ((ANSWERS[rule.answer], rule.name, *_in_words(rule)) for rule in found.rules)
    return Table(("Answer", "Rule", "Asked", "Found"), tuple(rows), n_text=4)


def _in_words(rule: Rule) -> tuple[str, str]:
    """What was asked and found; movements stand in policies as `slid:more_cautious`."""
    asked, was = rule.asked, rule.found
    if rule.name == "movement":
        asked, was = (words.replace("_", " ").replace(":", ", ") for words in (asked, was))
    return asked, was


def _whys(found: GateOutcome) -> list[str]:
    said = ((*_in_words(rule), rule.why) for rule in found.rules)
    return [f"{asked}: {was}. {why}".strip() for asked, was, why in said]


class DecisionPanel(QWidget):
    """The largest thing on a page of two runs."""

    def __init__(self, parent: QWidget | None = None, *, with_gate: bool = True) -> None:
        super().__init__(parent)
        self.way, self.verdict, self.basis = quiet_label(), answer_label(), plain_label()
        for label, name in ((self.verdict, "The verdict"), (self.basis, "What the verdict rests on")):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setAccessibleName(name)
        self.chart = ChangesChart()
        self.changes = ChartPanel("What changed", self.chart, FiguresTable("What changed"), hint="", lines=0)
        self.changes.setMaximumWidth(WIDEST)
        self.would_title, self.would = section_label("What would change the verdict"), plain_label()
        self.would.setAccessibleName("What would change the verdict")
        self.gate = GatePanel()
        if not with_gate:
            self.gate.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for widget in (self.way, self.verdict, self.basis):
            layout.addWidget(widget)
        parts: tuple[tuple[QWidget, ...], ...] = ((self.changes,), (self.would_title, self.would), (self.gate,))
        for part in parts:
            layout.addSpacing(GRID)
            for each in part:
                layout.addWidget(each)

    def offer_files(self, files: ChartFiles, file_name: Callable[[], str]) -> None:
        """The chart can be saved as a picture and copied as text."""
        files.offer([self.changes.shown(file_name)], self.changes.button)

    def show_decision(self, found: ReleaseFacts) -> None:
        self.way.setText(f"From {found.older} (older) to {found.newer} (newer)")
        self.verdict.setText(found.verdict)
        self.basis.setText(found.basis)
        self.basis.setVisible(bool(found.basis))
        self.chart.show_changes(found.changes)
        self.changes.show_table(changes_table(found.changes), stretch=1)
        self.would.setText("\n".join(found.would_change))
        for widget in (self.would_title, self.would):
            widget.setVisible(bool(found.would_change))
        self.gate.show_gate(found.gate)

    def toggle_table(self) -> None:
        """The chart, or the same as a table."""
        self.changes.show_tables(self.changes.chart.isVisible())
