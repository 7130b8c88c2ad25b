"""Long work in a workspace, whoever watches it: what it would take, and doing it until it ends or is ended.

A job is a class with `estimate` and `perform`. It touches the workspace through its context only, tells how far it is
in moments of its own kind, and returns how it ended. The window shows any job through `ui.jobs.under_way`, a command
through `cli.interrupting`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from reviewer.app.jobs.terms import Terms
from reviewer.core.errors import DiskFullError, HeldError, KnownError
from reviewer.host.clock import now
from reviewer.store.database import Workspace

if TYPE_CHECKING:
    import anyio

    from reviewer.runner.hold import Hold

T = TypeVar("T")
EstimateT = TypeVar("EstimateT", covariant=True)
OutcomeT = TypeVar("OutcomeT", covariant=True)


class Moment(Protocol):
    """How far a job is: durable pieces done of how many in all, and in a sentence what it waits for, if anything."""

    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def waits_for(self) -> str: ...


MomentT = TypeVar("MomentT", bound=Moment)


class Job(Protocol[EstimateT, MomentT, OutcomeT]):
    """Work that was asked for, as plain values; nothing is read before one of its methods is called."""

    def estimate(self, workspace: Workspace) -> EstimateT:
        """What it would take. Reads only. Raises KnownError where it cannot be done at all."""
        ...

    async def perform(self, context: JobContext[MomentT]) -> OutcomeT:
        """Do it; how it ended. Raises KnownError where it cannot go on; what was stored before that stays."""
        ...


@dataclass(frozen=True)
class Counted:
    """A moment of a job that counts and nothing more; also how it ended, `stopped` where it was before its end."""

    done: int
    total: int
    waits_for: str = ""

    @property
    def stopped(self) -> bool:
        return self.done < self.total


def unwatched(_moment: object) -> None:
    """Nobody looks how far it is."""


def directly(work: Callable[[], None]) -> None:
    """For programs that keep the workspace to one task: no thread of its own is needed."""
    work()


def _event() -> anyio.Event:
    import anyio

    return anyio.Event()


def _hold() -> Hold:
    from reviewer.runner.hold import Hold

    return Hold()


def _lock() -> anyio.Lock:
    import anyio

    return anyio.Lock()


@dataclass(frozen=True)
class JobContext(Generic[MomentT]):
    """What a job is done with. The workspace is the one it was asked for in, whatever is opened meanwhile.

    `on_database` is called in a worker thread and must not return before its work is done. `cancel` ends the job in
    order, `hold` pauses it. Of what came back `stored_at_once` at most are one piece of work: who shares the workspace
    with a person at the keys makes that few. Without `terms` those of the last time are meant, where the job keeps any.
    """

    workspace: Workspace
    report: Callable[[MomentT], None] = unwatched
    cancel: anyio.Event = field(default_factory=_event)
    on_database: Callable[[Callable[[], None]], None] = directly
    stored_at_once: int = 100
    terms: Terms | None = None
    hold: Hold = field(default_factory=_hold)
    _one_at_a_time: anyio.Lock = field(default_factory=_lock, repr=False)

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` returns, done where the workspace may be touched; the job's own work is done one at a time."""
        import anyio.to_thread

        found: list[T] = []
        async with self._one_at_a_time:
            await anyio.to_thread.run_sync(self.on_database, lambda: found.append(work()))
        return found[0]

    async def goes_on(self) -> bool:
        """Wait while the job is paused; False once it is to end."""
        import anyio

        async def wait_for(what: Callable[[], Awaitable[object]]) -> None:
            await what()
            group.cancel_scope.cancel()

        if self.hold.holds and not self.cancel.is_set():
            async with anyio.create_task_group() as group:
                group.start_soon(wait_for, self.cancel.wait)
                group.start_soon(wait_for, self.hold.going)
        return not self.cancel.is_set()

    async def keep(self, work: Callable[[], object], waits: Callable[[str], None] = unwatched) -> None:
        """Do what stores; while the disk is full or another program holds the workspace, as for a long import, wait,
        having told `waits` why.

        Raises DiskFullError or HeldError where it stays so, or the job is ended.
        """

        async def hindered() -> DiskFullError | HeldError | None:
            try:
                await self.do(work)
            except (DiskFullError, HeldError) as error:
                return error
            return None

        async def back() -> bool:
            return await hindered() is None

        fault, terms = await hindered(), self.terms or Terms()
        if fault is None:
            return
        why = f"{fault} Reviewer waits and tries again."
        waits(why)
        # once the job is ended, the hold waits for nothing any more
        if not await self.hold.wait_until(back, why, terms.max_wait_s):
            raise fault

    def end(self) -> None:
        """On the loop: end the job in order, whatever it waits for."""
        self.cancel.set()
        self.hold.give_up()


async def piece_by_piece(
    context: JobContext[Counted], pieces: Sequence[Sequence[T]], store: Callable[[Sequence[T]], object]
) -> Counted:
    """Store pieces one after the other: between two of them other work gets its turn, and the job pauses and ends.

    Raises what `store` raises, DiskFullError and HeldError only where it stays so.
    """
    done, total = 0, sum(map(len, pieces))
    context.report(Counted(0, total))
    for piece in pieces:
        if not await context.goes_on():
            break
        await context.keep(partial(store, piece), partial(_waits, context, done, total))
        done += len(piece)
        context.report(Counted(done, total))
    return Counted(done, total)


def _waits(context: JobContext[Counted], done: int, total: int, why: str) -> None:
    context.report(Counted(done, total, why))


@asynccontextmanager
async def true_status(set_status: Callable[[str, str, str], Awaitable[None]]) -> AsyncIterator[None]:
    """Whatever ends a job early is written down as `cancelled` or `stopped`, with why and when; then it goes on to
    the caller.
    """
    import anyio

    try:
        yield
    except BaseException as error:
        status, message = "cancelled", ""
        if isinstance(error, Exception):
            status = "stopped"
            message = (
                str(error) if isinstance(error, KnownError) else f"Reviewer itself failed: {type(error).__name__}."
            )
        with anyio.CancelScope(shield=True):
            await set_status(status, message, now())
        raise
