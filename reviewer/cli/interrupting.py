"""Long work at the command line: it shows how it goes, and an interrupt ends it in order."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import anyio

from reviewer.app.jobs.job import JobContext, MomentT
from reviewer.app.jobs.terms import Terms
from reviewer.cli.output import ProgressLine, complain
from reviewer.store.database import Workspace

T = TypeVar("T")


def until_interrupted(
    workspace: Workspace,
    work: Callable[[JobContext[MomentT]], Awaitable[T]],
    show: Callable[[ProgressLine, MomentT], None],
    terms: Terms | None = None,
) -> T:
    """What `work`, a job's `perform`, returns. An interrupt ends it in order: what was received is kept.

    A job waits in its own way while another program writes, so that an interrupt reaches it then too.
    """
    with workspace.waiting(None):
        return anyio.run(_until_interrupted, workspace, work, show, terms)


async def _until_interrupted(
    workspace: Workspace,
    work: Callable[[JobContext[MomentT]], Awaitable[T]],
    show: Callable[[ProgressLine, MomentT], None],
    terms: Terms | None,
) -> T:
    line, found = ProgressLine(), list[T]()
    context = JobContext[MomentT](workspace, partial(show, line), terms=terms)
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(_end_on_signal, context.end)
            found.append(await work(context))
            group.cancel_scope.cancel()
    except BaseExceptionGroup as failed:
        # a task group wraps even a single error; its sentence is to reach the person as it is
        raise failed.exceptions[0] from failed
    finally:
        line.end()
    return found[0]


async def _end_on_signal(end: Callable[[], None]) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _signal in signals:
            complain("\nStopping; everything received is kept.")
            end()
