"""The compare screen: the sentence first, the flip matrix and the figures left, the cases right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from reviewer.app.figures.comparing import ComparedRuns
from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.changes import Changes
from reviewer.core.scoring.score import Options
from reviewer.review.place import PLACE
from reviewer.store.database import Workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.memory import remember
from reviewer.store.queries import review
from reviewer.ui.compare.cases import CompareCases, WantedFlips
from reviewer.ui.compare.state import Comparing, Comparisons
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.find_line import find_in
from reviewer.ui.kit.heat_map import Confusion, HeatMap
from reviewer.ui.kit.page import Grade, Page, grade_of_figures, margins, plain_label
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.options import ScoreOptions
from reviewer.ui.score.panels import section
from reviewer.wording import comparison as comparison_tables
from reviewer.wording.movement import how_sure, how_sure_note
from reviewer.wording.plain_text import preview
from reviewer.wording.tables import named

if TYPE_CHECKING:
    from reviewer.core.scoring.movement import Movement

SLICES_SHOWN = 12
LEFT_WIDTH = 62 * GRID
HINT = "Rows are A's actions, columns B's. Framed: unchanged. Return opens a cell's cases."


class ComparePage(Page):
    """Shows what changed from one run to another. Every choice compares again, off the GUI thread."""

    name = "compare"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state = Comparisons(session, self)
        self.options = ScoreOptions(beside=True, names=("From A", "to B"))
        self.swap_button, self.copy_button = QPushButton("Swap"), QPushButton("Copy")
        self.sentence, self.smallest, self.warnings = plain_label(), quiet_label(), quiet_label()
        self.matrix = HeatMap()
        self.matrix.setAccessibleName("Actions of A and of B")
        self.figures, self.counts = FiguresTable("Figures, B − A"), FiguresTable("Case by case")
        self.sureness = FiguresTable("How sure it is that the frontier moved")
        self.sureness_note = quiet_label()
        self.slices = FiguresTable("Slices", most_rows=SLICES_SHOWN, wrap=False)
        self.why = plain_label()
        self.cases = CompareCases(session)
        self.area = self._make_area()
        self._lay_out()
        self._connect()
        commands.bind("compare.swap", self.swap)
        commands.bind("compare.copy", self.copy)
        commands.bind("compare.next", lambda: self.cases.step(1))
        commands.bind("compare.previous", lambda: self.cases.step(-1))
        commands.bind("compare.find", partial(find_in, [text.find_line for text in self.cases.texts]))
        commands.bind("compare.review", self.cases.open_in_review)
        commands.bind("compare.matrix", self.matrix.setFocus)
        commands.bind("compare.list", self.cases.list.setFocus)

    # building

    def _make_area(self) -> QScrollArea:
        inner = QWidget()
        inner.setAutoFillBackground(True)
        inner.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(inner)
        margins(column)
        column.setSpacing(2 * GRID)
        column.addWidget(section("What A did, what B did", self.matrix, quiet_label(HINT)))
        column.addWidget(section("Right or wrong", self.counts))
        column.addWidget(section("Figures, B − A", self.figures, self.why))
        self.sureness_section = section("Moved or slid: how sure", self.sureness, self.sureness_note)
        column.addWidget(self.sureness_section)
        column.addWidget(section("Slices", self.slices))
        column.addWidget(self.warnings)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Comparison")
        return scroll

    def _lay_out(self) -> None:
        self.swap_button.setToolTip("A becomes B. Key: X")
        self.copy_button.setToolTip("Copy the comparison as text. Keys: Ctrl+Shift+C")
        for button in (self.swap_button, self.copy_button):
            self.options.line.addWidget(button)
        self.options.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setAccessibleName("The comparison in one sentence")
        self.sentence.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.cases.setContentsMargins(GRID, GRID, 2 * GRID, GRID)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.area)
        split.addWidget(self.cases)
        split.setStretchFactor(0, 6)
        split.setStretchFactor(1, 7)
        self.area.setMinimumWidth(LEFT_WIDTH)
        split.setChildrenCollapsible(False)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.smallest.setAccessibleName("What could have been found")
        self.smallest.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        for widget in (self.options, hairline(), self.sentence, self.smallest, hairline()):
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
        self.options.options_chosen.connect(self._choose_options)
        self.swap_button.clicked.connect(lambda _checked=False: self.swap())
        self.copy_button.clicked.connect(lambda _checked=False: self.copy())
        self.matrix.cell_opened.connect(self._open_cell)
        self.cases.case_opened.connect(self._open_in_review)
        self.counts.activated.connect(lambda index: self._open_count(index.row()))
        self.counts.clicked.connect(lambda index: self._open_count(index.row()))
        self.figures.clicked.connect(lambda index: self._explain(index.row()))
        self.figures.selectionModel().currentChanged.connect(lambda index, _before: self._explain(index.row()))
        self.slices.activated.connect(lambda index: self._open_slice(index.row()))
        self.slices.clicked.connect(lambda index: self._open_slice(index.row()))

    # showing

    def grade(self, changes: Changes) -> Grade:
        found = self.state.shown.found if self.state.shown else None
        return grade_of_figures(changes, [found.a.id, found.b.id] if found else [])

    def refresh(self) -> None:
        self.state.load()

    def _show(self, shown: Comparing) -> None:
        found = shown.found
        self._switch.show_content(found is not None)
        if found is None:
            return
        self.options.show_runs(shown.lines, found.a, found.b)
        self.options.show_options(found.comparison.a.options, found.a.scale)
        self.sentence.setText(shown.sentence)
        self.smallest.setText(shown.smallest)
        self.smallest.setVisible(bool(shown.smallest))
        self.warnings.setText("\n".join(f"–  {warning}" for warning in found.warnings))
        self._show_matrix(found)
        self.figures.show_table(comparison_tables.figures(found.comparison))
        self.counts.show_table(comparison_tables.right_wrong(found.comparison))
        self._show_sureness(found.comparison.movement)
        self.slices.show_table(comparison_tables.slices(found.comparison), stretch=0)
        self.why.setText("Choose a figure to read how it is computed.")
        self.cases.show_comparison(shown)

    def _show_sureness(self, moved: Movement | None) -> None:
        self.sureness.show_table(how_sure(moved))
        self.sureness_note.setText(how_sure_note(moved) if moved else "")
        self.sureness_section.setVisible(moved is not None)

    def _show_matrix(self, found: ComparedRuns) -> None:
        rows: dict[ActionId, dict[ActionId | None, float]] = {
            a: dict(row.items()) for a, row in found.comparison.matrix.items() if sum(row.values())
        }
        names = (f"A, {preview(found.a.name, 30)},", f"B, {preview(found.b.name, 30)},")
        self.matrix.show_confusion(Confusion(found.a.scale, rows, names[0], names[1]))

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

    def _explain(self, row: int) -> None:
        found = self.state.shown.found if self.state.shown else None
        if found is not None and 0 <= row < len(found.comparison.deltas):
            self.why.setText(comparison_tables.why(found.comparison, row))

    # acting

    def _choose_runs(self, run_id: int, second_id: int) -> None:
        self.session.run_id, self.session.second_run_id = run_id, second_id or None
        self.session.selection_changed.emit()

    def _choose_options(self, options: Options) -> None:
        self.state.set_options(options)

    def swap(self) -> None:
        """A becomes B."""
        found = self.state.shown.found if self.state.shown else None
        if found is not None:
            self._choose_runs(found.b.id, found.a.id)

    def copy(self) -> None:
        """Put the comparison on the clipboard as text."""
        shown = self.state.shown
        if shown is not None and shown.found is not None:
            QApplication.clipboard().setText(
                comparison_tables.as_text(shown.found.comparison, shown.sentence, shown.found.warnings)
            )
            self.session.notice.emit("The comparison was copied as text.")

    def _open_in_review(self, key: str) -> None:
        """Go to the case in Review with both runs side by side."""
        shown = self.state.shown
        if shown is None or shown.found is None:
            return
        a, b = shown.found.a, shown.found.b
        run = a if CaseKey(key) in shown.places[0] else b
        place = {"run": run.name, "second": b.name if run is a else "", "queue": str(QueueFilter.ALL)}

        def work(workspace: Workspace) -> tuple[None, Changes]:
            response = review.response_of(workspace, run.id, CaseKey(key))
            return None, remember(workspace, key=PLACE, value={**place, "response": response})

        def go(_done: None) -> None:
            self.session.pick(None, run.id)
            self.commands["go.review"].trigger()

        self.session.write(work, go)

    def take_focus(self) -> None:
        self.cases.list.setFocus()
