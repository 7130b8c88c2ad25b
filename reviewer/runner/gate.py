"""How many requests may be under way at one endpoint: one gate for all runs on it, that gives way when it is too much.

The number falls by half when the endpoint says that it is overloaded or breaks an answer off, and by a tenth where
answers take more than twice as long as they used to; it rises by one for each full round of answers, up to what was
set. Additive increase and multiplicative decrease: Chiu and Jain 1989, Computer Networks and ISDN Systems 17, 1-14.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

import anyio

from reviewer.runner.limits import Limits, Pacer, Sleep

OVERLOADED = frozenset({429, 503, 529})
_HALF = 0.5
_TENTH_LESS = 0.9
_SLOWER = 2.0
_SHORTEST_S = 0.05
"""Latencies below this say more of this machine than of the endpoint."""
_MOSTLY = 2
_ROUND = 10
"""Answers at least, before their mean latency is looked at."""


class EndpointGate:
    """`limit` is what is let through now, at most `most`. Whoever waits is let in first come, first served."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, sleep: Sleep = anyio.sleep) -> None:
        self._clock = clock
        self._users: list[Limits] = []
        self._waiting: deque[anyio.Event] = deque()
        self._lowered_s = -1.0
        self._latencies: list[float] = []
        self._usual_s: float | None = None
        self._well = self._broken = 0
        self.pacer = Pacer(clock=clock, sleep=sleep)
        self.most = self.limit = 1.0
        self.under_way = 0

    @contextmanager
    def used(self, limits: Limits) -> Iterator[None]:
        """While a run uses the gate; of several runs the tighter limits hold for all."""
        self._users.append(limits)
        self._set()
        try:
            yield
        finally:
            self._users.remove(limits)
            if self._users:
                self._set()

    def _set(self) -> None:
        before, self.most = self.most, float(min(limits.concurrency for limits in self._users))
        # a gate that was not pressed yet opens wide; one that has learnt something keeps it
        self.limit = self.most if self.limit >= before else min(self.limit, self.most)
        rpm = [limits.rpm for limits in self._users if limits.rpm]
        tpm = [limits.tpm for limits in self._users if limits.tpm]
        self.pacer.set_rates(min(rpm, default=None), min(tpm, default=None))
        self._let_in()

    async def enter(self) -> float:
        """Wait for a place; the time at which it was given, to be handed back with what became of the request."""
        if self.under_way >= int(self.limit) or self._waiting:
            place = anyio.Event()
            self._waiting.append(place)
            try:
                await place.wait()
            except BaseException:
                if place in self._waiting:
                    self._waiting.remove(place)
                else:
                    self.leave()
                raise
        else:
            self.under_way += 1
        return self._clock()

    def leave(self) -> None:
        self.under_way -= 1
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self.under_way < int(self.limit):
            self.under_way += 1
            self._waiting.popleft().set()

    def answered(self, entered_s: float) -> None:
        """A request that came in at `entered_s` was answered well."""
        self._well += 1
        self.limit = min(self.most, self.limit + 1.0 / max(self.limit, 1.0))
        self._latencies.append(self._clock() - entered_s)
        if len(self._latencies) >= max(_ROUND, self.limit):
            self._look_at_latency()

    def overloaded(self, entered_s: float) -> None:
        """The endpoint said that it is too much. What was sent before the last change says nothing of the present."""
        self._lower(_HALF, entered_s)

    def broke_off(self, entered_s: float) -> None:
        """An answer broke off: some servers interrupt one for the next. Where most do, it does not rise again."""
        self._broken += 1
        self._lower(_HALF, entered_s)
        if self._broken * _MOSTLY > self._well:
            self.most = self.limit

    def _lower(self, part: float, entered_s: float) -> None:
        if entered_s > self._lowered_s:
            self.limit = max(1.0, self.limit * part)
            self._lowered_s = self._clock()

    def _look_at_latency(self) -> None:
        mean = sum(self._latencies) / len(self._latencies)
        self._latencies.clear()
        if self._usual_s is None or mean < self._usual_s:
            self._usual_s = mean
        elif mean > max(self._usual_s, _SHORTEST_S) * _SLOWER:
            self._lower(_TENTH_LESS, self._clock())
        else:
            self._usual_s += (mean - self._usual_s) / 10


_gates: WeakValueDictionary[tuple[int, str], EndpointGate] = WeakValueDictionary()


def shared_gate(endpoint: str) -> EndpointGate:
    """The gate of an endpoint's address, for all runs of the calling thread's loop; forgotten when no run holds it."""
    key = (threading.get_ident(), endpoint)
    gate = _gates.get(key)
    if gate is None:
        gate = _gates[key] = EndpointGate()
    return gate
