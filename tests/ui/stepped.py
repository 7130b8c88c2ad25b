"""The program's threads with a hand on each step: a test says when work is done and when its result arrives."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from reviewer.ui.kit.lanes import Lane
from reviewer.ui.kit.tasks import CLOSE_WITHIN_S, Task, Tasks

T = TypeVar("T")


class SteppedTasks(Tasks):
    """Every order that threads could come to is an order of `perform` and `deliver`, and nothing else happens."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: deque[tuple[Callable[[], Any], Task[Any]]] = deque()
        self._put_off: deque[tuple[Callable[[], Any], Task[Any]]] = deque()
        self._done: deque[tuple[Future[Any], Task[Any]]] = deque()

    def _start(self, lane: Lane, work: Callable[[], T], task: Task[T]) -> None:
        if not self._closed:
            self._under_way += 1
            asked = self._put_off if lane is self._database.later else self._asked
            asked.append((work, task))

    def perform(self, *, patience: bool = True) -> bool:
        """The database thread does what has been asked for longest, or, out of patience, what was put off longest;
        whether there was anything.
        """
        if not self._asked and not self._put_off:
            return False
        first = self._asked if self._asked and (patience or not self._put_off) else self._put_off
        work, task = first.popleft()
        future: Future[Any] = Future()
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 as an executor keeps it
            future.set_exception(error)
        self._done.append((future, task))
        return True

    def deliver(self) -> bool:
        """The result that has waited longest reaches the GUI thread; whether there was one."""
        if not self._done:
            return False
        future, task = self._done.popleft()
        error = future.exception()
        self._deliver(task, error, None if error else future.result())
        return True

    def drain(self) -> None:
        """Until nothing is left to do, as when the person waits."""
        while self.perform() or self.deliver():
            pass

    def database_call(self, work: Callable[[], T]) -> T:
        return work()

    def close(self, last: Callable[[], object] | None = None, *, within_s: float = CLOSE_WITHIN_S) -> bool:
        """What has been asked is still done; nothing of it is delivered."""
        self._closed = True
        while self.perform():
            pass
        self._done.clear()
        if last is not None:
            last()
        return super().close(within_s=within_s)
