"""What the review screen knows: the queue, the place in it, the responses on both sides, what was decided here.

One response is read ahead in each direction, so that the next case is on the screen as soon as the decision is on disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.changes import Changes
from reviewer.core.decisions import Cause, DecisionKind, standing_decisions, standing_events
from reviewer.core.responses import UNSCORED_STATES
from reviewer.host.clock import now
from reviewer.review.place import DRAFTS, PLACE, Picked, Queue, ShownPlace, place_of, read_place, read_queue
from reviewer.review.sampling import uniform_queue
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision, QueueFilter, ReviewItem
from reviewer.store.memory import remember
from reviewer.store.queries import review
from reviewer.store.writes import decisions as writes
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task

RANDOM_SEED = 1


class Reviewing(QObject):
    """The state behind the review screen. All reading and writing happens on the database thread."""

    queue_loaded = Signal(object)
    shown = Signal(object)
    decided = Signal(object)
    refused = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.queue: Queue | None = None
        self.current: ShownPlace | None = None
        self.drafts: dict[str, str] = {}
        self._ahead: dict[int, ShownPlace] = {}
        self._loading: Task[Queue | None] | None = None
        self._showing: Task[ShownPlace] | None = None
        self._own: list[tuple[int, int]] = []
        self._since = time.monotonic()
        self._writing = False

    @property
    def scale(self) -> ActionScale | None:
        return self.queue.run.scale if self.queue else None

    # the queue

    def load(self, run_id: int | None, second_id: int | None, wanted: QueueFilter | Picked | None = None) -> None:
        """Read the queue of a run; without a run, the one that was reviewed last.

        Responses that were picked on another screen stay the queue until another one is wanted.
        """
        if self._loading is not None:
            self._loading.cancel()
        self.session.picked = self.session.picked if wanted is None else wanted if isinstance(wanted, Picked) else None
        wanted = self.session.picked or wanted
        keep = self.current.left.response_id if self.current and self.current.left else None
        self._loading = self.session.read(
            lambda workspace: read_queue(workspace, run_id, second_id, wanted, keep), self._loaded
        )

    def _loaded(self, queue: Queue | None) -> None:
        self.queue, self.current = queue, None
        self._ahead.clear()
        if queue is not None:
            self.drafts = dict(queue.drafts)
            self.session.picked = queue.filter if isinstance(queue.filter, Picked) else None
        self.queue_loaded.emit(queue)
        if queue is not None and queue.ids:
            self.go(queue.place)

    def make_random(self, run_id: int) -> None:
        """Draw the run's random order once, store it as a review plan, then load it."""

        def work(workspace: Workspace) -> tuple[None, Changes]:
            if review.latest_plan(workspace, run_id) is not None:
                return None, Changes()
            items = uniform_queue(review.response_ids(workspace, run_id), RANDOM_SEED)
            _, changes = writes.create_review_plan(
                workspace, run_id=run_id, items=items, design="uniform", seed=RANDOM_SEED, at=now()
            )
            return None, changes

        second = self.queue.second.id if self.queue and self.queue.second else None
        self.session.write(work, lambda _done: self.load(run_id, second, QueueFilter.RANDOM))

    # moving

    def go(self, index: int) -> None:
        """Show a place of the queue; at once if it was read ahead."""
        queue = self.queue
        if queue is None or not 0 <= index < len(queue.ids):
            return
        if self._showing is not None:
            self._showing.cancel()
        ready = self._ahead.get(index)
        if ready is not None:
            self._show(ready)
            return
        self._showing = self.session.read(lambda workspace: read_place(workspace, queue, index), self._show)

    def step(self, by: int) -> None:
        if self.current is not None:
            self.go(self.current.index + by)

    def go_to_undecided(self) -> None:
        """The next response after this one that nobody has decided, from the beginning again after the end."""
        queue, current = self.queue, self.current
        if queue is None or current is None:
            return

        def search(workspace: Workspace) -> int | None:
            undecided = set(review.response_ids(workspace, queue.run.id, QueueFilter.UNDECIDED))
            order = [*range(current.index + 1, len(queue.ids)), *range(current.index + 1)]
            return next((index for index in order if queue.ids[index] in undecided), None)

        def found(index: int | None) -> None:
            if index is None:
                self.session.notice.emit("Every response of this queue has been decided.")
            else:
                self.go(index)

        self.session.read(search, found)

    def _show(self, shown: ShownPlace) -> None:
        same = self.current is not None and self.current.index == shown.index
        self.current = shown
        if not same:
            self._since = time.monotonic()
        self.shown.emit(shown)
        self._read_ahead(shown.index)
        if not same:
            self._remember_place()

    def _read_ahead(self, index: int) -> None:
        queue = self.queue
        if queue is None:
            return
        wanted = [at for at in (index + 1, index - 1) if 0 <= at < len(queue.ids)]
        self._ahead = {at: shown for at, shown in self._ahead.items() if at in wanted}
        for at in wanted:
            if at not in self._ahead:
                self.session.read(lambda workspace, at=at: read_place(workspace, queue, at), self._keep(queue))  # type: ignore[misc]

    def _keep(self, queue: Queue) -> Callable[[ShownPlace], None]:
        def keep(shown: ShownPlace) -> None:
            if self.queue is queue:
                self._ahead[shown.index] = shown

        return keep

    def read_again(self) -> None:
        """Something was written elsewhere: what was read ahead and what is shown may have changed."""
        self._ahead.clear()
        queue, current = self.queue, self.current
        if queue is not None and current is not None and not self._writing:
            self._showing = self.session.read(lambda workspace: read_place(workspace, queue, current.index), self._show)

    def _remember_place(self) -> None:
        queue, current = self.queue, self.current
        if queue is None or current is None or current.left is None:
            return
        place = place_of(queue, current.left.response_id)
        self.session.write(lambda workspace: (None, remember(workspace, key=PLACE, value=place)))

    # deciding

    def decide(
        self,
        side: int,
        action: ActionId | None,
        *,
        note: str = "",
        adjudicate: bool = False,
        cause: Cause | None = None,
        blind: bool = False,
    ) -> None:
        """Append a decision on the left (0) or right (1) response; once it is on disk, show what comes next."""
        item = self._item(side)
        if item is None or self._writing:
            return
        if item.response.state in UNSCORED_STATES:
            state = str(item.response.state).replace("_", " ")
            self.refused.emit(f"This response is {state}: there is no text to decide on. Resume its run to get one.")
            return
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

    def _write(self, decision: NewDecision, item: ReviewItem) -> None:
        queue, current = self.queue, self.current
        if queue is None or current is None:
            return
        self._writing = True
        drafts = {key: text for key, text in self.drafts.items() if key != str(item.response_id)}

        def work(workspace: Workspace) -> tuple[tuple[int, ShownPlace], Changes]:
            with workspace.write():
                event_id, changes = writes.append_decision(workspace, decision=decision, at=now())
                if drafts != self.drafts:
                    remember(workspace, key=DRAFTS, value=drafts)
            return (event_id, read_place(workspace, queue, current.index)), changes

        def stored(result: tuple[int, ShownPlace]) -> None:
            self._writing = False
            self.drafts = drafts
            self._own.append((result[0], current.index))
            self.current = result[1]
            self.decided.emit(decision)
            if self._all_decided(result[1]) and result[1].index + 1 < len(queue.ids):
                self.go(result[1].index + 1)
            else:
                self._show(result[1])

        self.session.write(work, stored, self._write_failed)

    def _write_failed(self, error: Exception) -> None:
        self._writing = False
        self.session.tasks.failed.emit(error)

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
        target = self._own[-1] if self._own else self._standing_here()
        if target is None:
            self.refused.emit("There is nothing of yours to undo here.")
            return
        event_id, index = target
        reviewer = self.session.reviewer

        def work(workspace: Workspace) -> tuple[int, Changes]:
            return writes.undo_decision(workspace, decision_id=event_id, reviewer=reviewer, at=now())

        def undone(_event: int) -> None:
            if self._own and self._own[-1] == target:
                self._own.pop()
            self._ahead.clear()
            self.session.notice.emit("The decision was taken back; the history keeps both.")
            self.go(index)

        def failed(error: Exception) -> None:
            if self._own and self._own[-1] == target:
                self._own.pop()
            self.session.tasks.failed.emit(error)

        self.session.write(work, undone, failed)

    def _standing_here(self) -> tuple[int, int] | None:
        if self.current is None:
            return None
        mine = [
            event
            for item in self.current.items
            if item is not None
            for event in standing_events(item.events, item.response.hash)
            if event.reviewer == self.session.reviewer
        ]
        return (max(mine, key=lambda event: event.id).id, self.current.index) if mine else None

    def keep_draft(self, side: int, text: str) -> None:
        """Keep a note that no decision carries yet."""
        item = self._item(side)
        if item is None:
            return
        drafts = {**self.drafts, str(item.response_id): text}
        if not text.strip():
            drafts.pop(str(item.response_id))
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
