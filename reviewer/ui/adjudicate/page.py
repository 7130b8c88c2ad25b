"""The adjudication screen: what reviewers differ on, their words side by side, settled by a letter and a digit."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from reviewer.core.changes import Changes
from reviewer.core.decisions import Cause
from reviewer.review.docket import Docket, OnTheTable
from reviewer.review.place import Queue
from reviewer.store.facts.review import QueueFilter
from reviewer.ui.adjudicate.matters import Matters
from reviewer.ui.adjudicate.settling import Settling
from reviewer.ui.adjudicate.state import Adjudicating
from reviewer.ui.adjudicate.table import MatterView
from reviewer.ui.kit.commands import MOST_ACTIONS, CommandTable
from reviewer.ui.kit.kept import offer
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.page import Grade, Page, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.guideline import GuidelinePanel
from reviewer.ui.runs.table import one_line

NOTHING = (
    "There is nothing to settle: no two reviewers differ on a response, and no label is disputed. "
    "Disputes come from the review; {review.dispute} disputes a label there."
)


class AdjudicatePage(Page):
    """One matter at a time; nothing is settled on a text that is not shown."""

    name = "adjudicate"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state = Adjudicating(session, self)
        self.run = QComboBox()
        self.matters = Matters()
        self.table = MatterView()
        self.settling = Settling(self.state, self.table, self)
        self.guideline = GuidelinePanel(session)
        self._queue: Queue | None = None
        self._lay_out()
        self._connect()
        self._bind()

    def _lay_out(self) -> None:
        self.run.setAccessibleName("Run")
        self.run.setMaximumWidth(50 * GRID)
        self.run.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        label = plain_label("Run", wrap=False)
        label.setBuddy(self.run)
        middle = QSplitter(Qt.Orientation.Horizontal)
        for widget, stretch in ((self.matters, 0), (self.table, 1), (self.guideline, 0)):
            middle.addWidget(widget)
            middle.setStretchFactor(middle.count() - 1, stretch)
        middle.setSizes([30 * GRID, 110 * GRID, 40 * GRID])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(label, self.run, None))
        layout.addWidget(middle, 1)
        self._switch = self.fill(content, NOTHING, "go.review")

    def _connect(self) -> None:
        self.state.listed.connect(self._show_docket)
        self.state.shown.connect(self._show_matter)
        self.state.failed.connect(self.not_read)
        self.state.ruled.connect(lambda _key: self.input_settled())
        for part in (self.state, self.settling):
            part.refused.connect(self.session.refused)
        self.settling.left.connect(self.take_focus)
        self.matters.chosen.connect(self._choose)
        self.run.activated.connect(lambda _index: self._look_at(self.run.currentData()))
        self.session.settings_changed.connect(self._apply_settings)
        self.session.reviewer_changed.connect(self._meet_other_person)
        OwnKeys((self.run,), self)
        self._apply_settings()

    def _bind(self) -> None:
        bind, settling = self.commands.bind, self.settling
        for number in range(1, MOST_ACTIONS + 1):
            bind(f"adjudicate.settle.{number}", partial(settling.settle_number, number))
        bind("adjudicate.cannot_decide", partial(settling.settle, None))
        for cause in Cause:
            bind(f"adjudicate.cause.{cause}", partial(settling.press_cause, cause))
        bind("adjudicate.note", settling.take_note)
        bind("adjudicate.party", settling.confirm_party)
        bind("adjudicate.next", partial(self.state.step, 1))
        bind("adjudicate.previous", partial(self.state.step, -1))
        bind("adjudicate.page_down", settling.read_on)
        bind("adjudicate.page_up", partial(self.table.read_on, -1))
        bind("adjudicate.labels", lambda: self.state.turn_to(labels=not self.state.of_labels))
        bind("adjudicate.guideline", self.guideline.toggle)
        bind("adjudicate.undo", self.state.undo)

    # reading

    def grade(self, changes: Changes) -> Grade:
        if changes.by is self.state:
            return Grade.NOTHING
        touched = changes.kinds & {"decisions", "labels", "responses", "runs", "suites"}
        return Grade.ANEW if touched else Grade.NOTHING

    @property
    def has_unsaved_input(self) -> bool:
        return self.table.ruling.has_input

    def read_rows(self, changes: Changes) -> None:
        self.state.load()

    def refresh(self) -> None:
        self.state.load()

    def _show_docket(self, docket: Docket) -> None:
        line = docket.run
        anything = bool(docket.responses or docket.labels)
        self._switch.show_content(line is not None and (anything or bool(docket.runs)))
        if line is None:
            return
        choices = [(f"{one_line(each.run.name)} ({each.responses + each.labels})", each.run.id) for each in docket.runs]
        if line.id not in [each.run.id for each in docket.runs]:
            choices.insert(0, (f"{one_line(line.name)} (0)", line.id))
        offer(self.run, choices, line.id)
        self.matters.show_docket(docket, line.scale, self.session.reviewer)
        self.table.set_scale(line.scale)
        if self._queue is None or self._queue.run.id != line.id:
            self._queue = Queue(line, None, QueueFilter.DISPUTED)
            self.guideline.read(self._queue)

    def _show_matter(self, matter: OnTheTable | None) -> None:
        self.settling.show_matter(matter)
        if matter is None:
            return
        keys = self.state.keys
        index = keys.index(matter.key) if matter.key in keys else -1
        self.matters.show_place(labels=self.state.of_labels, index=index)
        self.guideline.show_case(matter.case)

    # acting

    def _choose(self, labels: bool, index: int) -> None:
        if labels is not self.state.of_labels:
            self.state.turn_to(labels=labels)
        self.state.go(index)

    def _look_at(self, run_id: int) -> None:
        self.session.run_id = run_id
        self.session.selection_changed.emit()

    def take_focus(self) -> None:
        (self._switch if self._switch.is_empty else self.matters.current).setFocus()

    def _meet_other_person(self) -> None:
        """Whose words these are and who is a party is another's matter now, and nothing of the former's is undone."""
        self.state.made.clear()
        self.settling.begin_anew()
        self.make_stale()

    def _apply_settings(self) -> None:
        points = self.session.settings.text_points
        self.table.set_points(points)
        self.guideline.text.set_points(points)
