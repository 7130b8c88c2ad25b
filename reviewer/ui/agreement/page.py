"""The agreement screen: each classifier against people on each run of a suite, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QGridLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.figures import agreement_words as words
from reviewer.app.figures.agreement import AgainstPeople, RunAgreement
from reviewer.core.changes import Changes
from reviewer.review.place import Picked
from reviewer.ui.agreement.cells import AgreementPanel
from reviewer.ui.agreement.state import Agreeing, Agreements
from reviewer.ui.agreement.team import TeamPanel
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.figures_table import EMPTY, FiguresTable
from reviewer.ui.kit.kept import offer
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.page import Grade, Page, heading, margins, plain_label, row, section_label
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.cards import quiet_label
from reviewer.wording.plain_text import preview

ROWS_SHOWN = 8
DIFFER_TIP = "Review the responses on which classifier and people differ"
ROWS_TITLE = (
    "Each classifier on each run of the suite: errors differ by model family. Up and Down choose what is below."
)


class AgreementPage(Page):
    """The row that is chosen in the table of classifiers is the one whose confusion is shown."""

    name = "agreement"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state = Agreeing(session, self)
        self._name = ""
        self.run = QComboBox()
        self.table_button = QPushButton("Tables")
        self.apart_button = QPushButton()
        self.differ_button = QPushButton()
        self.people, self.sentence, self.notes = quiet_label(), plain_label(), quiet_label()
        self.classifiers = FiguresTable("Classifiers against people", most_rows=ROWS_SHOWN, keeps_choice=False)
        self.panel = AgreementPanel()
        self.levels, self.reviewers = FiguresTable("On fewer levels"), FiguresTable("Between reviewers")
        self._levels_title, self._rows_title = section_label("On fewer levels"), quiet_label(ROWS_TITLE)
        self.no_reviewers = quiet_label("No two reviewers have decided the same response of this run.")
        self.team = TeamPanel()
        self.area = self._make_area()
        self._lay_out()
        self._connect()

    # building

    def _make_area(self) -> TabbedScroll:
        inner = QWidget()
        inner.setAutoFillBackground(True)
        inner.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(inner)
        margins(column)
        head = (heading("Classifiers against people"), self.people, self.sentence, self.notes)
        for widget in (*head, hairline(), self._rows_title, self.classifiers):
            column.addWidget(widget)
        grid = QGridLayout()
        grid.setHorizontalSpacing(5 * GRID)
        grid.setVerticalSpacing(GRID)
        side = QVBoxLayout()
        side.setSpacing(GRID)
        for part in (self._levels_title, self.levels):
            side.addWidget(part)
        side.addSpacing(2 * GRID)
        for part in (section_label("Reviewers with each other"), self.reviewers, self.no_reviewers):
            side.addWidget(part)
        side.addStretch(1)
        grid.addWidget(self.panel, 0, 0)
        grid.addLayout(side, 0, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        column.addSpacing(2 * GRID)
        column.addLayout(grid)
        column.addSpacing(2 * GRID)
        column.addWidget(self.team)
        column.addStretch(1)
        scroll = TabbedScroll()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Agreement")
        return scroll

    def _lay_out(self) -> None:
        self.classifiers.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.classifiers.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setAccessibleName("The agreement in one sentence")
        self.table_button.setCheckable(True)
        tell_key(self.table_button, "agreement.table", "A table in place of the shaded cells")
        tell_key(self.differ_button, "agreement.differing", DIFFER_TIP)
        tell_key(
            self.apart_button, "agreement.apart", "Review the responses on which classifiers differ from each other"
        )
        self.run.setAccessibleName("Run")
        self.run.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.run.setMaximumWidth(40 * GRID)
        label = plain_label("Run", wrap=False)
        label.setBuddy(self.run)
        line = row(label, self.run, None, self.table_button, self.apart_button, self.differ_button)
        line.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(hairline())
        layout.addWidget(self.area, 1)
        nothing = "There is no run to compare with people yet. Start a run, or import responses you already have."
        self._switch = self.fill(content, nothing, "runs.new")

    def _connect(self) -> None:
        self.state.changed.connect(self._show)
        self.state.failed.connect(self.not_read)
        self.run.activated.connect(lambda _index: self._look_at(self.run.currentData()))
        self.classifiers.selectionModel().currentRowChanged.connect(self._on_row)
        self.panel.review_wanted.connect(self._review)
        self.table_button.toggled.connect(self.panel.show_as_table)
        self.differ_button.clicked.connect(lambda _checked=False: self.show_differing())
        self.apart_button.clicked.connect(lambda _checked=False: self.show_apart())
        OwnKeys((self.run, self.table_button, self.differ_button, self.apart_button), self)
        self.commands.bind("agreement.differing", self.show_differing)
        self.commands.bind("agreement.apart", self.show_apart)
        self.commands.bind("agreement.table", self.table_button.toggle)

    # reading

    def grade(self, changes: Changes) -> Grade:
        return Grade.ANEW if changes.kinds & {"decisions", "verdicts", "responses", "runs", "suites"} else Grade.NOTHING

    def set_shown(self, shown: bool) -> None:
        looked_at = self.state.now.run if self.state.now else None
        if shown and looked_at is not None and self.session.run_id not in (None, looked_at.id):
            self._stale = Grade.ANEW
        super().set_shown(shown)

    def refresh(self) -> None:
        self.state.load()

    def _show(self, now: Agreements) -> None:
        self._switch.show_content(now.run is not None)
        if now.run is None:
            return
        offer(self.run, [(preview(line.name, words.NAME_CHARACTERS), line.id) for line in now.lines], now.run.id)
        chosen = self._chosen_row(now)
        self.classifiers.show_table(words.classifiers_table(now.found), stretch=1)
        if chosen >= 0:
            self.classifiers.selectRow(chosen)
        else:
            self._show_shown()

    def _chosen_row(self, now: Agreements) -> int:
        """The row that shows the same run and classifier as before; else the run's first, -1 where it has none."""
        of_run = [at for at, (run, _) in enumerate(now.rows) if now.run is not None and run.line.id == now.run.id]
        return next((at for at in of_run if now.rows[at][1].name == self._name), of_run[0] if of_run else -1)

    @property
    def shown(self) -> tuple[RunAgreement, AgainstPeople | None] | None:
        """The run and the classifier below the table."""
        now = self.state.now
        if now is None or now.looked_at is None:
            return None
        at = self.classifiers.currentIndex().row()
        return now.rows[at] if 0 <= at < len(now.rows) else (now.looked_at, None)

    def _on_row(self, current: QModelIndex, _before: QModelIndex) -> None:
        now = self.state.now
        if now is None or not 0 <= current.row() < len(now.rows):
            return
        run, one = now.rows[current.row()]
        self._name = one.name
        self.session.run_id = run.line.id
        self.run.setCurrentIndex(self.run.findData(run.line.id))
        self._show_shown()

    def _show_shown(self) -> None:
        """What is below and above the table: the chosen row's run and classifier."""
        if self.shown is None:
            return
        run, one = self.shown
        self.people.setText(words.people_words(run))
        self.sentence.setText(words.agreement_sentence(run, one))
        notes = words.notes(run)
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        if one is None:
            self.panel.show_none()
        else:
            self.panel.show_one(run, one)
        self.levels.show_table(words.levels_table(one) if one is not None else EMPTY)
        for widget in (self._levels_title, self.levels, self._rows_title, self.classifiers):
            widget.setVisible(one is not None)
        self.reviewers.show_table(words.reviewers_table(run))
        self.team.show_run(run)
        pairs = bool(run.reviewers.by_pair)
        self.reviewers.setVisible(pairs)
        self.no_reviewers.setVisible(not pairs)
        differing = len(one.to_look_at(one.differing)) if one is not None else 0
        kept = words.kept_words(differing, len(one.differing)) if one is not None else ""
        tell_key(self.differ_button, "agreement.differing", f"{DIFFER_TIP}.{kept}" if kept else DIFFER_TIP)
        self.differ_button.setText(f"Show me the disagreements ({differing})")
        self.differ_button.setEnabled(differing > 0)
        self.apart_button.setText(f"Where classifiers differ ({len(run.apart)})")
        self.apart_button.setVisible(len(run.classifiers) > 1)
        self.apart_button.setEnabled(bool(run.apart))

    # acting

    def _look_at(self, run_id: int) -> None:
        self.session.run_id = run_id
        self.session.selection_changed.emit()

    def show_differing(self) -> None:
        """Review the responses on which the chosen classifier and people differ."""
        if self.shown is None:
            return
        run, one = self.shown
        ids = tuple(each.response_id for each in one.to_look_at(one.differing)) if one is not None else ()
        if one is None or not ids:
            self.session.notice.emit(f"No response of {preview(run.line.name)} has classifier and people differ.")
        else:
            self._review(f"{preview(one.name, words.NAME_CHARACTERS)} and people differ", ids, ids[0])

    def show_apart(self) -> None:
        """Review the responses on which classifiers, the rules and a judge say, differ from each other."""
        if self.shown is None:
            return
        run = self.shown[0]
        if run.apart:
            self._review("classifiers differ from each other", run.apart, run.apart[0])
        else:
            self.session.notice.emit(f"No two classifiers differ on a response of {preview(run.line.name)}.")

    def _review(self, title: str, ids: Sequence[int], begin: int) -> None:
        if self.shown is None:
            return
        run_id = self.shown[0].line.id
        self.session.pick(Picked(run_id, title, tuple(ids), begin))
        self.commands["go.review"].trigger()

    def take_focus(self) -> None:
        (self._switch if self._switch.is_empty else self.classifiers).setFocus()
