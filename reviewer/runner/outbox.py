"""Responses on their way to the store: in small batches, in order, none lost when a run is cut short."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import anyio

from reviewer.core.responses import Response

BATCH_SIZE = 20
MOST_AT_ONCE = 100
"""Where the store is behind: fewer, larger commits catch up."""
BATCH_WAIT_S = 0.2
MAX_WAITING = 200

Commit = Callable[[Sequence[Response]], Awaitable[None]]


class Outbox:
    """Takes responses at once and commits them 20 at a time, at most about 0.2 s late; more at once where
    the store is behind.

    A commit is never cancelled half-way: what has been put is committed, whatever ends the run. Where the store is
    slower than the endpoint, `room` holds the workers back.
    """

    def __init__(self, commit: Commit, committed: Callable[[Sequence[Response]], None]) -> None:
        self._commit = commit
        self._committed = committed
        self._waiting: list[Response] = []
        self._closed = False
        self._failed = False
        self._arrived = anyio.Event()
        self._full = anyio.Event()
        self._taken = anyio.Event()

    def put(self, response: Response) -> None:
        """Never waits, so that nothing can come between receiving a response and keeping it."""
        self._waiting.append(response)
        self._arrived.set()
        if len(self._waiting) >= BATCH_SIZE:
            self._full.set()

    async def room(self) -> None:
        """Wait until fewer than 200 responses wait to be committed."""
        while len(self._waiting) >= MAX_WAITING:
            await self._taken.wait()

    def close(self) -> None:
        """Nothing more is coming: `deliver` ends when all is committed."""
        self._closed = True
        self._arrived.set()
        self._full.set()

    async def deliver(self) -> None:
        """Commit until closed and empty. Raises what `commit` raises."""
        while not (self._closed and not self._waiting):
            await self._arrived.wait()
            with anyio.move_on_after(BATCH_WAIT_S):
                await self._full.wait()
            await self._commit_one_batch()

    async def flush(self) -> None:
        """Commit what `deliver` left when it was cut short; nothing where a commit has failed before."""
        while self._waiting and not self._failed:
            await self._commit_one_batch()

    async def _commit_one_batch(self) -> None:
        batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        if batch:
            self._failed = True
            with anyio.CancelScope(shield=True):
                await self._commit(batch)
            self._failed = False
            self._committed(batch)
        if not self._closed:
            self._arrived = _event(is_set=bool(self._waiting))
            self._full = _event(is_set=len(self._waiting) >= BATCH_SIZE)
        self._taken.set()
        self._taken = anyio.Event()


def _event(*, is_set: bool) -> anyio.Event:
    event = anyio.Event()
    if is_set:
        event.set()
    return event
