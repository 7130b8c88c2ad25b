"""The compare screen: the decision first, then the charts, how sure it is, and the warnings; the cases right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QSplitter, QVBoxLayout, QWidget

from reviewer.app.figures.comparing import ComparedRuns
from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.changes import Changes
from reviewer.review.place import GoingTo
from reviewer.store.queries import review
from reviewer.ui.compare.cases import CompareCases, WantedFlips, why_not_both
from reviewer.ui.compare.how_sure import HowSure
from reviewer.ui.compare.policies import PolicyChoice
from reviewer.ui.compare.state import Comparing, Comparisons
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.differences import Differences
from reviewer.ui.kit.export import ChartFiles, file_name
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.find_line import find_in
from reviewer.ui.kit.heat_map import Confusion, HeatMap
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import Grade, Page, grade_of_figures, margins
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.decision import DecisionPanel
from reviewer.ui.score.options import ScoreOptions
from reviewer.ui.score.panels import WarningsBox, section
from reviewer.wording import comparison as comparison_tables
from reviewer.wording.plain_text import names_apart
from reviewer.wording.tables import named

SLICES_SHOWN = 12
LEFT_WIDTH = 62 * GRID
HINT = "Rows are A's actions, columns B's. Framed: unchanged. Return opens a cell's cases."


class ComparePage(Page):
    """Shows what changed from the older of two runs to the newer. Every choice compares again, off the GUI thread."""

    name = "compare"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state = Comparisons(session, self)
        self.options = ScoreOptions(beside=True, names=("Older A", "Newer B"))
        self.copy_button, self.report_button = QPushButton("Copy"), QPushButton("Report")
        self.decision = DecisionPanel()
        self.policies = PolicyChoice(self.state, self.decision.gate)
        self.matrix = HeatMap()
        self.matrix.setAccessibleName("Actions of A and of B")
        self.slices = FiguresTable("Slices", most_rows=SLICES_SHOWN, wrap=False)
        self.sure = HowSure()
        self.warnings = WarningsBox()
        self.cases = CompareCases(session)
        self.difference = Differences(session, self.cases.texts, partial(why_not_both, self.cases), "compare", self)
        self.difference.refused.connect(session.refused)
        self.area = self._make_area()
        self._lay_out()
        self._connect()
        self._bind(commands)

    # building

    def _make_area(self) -> TabbedScroll:
        inner = QWidget()
        inner.setAutoFillBackground(True)
        inner.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(inner)
        margins(column)
        column.setSpacing(3 * GRID)
        column.addWidget(self.decision)
        column.addWidget(section("What A did, what B did", self.matrix, quiet_label(HINT)))
        column.addWidget(section("Slices", self.slices))
        column.addWidget(self.sure)
        column.addWidget(self.warnings)
        column.addStretch(1)
        scroll = TabbedScroll()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Comparison")
        return scroll

    def _lay_out(self) -> None:
        tell_key(self.copy_button, "compare.copy", "Copy the comparison as text")
        tell_key(self.report_button, "compare.report", "Report of the newer run against the older one")
        self.options.line.addWidget(self.report_button)
        self.options.line.addWidget(self.copy_button)
        self.options.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.options.setToolTip("The older run is always A: which was started first decides, not which is chosen where")
        self.cases.setContentsMargins(GRID, GRID, 2 * GRID, GRID)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.area)
        split.addWidget(self.cases)
        split.setStretchFactor(0, 7)
        split.setStretchFactor(1, 6)
        self.area.setMinimumWidth(LEFT_WIDTH)
        split.setChildrenCollapsible(False)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.options, hairline()):
            layout.addWidget(widget)
        layout.addWidget(split, 1)
        nothing = (
            "Two runs of one suite are needed to compare. Start another run, or import responses you already have."
        )
        self._switch = self.fill(content, nothing, "runs.new")

    def _connect(self) -> None:
        self.state.changed.connect(self._show)
        self.state.failed.connect(self.not_read)
        self.options.runs_chosen.connect(self._choose_runs)
        self.options.options_chosen.connect(self.state.set_options)
        self.copy_button.clicked.connect(lambda _checked=False: self.copy())
        self.report_button.clicked.connect(lambda _checked=False: self.report())
        self.decision.offer_files(ChartFiles(self.session, self), self._file_name)
        self.matrix.cell_opened.connect(self._open_cell)
        self.cases.case_opened.connect(self._open_in_review)
        self.sure.count_opened.connect(self._open_count)
        self.slices.activated.connect(lambda index: self._open_slice(index.row()))
        self.slices.clicked.connect(lambda index: self._open_slice(index.row()))

    def _bind(self, commands: CommandTable) -> None:
        commands.bind("compare.table", self.decision.toggle_table)
        commands.bind("compare.sure", self._show_how_sure)
        commands.bind("compare.policy", self.policies.ask_for_file)
        commands.bind("compare.copy", self.copy)
        commands.bind("compare.next", lambda: self.cases.step(1))
        commands.bind("compare.previous", lambda: self.cases.step(-1))
        commands.bind("compare.uncover", self.cases.uncover)
        commands.bind("compare.difference", self.difference.toggle)
        commands.bind("compare.next_difference", partial(self.difference.step, 1))
        commands.bind("compare.previous_difference", partial(self.difference.step, -1))
        commands.bind("compare.find", partial(find_in, [text.find_line for text in self.cases.texts]))
        commands.bind("compare.review", self.cases.open_in_review)
        commands.bind("compare.report", self.report)
        commands.bind("compare.matrix", self.matrix.setFocus)
        commands.bind("compare.list", self.cases.list.setFocus)

    # showing

    def grade(self, changes: Changes) -> Grade:
        found = self.state.shown.found if self.state.shown else None
        return grade_of_figures(changes, [found.a.id, found.b.id] if found else [])

    def refresh(self) -> None:
        self.state.load()

    def _show(self, shown: Comparing) -> None:
        found = shown.found
        self._switch.show_content(found is not None)
        if found is None or shown.decision is None:
            return
        self.options.show_runs(shown.lines, found.a, found.b)
        self.options.show_options(found.comparison.a.options, found.a.scale)
        self.decision.show_decision(shown.decision)
        self.policies.show_comparison(shown)
        self.sure.show_comparison(found.comparison, shown.sentence, shown.smallest)
        self.warnings.show_warnings(found.warnings)
        self._show_matrix(found)
        self.slices.show_table(comparison_tables.slices(found.comparison), stretch=0)
        self.cases.show_comparison(shown)
        wanted, self.session.compared_cases = self.session.compared_cases, None
        if wanted is not None:
            self.cases.show_wanted(WantedFlips(wanted[0], lambda flip: flip.key in wanted[1]))

    def _show_how_sure(self) -> None:
        """Unfold the statistics and bring them into sight, or fold them again."""
        self.sure.fold.toggle()
        if self.sure.fold.isChecked():
            # what was folded is laid out first
            QTimer.singleShot(0, self, lambda: self.area.verticalScrollBar().setValue(self.sure.y() - 2 * GRID))

    def _file_name(self) -> str:
        found = self.state.shown.found if self.state.shown else None
        names = (found.a.name, found.b.name) if found else ()
        return file_name(self.decision.chart.accessibleName(), *names)

    def _show_matrix(self, found: ComparedRuns) -> None:
        rows: dict[ActionId, dict[ActionId | None, float]] = {
            a: dict(row.items()) for a, row in found.comparison.matrix.items() if sum(row.values())
        }
        a, b = names_apart((found.a.name, found.b.name), 30)
        self.matrix.show_confusion(Confusion(found.a.scale, rows, f"A, {a},", f"B, {b},"))

    # asking why

    def _open_cell(self, first: str, second: str) -> None:
        if self.state.shown is None or self.state.shown.found is None:
            return
        scale = self.state.shown.found.a.scale
        name = f"A {named(scale, ActionId(first))}, B {named(scale, ActionId(second))}"
        self.cases.show_wanted(WantedFlips(name, lambda flip: (flip.a, flip.b) == (first, second)))

    def _open_count(self, row: int) -> None:
        """The cases that make up a count of right and wrong."""
        sides = ((True, True), (True, False), (False, True), (False, False))
        if not 0 <= row < len(sides):
            return
        wanted = sides[row]
        name = comparison_tables.RIGHT_WRONG[row]
        self.cases.show_wanted(WantedFlips(name, lambda flip: (flip.a == flip.label, flip.b == flip.label) == wanted))

    def _open_slice(self, row: int) -> None:
        found = self.state.shown.found if self.state.shown else None
        if found is not None and row >= 0:
            chosen = comparison_tables.listed_slices(found.comparison)[row]
            self.cases.show_slice(chosen.by, chosen.value)

    # acting

    def _choose_runs(self, run_id: int, second_id: int) -> None:
        self.session.run_id, self.session.second_run_id = run_id, second_id or None
        self.session.selection_changed.emit()

    def copy(self) -> None:
        """Put the comparison on the clipboard as text."""
        shown = self.state.shown
        if shown is not None and shown.found is not None:
            text = comparison_tables.as_text(shown.found.comparison, shown.sentence, shown.found.warnings)
            QApplication.clipboard().setText(f"{self.decision.verdict.text()}\n{text}")
            self.session.notice.emit("The comparison was copied as text.")

    def report(self) -> None:
        """Go to the report of the newer run against the older one."""
        found = self.state.shown.found if self.state.shown else None
        if found is not None:
            self.session.select(run_id=found.b.id, second_run_id=found.a.id)
            self.commands["go.reports"].trigger()

    def _open_in_review(self, key: str) -> None:
        """Go to the case in Review with both runs side by side."""
        shown = self.state.shown
        if shown is None or shown.found is None:
            return
        a, b = shown.found.a, shown.found.b
        run = a if CaseKey(key) in shown.places[0] else b

        def go(response: int) -> None:
            self.session.pick(GoingTo(run.id, response, b.id if run is a else 0))
            self.commands["go.review"].trigger()

        self.session.read(lambda workspace: review.response_of(workspace, run.id, CaseKey(key)), go)

    def take_focus(self) -> None:
        self.cases.list.setFocus()
