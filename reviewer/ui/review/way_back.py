"""Leaving the queue for a case, a search or a twin, and coming back to the place that was left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from reviewer.review.going import twins
from reviewer.review.place import Picked, Queue
from reviewer.store.facts.review import QueueFilter
from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.session import Session
from reviewer.ui.review.state import NOT_SHOWN_YET, Reviewing


@dataclass(frozen=True)
class LeftPlace:
    """The queue and the response in it that the person left for a moment."""

    run_id: int
    second_id: int
    filter: str | Picked
    response_id: int


class WayBack(QObject):
    """Esc goes back to the place that was left, where no control takes that key. Another queue or run that the person
    chooses is no place to come back from.
    """

    def __init__(self, session: Session, place: Reviewing, page: QWidget) -> None:
        super().__init__(page)
        self._session, self._place = session, place
        self._left: LeftPlace | None = None
        self._from_twin: int | None = None
        page.installEventFilter(self)

    def forget(self) -> None:
        """The person has chosen another queue."""
        self._left = self._from_twin = None

    def go_to(self, response_id: int) -> None:
        """To this response of the run: in the queue where that has it, else among all."""
        queue = self._place.queue
        if queue is None:
            return
        if response_id in queue.ids:
            self._place.go_to_response(response_id)
            return
        self._session.notice.emit("That one is not in the queue: all responses are shown. Esc goes back.")
        self.open(QueueFilter.ALL, response_id)

    def open(self, key: str, response_id: int) -> None:
        """Another queue at this response, for as long as the person wants."""
        queue = self._place.queue
        if queue is None:
            return
        here = self._here(queue)
        if self._left is None and here is not None:
            second = queue.second.id if queue.second else 0
            self._left = LeftPlace(queue.run.id, second, queue.filter, here)
        self._place.load(queue.run.id, queue.second.id if queue.second else 0, key, at=response_id)

    def _here(self, queue: Queue) -> int | None:
        """The response that the person wants to be at."""
        wanted = self._place.wanted
        return queue.ids[wanted] if wanted is not None and wanted < len(queue.ids) else None

    def back(self) -> bool:
        """To the place that was left; whether there is one."""
        left = self._left
        self.forget()
        if left is None:
            return False
        self._place.load(left.run_id, left.second_id, left.filter, at=left.response_id)
        return True

    def twin(self) -> None:
        """To the next case of the contrast pair, from the last one back to where the person came from."""
        item = self._place.item(0)
        if self._place.why_not(0) or item is None:
            self._place.refused.emit(self._place.why_not(0) or NOT_SHOWN_YET)
            return
        here = item.response_id
        self._session.read(lambda workspace: twins(workspace, item), lambda found: self._to_twin(found, here))

    def _to_twin(self, pair: list[int], here: int) -> None:
        item = self._place.item(0)
        if item is None or item.response_id != here:
            return  # the person has gone on meanwhile
        if len(pair) < 2:
            paired = f"The twin of {item.case.key} is not in this run." if item.case.pair else "This case has no twin."
            self._session.refused.emit(paired)
            return
        coming = pair[(pair.index(here) + 1) % len(pair)]
        if self._left is not None and coming == self._left.response_id and self._from_twin == coming:
            self.back()
            return
        if self._left is None:
            self._from_twin = here
        self.go_to(coming)

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress else None
        if pressed is not None and pressed.key() == Qt.Key.Key_Escape and not pressed.modifiers() and self.back():
            return True
        return super().eventFilter(watched, event)
