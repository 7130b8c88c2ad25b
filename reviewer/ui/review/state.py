"""What the review screen knows: the queue, the place in it, the responses on both sides, what was decided here.

One response is read ahead in each direction, so that the next case is on the screen as soon as the decision is on disk.
A decision is about the response that was shown when its key came. While the next one is still being read nothing can be
decided, and a sentence says so; moves add up instead.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.changes import Changes
from reviewer.core.decisions import Cause, DecisionKind, standing_decisions, standing_events
from reviewer.core.errors import InputError
from reviewer.core.responses import UNSCORED_STATES
from reviewer.host.clock import now
from reviewer.review.place import (
    DRAFTS,
    PLACE,
    Picked,
    Queue,
    ShownPlace,
    draw_random_order,
    fresh_ids,
    next_undecided,
    place_of,
    read_place,
    read_queue,
)
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision, QueueFilter, ReviewItem
from reviewer.store.memory import remember
from reviewer.store.writes import decisions as writes
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task

PLACE_KEPT_AFTER_MS = 400
"""A pause in moving after which the place is remembered: not at every step of a key that is held down."""

NOT_SHOWN_YET = "The response was not shown yet, so nothing was done. Press the key again."
NO_RESPONSE_THERE = "There is no response here to decide on."
STILL_STORED = "Your decision on this response is still being stored; the second key was not taken."


@dataclass(eq=False)
class Own:
    """A decision made here, for undoing: where, on which response, and its event id once it is stored.

    `shown_id` is the response on the left there, by which the place is found again in another queue.
    """

    shown_id: int | None
    response_id: int
    event_id: int | None = None


@dataclass(frozen=True)
class Fresh:
    """What changed under the shown place: itself, and responses that came for the queue meanwhile."""

    queue: Queue
    place: ShownPlace | None
    ids: array[int]


class Reviewing(QObject):
    """The state behind the review screen, of one workspace. All reading and writing happens on the database thread.

    `queue_loaded` carries the `Queue` or None; `shown` the `ShownPlace`, a new one or the same with other facts;
    `extended` that responses were added at the queue's end; `decided` the `NewDecision` that is on disk; `refused` why
    a key did nothing.
    """

    queue_loaded = Signal(object)
    shown = Signal(object)
    extended = Signal(object)
    decided = Signal(object)
    refused = Signal(str)
    note_returned = Signal(int)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.queue: Queue | None = None
        self.current: ShownPlace | None = None
        self.drafts: dict[str, str] = {}
        self._drafts_unread = True
        self._ahead: dict[int, ShownPlace] = {}
        self._loading: Task[tuple[Queue | None, Changes]] | None = None
        self._showing: Task[ShownPlace] | None = None
        self._wanted: int | None = None
        self._searches = 0
        self._own: list[Own] = []
        self._storing: list[Own] = []
        self._since = time.monotonic()
        self._fresh = LatestRead(session, self._take_in)
        self._remembering = QTimer(self)
        self._remembering.setSingleShot(True)
        self._remembering.setInterval(PLACE_KEPT_AFTER_MS)
        self._remembering.timeout.connect(self.remember_place)

    def forget_place(self) -> None:
        """Where the person is does not count for the next load: the remembered place does."""
        self.current = None

    @property
    def scale(self) -> ActionScale | None:
        return self.queue.run.scale if self.queue else None

    # the queue

    def load(self, run_id: int | None, second_id: int | None, wanted: QueueFilter | Picked | None = None) -> None:
        """Read the queue of a run; without a run, the one that was reviewed last.

        Responses that were picked on another screen stay the queue until another one is wanted. In a random order that
        has not been drawn yet it is drawn, once, and stored as a review plan.
        """
        self.session.picked = self.session.picked if wanted is None else wanted if isinstance(wanted, Picked) else None
        wanted = self.session.picked or wanted
        keep = self.current.left.response_id if self.current and self.current.left else None

        def work(workspace: Workspace) -> tuple[Queue | None, Changes]:
            draw = wanted is QueueFilter.RANDOM and run_id is not None
            drawn = draw_random_order(workspace, run_id, now()) if draw and run_id is not None else Changes()
            return read_queue(workspace, run_id, second_id, wanted, keep), drawn

        for under_way in (self._loading, self._showing):
            if under_way is not None:
                under_way.cancel()
        self._loading = self.session.write(work, self._loaded, self._not_loaded, by=self)

    def _loaded(self, queue: Queue | None) -> None:
        self._loading = self._showing = None
        self.queue, self.current, self._wanted = queue, None, None
        self._ahead.clear()
        if queue is not None:
            # read once: from then on nobody else writes them
            self.drafts = dict(queue.drafts) if self._drafts_unread else self.drafts
            self._drafts_unread = False
            self.session.picked = queue.filter if isinstance(queue.filter, Picked) else None
        self.queue_loaded.emit(queue)
        if queue is not None and queue.ids:
            self.go(queue.place)

    def _not_loaded(self, error: Exception) -> None:
        self._loading = None
        self.session.tasks.failed.emit(error)

    # moving

    def go(self, index: int) -> None:
        """Show a place of the queue; at once if it was read ahead."""
        queue = self.queue
        if queue is None or not 0 <= index < len(queue.ids):
            return
        self._wanted = index
        if self._showing is not None:
            self._showing.cancel()
            self._showing = None
        ready = self._ahead.get(index)
        if ready is not None:
            self._show(ready)
            return
        self._showing = self.session.read(_placing(queue, index), self._arrived, self._lost)

    def _arrived(self, shown: ShownPlace) -> None:
        self._showing = None
        self._show(shown)

    def _lost(self, error: Exception) -> None:
        """A place that cannot be read: stay where the person is."""
        self._showing = None
        self._wanted = self.current.index if self.current else None
        self.session.tasks.failed.emit(error)

    def step(self, by: int) -> None:
        """So many places on from where the person wants to be: steps add up while a place is being read."""
        queue = self.queue
        if self._loading is not None or queue is None or not queue.ids:
            self.refused.emit("The queue is still being read." if self._loading is not None else "This queue is empty.")
            return
        here = self._wanted if self._wanted is not None else queue.place
        if 0 <= here + by < len(queue.ids):
            self.go(here + by)
        else:
            self.refused.emit("This is the last response of the queue." if by > 0 else "This is the first response.")

    def go_to_undecided(self) -> None:
        """The next response after this one that nobody has decided, from the beginning again after the end.

        Pressed again while it is looked for, it goes on to the one after that.
        """
        self._searches += 1
        if self._searches == 1:
            self._search()

    def _search(self) -> None:
        queue = self.queue
        if queue is None or self._wanted is None:
            self._searches = 0
            self.refused.emit("There is no response to go on from.")
            return
        after = self._wanted
        self.session.read(
            lambda workspace: next_undecided(workspace, queue.ids, after), self._found, self._search_failed
        )

    def _found(self, index: int | None) -> None:
        self._searches -= 1
        if index is None:
            self._searches = 0
            self.session.notice.emit("Every response of this queue has been decided.")
            return
        self.go(index)
        if self._searches:
            self._search()

    def _search_failed(self, error: Exception) -> None:
        self._searches = 0
        self.session.tasks.failed.emit(error)

    def _show(self, shown: ShownPlace) -> None:
        same = self.current is not None and self.current.response_id == shown.response_id
        self.current = shown
        if not same:
            self._since = time.monotonic()
            self._remembering.start()
        self.shown.emit(shown)
        self._read_ahead(shown.index)

    def _read_ahead(self, index: int) -> None:
        queue = self.queue
        if queue is None:
            return
        wanted = [at for at in (index + 1, index - 1) if 0 <= at < len(queue.ids)]
        self._ahead = {at: shown for at, shown in self._ahead.items() if at in wanted}
        for at in wanted:
            if at not in self._ahead:
                self.session.read(_placing(queue, at), self._keep(queue, self._ahead))

    def _keep(self, queue: Queue, ahead: dict[int, ShownPlace]) -> Callable[[ShownPlace], None]:
        def keep(shown: ShownPlace) -> None:
            # what was read before a change is not kept: the change has begun another dictionary
            if self.queue is queue and self._ahead is ahead:
                ahead[shown.index] = shown

        return keep

    def remember_place(self) -> None:
        """Write down where the person is, for the next time."""
        self._remembering.stop()
        queue, current = self.queue, self.current
        if queue is not None and current is not None and current.left is not None:
            place = place_of(queue, current.left.response_id)
            self.session.write(lambda workspace: (None, remember(workspace, key=PLACE, value=place)))

    # what changes meanwhile

    def take_in(self) -> None:
        """Something was written elsewhere: read again what is shown, and add what came for this queue at its end.

        Nothing that the person sees moves, and nothing typed is lost.
        """
        queue = self.queue
        if queue is None:
            return
        self._ahead = {}
        here = self.current.index if self.current is not None else None
        self._fresh.ask(partial(_read_fresh, queue=queue, here=here, after=max(queue.ids, default=0)))

    def _take_in(self, fresh: Fresh) -> None:
        queue, current = self.queue, self.current
        if queue is not fresh.queue:
            return
        last = max(queue.ids, default=0)
        more = array("q", (each for each in fresh.ids if each > last))
        if more:
            was_empty = not queue.ids
            queue.ids.extend(more)
            self.extended.emit(more)
            if was_empty:
                self.go(0)
        if current is not None and fresh.place is not None and current.index == fresh.place.index:
            self._show(fresh.place)

    # deciding

    def _why_not(self, side: int) -> str:
        """Why a key that decides does nothing now; empty where it decides."""
        item = self._item(side)
        if self._loading is not None:
            return NOT_SHOWN_YET
        if item is None:
            return NO_RESPONSE_THERE if self.current is not None else NOT_SHOWN_YET
        if self.current is None or self._wanted != self.current.index:
            return NOT_SHOWN_YET
        if any(own.response_id == item.response_id for own in self._storing):
            return STILL_STORED
        if item.response.state in UNSCORED_STATES:
            state = str(item.response.state).replace("_", " ")
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
        blind: bool = False,
    ) -> bool:
        """Append a decision on the left (0) or right (1) response; once it is on disk, show what comes next.

        Whether it was taken; where not, `refused` has said why. The note goes with it, and comes back as a draft
        (`note_returned`) where it could not be stored.
        """
        item, why_not = self._item(side), self._why_not(side)
        if why_not or item is None:
            self.refused.emit(why_not)
            return False
        decision = NewDecision(
            response_id=item.response_id,
            reviewer=self.session.reviewer,
            action=action,
            kind=DecisionKind.ADJUDICATION if adjudicate else DecisionKind.DECISION,
            note=note.strip(),
            blind=blind,
            seconds_spent=round(time.monotonic() - self._since, 1),
            cause=cause,
        )
        self._write(decision, item)
        return True

    def _write(self, decision: NewDecision, item: ReviewItem) -> None:
        queue, current = self.queue, self.current
        if queue is None or current is None:
            return
        own = Own(current.response_id, item.response_id)
        self._own.append(own)
        self._storing.append(own)
        self.drafts.pop(str(item.response_id), None)
        drafts, place = dict(self.drafts), place_of(queue, item.response_id)

        def work(workspace: Workspace) -> tuple[ShownPlace, Changes]:
            with workspace.write():
                own.event_id, changes = writes.append_decision(workspace, decision=decision, at=now())
                remember(workspace, key=DRAFTS, value=drafts)
                remember(workspace, key=PLACE, value=place)
            return read_place(workspace, queue, current.index), changes

        def stored(after: ShownPlace) -> None:
            self._storing.remove(own)
            self.decided.emit(decision)
            if self.queue is queue and self._wanted == current.index:
                self._go_on(queue, after)
            else:
                self._ahead = {}

        def failed(error: Exception) -> None:
            self._storing.remove(own)
            self._own.remove(own)
            if decision.note:
                self.drafts[str(item.response_id)] = decision.note
                self.note_returned.emit(item.response_id)
            self.session.tasks.failed.emit(error)

        self.session.write(work, stored, failed, by=self)

    def _go_on(self, queue: Queue, after: ShownPlace) -> None:
        """To the next place, once everything here is decided; the person has not moved meanwhile."""
        self.current = after
        if self._all_decided(after) and after.index + 1 < len(queue.ids):
            self.go(after.index + 1)
        else:
            self._show(after)

    def _all_decided(self, shown: ShownPlace) -> bool:
        """Whether this reviewer has decided every text that is shown, so that the next case may come."""
        waiting = [item for item in shown.items if item is not None and item.response.state not in UNSCORED_STATES]
        return all(self._said_by_me(item) for item in waiting)

    def _said_by_me(self, item: ReviewItem) -> bool:
        standing = standing_events(item.events, item.response.hash)
        settled = any(event.kind is DecisionKind.ADJUDICATION for event in standing)
        return settled or self.session.reviewer in standing_decisions(standing)

    def undo(self) -> None:
        """Take back the last decision made here, or else this reviewer's standing one on what is shown."""
        own = self._own.pop() if self._own else self._standing_here()
        if own is None:
            self.refused.emit("There is nothing of yours to undo here.")
            return
        reviewer = self.session.reviewer

        def work(workspace: Workspace) -> tuple[int, Changes]:
            # on the database thread the decision has been stored by now, or it was refused
            if own.event_id is None:
                raise InputError("That decision was not stored, so there is nothing to undo.", "Look at the history.")
            return writes.undo_decision(workspace, decision_id=own.event_id, reviewer=reviewer, at=now())

        def undone(_event: int) -> None:
            self._ahead = {}
            self.session.notice.emit("The decision was taken back; the history keeps both.")
            if self.queue is not None and own.shown_id is not None and own.shown_id in self.queue.ids:
                self.go(self.queue.ids.index(own.shown_id))

        self.session.write(work, undone, by=self)

    def _standing_here(self) -> Own | None:
        if self.current is None:
            return None
        mine = [
            (event.id, item.response_id)
            for item in self.current.items
            if item is not None
            for event in standing_events(item.events, item.response.hash)
            if event.reviewer == self.session.reviewer
        ]
        if not mine:
            return None
        event_id, response_id = max(mine)
        return Own(self.current.response_id, response_id, event_id)

    # notes

    def keep_draft(self, response_id: int, text: str) -> None:
        """Keep a note that no decision carries yet, with the response that it is about."""
        drafts = {**self.drafts, str(response_id): text}
        if not text.strip():
            drafts.pop(str(response_id))
        if drafts != self.drafts:
            self.drafts = drafts
            kept = dict(drafts)
            self.session.write(lambda workspace: (None, remember(workspace, key=DRAFTS, value=kept)))

    def draft(self) -> str:
        item = self._item(0)
        return self.drafts.get(str(item.response_id), "") if item else ""

    def _item(self, side: int) -> ReviewItem | None:
        if self.current is None or side >= len(self.current.items):
            return None
        return self.current.items[side]


def _read_fresh(workspace: Workspace, *, queue: Queue, here: int | None, after: int) -> Fresh:
    place = read_place(workspace, queue, here) if here is not None else None
    return Fresh(queue, place, fresh_ids(workspace, queue, after))


def _placing(queue: Queue, index: int) -> Callable[[Workspace], ShownPlace]:
    return lambda workspace: read_place(workspace, queue, index)
