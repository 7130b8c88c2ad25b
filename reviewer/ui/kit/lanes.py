"""One thread with two lanes: what was asked for goes in order, what only keeps the screen up to date goes between."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T")

PATIENCE_S = 0.5
"""How long what may wait is passed by: keys that never pause must not keep a figure from the screen for ever."""
PAUSE_S = 0.03
"""How long after what was asked for the thread rests before it goes on with what may wait: what was asked for is being
painted, and each of the two threads would hold up the other.
"""


class Lane(Protocol):
    """Where work is handed in."""

    def submit(self, work: Callable[[], T], /) -> Future[T]:
        """Have it done on the lane's thread."""


class _HandedIn(NamedTuple):
    future: Future[Any]
    work: Callable[[], Any]
    since: float

    def run(self) -> None:
        try:
            result = self.work()
        except BaseException as error:
            self.future.set_exception(error)
            raise
        else:
            self.future.set_result(result)


class TwoLanes:
    """`submit` keeps to the order of the calls; `later` takes what runs when nothing else waits, in its own order."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, name)
        self._now: deque[_HandedIn] = deque()
        self._later: deque[_HandedIn] = deque()
        self._came = threading.Condition()
        self._rests_until = 0.0
        self.later: Lane = _Later(self)

    def submit(self, work: Callable[[], T], /) -> Future[T]:
        """Have it done after everything that was submitted before."""
        return self._put(self._now, work)

    def put_off(self, work: Callable[[], T]) -> Future[T]:
        """Have it done when nothing that was submitted waits, or after `PATIENCE_S`."""
        return self._put(self._later, work)

    def _put(self, lane: deque[_HandedIn], work: Callable[[], T]) -> Future[T]:
        waiting = _HandedIn(Future(), work, monotonic())
        with self._came:
            lane.append(waiting)
            self._came.notify()
        # one turn for each: which of them takes it is seen when it comes
        self._thread.submit(self._take_turn)
        return waiting.future

    def _take_turn(self) -> None:
        with self._came:
            self._came.wait_for(lambda: self._now, self._rests_until - monotonic())
        if self._later and (not self._now or monotonic() - self._later[0].since > PATIENCE_S):
            self._later.popleft().run()
            return
        try:
            self._now.popleft().run()
        finally:
            self._rests_until = monotonic() + PAUSE_S

    def close(self) -> None:
        """Do all that was handed in, in both lanes, and end the thread. Waits."""
        self._thread.shutdown(wait=True)


class _Later:
    """The second lane by itself."""

    def __init__(self, lanes: TwoLanes) -> None:
        self._lanes = lanes

    def submit(self, work: Callable[[], T], /) -> Future[T]:
        return self._lanes.put_off(work)
