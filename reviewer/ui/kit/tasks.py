"""Work off the GUI thread: one database thread, a few workers, one asyncio loop.

On the database thread what was asked for comes first; what only keeps the screen up to date waits until it is idle.

Results and failures come back to the GUI thread by a queued signal. A cancelled task delivers nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from reviewer.core.errors import KnownError
from reviewer.ui.kit.lanes import Lane, TwoLanes

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

log = logging.getLogger(__name__)

T = TypeVar("T")

CLOSE_WITHIN_S = 30.0
"""How long the end of all work is waited for: a thread that hangs must not keep the program for ever."""


class Task(Generic[T]):
    """A piece of work under way. `cancel` keeps its result from being delivered; long work asks `cancelled`."""

    def __init__(self, done: Callable[[T], None] | None, failed: Callable[[Exception], None] | None) -> None:
        self.done = done
        self.failed = failed
        self._cancel = threading.Event()

    def cancel(self) -> None:
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        return self._cancel.is_set()


class Tasks(QObject):
    """The program's threads. `failed` carries every failure that its task does not handle itself; `busy_changed` says
    whether any task is under way.
    """

    failed = Signal(object)
    busy_changed = Signal(bool)
    _arrived = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = TwoLanes("database")
        self._workers = ThreadPoolExecutor(2, "worker")
        self._portal: BlockingPortal | None = None
        self._portal_stack = ExitStack()
        self._closed = False
        self._closing: threading.Thread | None = None
        self._under_way = 0
        self._held: list[Callable[[], object]] | None = None
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def under_way(self) -> int:
        """Tasks whose end has not reached the GUI thread yet."""
        return self._under_way

    def on_database(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        past_hold: bool = False,
    ) -> Task[T]:
        """Run `work` on the database thread, in the order of the calls; while it is held only what goes `past_hold`.

        That is done after all that was asked for before, also what was to be done when idle.
        """
        task = Task(done, failed)
        lane = self._database.later if past_hold else self._database
        self._query(lane, work, task, past_hold=past_hold)
        return task

    @property
    def is_held(self) -> bool:
        return self._held is not None

    def hold_database(self) -> None:
        """Begin nothing new on the database thread until `release_database`; what is asked for meanwhile waits."""
        self._held = self._held or []

    def release_database(self) -> None:
        """Do what has waited, in its order."""
        held, self._held = self._held or [], None
        for begin in held:
            begin()

    def look_up(
        self,
        query: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        *,
        when_idle: bool = False,
    ) -> Task[T]:
        """Run what changes nothing on the database thread; cancelled before its turn, it is not run.

        `when_idle`, everything else that is asked for goes before it.
        """
        task = Task(done, failed)
        lane = self._database.later if when_idle else self._database
        self._query(lane, unless_cancelled(query, task), task)
        return task

    def on_worker(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> Task[T]:
        """Run `work`, which must not touch the workspace, beside the database thread."""
        return self._submit(self._workers, work, done, failed)

    def database_call(self, work: Callable[[], T]) -> T:
        """Run `work` on the database thread and wait. Not for the GUI thread: it must never wait."""
        return self._database.submit(work).result()

    def database_call_between(self, work: Callable[[], T]) -> T:
        """The same when nothing else waits for the database thread, or after `PATIENCE_S`: keys go before it."""
        return self._database.later.submit(work).result()

    def on_loop(
        self,
        work: Callable[[], Awaitable[T]],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> Task[T]:
        """Run a coroutine on the asyncio loop in its own thread."""
        task = Task(done, failed)
        if not self._closed:
            self._track(self._loop().start_task_soon(work), task)
        return task

    def loop_call(self, work: Callable[[], Any]) -> None:
        """Call a plain function on the loop's thread, for example to set a cancel event, without waiting."""
        if self._portal is not None and not self._closed:
            self._portal.start_task_soon(_as_coroutine, work)

    def close(self, last: Callable[[], object] | None = None, *, within_s: float = CLOSE_WITHIN_S) -> bool:
        """Refuse new work, end the loop's tasks, let the database thread finish what it has, stop all threads.

        `last` runs on the database thread after everything else: a run that is ended here still stores what it got.
        Waits `within_s` seconds at most; whether all has ended by then. What has not goes on ending, and another call
        waits for it again.
        """
        if self._closing is None:
            self._closed = True
            self._closing = threading.Thread(target=self._end_all, args=(last,), name="closing", daemon=True)
            self._closing.start()
        self._closing.join(within_s)
        return not self._closing.is_alive()

    def _end_all(self, last: Callable[[], object] | None) -> None:
        if self._portal is not None:
            self._portal.call(self._portal.stop, True)
        self._portal_stack.close()
        self._workers.shutdown(wait=True, cancel_futures=True)
        if last is not None:
            self._database.submit(last)
        self._database.close()

    def _loop(self) -> BlockingPortal:
        if self._portal is None:
            from anyio.from_thread import start_blocking_portal

            self._portal = self._portal_stack.enter_context(start_blocking_portal())
        return self._portal

    def _submit(
        self,
        lane: Lane,
        work: Callable[[], T],
        done: Callable[[T], None] | None,
        failed: Callable[[Exception], None] | None,
    ) -> Task[T]:
        task = Task(done, failed)
        self._start(lane, work, task)
        return task

    def _query(self, lane: Lane, work: Callable[[], T], task: Task[T], *, past_hold: bool = False) -> None:
        if self._held is None or past_hold:
            self._start(lane, work, task)
        else:
            self._held.append(lambda: self._start(lane, work, task))

    def _start(self, lane: Lane, work: Callable[[], T], task: Task[T]) -> None:
        if not self._closed:
            self._track(lane.submit(work), task)

    def _track(self, future: Future[T], task: Task[T]) -> None:
        self._under_way += 1
        if self._under_way == 1:
            self.busy_changed.emit(True)
        future.add_done_callback(lambda ended: self._ended(ended, task))

    def _ended(self, future: Future[T], task: Task[T]) -> None:
        """On the working thread: hand the outcome over to the GUI thread."""
        if self._closed:
            return
        if future.cancelled():
            self._arrived.emit(task, None, None)
            return
        error = future.exception()
        self._arrived.emit(task, error, None if error else future.result())

    def _deliver(self, task: Task[Any], error: BaseException | None, result: object) -> None:
        self._under_way -= 1
        if self._under_way == 0:
            self.busy_changed.emit(False)
        if task.cancelled or isinstance(error, CancelledError):
            return
        if error is None:
            if task.done is not None:
                task.done(result)
            return
        if not isinstance(error, KnownError):
            log.error("a task failed", exc_info=error)
        if isinstance(error, Exception) and task.failed is not None:
            task.failed(error)
        else:
            self.failed.emit(error)


def unless_cancelled(work: Callable[[], T], task: Task[T]) -> Callable[[], T]:
    """The work, which is not begun once nobody waits for it: it raises CancelledError."""

    def work_if_wanted() -> T:
        if task.cancelled:
            raise CancelledError
        return work()

    return work_if_wanted


async def _as_coroutine(work: Callable[[], Any]) -> None:
    work()
