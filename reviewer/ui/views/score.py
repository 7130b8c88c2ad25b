"""The score screen: one sentence first, then the figures that stand behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from reviewer.core.cases import CaseKey
from reviewer.core.changes import Changes
from reviewer.core.scoring import wording
from reviewer.core.scoring.score import Options
from reviewer.report import tables
from reviewer.report.plain_text import preview
from reviewer.store.database import Workspace
from reviewer.store.queries import review
from reviewer.store.queries.review import QueueFilter
from reviewer.store.writes.decisions import remember
from reviewer.ui.charts.figures_table import FiguresTable
from reviewer.ui.commands import CommandTable
from reviewer.ui.session import Session
from reviewer.ui.theme import GRID
from reviewer.ui.viewmodels.reviewing import PLACE
from reviewer.ui.viewmodels.scoring import Scores, Scoring
from reviewer.ui.views.response_pane import hairline
from reviewer.ui.views.score_cards import (
    ScoreCard,
    counts_table,
    figures_table,
    held_back_words,
    quiet_label,
    score_as_text,
)
from reviewer.ui.views.score_cells import ConfusionPanel
from reviewer.ui.views.score_options import ScoreOptions
from reviewer.ui.widgets.page import EmptyOr, EmptyState, Page, heading, margins, plain_label

SLICES_SHOWN = 14


class ScorePage(Page):
    """Shows one run's score, or two side by side. Every choice scores again at once, off the GUI thread."""

    name = "score"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state = Scoring(session, self)
        self.options = ScoreOptions(beside=True)
        self.table_button = QPushButton("Tables")
        self.copy_button = QPushButton("Copy")
        self.agreement_button = QPushButton("Agreement")
        self.title = heading("")
        self.reviewed = quiet_label()
        self.sentence = plain_label()
        self.cards = (ScoreCard(), ScoreCard())
        self.figures, self.counts = FiguresTable("Figures"), FiguresTable("Counts")
        self.held_back = quiet_label()
        self.confusion = ConfusionPanel()
        self.slices = FiguresTable("Slices", most_rows=SLICES_SHOWN, wrap=False)
        self.small_slices = quiet_label()
        self._grid, self._left, self._right = QGridLayout(), QVBoxLayout(), QVBoxLayout()
        self.area = self._make_area()
        self._lay_out()
        self.state.changed.connect(self._show)
        self.options.runs_chosen.connect(self._choose_runs)
        self.options.options_chosen.connect(self._choose_options)
        self.confusion.case_opened.connect(self._open_in_review)
        commands.bind("score.copy", self.copy)
        commands.bind("score.table", self.table_button.toggle)
        commands.bind("score.agreement", self.show_agreement)

    # building

    def _make_area(self) -> QScrollArea:
        inner = QWidget()
        inner.setAutoFillBackground(True)
        inner.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(inner)
        margins(column)
        for widget in (self.title, self.reviewed, self.sentence, hairline()):
            column.addWidget(widget)
        self._grid.setHorizontalSpacing(5 * GRID)
        self._grid.setVerticalSpacing(3 * GRID)
        column.addLayout(self._grid)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Score")
        return scroll

    def _lay_out(self) -> None:
        self.table_button.setCheckable(True)
        self.table_button.setToolTip("Tables in place of the charts. Key: T")
        self.table_button.toggled.connect(self._show_tables)
        self.copy_button.setToolTip("Copy the figures as text. Keys: Ctrl+Shift+C")
        self.copy_button.clicked.connect(lambda _checked=False: self.copy())
        self.options.line.addWidget(self.table_button)
        self.options.line.addWidget(self.copy_button)
        self.agreement_button.setToolTip("How far the classifiers behind this score agree with people")
        self.agreement_button.clicked.connect(lambda _checked=False: self.show_agreement())
        self.options.line.addWidget(self.agreement_button)
        self.options.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setAccessibleName("The score in one sentence")
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.options)
        layout.addWidget(hairline())
        layout.addWidget(self.area, 1)
        empty = EmptyState(
            "There is no run to score yet. Start a run, or import responses you already have.",
            "New run…",
            self.commands["runs.new"].trigger,
        )
        self._switch = EmptyOr(content, empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._switch)
        confusion = _section("Labelled and final action", self.confusion)
        self._slices_section = _section("Slices", self.slices, self.small_slices)
        for widget in (self.cards[0], confusion):
            self._left.addWidget(widget)
        figures = _section("Figures", self.figures, self.held_back)
        counts = _section("Where the final actions came from", self.counts)
        for widget in (figures, counts):
            self._right.addWidget(widget)
        for side in (self._left, self._right):
            side.setSpacing(3 * GRID)
            side.addStretch(1)
        self._grid.addWidget(self.cards[1], 0, 1)
        self._grid.addLayout(self._left, 1, 0)
        self._grid.addLayout(self._right, 1, 1)
        self._grid.addWidget(self._slices_section, 2, 0, 1, 2)
        self._place(two=False)

    def _place(self, *, two: bool) -> None:
        """One run: its card above what else stands left. Two: the cards side by side above everything."""
        if two:
            self._grid.addWidget(self.cards[0], 0, 0)
        else:
            self._left.insertWidget(0, self.cards[0])
        self.cards[1].setVisible(two)
        for column, stretch in enumerate((1, 1) if two else (3, 2)):
            self._grid.setColumnStretch(column, stretch)

    # reading

    def concerns(self, changes: Changes) -> bool:
        return changes.decisions or changes.verdicts or changes.labels or changes.responses or changes.runs

    def set_shown(self, shown: bool) -> None:
        first = self.state.scores.first if self.state.scores else None
        if shown and first is not None and self.session.run_id not in (None, first.line.id):
            self._stale = True
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
        self.options.show_runs(scores.lines, first.line, second.line if second else None)
        self.options.show_options(card.options, card.scale)
        self.title.setText(wording.title(card))
        self.reviewed.setText(
            "   ·   ".join(f"{preview(r.line.name, 60)}: {wording.review_state(r.card)}" for r in runs)
        )
        self.sentence.setText("\n".join(wording.summary(r.card, preview(r.line.name, 60)) for r in runs))
        self._place(two=second is not None)
        for shown, run in zip(self.cards, runs, strict=False):
            shown.show_run(run, runs)
        table, tips = figures_table(runs)
        self.figures.show_table(table, tips=tips)
        self.counts.show_table(counts_table(runs))
        self.held_back.setText("\n".join(held_back_words(r.card) for r in runs))
        self.confusion.show_run(first)
        self.slices.show_table(tables.slices(card), stretch=1, sortable=True)
        self._slices_section.setVisible(bool(card.slices))
        small = tables.small_slices(card)
        self.small_slices.setText(small)
        self.small_slices.setVisible(bool(small))

    # acting

    def _choose_runs(self, run_id: int, second_id: int) -> None:
        self.session.run_id, self.session.second_run_id = run_id, second_id or None
        self.session.selection_changed.emit()

    def _choose_options(self, options: Options) -> None:
        self.state.set_options(options)

    def _show_tables(self, shown: bool) -> None:
        for card in self.cards:
            card.show_tables(shown)

    def copy(self) -> None:
        """Put the figures on the clipboard as text."""
        scores = self.state.scores
        if scores is not None and scores.scored:
            QApplication.clipboard().setText(score_as_text(scores.scored))
            self.session.notice.emit("The score was copied as text.")

    def show_agreement(self) -> None:
        """Look at how classifiers agree with people on the first run."""
        first = self.state.scores.first if self.state.scores else None
        if first is not None:
            self.session.select(run_id=first.line.id)
            self.commands["go.agreement"].trigger()

    def _open_in_review(self, key: str, repeat: int) -> None:
        """Go to the response in Review, in the queue of all responses."""
        names = [run.line.name for run in self.state.scores.scored] if self.state.scores else []
        run_id = self.options.run.currentData()
        if not names:
            return
        place = {"run": names[0], "second": "".join(names[1:]), "queue": str(QueueFilter.ALL)}

        def work(workspace: Workspace) -> tuple[None, Changes]:
            response = review.response_of(workspace, run_id, CaseKey(key), repeat)
            return None, remember(workspace, key=PLACE, value={**place, "response": response})

        def go(_done: None) -> None:
            self.session.pick(None, run_id)
            self.commands["go.review"].trigger()

        self.session.write(work, go)

    def take_focus(self) -> None:
        self.area.setFocus()


def _section(title: str, *widgets: QWidget) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID)
    layout.addWidget(quiet_label(title))
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return box
