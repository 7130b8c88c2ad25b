"""The versions of the scored run's suite over time, on the score screen: both rulers, the scores, models as points."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QVBoxLayout, QWidget

from reviewer.app.figures.trends import MOST_RESPONSES, FollowedRuns
from reviewer.ui.kit.figures_table import EMPTY
from reviewer.ui.kit.keymap import name_keys
from reviewer.ui.kit.page import plain_label, row, section_label
from reviewer.ui.kit.theme import GRID
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.chart_over_table import ChartOverTable
from reviewer.ui.score.following import FollowedVersions
from reviewer.ui.score.models_chart import ModelsChart
from reviewer.ui.score.rulers_chart import RulersChart
from reviewer.ui.score.swings import drawn_points, drawn_rulers, slice_title, versions_title, why_nothing
from reviewer.ui.score.trend_chart import TrendChart, trend_table
from reviewer.wording.swing import d_a_note
from reviewer.wording.tables import Table

VIEWS = ("Both rulers", "Score and judgement (d_a)", "Each version a point")
ONE_RUN = (
    "Both rulers are drawn here release by release once the suite has two runs with responses; a swing takes three. "
    f"Runs are followed up to {MOST_RESPONSES:,} responses together."
)
LONGEST_SLICE = 40 * GRID


class TrendPanel(QWidget):
    """A sentence, then one of three views, each a chart over its table. Slice and view stay chosen while runs change.

    `run_wanted` is emitted where the suite has too few runs and a person wants another, `slice_chosen` carries what a
    slice is by and its value, both empty for all cases; `runs_wanted` asks which runs are drawn.
    """

    run_wanted = Signal()
    runs_wanted = Signal()
    slice_chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.none = section_label(), quiet_label(ONE_RUN)
        self.more, self.pick = QPushButton("New run…"), QPushButton("Choose runs…")
        self.pick.setToolTip("Draw runs of your choice together, of other suites too")
        self.slice, self.view, self.line = QComboBox(), QComboBox(), QCheckBox("Fitted line")
        self.rulers_chart, self.scores_chart, self.models_chart = RulersChart(), TrendChart(), ModelsChart()
        self.rulers = ChartOverTable(self.rulers_chart, "What each release did to both rulers")
        self.scores = ChartOverTable(self.scores_chart, "Scores of the versions")
        self.models = ChartOverTable(self.models_chart, "The versions on both rulers, with their rank correlation")
        self.panels = (self.rulers, self.scores, self.models)
        self._versions: FollowedVersions | None = None
        self.choices = self._make_choices()
        self._lay_out()
        for panel in self.panels:
            panel.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            panel.said.setAccessibleName("The versions in one sentence")
        self.slice.activated.connect(self._choose_slice)
        self.view.activated.connect(self._show_view)
        self.line.toggled.connect(self.models_chart.show_line)
        self.pick.clicked.connect(lambda _checked=False: self.runs_wanted.emit())
        self.more.clicked.connect(lambda _checked=False: self.run_wanted.emit())
        self.show_versions(None)

    # building

    def _make_choices(self) -> QWidget:
        box = QWidget()
        parts: list[QWidget | None] = []
        for text, combo, tip in (
            ("Show", self.view, "What is drawn of the versions. Key: {score.versions_view}"),
            ("Slice", self.slice, "The cases that are drawn. Keys: {score.next_slice}, {score.previous_slice}"),
        ):
            label = plain_label(text, wrap=False)
            label.setBuddy(combo)
            combo.setAccessibleName(f"Versions: {text.lower()}")
            name_keys(combo, "toolTip", tip)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            combo.setMaximumWidth(LONGEST_SLICE)
            parts += [label, combo]
        self.view.addItems(VIEWS)
        self.line.setToolTip("A straight line through the points, by least squares")
        layout = row(*parts, self.line, None)
        layout.setContentsMargins(0, 0, 0, 0)
        box.setLayout(layout)
        return box

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        head = row(self.title, self.pick)
        head.setStretch(0, 1)
        layout.addLayout(head)
        layout.addWidget(self.none)
        layout.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.choices)
        for panel in self.panels:
            layout.addWidget(panel)

    # showing

    def show_versions(self, versions: FollowedVersions | None) -> None:
        """None where the suite has too few runs."""
        self._versions = versions
        for widget in (self.none, self.more):
            widget.setVisible(versions is None)
        self.choices.setVisible(versions is not None)
        if versions is None:
            self.title.setText("Versions of the suite")
        else:
            self._offer_slices(versions)
            self._show_found(versions.found)
        self._show_view()

    def _offer_slices(self, versions: FollowedVersions) -> None:
        names = [slice_title(each) for each in (None, *versions.slices)]
        if names != [self.slice.itemText(number) for number in range(self.slice.count())]:
            self.slice.clear()
            self.slice.addItems(names)
        self.slice.setCurrentIndex(0 if versions.chosen is None else versions.chosen + 1)
        self.title.setText(versions_title(versions.found, self.slice.currentText(), is_picked=versions.is_picked))

    def _show_found(self, found: FollowedRuns) -> None:
        rulers, steps = drawn_rulers(found)
        points, residuals = drawn_points(found)
        self.rulers_chart.show_rulers(rulers)
        self.models_chart.show_models(points)
        self.scores_chart.show_runs(found)
        self._fill(self.rulers, found, found.told, steps)
        self._fill(self.models, found, points.sentence if points else "", residuals)
        said = " ".join(filter(None, (found.sentence, d_a_note(found.trend))))
        self._fill(self.scores, found, said, trend_table(found) if found.trend.n_shared else EMPTY)

    def _fill(self, panel: ChartOverTable, found: FollowedRuns, sentence: str, table: Table) -> None:
        """Sentence, chart and table, or why there are none; what is copied says its slice."""
        panel.title.setText(f"{panel.table.accessibleName()}: {self.slice.currentText()}")
        panel.say(sentence if table.rows else "")
        if table.rows:
            panel.show_table(table)
        else:
            panel.show_nothing(why_nothing(found))

    def _show_view(self) -> None:
        """The chosen view alone, with the choices that it has."""
        chosen = self.panels[self.view.currentIndex()]
        for panel in self.panels:
            panel.setVisible(self._versions is not None and panel is chosen)
        self.line.setVisible(chosen is self.models)

    # choosing

    def next_view(self) -> None:
        self.view.setCurrentIndex((self.view.currentIndex() + 1) % self.view.count())
        self._show_view()

    def next_slice(self, step: int = 1) -> None:
        """The next one, or the one before; after the last the first."""
        if self._versions is not None:
            self.slice.setCurrentIndex((self.slice.currentIndex() + step) % self.slice.count())
            self._choose_slice()

    def _choose_slice(self) -> None:
        number = self.slice.currentIndex() - 1
        if self._versions is not None:
            chosen = self._versions.slices[number] if number >= 0 else None
            self.slice_chosen.emit(chosen.by if chosen else "", chosen.value if chosen else "")
