"""How a reviewer gets about: the list of queues, going to a case, searching, twins, flags, skipping, selecting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from reviewer.review.kinds import carries_over
from reviewer.review.place import Picked, Queue
from reviewer.store.facts.review import QueueFilter
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.bar import ReviewBar
from reviewer.ui.review.deciding import Deciding
from reviewer.ui.review.find_line import GoToLine
from reviewer.ui.review.list import QueueList
from reviewer.ui.review.marks import Marks
from reviewer.ui.review.queue_panel import QueuePanel
from reviewer.ui.review.queue_plan import QueuePlanDialog
from reviewer.ui.review.state import NOT_SHOWN_YET, Reviewing
from reviewer.ui.review.stretch import Selecting
from reviewer.ui.review.way_back import WayBack


class Wayfinding(QObject):
    """Belongs to the review page and lies over it; nothing of it moves the page."""

    def __init__(
        self,
        session: Session,
        place: Reviewing,
        deciding: Deciding,
        bar: ReviewBar,
        list_: QueueList,
        verdicts_shown: Callable[[], bool],
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._session, self._place, self._bar, self._page = session, place, bar, page
        self._list = list_
        self.queues = QueuePanel(session, verdicts_shown, page)
        self.line = GoToLine(session, page)
        self.way_back = WayBack(session, place, page)
        self.marks = Marks(session, place, deciding)
        self.selecting = Selecting(session, place, deciding, list_, page)
        self.queues.chosen.connect(self._choose_queue)
        self.line.chosen.connect(self.way_back.go_to)
        self.line.found.connect(self.way_back.open)
        bar.queue.clicked.connect(self.show_queues)
        place.queue_loaded.connect(self._loaded)

    def bind(self, commands: CommandTable) -> None:
        bind = commands.bind
        self.selecting.follow()
        bind("review.queues", self.show_queues)
        bind("review.plan", partial(self._with_queue, self._plan))
        bind("review.go_to", partial(self._with_queue, lambda queue: self.line.go(queue, self._corner())))
        bind("review.search", partial(self._with_queue, lambda queue: self.line.search(queue, self._corner())))
        bind("review.twin", self.way_back.twin)
        bind("review.flag", self.marks.flag)
        bind("review.skip", self.marks.skip)
        bind("review.extend_next", partial(self.selecting.extend, 1))
        bind("review.extend_previous", partial(self.selecting.extend, -1))

    def _with_queue(self, act: Callable[[Queue], object]) -> None:
        if self._place.queue is None:
            self._session.notice.emit(NOT_SHOWN_YET)
        else:
            act(self._place.queue)

    def show_queues(self) -> None:
        self._with_queue(lambda queue: self.queues.open_for(queue, self._corner(self._bar.queue)))

    def _corner(self, under: QWidget | None = None) -> QPoint:
        """Under the line above the review, at the left or under one of its controls."""
        left = under.mapTo(self._page, QPoint(0, 0)).x() if under is not None else GRID
        return QPoint(left, self._bar.mapTo(self._page, QPoint(0, self._bar.height())).y() + GRID // 2)

    def choose_run(self, run_id: int, second_id: int, queue: str | Picked) -> None:
        """Another run, or another one beside it; a queue that is of the run before gives way to all."""
        self._session.run_id, self._session.second_run_id = run_id, second_id or None
        shown = self._place.queue
        same = shown is not None and shown.run.id == run_id
        if not same:
            self.way_back.forget()
        stays = same or (isinstance(queue, str) and carries_over(queue))
        self._place.load(run_id, second_id, queue if stays else QueueFilter.ALL)

    def _choose_queue(self, key: str) -> None:
        queue = self._place.queue
        if queue is not None:
            self.way_back.forget()
            self._place.load(queue.run.id, queue.second.id if queue.second else 0, key)
            self._list.setFocus()

    def _plan(self, queue: Queue) -> None:
        show_over(QueuePlanDialog(self._session, queue, self._choose_queue, self._page.window()))

    def _loaded(self, _queue: Queue | None) -> None:
        """What lay over the page was about the queue before."""
        self.queues.leave()
        self.line.leave()
