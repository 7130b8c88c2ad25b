"""How hard a run may press an endpoint: how many at once, how often, how long, how soon again."""

from __future__ import annotations

import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio

from reviewer.core.cases import Message
from reviewer.core.errors import InputError

CHARACTERS_PER_TOKEN = 4
MAX_CONCURRENCY = 1000
MAX_WAIT_S = 1800.0

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Limits:
    """Raises InputError for a limit that cannot be.

    `timeout_s` is for one whole attempt, `max_total_s` for all attempts at a request with the waits between them. `rpm`
    and `tpm` are requests and estimated tokens per minute. A wait that a server asks for is kept up to
    `max_retry_after_s`; a longer one stops the run, which can be resumed. `max_wait_s` is how long a run waits for an
    endpoint that went away or lets nothing through, or for room on a full disk, before it stops; 0 does not wait.
    """

    concurrency: int = 4
    max_attempts: int = 3
    timeout_s: float = 60.0
    max_total_s: float = 1800.0
    rpm: float | None = None
    tpm: float | None = None
    backoff_s: float = 0.5
    max_backoff_s: float = 30.0
    max_retry_after_s: float = 600.0
    max_wait_s: float = MAX_WAIT_S

    def __post_init__(self) -> None:
        positive = {
            "concurrency": self.concurrency,
            "number of attempts": self.max_attempts,
            "timeout": self.timeout_s,
            "time for one request": self.max_total_s,
            "limit of requests per minute": self.rpm,
            "limit of tokens per minute": self.tpm,
        }
        for name, value in positive.items():
            if value is not None and not (math.isfinite(value) and value > 0):
                raise InputError(f"The {name} is {value:g}.", "Give a number above 0.")
        if not (math.isfinite(self.max_wait_s) and self.max_wait_s >= 0):
            raise InputError(f"The time to wait is {self.max_wait_s:g}.", "Give seconds, 0 not to wait.")
        if self.concurrency > MAX_CONCURRENCY:
            raise InputError(f"The concurrency is {self.concurrency}.", f"Give at most {MAX_CONCURRENCY}.")

    def backoff(self, attempt: int, rng: random.Random) -> float:
        """Seconds before the next attempt after the `attempt`-th failed: exponential, with full jitter.

        After https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
        """
        return rng.uniform(0.0, self.longest_backoff(attempt))

    def longest_backoff(self, attempt: int) -> float:
        """The seconds that `backoff` gives at most."""
        # 2**60 is longer than any limit and still a float
        return min(self.max_backoff_s, self.backoff_s * 2.0 ** min(attempt - 1, 60))


def estimated_tokens(messages: tuple[Message, ...]) -> float:
    """Characters / 4, about 1,000 for a picture: rough, and only of what is sent; the response is not known yet."""
    return sum(message.length for message in messages) / CHARACTERS_PER_TOKEN


class Pacer:
    """Spaces attempts evenly: each takes 60/rpm seconds, or 60·tokens/tpm if that is more, before the next may start.

    No burst is saved up after an idle time. A pause that the server asked one request for holds for all, also for those
    that had got their turn before.
    """

    def __init__(self, *, clock: Callable[[], float], sleep: Sleep) -> None:
        self._s_per_request = self._s_per_token = 0.0
        self._clock = clock
        self._sleep = sleep
        self._free_s = self._held_until_s = -math.inf
        self._released = anyio.Event()

    def set_rates(self, rpm: float | None, tpm: float | None) -> None:
        """Requests and estimated tokens per minute; None is no bound."""
        self._s_per_request = 60.0 / rpm if rpm else 0.0
        self._s_per_token = 60.0 / tpm if tpm else 0.0

    async def turn(self, tokens: float) -> None:
        """Wait for this attempt's turn; turns are given in the order of asking."""
        while True:
            now = self._clock()
            held_until_s = self._held_until_s
            start = max(now, self._free_s, held_until_s)
            self._free_s = start + max(self._s_per_request, self._s_per_token * tokens)
            if start > now:
                await self._rest(start - now)
            if self._held_until_s <= held_until_s:
                return

    async def _rest(self, seconds: float) -> None:
        """Sleep, or until a pause is ended by a person."""
        if self.held_s <= 0:
            await self._sleep(seconds)
            return
        async with anyio.create_task_group() as group:
            group.start_soon(self._sleep_then_end, seconds, group.cancel_scope)
            await self._released.wait()
            group.cancel_scope.cancel()

    async def _sleep_then_end(self, seconds: float, scope: anyio.CancelScope) -> None:
        await self._sleep(seconds)
        scope.cancel()

    @property
    def held_s(self) -> float:
        """Seconds for which nothing is started yet; 0 or less where there is no pause."""
        return self._held_until_s - self._clock()

    def hold(self, seconds: float) -> None:
        """Start nothing for so long."""
        self._held_until_s = max(self._held_until_s, self._clock() + seconds)

    def release(self) -> None:
        """End a pause now."""
        self._held_until_s = -math.inf
        self._free_s = min(self._free_s, self._clock())
        released, self._released = self._released, anyio.Event()
        released.set()
