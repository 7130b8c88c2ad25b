"""The review screen: one case, one or two responses, decided from the keyboard."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from reviewer.core.actions import ActionId
from reviewer.core.changes import Changes
from reviewer.core.decisions import Hidden, final_action
from reviewer.review.place import Queue, ShownPlace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs
from reviewer.ui.adjudicate.disputing import dispute_shown
from reviewer.ui.kit.commands import MOST_ACTIONS, CommandTable
from reviewer.ui.kit.differences import NOT_BOTH, Differences
from reviewer.ui.kit.find_line import find_in
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.page import Grade, Page
from reviewer.ui.kit.positions import YIELDS
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.threshold import ThresholdLine
from reviewer.ui.kit.who import WhoAreYou
from reviewer.ui.review.bar import ReviewBar
from reviewer.ui.review.blind import tells_verdicts
from reviewer.ui.review.blind_page import BlindOnPage
from reviewer.ui.review.case_pane import CasePane, without_label
from reviewer.ui.review.covering import NOT_SHOWN, Covering
from reviewer.ui.review.deciding import Deciding
from reviewer.ui.review.finding import Wayfinding
from reviewer.ui.review.forerunners import show_forerunners
from reviewer.ui.review.guideline import GuidelinePanel
from reviewer.ui.review.history import show_history
from reviewer.ui.review.keys_anew import KeysNamedAnew
from reviewer.ui.review.list import QueueList, ReviewList
from reviewer.ui.review.note_line import NoteLine
from reviewer.ui.review.progress import ReviewProgress
from reviewer.ui.review.reading_area import ReadingArea
from reviewer.ui.review.response_pane import ResponsePane, naming_words
from reviewer.ui.review.reveal import RevealLine
from reviewer.ui.review.state import NOT_SHOWN_YET, Reviewing, UndecidedSearch
from reviewer.ui.review.verdicts import VerdictsInSight
from reviewer.ui.runs.sending import ask_again

ROWS_AHEAD = 3
NOTHING_IN_QUEUE = "This queue is empty: there is nothing left to do in it. {review.queues} shows the others."
STRETCH_SELECTED = (
    "A stretch is selected: the next decision is on all of it, {review.next} or {review.previous} ends the selection."
)
VERDICT_HIDDEN = "The verdict is hidden, so there is nothing to agree with; decide by yourself."
OTHERS_HIDDEN = "What others decided is hidden here until you have decided, so there is nothing to settle yet."
LABEL_HIDDEN = "The label is hidden here until you have decided, so there is nothing to dispute yet."
VERSIONS_HIDDEN = "Asking again would show which version this is. End the blind review first ({review.blind})."


class ReviewPage(Page):
    """Every key acts at once; a decision is on disk before the next case shows."""

    name = "review"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state = Reviewing(session, self)
        self.deciding = Deciding(session, self.state, self)
        self.bar = ReviewBar()
        self.threshold = ThresholdLine(session)
        self.list_model = ReviewList(session, self.state.blind, self)
        self.list = QueueList(self.list_model)
        self.case = CasePane()
        self.left, self.right = ResponsePane("Left"), ResponsePane("Right", "_right")
        self.reading = ReadingArea(self.case, self.left, self.right)
        self.verdicts = VerdictsInSight(session, self.state, (self.case, self.left, self.right), self)
        self.reveal = RevealLine()
        self.blind = BlindOnPage(session, self.state, self.bar, self.reveal, self)
        self.finding = Wayfinding(
            session, self.state, self.deciding, self.bar, self.list, partial(tells_verdicts, self.state.blind), self
        )
        self.guideline = GuidelinePanel(session)
        self.line = NoteLine(self.deciding)
        self.who = WhoAreYou(session, self)
        self.covering = Covering(session, self.state, (self.case, self.left, self.right), self)
        both = partial(why_not_both, self.state, self.covering)
        self.difference = Differences(session, (self.left.text, self.right.text), both, "review", self)
        self.progress = ReviewProgress(session, self.deciding, self.bar, self)
        self._lay_out()
        self._connect()
        self._bind()

    # building

    def _lay_out(self) -> None:
        middle = QSplitter(Qt.Orientation.Horizontal)
        for widget, stretch in ((self.list, 0), (self.reading, 1), (self.guideline, 0)):
            middle.addWidget(widget)
            middle.setStretchFactor(middle.count() - 1, stretch)
        middle.setSizes([36 * GRID, 110 * GRID, 40 * GRID])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.bar)
        layout.addWidget(self.threshold)
        layout.addWidget(middle, 1)
        layout.addWidget(self.reveal)
        layout.addWidget(self.line)
        nothing = "There is no response to review yet. Start a run, or import responses you already have."
        self._switch = self.fill(content, nothing, "runs.new")

    def _connect(self) -> None:
        self.state.queue_loaded.connect(self._show_queue)
        self.state.failed.connect(self._not_loaded)
        self.state.shown.connect(self._show_place)
        self.state.extended.connect(self._show_more)
        for part in (self.state, self.deciding, self.line, self.verdicts, self.blind, self.who, self.difference):
            part.refused.connect(self.session.refused)
        self.line.settled.connect(self.input_settled)
        self.threshold.stored.connect(self.state.load_again)
        self.bar.chosen.connect(self.finding.choose_run)
        self.left.decided.connect(partial(self._decide, 0))
        self.right.decided.connect(partial(self._decide, 1))
        for pane in (self.left, self.right):
            pane.history_wanted.connect(partial(show_history, self.session, self.state, self.covering, self))
        self.list.clicked.connect(lambda index: self.state.go(index.row()))
        for back in (self.line.note.returnPressed, self.line.left):
            back.connect(self.take_focus)
        self.session.settings_changed.connect(self._apply_settings)
        KeysNamedAnew(self.state, self.bar, self)
        self.session.reviewer_changed.connect(partial(meet_other_person, self.state, self.deciding, self.line))
        self.session.place_wanted.connect(self._go_to_place)
        controls = (self.bar.run, self.bar.second, self.bar.queue, self.line.cause, self.line.settle, self.case.fold)
        OwnKeys(controls, self)
        self._apply_settings()

    def _bind(self) -> None:
        bind = self.commands.bind
        self.finding.bind(self.commands)
        for number in range(1, MOST_ACTIONS + 1):
            bind(f"review.decide.{number}", partial(self._decide_number, 0, number))
            bind(f"review.decide_right.{number}", partial(self._decide_number, 1, number))
        bind("review.cannot_decide", partial(self._decide, 0, None))
        bind("review.cannot_decide_right", partial(self._decide, 1, None))
        bind("review.accept", self.blind.unless(Hidden.VERDICT, VERDICT_HIDDEN, partial(self._accept, 0)))
        bind("review.accept_right", self.blind.unless(Hidden.VERDICT, VERDICT_HIDDEN, partial(self._accept, 1)))
        bind("review.next", partial(self.state.step, 1))
        bind("review.previous", partial(self.state.step, -1))
        bind("review.first", partial(self.state.go, 0))
        bind("review.last", lambda: self.state.go(len(self.list_model.ids) - 1))
        bind("review.page_down", partial(read_on, (self.left, self.right), 1))
        bind("review.page_up", partial(read_on, (self.left, self.right), -1))
        bind("review.next_evidence", partial(step_evidence, (self.left, self.right), 1))
        bind("review.previous_evidence", partial(step_evidence, (self.left, self.right), -1))
        unless = self.blind.unless
        dispute = partial(dispute_shown, self.session, self.state, self)
        bind("review.dispute", unless(Hidden.LABEL, LABEL_HIDDEN, dispute))
        bind("review.adjudicate", unless(Hidden.OTHERS, OTHERS_HIDDEN, self.line.toggle_settle))
        search = UndecidedSearch(self.session, self.state)
        bind("review.next_undecided", search.go)
        bind("review.on", partial(go_on, self.covering, (self.left, self.right), search))
        bind(
            "review.find",
            partial(find_in, [each.text.find_line for each in (self.left, self.right, self.case)]),
        )
        bind("review.note", self.line.take_focus)
        bind("review.guideline", self.guideline.toggle)
        bind("review.undo", self.deciding.undo)
        bind("review.redo", self.deciding.redo)
        bind("review.earlier", self.case.toggle_earlier)
        bind("review.difference", lambda: tell_apart(self.state, self.difference, self._toggle_second))
        bind("review.next_difference", partial(self.difference.step, 1))
        bind("review.previous_difference", partial(self.difference.step, -1))
        bind("review.next_turn", partial(self.case.step_turn, 1))
        bind("review.previous_turn", partial(self.case.step_turn, -1))
        bind("review.reasoning", partial(toggle_reasoning, (self.left, self.right)))
        bind("review.verdict", self.verdicts.toggle)
        bind("review.blind", self.blind.toggle)
        bind("review.blind_settings", self.blind.open_settings)
        bind("review.side_by_side", self._toggle_second)
        bind("review.judges", self.covering.guarded(self.verdicts.show_judges))
        bind("review.history", partial(show_history, self.session, self.state, self.covering, self))
        again = partial(ask_again, self.session, self.state, self)
        bind("review.ask_again", unless(Hidden.VERSIONS, VERSIONS_HIDDEN, again))
        earlier = partial(show_forerunners, self.session, self.state, self)
        bind("review.forerunners", self.covering.guarded(earlier))

    # reading

    def grade(self, changes: Changes) -> Grade:
        queue = self.state.queue
        if changes.removed:
            # also where a note is typed: what it is about may be gone
            self._asked_for = True
            return Grade.ANEW
        if queue is None:
            return Grade.ANEW if changes.kinds & {"runs", "responses", "suites"} else Grade.NOTHING
        second = queue.second.id if queue.second else None
        if not changes.kinds - {"endpoints", "queues"}:
            # a flag is of a run, the threshold of the workspace
            if changes.queues and changes.run_ids is not None:
                return Grade.ROWS if changes.touches_run(queue.run.id, second) else Grade.NOTHING
            moved = changes.queues and queue.filter is QueueFilter.NEEDS_PERSON and changes.by is not self.threshold
            return Grade.ANEW if moved else Grade.NOTHING
        if changes.touches_run(queue.run.id, second) or changes.kinds & {"suites", "cases", "labels"}:
            return Grade.ROWS
        return Grade.ROWS if changes.runs and not self.bar.knows(changes.run_ids) else Grade.NOTHING

    @property
    def has_unsaved_input(self) -> bool:
        return self.line.has_input

    def read_rows(self, changes: Changes) -> None:
        """Rows that are seen, the shown place and how far the work is; nothing moves and nothing typed is lost."""
        queue = self.state.queue
        if queue is None:
            return
        self.list_model.read_again(changes)
        if changes.by is not self.state:
            self.state.take_in()
        if changes.runs and not self.bar.knows(changes.run_ids):
            self.session.read(runs.runs, partial(self._show_runs, queue))
        else:
            line = partial(runs.run_line, run_id=queue.run.id)
            self.session.read(line, self.bar.show_reviewed, when_idle=True)
        if changes.suites:
            self.guideline.read(queue)

    def refresh(self) -> None:
        place, self.session.going_to = self.session.going_to, None
        if place is not None:
            self.state.load(place.run_id, place.second_id, QueueFilter.ALL, at=place.response_id)
        else:
            self.state.load(self.session.run_id, self.session.second_run_id)

    def keep_typed(self) -> None:
        self.line.keep()
        self.state.remember_place()

    def leave(self) -> None:
        self.keep_typed()
        self.progress.live.stop()

    def _go_to_place(self) -> None:
        """Another screen pointed to a response: load the remembered place and not what is shown now."""
        self.line.keep()
        self.state.forget_place()
        self.make_stale()

    def _show_queue(self, queue: Queue | None) -> None:
        self._switch.show_content(queue is not None)
        needs_person = queue is not None and queue.filter is QueueFilter.NEEDS_PERSON
        self.progress.watch(queue.run if queue is not None else None)
        self.threshold.show_run(queue.run.id if queue is not None and needs_person else 0)
        self.line.show_nothing()
        self.deciding.take_drafts(queue)
        if queue is None:
            return
        self.session.run_id = queue.run.id
        self.session.second_run_id = queue.second.id if queue.second else None
        self.list_model.set_ids(queue.ids, queue.run.scale, queue.returns)
        self.reading.show_both(queue.second is not None)
        self.difference.follow()
        for pane in (self.left, self.right):
            pane.set_scale(queue.run.scale)
        yield_beyond(self.commands, len(queue.run.scale), beside=queue.second is not None)
        self.session.read(runs.runs, partial(self._show_runs, queue), when_idle=True)
        self.guideline.read(queue)
        self.bar.show_queue(queue)
        if not queue.ids:
            self.covering.meet_nothing()
            self.bar.show_place(0, 0)
            self.case.show_nothing()
            for pane in (self.left, self.right):
                pane.show_item(None, self.session.reviewer)
            self.left.text.show_text(named_keys(NOTHING_IN_QUEUE))

    def _not_loaded(self, error: Exception) -> None:
        """What was under review stays so; where nothing was, it is tried again when the screen is next shown."""
        queue = self.state.queue
        if queue is None:
            self.not_read(error)
            return
        self.session.run_id, self.session.second_run_id = queue.run.id, queue.second.id if queue.second else None
        self.bar.show_chosen(queue)
        self.session.tasks.failed.emit(error)

    def _show_more(self, ids: array[int]) -> None:
        """Responses that came meanwhile stand at the end of the list; what is seen stays where it is."""
        self.list_model.append(ids)
        if self.state.current is not None:
            self.bar.show_place(self.state.current.index, len(self.list_model.ids))

    def _show_runs(self, queue: Queue, lines: list[RunLine]) -> None:
        if self.state.queue is not queue:
            return
        self.bar.show_runs([line for line in lines if line.stored], queue)
        for line in lines:
            if line.id == queue.run.id:
                self.bar.show_reviewed(line)

    def _show_place(self, shown: ShownPlace) -> None:
        queue = self.state.queue
        if queue is None:
            return
        self.bar.show_place(shown.index, len(queue.ids))
        self.covering.meet(shown)
        self.bar.show_flag(shown, self.session.reviewer)
        self.case.show_place(shown, queue.run.scale)
        for pane, item, remark in zip((self.left, self.right), shown.items, naming_words(shown), strict=False):
            pane.show_item(item, self.session.reviewer, remark, without_label(shown))
        disputed = any(item is not None and item.final.disputed for item in shown.items)
        another = self.line.show_place(shown.response_id, disputed=disputed)
        if another or self.guideline.is_covered is not self.covering.is_covered:
            self.guideline.show_case(shown.left.case if shown.left else None, covered=self.covering.is_covered)
        index = self.list_model.index(shown.index)
        if another or self.list.currentIndex() != index:
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            # what comes next is seen as well
            self.list.scrollTo(self.list_model.index(min(shown.index + ROWS_AHEAD, len(queue.ids) - 1)))
            self.list.scrollTo(index)

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
        if action is not None and self.covering.hinders:
            self.session.notice.emit(self.covering.hinders)
            return
        if self.who.asks(partial(self._decide, side, action), partial(shown_id, self.state, side)):
            return
        if self.finding.selecting.takes(side, action):
            return
        said = self.line.said
        if self.deciding.decide(side, action, note=said.note, adjudicate=said.adjudicate, cause=said.cause):
            self.line.begin_another()

    def _accept(self, side: int) -> None:
        """Decide what the classifiers' verdict is by the rule of precedence, for this reviewer's own account."""
        shown = self.state.current
        item = shown.items[side] if shown is not None and side < len(shown.items) else None
        if self.finding.selecting.ids:
            self.session.notice.emit(named_keys(STRETCH_SELECTED))
            return
        if item is None:
            self.session.notice.emit(self.state.why_not(side))
            return
        automatic = final_action(item.response.state, item.verdicts, ()).action
        if automatic is None:
            self.session.notice.emit("There is no verdict to agree with; decide by yourself.")
            return
        self._decide(side, automatic)

    def _toggle_second(self) -> None:
        """Put the next other run of the suite beside this one, or take it away."""
        queue = self.state.queue
        if queue is None:
            self.session.notice.emit(NOT_SHOWN_YET)
            return
        if queue.second is not None:
            self.finding.choose_run(queue.run.id, 0, queue.filter)
        elif self.bar.beside:
            self.finding.choose_run(queue.run.id, self.bar.beside[0].id, queue.filter)
        else:
            self.session.notice.emit("This suite has no other run to put beside this one.")

    # the window

    def take_focus(self) -> None:
        (self._switch if self._switch.is_empty else self.list).setFocus()

    def _apply_settings(self) -> None:
        for pane in (self.case.text, self.left.text, self.right.text, self.guideline.text):
            pane.set_points(self.session.settings.text_points)


def yield_beyond(commands: CommandTable, actions: int, *, beside: bool) -> None:
    """The numbers for which the scale has no action, or that have nothing beside to decide on, leave their keys."""
    for number in range(1, MOST_ACTIONS + 1):
        commands[f"review.decide.{number}"].setProperty(YIELDS, number > actions)
        commands[f"review.decide_right.{number}"].setProperty(YIELDS, number > actions or not beside)


def meet_other_person(state: Reviewing, deciding: Deciding, line: NoteLine) -> None:
    """Somebody else sits down: what was decided, seen and undone so far is not theirs. A note that was begun is kept
    with its response.
    """
    line.keep()
    deciding.forget_own()
    state.blind.forget_seen()
    state.load_again()


def shown_id(state: Reviewing, side: int) -> int | None:
    """Which response can be decided on at that side now, if any."""
    item = None if state.why_not(side) else state.item(side)
    return None if item is None else item.response_id


def toggle_reasoning(panes: Sequence[ResponsePane]) -> None:
    """Show what the models thought first on both sides, or fold it again."""
    for pane in panes:
        pane.reasoning.toggle()


def why_not_both(place: Reviewing, covering: Covering) -> str:
    """Why two responses side by side cannot be told apart; nothing where they can."""
    items = place.current.items if place.current is not None else ()
    if len(items) < 2 or None in items:
        return NOT_BOTH
    return NOT_SHOWN if covering.is_covered else ""


def tell_apart(place: Reviewing, difference: Differences, put_beside: Callable[[], None]) -> None:
    """Show what differs, or no longer; where one response stands alone, put the second run beside it first."""
    if not difference.on and place.queue is not None and place.queue.second is None:
        put_beside()
        difference.turn(True)
    else:
        difference.toggle()


def read_on(panes: Sequence[ResponsePane], pages: int) -> None:
    """Scroll the responses by nearly a page each, so that a long one is read from the list."""
    bars = [pane.text.verticalScrollBar() for pane in panes]
    # where two are scrolled together, the one moves the other
    wanted = [bar.value() + pages * (bar.pageStep() - 3 * GRID) for bar in bars]
    for bar, value in zip(bars, wanted, strict=True):
        bar.setValue(value)


def go_on(covering: Covering, panes: Sequence[ResponsePane], search: UndecidedSearch) -> None:
    """Uncover the text; else read on where a response goes on below; else go to the next undecided one."""
    if covering.uncover():
        return
    bars = [pane.text.verticalScrollBar() for pane in panes if pane.isVisible()]
    if any(bar.value() < bar.maximum() for bar in bars):
        read_on(panes, 1)
    else:
        search.go()


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
