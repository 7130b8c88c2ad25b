"""The review screen: one case, one or two responses, decided from the keyboard."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListView, QSplitter, QVBoxLayout, QWidget

from reviewer.core.actions import ActionId
from reviewer.core.cases import SuiteHead
from reviewer.core.changes import Changes
from reviewer.core.decisions import Cause, DecisionKind, final_action
from reviewer.review.place import Picked, Queue, ShownPlace
from reviewer.store.facts.review import NewDecision, QueueFilter
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs, suites
from reviewer.ui.kit.commands import MOST_ACTIONS, CommandTable
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.page import EmptyOr, EmptyState, Grade, Page, margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.ui.review.bar import ReviewBar
from reviewer.ui.review.case_pane import CasePane
from reviewer.ui.review.forerunners import show_forerunners
from reviewer.ui.review.guideline import GuidelinePanel
from reviewer.ui.review.judge_details import read_replies, show_details
from reviewer.ui.review.list import ReviewLineDelegate, ReviewList
from reviewer.ui.review.response_pane import ResponsePane, hairline, history_words
from reviewer.ui.review.state import NO_RESPONSE_THERE, NOT_SHOWN_YET, Reviewing
from reviewer.ui.runs.sending import ask_again

CAUSE_WORDS = {
    None: "cause…",
    Cause.LABEL_WRONG: "label wrong",
    Cause.RESPONSE_AMBIGUOUS: "response ambiguous",
    Cause.GUIDELINE_UNCLEAR: "guideline unclear",
    Cause.SLIP: "slip",
}


class ReviewPage(Page):
    """Every key acts at once; a decision is on disk before the next case shows."""

    name = "review"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state = Reviewing(session, self)
        self._suite: SuiteHead | None = None
        self._shown_id: int | None = None
        self._verdicts_shown = True
        self.bar = ReviewBar()
        self.list_model = ReviewList(session, self)
        self.list = _list_of(self.list_model)
        self.list.installEventFilter(self)
        self.case = CasePane()
        self.left, self.right = ResponsePane("Left", ""), ResponsePane("Right", "Shift+")
        self.guideline = GuidelinePanel()
        self.note = QLineEdit()
        self.settle = QCheckBox("settles the disagreement (D)")
        self.cause = QComboBox()
        self.history = plain_label()
        self._lay_out()
        self._connect()
        self._bind()

    # building

    def _lay_out(self) -> None:
        self.note.setPlaceholderText("Note for the next decision (N); Return goes back")
        self.note.setAccessibleName("Note")
        self.cause.setAccessibleName("Cause of the disagreement")
        for cause, words in CAUSE_WORDS.items():
            self.cause.addItem(words, cause)
        self.history.setFont(small_font(self.history.font()))
        self.history.setAccessibleName("History of decisions")
        responses = QSplitter(Qt.Orientation.Horizontal)
        responses.addWidget(self.left)
        responses.addWidget(self.right)
        responses.setChildrenCollapsible(False)
        responses.setHandleWidth(GRID)
        reading = QSplitter(Qt.Orientation.Vertical)
        reading.addWidget(self.case)
        reading.addWidget(responses)
        reading.setStretchFactor(0, 0)
        reading.setStretchFactor(1, 1)
        reading.setSizes([26 * GRID, 60 * GRID])
        reading.setChildrenCollapsible(False)
        middle = QSplitter(Qt.Orientation.Horizontal)
        for widget, stretch in ((self.list, 0), (reading, 1), (self.guideline, 0)):
            middle.addWidget(widget)
            middle.setStretchFactor(middle.count() - 1, stretch)
        middle.setSizes([36 * GRID, 110 * GRID, 40 * GRID])
        content = QWidget()
        layout = QVBoxLayout(content)
        margins(layout, 1)
        layout.addWidget(self.bar)
        layout.addWidget(hairline())
        layout.addWidget(middle, 1)
        layout.addWidget(hairline())
        layout.addLayout(row(self.note, self.settle, self.cause))
        layout.addWidget(self.history)
        empty = EmptyState(
            "There is no response to review yet. Start a run, or import responses you already have.",
            "New run…",
            self.commands["runs.new"].trigger,
        )
        self._switch = EmptyOr(content, empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._switch)

    def _connect(self) -> None:
        self.state.queue_loaded.connect(self._show_queue)
        self.state.shown.connect(self._show_place)
        self.state.extended.connect(self._show_more)
        self.state.decided.connect(self._after_decision)
        self.state.note_returned.connect(self._give_back_note)
        self.state.refused.connect(self.session.notice)
        self.bar.chosen.connect(self._choose)
        self.left.decided.connect(partial(self._decide, 0))
        self.right.decided.connect(partial(self._decide, 1))
        for pane in (self.left, self.right):
            pane.judges_wanted.connect(self._show_judges)
        self.list.clicked.connect(lambda index: self.state.go(index.row()))
        self.note.returnPressed.connect(self.take_focus)
        self.note.editingFinished.connect(self._keep_note)
        self.session.settings_changed.connect(self._apply_settings)
        self.session.place_wanted.connect(self._go_to_place)
        controls = (self.bar.run, self.bar.second, self.bar.queue, self.cause, self.settle, self.case.fold)
        OwnKeys(controls, self)
        self._apply_settings()

    def _bind(self) -> None:
        bind = self.commands.bind
        for number in range(1, MOST_ACTIONS + 1):
            bind(f"review.decide.{number}", partial(self._decide_number, 0, number))
            bind(f"review.decide_right.{number}", partial(self._decide_number, 1, number))
        bind("review.cannot_decide", partial(self._decide, 0, None))
        bind("review.cannot_decide_right", partial(self._decide, 1, None))
        bind("review.accept", partial(self._accept, 0))
        bind("review.accept_right", partial(self._accept, 1))
        bind("review.next", partial(self.state.step, 1))
        bind("review.previous", partial(self.state.step, -1))
        bind("review.first", partial(self.state.go, 0))
        bind("review.last", lambda: self.state.go(len(self.list_model.ids) - 1))
        bind("review.page_down", partial(read_on, (self.left, self.right), 1))
        bind("review.page_up", partial(read_on, (self.left, self.right), -1))
        bind("review.next_evidence", partial(step_evidence, (self.left, self.right), 1))
        bind("review.previous_evidence", partial(step_evidence, (self.left, self.right), -1))
        bind("review.next_undecided", self.state.go_to_undecided)
        bind("review.adjudicate", self._toggle_settle)
        bind("review.note", self._to_note)
        bind("review.guideline", self._toggle_guideline)
        bind("review.undo", self.state.undo)
        bind("review.earlier", self.case.toggle_earlier)
        bind("review.verdict", self._toggle_verdicts)
        bind("review.side_by_side", self._toggle_second)
        bind("review.judges", self._show_judges)
        bind("review.forerunners", lambda: show_forerunners(self.session, self.state, self))
        bind("review.ask_again", lambda: ask_again(self.session, self.state, self))

    # reading

    def grade(self, changes: Changes) -> Grade:
        queue = self.state.queue
        if queue is None:
            return Grade.ANEW if changes.kinds & {"runs", "responses", "suites"} else Grade.NOTHING
        if not changes.kinds - {"endpoints", "queues"}:
            return Grade.NOTHING
        second = queue.second.id if queue.second else None
        if changes.touches_run(queue.run.id, second) or changes.kinds & {"suites", "cases", "labels"}:
            return Grade.ROWS
        return Grade.ROWS if changes.runs and not self.bar.knows(changes.run_ids) else Grade.NOTHING

    @property
    def has_unsaved_input(self) -> bool:
        return self.note.hasFocus() or self.note.text() != self.state.draft() or self.settle.isChecked()

    def read_rows(self, changes: Changes) -> None:
        """Rows that are seen, the shown place and how far the work is; nothing moves and nothing typed is lost."""
        queue = self.state.queue
        if queue is None:
            return
        self.list_model.make_stale()
        if changes.by is not self.state:
            self.state.take_in()
        if changes.runs and not self.bar.knows(changes.run_ids):
            self.session.read(runs.runs, partial(self._show_runs, queue))
        else:
            self.session.read(lambda workspace: runs.run_line(workspace, queue.run.id), self.bar.show_reviewed)
        if changes.suites:
            self._read_guideline(queue)

    def refresh(self) -> None:
        self.state.load(self.session.run_id, self.session.second_run_id)

    def leave(self) -> None:
        self._keep_note()
        self.state.remember_place()

    def _go_to_place(self) -> None:
        """Another screen pointed to a response: load the remembered place and not what is shown now."""
        self._keep_note()
        self.state.forget_place()
        self.make_stale()

    def _choose(self, run_id: int, second_id: int, queue: QueueFilter | Picked) -> None:
        self.session.run_id, self.session.second_run_id = run_id, second_id or None
        self.state.load(run_id, second_id, queue)
        self.list.setFocus()

    def _show_queue(self, queue: Queue | None) -> None:
        self._switch.show_content(queue is not None)
        self._keep_note()
        self._shown_id = None
        self.note.clear()
        self.note.setEnabled(False)
        if queue is None:
            return
        self.session.run_id = queue.run.id
        self.session.second_run_id = queue.second.id if queue.second else None
        self.list_model.set_ids(queue.ids, queue.run.scale)
        self.right.setVisible(queue.second is not None)
        for pane in (self.left, self.right):
            pane.set_scale(queue.run.scale)
        self.session.read(runs.runs, partial(self._show_runs, queue))
        self._read_guideline(queue)
        if not queue.ids:
            self.bar.show_place(0, 0)
            self.left.text.show_text("This queue is empty. Choose another queue above.")

    def _show_more(self, ids: array[int]) -> None:
        """Responses that came meanwhile stand at the end of the list; what is seen stays where it is."""
        self.list_model.append(ids)
        if self.state.current is not None:
            self.bar.show_place(self.state.current.index, len(self.list_model.ids))

    def _read_guideline(self, queue: Queue) -> None:
        self.session.read(lambda workspace: suites.suite_named(workspace, queue.run.suite).head, self._show_guideline)

    def _show_runs(self, queue: Queue, lines: list[RunLine]) -> None:
        if self.state.queue is not queue:
            return
        self.bar.show_runs([line for line in lines if line.stored], queue.run, queue.second, queue.filter)
        for line in lines:
            if line.id == queue.run.id:
                self.bar.show_reviewed(line)

    def _show_place(self, shown: ShownPlace) -> None:
        queue = self.state.queue
        if queue is None:
            return
        self.bar.show_place(shown.index, len(queue.ids))
        self.case.show_place(shown, queue.run.scale)
        self.left.show_item(shown.left, self.session.reviewer)
        if len(shown.items) > 1:
            self.right.show_item(shown.items[1], self.session.reviewer)
        self.history.setText(history_words(shown.items, queue.run.scale))
        another = shown.response_id != self._shown_id
        if another:
            self._keep_note()
            self._shown_id = shown.response_id
            self.note.setEnabled(True)
            self.note.setText(self.state.draft())
            self._show_guideline()
        self._show_dispute(any(item is not None and item.final.disputed for item in shown.items), another=another)
        index = self.list_model.index(shown.index)
        if another or self.list.currentIndex() != index:
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)

    def _show_dispute(self, disputed: bool, *, another: bool) -> None:
        """What settles a disagreement; what the person has ticked for this place stays."""
        if another or not disputed:
            self.settle.setChecked(False)
            self.cause.setCurrentIndex(0)
        self.settle.setEnabled(disputed)
        self.cause.setEnabled(disputed)

    # acting

    def _decide_number(self, side: int, number: int) -> None:
        scale = self.state.scale
        if scale is None:
            self.session.notice.emit(NOT_SHOWN_YET)
        elif number > len(scale):
            self.session.notice.emit(f"This suite's scale has {len(scale)} actions; there is no {number}.")
        else:
            self._decide(side, scale.ids[number - 1])

    def _decide(self, side: int, action: ActionId | None) -> None:
        taken = self.state.decide(
            side,
            action,
            note=self.note.text(),
            adjudicate=self.settle.isChecked(),
            cause=self.cause.currentData() if self.settle.isChecked() else None,
        )
        if taken:
            # what is typed from here on is another note
            self.note.clear()

    def _accept(self, side: int) -> None:
        """Decide what the classifiers' verdict is by the rule of precedence, for this reviewer's own account."""
        shown = self.state.current
        item = shown.items[side] if shown is not None and side < len(shown.items) else None
        if item is None:
            self.session.notice.emit(NOT_SHOWN_YET if shown is None else NO_RESPONSE_THERE)
            return
        automatic = final_action(item.response.state, item.verdicts, ()).action
        if automatic is None:
            self.session.notice.emit("There is no verdict to agree with; decide with a number.")
            return
        self._decide(side, automatic)

    def _after_decision(self, decision: NewDecision) -> None:
        if decision.kind is DecisionKind.ADJUDICATION:
            self.settle.setChecked(False)
        self.list_model.make_stale()
        self.input_settled()

    def _to_note(self) -> None:
        if self._shown_id is None:
            self.session.notice.emit("No response is shown yet that a note could be about.")
        else:
            self.note.setFocus()

    def _give_back_note(self, response_id: int) -> None:
        """The decision could not be stored: its note stands where it was, unless another one has been begun."""
        if response_id == self._shown_id and not self.note.text():
            self.note.setText(self.state.draft())

    def _keep_note(self) -> None:
        """Store what is typed with the response that it was typed for."""
        if self._shown_id is not None:
            self.state.keep_draft(self._shown_id, self.note.text())

    def _toggle_settle(self) -> None:
        if self.settle.isEnabled():
            self.settle.toggle()
        else:
            self.session.notice.emit("Reviewers do not disagree here; there is nothing to settle.")

    def _toggle_guideline(self) -> None:
        self.guideline.setVisible(not self.guideline.isVisible())
        self._show_guideline()

    def _show_guideline(self, suite: SuiteHead | None = None) -> None:
        self._suite = suite or self._suite
        shown = self.state.current
        if self._suite is not None and shown is not None and shown.left is not None and self.guideline.isVisible():
            self.guideline.show_guideline(self._suite, shown.left.case)

    def _toggle_verdicts(self) -> None:
        self._verdicts_shown = not self._verdicts_shown
        for pane in (self.left, self.right):
            pane.set_verdict_shown(self._verdicts_shown)

    def _show_judges(self) -> None:
        """What judges said of the responses that are shown, and from what: nothing of it while verdicts are hidden."""
        shown, scale = self.state.current, self.state.scale
        if shown is None or scale is None:
            self.session.notice.emit(NOT_SHOWN_YET)
            return
        if not self._verdicts_shown:
            self.session.notice.emit("The verdicts are hidden, the judges' too; V shows them.")
            return
        texts = [(item.response_id, item.response.hash) for item in shown.items if item is not None]
        self.session.read(
            partial(read_replies, texts=texts),
            # another case may have come while this was read
            lambda said: (
                show_details(self.session, said, scale, self.window()) if self.state.current is shown else None
            ),
        )

    def _toggle_second(self) -> None:
        """Put the next other run of the suite beside this one, or take it away."""
        queue = self.state.queue
        if queue is None:
            self.session.notice.emit(NOT_SHOWN_YET)
            return
        if queue.second is not None:
            self._choose(queue.run.id, 0, queue.filter)
        elif self.bar.second.count() > 1:
            self._choose(queue.run.id, self.bar.second.itemData(1), queue.filter)
        else:
            self.session.notice.emit("This suite has no other run to put beside this one.")

    # the window

    def take_focus(self) -> None:
        (self._switch if self._switch.is_empty else self.list).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list would take letters and arrows for its own search and moves; here they are commands."""
        if (
            watched is self.list
            and event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _apply_settings(self) -> None:
        for pane in (self.case.text, self.left.text, self.right.text, self.guideline.text):
            pane.set_points(self.session.settings.text_points)


def _list_of(model: ReviewList) -> QListView:
    view = QListView()
    view.setModel(model)
    view.setItemDelegate(ReviewLineDelegate(view))
    view.setUniformItemSizes(True)
    view.setAccessibleName("Responses of the queue")
    view.setFrameShape(QListView.Shape.NoFrame)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return view


def read_on(panes: Sequence[ResponsePane], pages: int) -> None:
    """Scroll the responses by nearly a page each, so that a long one is read from the list."""
    for pane in panes:
        bar = pane.text.verticalScrollBar()
        bar.setValue(bar.value() + pages * (bar.pageStep() - 3 * GRID))


def step_evidence(panes: Sequence[ResponsePane], by: int) -> None:
    """Go on to the next underlined part, or back: through one response, then the one beside it, then from the start."""
    shown = [pane for pane in panes if pane.isVisible() and pane.text.evidence]
    if not shown:
        return
    in_use = [pane for pane in shown if pane.text.hasFocus() or pane.text.evidence_at_cursor() >= 0]
    here = max(in_use or shown[:1], key=lambda pane: pane.text.hasFocus())
    if here.step_evidence(by):
        return
    at = shown.index(here)
    for pane in shown:
        pane.text.leave_evidence()
    coming = shown[(at + by) % len(shown)]
    coming.text.go_to_evidence(0 if by > 0 else len(coming.text.evidence) - 1)
