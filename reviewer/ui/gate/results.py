"""What the gate says: the sentence, each rule with its figure, answer and reason, and the chosen rule's cases."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHeaderView, QPushButton, QSplitter, QVBoxLayout, QWidget

from reviewer.app.figures.gate_cases import GateRun, RuleCases
from reviewer.ui.kit.fields import scrolled
from reviewer.ui.kit.figures_table import EMPTY, FiguresTable
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import answer_label, margins, plain_label, row, section_label
from reviewer.ui.kit.theme import GRID
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.cell_cases import CellCase, CellList
from reviewer.ui.score.decision import ANSWERS
from reviewer.wording.plain_text import plain_text, preview
from reviewer.wording.tables import Table

NOT_RUN = "Choose a run and run the gate: each rule is answered here."
NO_RUN = "There is no run yet to hold against a policy."
LOCK_FIRST = (
    "You can say now what a version must reach. Write the policy at the left, or open one, and lock it to the suite: "
    "then every report can show that the bar predates the result. Start the run after that."
)
NO_SUITE = (
    "You can say now what a version must reach: write the policy at the left and save it. To lock it to a suite, so "
    "that the bar predates the result, import cases first."
)
OUTDATED = "The policy was edited since. Run the gate again to see what it says now."
CELL = 90
"""Characters of a cell; the whole of it stands below and in the tool tip."""
CHOOSE = "Choose a rule to see its cases."


class GateResults(QSplitter):
    """`case_opened` carries the place of the case that is to be reviewed in the chosen rule's list."""

    case_opened = Signal(int)
    next_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.found: GateRun | None = None
        self.sentence, self.outdated, self.about = answer_label(), plain_label(), quiet_label()
        self.sentence.setAccessibleName("What the gate says")
        self.rules = FiguresTable("Rules of the policy", keeps_choice=False)
        self.why, self.words = plain_label(), plain_label()
        self.why.setAccessibleName("Why the rule says so")
        self.review, self.compare = QPushButton("Review"), QPushButton("Compare")
        self.cases = CellList("Cases of the rule")
        self.steps, self.locked = plain_label(), plain_label()
        self.locked.setAccessibleName("What the policy is locked to")
        self.next = QPushButton("New run…")
        for label in (self.sentence, self.why, self.about):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self.rules.selectionModel().currentChanged.connect(self._show_rule)
        self.rules.row_opened.connect(lambda _row: self.cases.setFocus() if self.cases.isVisible() else None)
        self.cases.activated.connect(lambda index: self.case_opened.emit(index.row()))
        self.next.clicked.connect(lambda _checked=False: self.next_wanted.emit())
        self.locked.hide()
        self.show_run(None)

    def _lay_out(self) -> None:
        tell_key(self.review, "gate.review", "Review the rule's cases, the chosen one first")
        tell_key(self.compare, "gate.compare", "See the rule's cases in both versions")
        answer, below = _ground(), _ground()
        column = QVBoxLayout(answer)
        margins(column)
        parts: tuple[QWidget, ...] = (self.sentence, self.outdated, self.about, self.rules, self.steps, self.locked)
        for widget in parts:
            column.addWidget(widget)
        column.addLayout(row(self.next, None))
        column.addStretch(1)
        column = QVBoxLayout(below)
        margins(column)
        self._title = section_label("Cases of the rule")
        column.addLayout(row(self._title, None, self.compare, self.review))
        parts = (self.why, self.words, self.cases)
        for widget in parts:
            column.addWidget(widget)
        column.addStretch(1)
        self._area, self._below = scrolled(answer), scrolled(below)
        self._area.setAccessibleName("Answer of the gate")
        self.addWidget(self._area)
        self.addWidget(self._below)
        self.setChildrenCollapsible(False)
        self.setSizes([5 * GRID, 3 * GRID])
        for number, stretch in enumerate((5, 3)):
            self.setStretchFactor(number, stretch)

    def show_run(self, found: GateRun | None) -> None:
        """The answer, with the first rule that does not pass chosen; the rule that was chosen stays where it can."""
        before = self.rules.currentIndex().row()
        same = self.found is not None and found is not None and _names(self.found) == _names(found)
        self.found = found
        self.sentence.setText(_isolated(found) if found else NOT_RUN)
        self.outdated.setText(OUTDATED)
        self.outdated.hide()
        self.about.setText(plain_text(" ".join(found.outcome.about_policy)) if found else "")
        self.rules.show_table(rules_table(found) if found else EMPTY, stretch=2, tips=_tips(found) if found else ())
        for column in (2, 3) if found else ():
            self.rules.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for widget in (self.about, self.rules, self._below):
            widget.setVisible(found is not None)
        self.steps.hide()
        self.next.hide()
        chosen = before if same and before >= 0 else _first_to_look_at(found)
        self.rules.setCurrentIndex(self.rules.figures.index(chosen, 0) if found and found.cases else QModelIndex())
        self._show_rule(self.rules.currentIndex(), QModelIndex())

    def show_nothing_yet(self, words: str, button: str) -> None:
        """There is no run: what can be done now, and the button for it."""
        self.show_run(None)
        self.sentence.setText(NO_RUN)
        self.steps.setText(words)
        self.next.setText(button)
        self.steps.show()
        self.next.show()

    def show_locked(self, words: str) -> None:
        """What the policy is locked to, as long as no answer says it."""
        self.locked.setText(words)
        self.locked.setVisible(bool(words) and self.found is None)

    def show_outdated(self, outdated: bool) -> None:
        self.outdated.setVisible(outdated and self.found is not None)

    @property
    def rule(self) -> tuple[str, RuleCases] | None:
        """The name of the chosen rule, and its cases."""
        at = self.rules.currentIndex().row()
        if self.found is None or not 0 <= at < len(self.found.cases):
            return None
        asked = self.found.outcome.rules[at]
        return f"{asked.name}: {asked.asked}", self.found.cases[at]

    def _bring_into_sight(self) -> None:
        """The chosen rule's row, once the table has its height."""
        at = self.rules.currentIndex().row()
        if at >= 0:
            top = self.rules.y() + self.rules.horizontalHeader().height() + self.rules.rowViewportPosition(at)
            self._area.ensureVisible(0, top + self.rules.rowHeight(at) // 2, 0, self.rules.rowHeight(at) // 2 + GRID)

    def _show_rule(self, current: QModelIndex, _before: QModelIndex) -> None:
        if self.rules.hasFocus():
            QTimer.singleShot(0, self, self._bring_into_sight)
        chosen = self.rule
        # the row may be out of sight, because the answer above comes first
        named = self.found.outcome.rules[current.row()].name if self.found and chosen else ""
        self._title.setText(f"Cases of the rule “{plain_text(named)}”" if named else "Cases of the rule")
        cases = chosen[1].cases if chosen else ()
        said = _tips(self.found)[current.row()] if self.found and chosen else ""
        self.why.setText(said)
        said = chosen[1].words if chosen else CHOOSE
        self.words.setText(plain_text(f"{said}. Return opens one in Review." if cases else said or ""))
        self.words.setVisible(bool(said))
        self.cases.show_cases([CellCase(each.case, each.repeat, each.decided, each.said) for each in cases])
        self.review.setVisible(bool(cases))
        self.compare.setVisible(bool(cases) and self.found is not None and self.found.against is not None)


def _names(found: GateRun) -> Sequence[str]:
    return [f"{rule.name}: {rule.asked}" for rule in found.outcome.rules]


def _first_to_look_at(found: GateRun | None) -> int:
    answers = [str(rule.answer) for rule in found.outcome.rules] if found else []
    return next((answers.index(each) for each in ("fail", "not decidable") if each in answers), 0)


def rules_table(found: GateRun) -> Table:
    """A line for each rule in the policy's order: the answer, the rule, what it asks and what was found."""
    rows = (
        (
            ANSWERS[rule.answer],
            rule.name,
            *(preview(_spaced(rule.name, each), CELL) for each in (rule.asked, rule.found)),
        )
        for rule in found.outcome.rules
    )
    return Table(("Answer", "Rule", "Asked", "Found"), tuple(rows), n_text=4)


def _spaced(name: str, words: str) -> str:
    """Movements stand in policies as `slid:more_cautious`."""
    return words.replace("_", " ").replace(":", ", ") if name == "movement" else words


def _tips(found: GateRun) -> list[str]:
    return [
        plain_text(f"{_spaced(rule.name, rule.asked)}: {rule.found}. {rule.why}".strip())
        for rule in found.outcome.rules
    ]


def _isolated(found: GateRun) -> str:
    """The sentence, in which names that are written from right to left turn nothing around them."""
    said = plain_text(found.outcome.sentence)
    names = (found.outcome.policy.name, found.outcome.run, found.outcome.against)
    for name in filter(None, map(plain_text, dict.fromkeys(names))):
        if not name.isascii():
            said = said.replace(name, f"\u2068{name}\u2069")
    return said


def _ground() -> QWidget:
    inner = QWidget()
    inner.setAutoFillBackground(True)
    inner.setBackgroundRole(QPalette.ColorRole.Base)
    return inner
