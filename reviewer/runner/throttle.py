"""An endpoint that asks to be left alone: it is held for all requests, and none of them loses an attempt by that."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from reviewer.endpoints.protocol import EndpointError, FaultKind
from reviewer.runner.gate import OVERLOADED
from reviewer.runner.hold import Hold
from reviewer.runner.limits import Limits, Pacer

_TOO_MANY = 429
_OFTEN = 2
"""So often a request is asked to wait before it also waits by itself: it may be this one that is too much."""


def asks_to_wait(fault: EndpointError) -> bool:
    """Whether the endpoint wants a pause; a server that is busy or away does where it names a time."""
    if fault.kind is not FaultKind.RETRY:
        return False
    return fault.status == _TOO_MANY or (fault.status in OVERLOADED and bool(fault.retry_after_s))


class Throttle:
    """The pauses of one run. A time that the endpoint names is kept; without one they grow, until it answers again.

    The pacer is that of the endpoint's gate, so that other runs on it keep the pause too.
    """

    def __init__(
        self, limits: Limits, pacer: Pacer, hold: Hold, rng: random.Random, clock: Callable[[], float]
    ) -> None:
        self._limits, self._pacer, self._hold, self._rng, self._clock = limits, pacer, hold, rng, clock
        self._rounds = 0
        self._round_s = -math.inf
        self._since_s: float | None = None
        self._why = ""

    @property
    def waits_for(self) -> str:
        """In a sentence what is waited for; empty while nothing is."""
        return self._why if self._pacer.held_s > 0 else ""

    def answered(self) -> None:
        """The endpoint lets requests through."""
        self._rounds, self._since_s = 0, None

    def asked(self, fault: EndpointError, sent_s: float) -> None:
        """Hold the endpoint, which answered so to a request that was sent then.

        Raises EndpointError to stop the run where the wait is longer than it may be, or where nothing was let through
        for as long as the run may wait.
        """
        now_s = self._clock() - self._hold.held_s
        self._since_s = now_s if self._since_s is None else self._since_s
        left_s = self._limits.max_wait_s - (now_s - self._since_s)
        named_s = fault.retry_after_s or 0.0
        if named_s > min(self._limits.max_retry_after_s, self._limits.max_wait_s):
            raise _stopped(fault, f"It asks to wait {named_s:,.0f} s.", "Resume then.")
        if left_s <= named_s:
            waited = f"Nothing was let through for {now_s - self._since_s:,.0f} s."
            raise _stopped(fault, waited, "Resume the run later, or let it wait longer (--max-wait-s).")
        # what was sent before the pause began says nothing of how long it must be
        is_new = sent_s >= self._round_s
        self._rounds += is_new
        if named_s or is_new:
            self._pause(named_s or self._growing(left_s), fault, is_named=named_s > 0)

    def _growing(self, most_s: float) -> float:
        longest_s = self._limits.longest_backoff(self._rounds)
        return min(self._rng.uniform(longest_s / 2, longest_s), most_s)

    def _pause(self, seconds: float, fault: EndpointError, *, is_named: bool) -> None:
        self._round_s = self._clock()
        # not all at the same moment
        late_s = self._limits.backoff(1, self._rng) if is_named else 0.0
        self._pacer.hold(seconds + late_s)
        shown = f"{math.ceil(seconds):,} s"
        self._why = (
            f"The endpoint asks to wait {shown} ({fault.status})."
            if is_named
            else f"The endpoint has too many requests ({fault.status}); Reviewer waits {shown}."
        )

    def alone_s(self, times: int, fault: EndpointError) -> float:
        """Seconds that one request waits beside that, which was asked to wait so many times without a time."""
        return 0.0 if times <= _OFTEN or fault.retry_after_s else self._limits.backoff(times - _OFTEN, self._rng)

    async def heed_person(self) -> None:
        """For as long as the run goes on: a person who has it tried at once ends the pause."""
        while True:
            await self._hold.tried_now()
            self._pacer.release()


def _stopped(fault: EndpointError, why: str, remedy: str) -> EndpointError:
    return EndpointError(FaultKind.STOP_RUN, f"{fault.what} {why}", remedy, status=fault.status)
