"""Each reviewer's way of deciding, and how far they agree by slice and over time; any two of them side by side."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from reviewer.app.figures import team_words as words
from reviewer.app.figures.agreement import RunAgreement
from reviewer.app.figures.agreement_words import pair_confusion_table
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.kept import offer
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.page import row
from reviewer.ui.kit.theme import GRID
from reviewer.ui.score.cards import quiet_label
from reviewer.wording.plain_text import preview

SLICES_SHOWN = 8


class TeamPanel(QWidget):
    """What is not there takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: RunAgreement | None = None
        self.habits = FiguresTable("Each reviewer")
        self.pair = QComboBox()
        self.pair.setAccessibleName("Two reviewers")
        self.pair.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.pair.setMaximumWidth(40 * GRID)
        self.confusion = FiguresTable("What two reviewers said of the same responses")
        self.slices = FiguresTable("Agreement by slice", most_rows=SLICES_SHOWN)
        self.periods = FiguresTable("Agreement over time")
        self.rulings, self.names = quiet_label(), quiet_label(words.SELF_DECLARED)
        self._titles = {
            self.confusion: quiet_label("Any two reviewers"),
            self.slices: quiet_label("Agreement by slice"),
            self.periods: quiet_label("Agreement over time"),
        }
        self.habits_title = quiet_label("Each reviewer: how decisions were made, and where they moved the score")
        self._lay_out()
        self.pair.activated.connect(lambda _index: self._show_pair())
        OwnKeys((self.pair,), self)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(5 * GRID)
        grid.setVerticalSpacing(GRID)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addLayout(row(self._titles[self.confusion], None, self.pair))
        left.addWidget(self.confusion)
        for table in (self.slices, self.periods):
            right.addWidget(self._titles[table])
            right.addWidget(table)
        for at, side in enumerate((left, right)):
            side.setSpacing(GRID)
            side.addStretch(1)
            grid.addLayout(side, 0, at)
            grid.setColumnStretch(at, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for widget in (self.habits_title, self.habits, self.rulings, self.names):
            layout.addWidget(widget)
        layout.addSpacing(2 * GRID)
        layout.addLayout(grid)

    def show_run(self, run: RunAgreement) -> None:
        self._run, team = run, run.team
        self.setVisible(bool(team.habits))
        self.habits.show_table(words.habits_table(team))
        self.rulings.setText(words.rulings_words(team))
        self.rulings.setVisible(bool(words.rulings_words(team)))
        self.slices.show_table(words.slices_table(team.slices))
        self.periods.show_table(words.periods_table(team.periods))
        for table, there in ((self.slices, team.slices), (self.periods, team.periods)):
            self._show(table, there=bool(there))
        self._show_pairs(run)

    def _show(self, table: FiguresTable, *, there: bool) -> None:
        table.setVisible(there)
        self._titles[table].setVisible(there)

    def _show_pairs(self, run: RunAgreement) -> None:
        chosen = self.pair.currentText()
        pairs = [
            (" · ".join(preview(name, words.NAME_CHARACTERS) for name in pair), pair) for pair in run.reviewers.by_pair
        ]
        offer(self.pair, pairs, next((pair for said, pair in pairs if said == chosen), pairs[0][1] if pairs else None))
        self._show(self.confusion, there=bool(run.reviewers.by_pair))
        self.pair.setVisible(bool(run.reviewers.by_pair))
        self._show_pair()

    def _show_pair(self) -> None:
        at = self.pair.currentIndex()
        if self._run is not None and at >= 0:
            pair, found = list(self._run.reviewers.by_pair.items())[at]
            self.confusion.show_table(pair_confusion_table(pair, found))
