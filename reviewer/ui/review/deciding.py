"""What a person decides at the place that is shown: stored, undone, and the notes that no decision carries yet.

A decision is about the response that was shown when its key came, and about no other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from reviewer.core.actions import ActionId
from reviewer.core.changes import Changes
from reviewer.core.decisions import Cause, DecisionKind, DecisionOrigin, standing_events
from reviewer.core.errors import InputError
from reviewer.core.responses import UNSCORED_STATES
from reviewer.host.clock import now
from reviewer.review.blinding import is_done
from reviewer.review.place import DRAFTS, PLACE, Queue, ShownPlace, place_of, read_place
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision, ReviewItem
from reviewer.store.memory import remember
from reviewer.store.writes import decisions as writes
from reviewer.store.writes.redoing import redo_decisions
from reviewer.ui.kit.held_writes import UNDO_TAKES_IT, Held
from reviewer.ui.kit.session import Session
from reviewer.ui.review.state import Reviewing
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import noun
from reviewer.wording.states import state_words

UNDO, REDO = "review.undo", "review.redo"
"""Commands that take back what a line says was done."""
KEY_CHARACTERS = 40
STILL_STORED = "Your decision is still being stored; the second key was not taken."


@dataclass(eq=False)
class Own:
    """A decision made here, for undoing: where, on which response, and its event id once it is stored.

    `shown_id` is the response that the place is about, by which it is found again in another queue. `others` are what
    was decided together with it, and is undone with it.
    """

    shown_id: int | None
    response_id: int
    held: Held = field(default_factory=Held)
    """As which it waits, where it has to."""
    event_id: int | None = None
    index: int = -1
    others: tuple[int, ...] = ()
    undoing: Held | None = None
    """Of one that is being undone."""
    counts: bool = False
    """Whether it is one of those that the session counts: made here, and not in bulk."""


class Deciding(QObject):
    """The decisions made in this window, of one workspace; writing happens on the database thread.

    `decided` carries the `NewDecision` that is on disk; `refused` why a key did nothing; `note_returned` the id of a
    response whose decision could not be stored, so that its note is a draft again. `taken_back` and `brought_back`
    come when a decision that `decided` told of was undone or redone.
    """

    decided = Signal(object)
    refused = Signal(str)
    note_returned = Signal(int)
    taken_back = Signal()
    brought_back = Signal()

    def __init__(self, session: Session, place: Reviewing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.place = place
        self.drafts: dict[str, str] = {}
        self._drafts_unread = True
        self._own: list[Own] = []
        self._undone: list[Own] = []
        self._storing: list[Own] = []

    def take_drafts(self, queue: Queue | None) -> None:
        """The notes that were kept; read once, because from then on nobody else writes them."""
        if queue is not None and self._drafts_unread:
            self.drafts, self._drafts_unread = dict(queue.drafts), False

    def _why_not(self, side: int) -> str:
        """Why a key that decides does nothing now; empty where it decides."""
        item, why = self.place.item(side), self.place.why_not(side)
        if why or item is None:
            return why
        if any(own.response_id == item.response_id for own in self._storing):
            return STILL_STORED
        if item.response.state in UNSCORED_STATES:
            state = state_words(item.response.state)
            return f"This response is {state}: there is no text to decide on. Resume its run to get one."
        return ""

    def decide(
        self,
        side: int,
        action: ActionId | None,
        *,
        note: str = "",
        adjudicate: bool = False,
        cause: Cause | None = None,
    ) -> bool:
        """Append a decision on the left (0) or right (1) response; once it is on disk, show what comes next.

        Whether it was taken; where not, `refused` has said why. The note goes with it, and comes back as a draft
        (`note_returned`) where it could not be stored.
        """
        item, why_not, shown = self.place.item(side), self._why_not(side), self.place.current
        if why_not or item is None or shown is None:
            self.refused.emit(why_not)
            return False
        decision = NewDecision(
            response_id=item.response_id,
            reviewer=self.session.reviewer,
            action=action,
            kind=DecisionKind.ADJUDICATION if adjudicate else DecisionKind.DECISION,
            note=note.strip(),
            hidden=self.place.blind.hidden_at(shown, side),
            origin=DecisionOrigin.WINDOW,
            seconds_spent=round(self.session.attention.seconds - self.place.since, 1),
            cause=cause,
        )
        self._write(decision, item)
        return True

    def _write(self, decision: NewDecision, item: ReviewItem) -> None:
        queue, current = self.place.queue, self.place.current
        if queue is None or current is None:
            return
        held = Held(f"Your decision on {preview(item.case.key, KEY_CHARACTERS)}", UNDO_TAKES_IT)
        own = Own(current.response_id, item.response_id, held, index=current.index)
        self._own.append(own)
        self._undone.clear()
        self._storing.append(own)
        note_of = current.response_id if current.response_id is not None else item.response_id
        self.drafts = {about: text for about, text in self.drafts.items() if about != str(note_of)}
        self.place.kept_place = place_of(queue, note_of, back=current.back)

        def work(workspace: Workspace) -> tuple[ShownPlace, Changes]:
            with workspace.write():
                own.event_id, changes = writes.append_decision(workspace, decision=decision, at=now())
                remember(workspace, key=DRAFTS, value=self.drafts)
                remember(workspace, key=PLACE, value=self.place.kept_place)  # elsewhere by now, where it waited
            return read_place(workspace, queue, current.index), changes

        def stored(after: ShownPlace) -> None:
            self._storing.remove(own)
            own.counts = True
            self.decided.emit(decision)
            self.session.done.emit(self._said(decision, item), UNDO)
            self.place.take_after(after, queue, done=self._all_decided(after), swapped=current.swapped)

        def not_stored() -> None:
            self._storing.remove(own)
            self.give_up(own)
            if decision.note:
                self.drafts = {**self.drafts, str(note_of): decision.note}
                self.note_returned.emit(note_of)

        def failed(error: Exception) -> None:
            not_stored()
            self.session.tasks.failed.emit(error)

        held.forget = not_stored
        self.session.write(work, stored, failed, by=self.place, held=held)

    def begin(self, own: Own) -> None:
        """Something is being stored that undoing is to find; what was undone before it is not brought back over it."""
        self._own.append(own)
        self._undone.clear()

    def forget_own(self) -> None:
        """What was decided so far is not there to be undone, nor what was undone to be brought back."""
        self._own, self._undone = [], []

    def give_up(self, own: Own) -> None:
        """It could not be stored, or was taken back before it was, and there is nothing to undo in it."""
        if own in self._own:
            self._own.remove(own)
        if own.held.is_given_up:
            # told here: an undo that came while storing it was tried again gives it up only when that has failed
            self.session.notice.emit("That decision was not stored yet, and is not stored any more.")
        if own.undoing is not None:
            self.session.held.give_up(own.undoing)

    def undecided(self, shown: ShownPlace) -> list[ReviewItem]:
        """What is shown that holds a text and that this reviewer has not decided."""
        waiting = [item for item in shown.items if item is not None]
        return [item for item in waiting if not is_done(item, self.session.reviewer, back=shown.back)]

    def _all_decided(self, shown: ShownPlace) -> bool:
        """Whether this reviewer has decided every text that is shown, so that the next case may come."""
        return not self.undecided(shown)

    def _said(self, decision: NewDecision, item: ReviewItem) -> str:
        """`Stored: refuse on xs-12.` No run is named: which it is may be hidden."""
        scale = self.place.scale
        word = "cannot decide" if decision.action is None or scale is None else scale[decision.action].short_name
        return f"Stored: {word} on {preview(item.case.key, KEY_CHARACTERS)}."

    def undo(self) -> None:
        """Take back the last decision made here, or else this reviewer's standing one on what is shown."""
        own = self._own.pop() if self._own else self._standing_here()
        if own is None:
            self.refused.emit("There is nothing of yours to undo here.")
            return
        if self.session.held.give_up(own.held):
            return
        reviewer = self.session.reviewer
        self._undone.append(own)

        def work(workspace: Workspace) -> tuple[int, Changes]:
            # on the database thread the decision has been stored by now, or it was refused
            if own.event_id is None:
                raise InputError("That decision was not stored, so there is nothing to undo.", "Look at the history.")
            together = (own.event_id, *own.others)
            ids, changes = writes.undo_decisions(
                workspace, decision_ids=together, reviewer=reviewer, at=now(), origin=DecisionOrigin.WINDOW
            )
            return len(ids), changes

        def undone(n: int) -> None:
            self.place.forget_ahead()
            if own.counts:
                self.taken_back.emit()
            what = f"{_the_decisions(n)} {noun(n, 'was', 'were')} taken back"
            self.session.done.emit(f"{what}; the history keeps both.", REDO)
            self.place.go_to_response(own.shown_id, own.index)

        def forget() -> None:
            if own in self._undone:
                self._undone.remove(own)
            if own.event_id is not None:
                self._own.append(own)

        def failed(error: Exception) -> None:
            if own in self._undone:
                self._undone.remove(own)
            self.session.tasks.failed.emit(error)

        own.undoing = Held("Undoing your decision", "Redo leaves the decision as it is.", forget=forget)
        self.session.write(work, undone, failed, by=self.place, held=own.undoing)

    def redo(self) -> None:
        """Bring back what was undone last here, or else on what is shown; the history keeps all of it."""
        former = self._undone.pop() if self._undone else self._undone_here()
        if former is None:
            self.refused.emit("There is nothing of yours that was undone here.")
            return
        if any(own.response_id == former.response_id for own in self._storing):
            self._undone.append(former)
            self.refused.emit(STILL_STORED)
            return
        if former.undoing is not None and self.session.held.give_up(former.undoing):
            self.session.notice.emit("The decision was not taken back yet, and stands as it was.")
            return
        held = Held("Bringing back your decision", UNDO_TAKES_IT)
        reviewer, again = self.session.reviewer, Own(former.shown_id, former.response_id, held, index=former.index)
        again.counts = former.counts
        self._own.append(again)
        self._storing.append(again)

        def work(workspace: Workspace) -> tuple[int, Changes]:
            if former.event_id is None:
                raise InputError("That decision was not stored, so there is nothing to redo.", "Look at the history.")
            together = (former.event_id, *former.others)
            ids, changes = redo_decisions(workspace, decision_ids=together, reviewer=reviewer, at=now())
            again.event_id, again.others = ids[0], tuple(ids[1:])
            return len(ids), changes

        def redone(n: int) -> None:
            self._storing.remove(again)
            self.place.forget_ahead()
            if again.counts:
                self.brought_back.emit()
            what = f"{_the_decisions(n)} {noun(n, 'stands', 'stand')}"
            self.session.done.emit(f"{what} again; the history keeps all of it.", UNDO)
            self.place.go_to_response(again.shown_id, again.index)

        def forget() -> None:
            self._storing.remove(again)
            self.give_up(again)
            self._undone.append(former)

        def failed(error: Exception) -> None:
            self._storing.remove(again)
            self.give_up(again)
            self.session.tasks.failed.emit(error)

        held.forget = forget
        self.session.write(work, redone, failed, by=self.place, held=held)

    def _undone_here(self) -> Own | None:
        """What this reviewer undid last on what is shown, where nothing of theirs came after it."""
        if self.place.current is None:
            return None
        mine = [
            (event, item.response_id)
            for item in self.place.current.items
            if item is not None
            for event in item.events
            if event.reviewer == self.session.reviewer
        ]
        last, response_id = max(mine, key=lambda each: each[0].id, default=(None, 0))
        if last is None or last.undoes is None:
            return None
        return Own(self.place.current.response_id, response_id, event_id=last.undoes)

    def _standing_here(self) -> Own | None:
        if self.place.current is None:
            return None
        mine = [
            (event.id, item.response_id)
            for item in self.place.current.items
            if item is not None
            for event in standing_events(item.events, item.response.hash)
            if event.reviewer == self.session.reviewer
        ]
        if not mine:
            return None
        event_id, response_id = max(mine)
        return Own(self.place.current.response_id, response_id, event_id=event_id, index=self.place.current.index)

    # notes

    def keep_draft(self, response_id: int, text: str) -> None:
        """Keep a note that no decision carries yet, with the response that it is about."""
        drafts = {**self.drafts, str(response_id): text}
        if not text.strip():
            drafts.pop(str(response_id))
        if drafts != self.drafts:
            self.drafts = drafts
            # what is kept by the time that it may be stored
            self.session.write(
                lambda workspace: (None, remember(workspace, key=DRAFTS, value=self.drafts)),
                held=Held("Your note", slot=DRAFTS),
            )

    def draft(self) -> str:
        about = self.place.current.response_id if self.place.current is not None else None
        return self.drafts.get(str(about), "") if about is not None else ""


def _the_decisions(n: int) -> str:
    return {1: "The decision", 2: "Both decisions"}.get(n, f"All {n:,} decisions")
