"""The program's threads with a hand on each step: a test says when work is done and when its result arrives."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from reviewer.ui.kit.tasks import CLOSE_WITHIN_S, Task, Tasks

T = TypeVar("T")


class SteppedTasks(Tasks):
    """Every order that threads could come to is an order of `perform` and `deliver`, and nothing else happens."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: deque[tuple[Callable[[], Any], Task[Any]]] = deque()
        self._done: deque[tuple[Future[Any], Task[Any]]] = deque()

    def _submit(
        self,
        executor: ThreadPoolExecutor,
        work: Callable[[], T],
        done: Callable[[T], None] | None,
        failed: Callable[[Exception], None] | None,
    ) -> Task[T]:
        task = Task(done, failed)
        if not self._closed:
            self._under_way += 1
            self._asked.append((work, task))
        return task

    def perform(self) -> bool:
        """The database thread does what has been asked for longest; whether there was anything."""
        if not self._asked:
            return False
        work, task = self._asked.popleft()
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
