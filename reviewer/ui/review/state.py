"""Where the review is: the queue, the place in it, the responses on both sides.

One response is read ahead in each direction, so that the next case is on the screen as soon as the decision is on disk.
While a place is still being read nothing can be decided there, and a sentence says so; moves add up instead.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from reviewer.core.actions import ActionScale
from reviewer.core.changes import Changes
from reviewer.core.errors import HeldError
from reviewer.review.blinding import is_revealed
from reviewer.review.kinds import PICKED
from reviewer.review.place import (
    PLACE,
    Picked,
    Queue,
    ShownPlace,
    draw_order,
    fresh_ids,
    keep_picked,
    next_undecided,
    place_of,
    read_place,
    read_queue,
)
from reviewer.review.veil import turned
from reviewer.store.database import Workspace
from reviewer.store.dialects.dialect import Patience
from reviewer.store.facts.review import ReviewItem
from reviewer.store.memory import remember
from reviewer.ui.kit.held_writes import FIRST_WAIT_S, Held
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.review.blind import BlindReview

PLACE_KEPT_AFTER_MS = 400
"""A pause in moving after which the place is remembered: not at every step of a key that is held down."""

STILL_READ = "The queue is still being read."
NOT_SHOWN_YET = "The response was not shown yet, so nothing was done. Press the key again."
DRAWN = "The order of the queue is drawn. Choose the queue again."
EMPTY = "This queue is empty. {review.queues} shows the others."
NO_RESPONSE_THERE = "There is no response here to decide on."


@dataclass(frozen=True)
class Fresh:
    """What changed under the shown place: itself, and responses that came for the queue meanwhile."""

    queue: Queue
    place: ShownPlace | None
    ids: array[int]


class Reviewing(QObject):
    """Where the review is, in one workspace. All reading and writing happens on the database thread.

    `queue_loaded` carries the `Queue` or None; `shown` the `ShownPlace`, a new one or the same with other facts;
    `extended` the ids of responses that were added at the queue's end; `refused` why a key did nothing;
    `failed` the error of a queue that could not be read. `wanted` is the place that the person wants to be at, `since`
    when the present one was shown, by the clock of the time at work. What the place holds is what may be seen of it:
    `blind` takes the rest out. `revealed` carries the whole place once everything was said there that was to be said.
    """

    queue_loaded = Signal(object)
    shown = Signal(object)
    revealed = Signal(object)
    extended = Signal(object)
    refused = Signal(str)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.queue: Queue | None = None
        self.current: ShownPlace | None = None
        self.blind = BlindReview(session, self)
        # the place that is shown, with what may be seen of it now
        self.blind.changed.connect(lambda: self._show(self._raw) if self._raw is not None else None)
        self.blind.asked_anew.connect(self.load_again)
        self._raw: ShownPlace | None = None
        self._ahead: dict[int, ShownPlace] = {}
        self._loading: Task[tuple[Queue | None, Changes]] | None = None
        self._showing: Task[ShownPlace] | None = None
        self.wanted: int | None = None
        self.since = session.attention.seconds
        self._fresh = LatestRead(session, self._take_in, when_idle=True)
        self.kept_place: dict[str, object] = {}
        """Where the person was last, as it is written down."""
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

    def load(
        self,
        run_id: int | None,
        second_id: int | None,
        wanted: str | Picked | None = None,
        *,
        at: int | None = None,
    ) -> None:
        """Read the queue of a run; without a run, the one that was reviewed last.

        Responses that were picked on another screen stay the queue until another one is wanted. In a random order that
        has not been drawn yet it is drawn, once, and stored as a review plan. `at` is the response to begin at, where
        it is another than the one that is shown.
        """
        self.session.picked = self.session.picked if wanted is None else wanted if isinstance(wanted, Picked) else None
        wanted = self.session.picked or wanted
        here = self.current.response_id if self.current else None
        keep, reviewer = at if at is not None else here, self.session.reviewer
        former = self.queue
        same = former is not None and (former.run.id, former.filter) == (run_id, wanted)
        anew = at is None and isinstance(wanted, str) and not same

        def work(workspace: Workspace) -> tuple[Queue | None, Changes]:
            drawn = Changes()
            if isinstance(wanted, str) and run_id is not None:
                with workspace.waiting(Patience(FIRST_WAIT_S)):
                    drawn = draw_order(workspace, run_id, wanted, reviewer)
            return read_queue(workspace, run_id, second_id, wanted, keep, reviewer, anew=anew), drawn

        for under_way in (self._loading, self._showing):
            if under_way is not None:
                under_way.cancel()
        failed = self._not_loaded
        if isinstance(wanted, Picked):
            self.session.write(lambda workspace: (None, keep_picked(workspace, wanted)), held=Held(slot=PICKED))
        elif isinstance(wanted, str) and run_id is not None:
            failed = partial(_not_drawn, self, run_id, wanted)
        self._loading = self.session.write(work, self._loaded, failed, by=self, in_parts=True)

    def load_again(self) -> None:
        """The queue that is shown, as it is now: another threshold is another queue."""
        if self.queue is not None:
            self.load(self.queue.run.id, self.queue.second.id if self.queue.second else 0, self.queue.filter)

    def _loaded(self, queue: Queue | None) -> None:
        if self._showing is not None:
            # a place of the former queue that was asked for while this one was read
            self._showing.cancel()
        self._loading = self._showing = None
        self.queue, self.current, self.wanted = queue, None, None
        self._raw = None
        self._ahead.clear()
        self.blind.take(queue)
        if queue is not None:
            self.session.picked = queue.filter if isinstance(queue.filter, Picked) else None
        self.queue_loaded.emit(queue)
        if queue is not None and queue.ids:
            self.go(queue.place)

    def _not_loaded(self, error: Exception) -> None:
        """The queue that was shown stays, and what was picked on another screen is given up."""
        self._loading = None
        if self.queue is not None:
            self.session.picked = self.queue.filter if isinstance(self.queue.filter, Picked) else None
            if self.current is None and self.wanted is not None:
                self.go(self.wanted)
        self.failed.emit(error)

    # moving

    def go(self, index: int) -> None:
        """Show a place of the queue; at once if it was read ahead."""
        queue = self.queue
        if queue is None or not 0 <= index < len(queue.ids):
            return
        self.wanted = index
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
        self.wanted = self.current.index if self.current else None
        if self.current is not None:
            self.shown.emit(self.current)  # the list has moved on already
        self.session.tasks.failed.emit(error)

    def step(self, by: int) -> None:
        """So many places on from where the person wants to be: steps add up while a place is being read."""
        queue = self.queue
        if self._loading is not None or queue is None or not queue.ids:
            self.refused.emit(STILL_READ if self._loading is not None or queue is None else named_keys(EMPTY))
            return
        here = self.wanted if self.wanted is not None else queue.place
        if 0 <= here + by < len(queue.ids):
            self.go(here + by)
        else:
            self.refused.emit("This is the last response of the queue." if by > 0 else "This is the first response.")

    def _show(self, shown: ShownPlace) -> None:
        queue, before = self.queue, self.current
        if queue is None:
            return
        same = before is not None and (before.index, before.response_id) == (shown.index, shown.response_id)
        self._raw = shown
        self.current = self.blind.seen(shown, queue, before if same else None)
        if not same:
            self.since = self.session.attention.seconds
            self._remembering.start()
        self.shown.emit(self.current)
        _tell_if_said(self, shown, swapped=self.current.swapped)
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
        if queue is not None and current is not None and current.response_id is not None:
            self.kept_place = place_of(queue, current.response_id, back=current.back)
            where = Held(slot=PLACE)
            self.session.write(
                lambda workspace: (None, remember(workspace, key=PLACE, value=self.kept_place)), held=where
            )

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

    # what a decision needs to know, and what follows from it

    def why_not(self, side: int) -> str:
        """Why nothing can be done with that response now; empty where it is shown and the person is at it."""
        if self._loading is None and self.queue is not None and not self.queue.ids:
            return named_keys(EMPTY)
        if self._loading is not None or self.current is None or self.wanted != self.current.index:
            return NOT_SHOWN_YET
        return "" if self.item(side) is not None else NO_RESPONSE_THERE

    def item(self, side: int) -> ReviewItem | None:
        """The response on the left (0) or right (1), None where there is none."""
        if self.current is None or side >= len(self.current.items):
            return None
        return self.current.items[side]

    def take_after(self, after: ShownPlace, queue: Queue, *, done: bool, swapped: bool = False) -> None:
        """Something was decided at a place, which is like this `after` it: go on from there if it is `done`. The
        responses stood `swapped` on the screen when it was.

        Where the person has moved on meanwhile, they stay where they are.
        """
        if self.queue is not queue or self.wanted != after.index:
            self.forget_ahead()
            return
        _tell_if_said(self, after, swapped=swapped)
        self._ahead[after.index] = after  # the way back, as it is now
        coming = after.index + 1
        if not done or coming not in self._ahead:
            self._show(after)  # what is current is what the person sees, also where they had moved and come back
        if done and coming < len(queue.ids):
            self.go(coming)

    def forget_ahead(self) -> None:
        """What was read ahead is not true any more."""
        self._ahead = {}

    def go_to_response(self, response_id: int | None, at: int = -1) -> None:
        """To the place of this response, where the queue has it: `at`, or its first."""
        if self.queue is not None and 0 <= at < len(self.queue.ids) and self.queue.ids[at] == response_id:
            self.go(at)
        elif self.queue is not None and response_id is not None and response_id in self.queue.ids:
            self.go(self.queue.ids.index(response_id))


def _tell_if_said(reviewing: Reviewing, place: ShownPlace, *, swapped: bool) -> None:
    """In a blind review: all of a place at which nothing is left to be said."""
    if reviewing.blind.on and is_revealed(place.items, reviewing.session.reviewer, back=place.back):
        reviewing.revealed.emit(turned(place) if swapped else place)


class UndecidedSearch(QObject):
    """The next response that nobody has decided, behind the place and from the beginning again after the end."""

    def __init__(self, session: Session, place: Reviewing) -> None:
        super().__init__(place)
        self._session, self._place = session, place
        self._asked = 0

    def go(self) -> None:
        """Asked again while it is looked for, it goes on to the one after that."""
        self._asked += 1
        if self._asked == 1:
            self._search()

    def _search(self) -> None:
        queue, after, reviewer = self._place.queue, self._place.wanted, self._session.reviewer
        if queue is None or after is None:
            self._asked = 0
            self._place.refused.emit("There is no response to go on from.")
            return
        self._session.read(
            lambda workspace: next_undecided(workspace, queue.ids, after, queue.returns, reviewer),
            self._found,
            self._failed,
        )

    def _found(self, index: int | None) -> None:
        self._asked -= 1
        if index is None:
            self._asked = 0
            self._session.notice.emit("Every response of this queue has been decided.")
            return
        self._place.go(index)
        if self._asked:
            self._search()

    def _failed(self, error: Exception) -> None:
        self._asked = 0
        self._session.tasks.failed.emit(error)


def _read_fresh(workspace: Workspace, *, queue: Queue, here: int | None, after: int) -> Fresh:
    place = read_place(workspace, queue, here) if here is not None else None
    return Fresh(queue, place, fresh_ids(workspace, queue, after))


def _placing(queue: Queue, index: int) -> Callable[[Workspace], ShownPlace]:
    return lambda workspace: read_place(workspace, queue, index)


def _not_drawn(place: Reviewing, run_id: int, wanted: str, error: Exception) -> None:
    """Where another program keeps the order from being drawn, that waits; the queue that was shown stays."""
    place._not_loaded(error)
    session, reviewer = place.session, place.session.reviewer
    if isinstance(error, HeldError):
        session.write(
            lambda workspace: (None, draw_order(workspace, run_id, wanted, reviewer)),
            lambda _done: session.notice.emit(DRAWN),
            held=Held("The order of the queue"),
        )
