"""The score screen: one sentence first, then the figures that stand behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.figures.scores import ScoredRun
from reviewer.core.changes import Changes
from reviewer.review.place import Picked
from reviewer.store.queries import review
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.export import ChartFiles, Shown, file_name
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import Grade, Page, grade_of_figures, margins
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.answers import Panels, ScoreAnswers
from reviewer.ui.score.asking import Asking
from reviewer.ui.score.behind_list import Reviewable
from reviewer.ui.score.cards import (
    ScoreCard,
    beside_words,
    confusion_as_text,
    counts_table,
    quiet_label,
    score_as_text,
    version_name,
)
from reviewer.ui.score.cells import ConfusionPanel
from reviewer.ui.score.decision import DecisionPanel
from reviewer.ui.score.distances import DistanceChart, distance_limit, distance_table
from reviewer.ui.score.dot_plot import DotPlot, slice_table, tabled_slices
from reviewer.ui.score.following import Following
from reviewer.ui.score.frontier_chart import FrontierChart
from reviewer.ui.score.options import ScoreOptions
from reviewer.ui.score.panels import ChartPanel, FiguresPanel, WarningsBox, section
from reviewer.ui.score.pick_runs import pick_runs
from reviewer.ui.score.state import Scores, Scoring
from reviewer.ui.score.top import ScoreTop, told_apart
from reviewer.ui.score.trend import TrendPanel
from reviewer.wording.frontier import frontier_table
from reviewer.wording.tables import small_slices

SLICES_SHOWN = 14
NOTHING = "No case is scored yet."
ONE_POLE = "The chart needs scored cases with at least two labels and, for two runs, cases that both answered."


class ScorePage(Page):
    """Shows one run's score, or two side by side. Every choice scores again at once, off the GUI thread."""

    name = "score"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state = Scoring(session, self)
        self.asking, self.following = Asking(session, self), Following(session, self)
        self.options = ScoreOptions(beside=True)
        self.table_button = QPushButton("Tables")
        self.copy_button = QPushButton("Copy")
        self.agreement_button, self.report_button = QPushButton("Agreement"), QPushButton("Report")
        self.top, self.decision = ScoreTop(), DecisionPanel(with_gate=False)
        self.excuses, self.warnings = quiet_label(), WarningsBox()
        self._charts = FrontierChart(), DistanceChart(), DistanceChart(), DotPlot()
        frontier, *_, slices = self._charts
        self.frontier = ChartPanel("", frontier, FiguresTable("Frontier"))
        self.cards = (ScoreCard(), ScoreCard())
        self.distances = tuple(_distance_panel(chart) for chart in self._charts[1:3])
        self.figures, self.counts = FiguresPanel(), FiguresTable("Counts")
        self.confusion = ConfusionPanel()
        self.slices = ChartPanel("Slices", slices, FiguresTable("Slices", most_rows=SLICES_SHOWN, wrap=False))
        self.small_slices = quiet_label()
        self.trend = TrendPanel()
        self._confusion_button = QToolButton()
        self._grid, self._left, self._right = QGridLayout(), QVBoxLayout(), QVBoxLayout()
        self.area = self._make_area()
        self._lay_out()
        self._offer_files()
        self._answers = self._make_answers()
        self.state.changed.connect(self._show)
        self.state.failed.connect(self.not_read)
        self.following.found.connect(self.trend.show_versions)
        self.trend.slice_chosen.connect(self.following.choose)
        self.trend.runs_wanted.connect(partial(pick_runs, self.following, self))
        self.options.runs_chosen.connect(self._choose_runs)
        self.options.options_chosen.connect(self.state.set_options)
        commands.bind("score.copy", self.copy)
        commands.bind("score.table", self.table_button.toggle)
        commands.bind("score.agreement", self.show_agreement)
        commands.bind("score.report", self.report)
        commands.bind("score.versions_view", partial(self._of_versions, self.trend.next_view))
        commands.bind("score.next_slice", partial(self._of_versions, self.trend.next_slice))
        commands.bind("score.previous_slice", partial(self._of_versions, partial(self.trend.next_slice, -1)))
        self.trend.run_wanted.connect(lambda: commands["runs.new"].trigger())

    # building

    def _make_area(self) -> TabbedScroll:
        inner = QWidget()
        inner.setAutoFillBackground(True)
        inner.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(inner)
        margins(column)
        column.setSpacing(2 * GRID)
        for widget in (self.decision, self.top, hairline()):
            column.addWidget(widget)
        self._grid.setHorizontalSpacing(5 * GRID)
        self._grid.setVerticalSpacing(3 * GRID)
        column.addLayout(self._grid)
        column.addStretch(1)
        scroll = TabbedScroll()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Score")
        return scroll

    def _lay_out(self) -> None:
        self.table_button.setCheckable(True)
        tell_key(self.table_button, "score.table", "Tables in place of the charts")
        self.table_button.toggled.connect(self._show_tables)
        tell_key(self.copy_button, "score.copy", "Copy the figures as text")
        self.copy_button.clicked.connect(lambda _checked=False: self.copy())
        self.options.line.addWidget(self.table_button)
        self.options.line.addWidget(self.copy_button)
        self.agreement_button.setToolTip("How far the classifiers behind this score agree with people")
        self.agreement_button.clicked.connect(lambda _checked=False: self.show_agreement())
        self.options.line.addWidget(self.agreement_button)
        tell_key(self.report_button, "score.report", "Report of what is shown here")
        self.report_button.clicked.connect(lambda _checked=False: self.report())
        self.options.line.addWidget(self.report_button)
        self.options.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.excuses.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.excuses.setAccessibleName("What the bands excuse")
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.options)
        layout.addWidget(hairline())
        layout.addWidget(self.area, 1)
        nothing = "There is no run to score yet. Start a run, or import responses you already have."
        self._switch = self.fill(content, nothing, "runs.new")
        confusion = section("Labelled and final action", self.confusion, button=self._confusion_button)
        counts = section("Where the final actions came from", self.counts)
        for widget in (self.frontier, *self.distances, confusion, counts):
            self._left.addWidget(widget)
        for widget in (*self.cards, section("Figures", self.figures)):
            self._right.addWidget(widget)
        for side, layout in enumerate((self._left, self._right)):
            layout.setSpacing(3 * GRID)
            layout.addStretch(1)
            self._grid.addLayout(layout, 0, side)
            self._grid.setColumnStretch(side, 1)
        self._grid.addWidget(self.slices, 1, 0, 1, 2)
        self._grid.addWidget(self.small_slices, 2, 0, 1, 2)
        self._grid.addWidget(self.trend, 3, 0, 1, 2)
        self._grid.addWidget(section("What the bands and the labels excuse", self.excuses), 4, 0, 1, 2)
        self._grid.addWidget(self.warnings, 5, 0, 1, 2)

    def _offer_files(self) -> None:
        """Every chart can be saved as a picture and copied as text."""
        files = ChartFiles(self.session, self)
        self.decision.offer_files(files, partial(self._file_name, self.decision.chart))
        for panel in (self.frontier, *self.distances, self.slices, *self.trend.panels):
            files.offer([panel.shown(partial(self._file_name, panel.chart))], panel.button)
        for card in self.cards:
            charts = (card.score, card.error, card.shares)
            files.offer(
                [Shown(chart, chart.accessibleDescription, partial(self._file_name, chart)) for chart in charts],
                card.button,
            )
        heat_map = self.confusion.map
        shown = Shown(heat_map, self._confusion_as_text, partial(self._file_name, heat_map))
        files.offer([shown], self._confusion_button)

    def _make_answers(self) -> ScoreAnswers:
        panels = Panels(
            self.figures,
            self.confusion,
            self.frontier,
            self.distances,
            self._charts[1:3],
            self.slices,
            self._charts[3],
        )
        return ScoreAnswers(self.asking, self.state, panels, self._review)

    def _file_name(self, chart: QWidget) -> str:
        runs = self.state.scores.scored if self.state.scores else ()
        return file_name(chart.accessibleName(), *(run.line.name for run in runs))

    def _confusion_as_text(self) -> str:
        first = self.state.scores.first if self.state.scores else None
        return confusion_as_text(first.card) if first else ""

    # reading

    def grade(self, changes: Changes) -> Grade:
        scores = self.state.scores
        return grade_of_figures(changes, [each.line.id for each in scores.scored] if scores else [])

    def set_shown(self, shown: bool) -> None:
        scored = self.state.scores.scored if self.state.scores else ()
        if shown and scored and self.session.run_id not in (None, *(run.line.id for run in scored)):
            self._stale = Grade.ANEW
        super().set_shown(shown)

    def refresh(self) -> None:
        self.state.load()

    def _show(self, scores: Scores) -> None:
        first = scores.first
        self._switch.show_content(first is not None)
        if first is None:
            return
        runs, card = scores.scored, first.card
        second = runs[1] if len(runs) > 1 else None
        chosen = [run.line for run in sorted(runs, key=lambda run: run.line.id != self.session.run_id)]
        self.options.show_runs(scores.lines, chosen[0], chosen[1] if second else None)
        self.options.show_options(card.options, card.scale)
        self.top.show_runs(runs, scores.moved)
        self.decision.setVisible(scores.decision is not None)
        if scores.decision is not None:
            self.decision.show_decision(scores.decision)
        self.warnings.show_warnings(told_apart(runs))
        self.excuses.setText(beside_words(runs))
        for number, shown in enumerate(self.cards):
            shown.setVisible(number < len(runs))
            if number < len(runs):
                shown.show_run(runs[number], runs)
        self._show_frontier(scores)
        self._show_distances(runs)
        self.figures.show_runs(runs)
        self.counts.show_table(counts_table(runs))
        self.confusion.show_run(first)
        self._confusion_button.setVisible(bool(card.confusion))
        self._show_slices(first, second)
        self.asking.show_runs(runs)
        self.following.follow(scores.lines, first)

    def _show_frontier(self, scores: Scores) -> None:
        found, first = scores.frontier, scores.first
        if found is None or first is None:
            self.frontier.title.setText("Frontier")
            self.frontier.show_nothing(ONE_POLE if first is not None and first.card.confusion else NOTHING)
            return
        held = ", ".join(first.card.scale[action].short_name for action in found.hold_back)
        shared = " on the cases that both answered" if len(found.points) > 1 else ""
        self.frontier.title.setText(f"Held back ({held}) against answered{shared}")
        self._charts[0].show_frontier(found)
        self.frontier.show_table(frontier_table(found))

    def _show_distances(self, runs: Sequence[ScoredRun]) -> None:
        most = distance_limit(*(run.card.distances for run in runs))
        self.distances[1].setVisible(len(runs) > 1)
        for run, panel, chart in zip(runs, self.distances, self._charts[1:3], strict=False):
            card = run.card
            name = f": {version_name(runs, run)}" if len(runs) > 1 else ""
            panel.title.setText(f"Steps outside the band{name}")
            if card.distances:
                chart.show_distances(card.distances, len(card.scale), most)
                panel.show_table(distance_table(card.distances))
            else:
                panel.show_nothing(NOTHING)

    def _show_slices(self, first: ScoredRun, second: ScoredRun | None) -> None:
        card, chart = first.card, self._charts[3]
        beside = second.card if second is not None and second.card.scale.ids == card.scale.ids else None
        self._answers.tabled = tabled_slices(card)
        self.slices.setVisible(bool(card.slices))
        small = small_slices(card)
        self.small_slices.setVisible(bool(small))
        if not card.slices:
            return
        chart.show_cards(card, beside)
        left_out = f", the {len(chart.slices)} lowest; the table has them all" if chart.left_out else ""
        name = " of ● A and ■ B" if beside else ""
        self.slices.title.setText(f"Slices{name} by plain score{' of A' if beside else ''}{left_out}")
        if chart.slices:
            self.slices.show_table(slice_table(card, beside), stretch=1, sortable=True)
        else:
            self.slices.show_nothing(NOTHING)
        self.small_slices.setText(small)

    # acting

    def _choose_runs(self, run_id: int, second_id: int) -> None:
        self.session.run_id, self.session.second_run_id = run_id, second_id or None
        self.session.selection_changed.emit()

    def _show_tables(self, shown: bool) -> None:
        for card in self.cards:
            card.show_tables(shown)
        for part in (self.decision.changes, self.frontier, *self.distances, self.slices, *self.trend.panels):
            part.show_tables(shown)

    def copy(self) -> None:
        """Put the figures on the clipboard as text."""
        scores = self.state.scores
        if scores is not None and scores.scored:
            QApplication.clipboard().setText(score_as_text(scores.scored, scores.moved))
            self.session.notice.emit("The score was copied as text.")

    def _of_versions(self, act: Callable[[], object]) -> None:
        """Choose what is shown of the versions, and bring it into sight."""
        act()
        # another view is laid out first
        QTimer.singleShot(0, self, lambda: self.area.verticalScrollBar().setValue(self.trend.y()))

    def show_agreement(self) -> None:
        """Look at how classifiers agree with people on the first run."""
        first = self.state.scores.first if self.state.scores else None
        if first is not None:
            self.session.select(run_id=first.line.id)
            self.commands["go.agreement"].trigger()

    def report(self) -> None:
        """Go to the report of the run, or of the newer of two against the older."""
        scored = self.state.scores.scored if self.state.scores else ()
        if scored:
            self.session.run_id = scored[-1].line.id
            self.session.second_run_id = scored[0].line.id if len(scored) > 1 else None
            self.session.selection_changed.emit()
            self.commands["go.reports"].trigger()

    def _review(self, wanted: Reviewable) -> None:
        """Review the listed responses as a queue of their own, from the chosen one on."""
        run_id = wanted.run.line.id
        keys = [(one.seen.case, one.seen.repeat) for one in wanted.responses]

        def go(ids: Sequence[int]) -> None:
            self.session.pick(Picked(run_id, wanted.title, tuple(ids), ids[wanted.begin]))
            self.commands["go.review"].trigger()

        self.session.read(lambda workspace: review.responses_of(workspace, run_id, keys), go)

    def take_focus(self) -> None:
        self.area.setFocus()


def _distance_panel(chart: DistanceChart) -> ChartPanel:
    return ChartPanel("", chart, FiguresTable("Distance from the band"), hint="", lines=1)
