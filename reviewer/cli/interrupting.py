"""Long work at the command line: it shows how it goes, and an interrupt ends it in order."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from reviewer.cli.output import ProgressLine, complain

T = TypeVar("T")


async def until_interrupted(work: Callable[[anyio.Event, ProgressLine], Awaitable[T]]) -> T:
    """What `work` returns. An interrupt sets its event; what was received is kept, and it is to end by itself."""
    cancel, line = anyio.Event(), ProgressLine()
    found: list[T] = []
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(_cancel_on_signal, cancel)
            found.append(await work(cancel, line))
            group.cancel_scope.cancel()
    except BaseExceptionGroup as failed:
        # a task group wraps even a single error; its sentence is to reach the person as it is
        raise failed.exceptions[0] from failed
    finally:
        line.end()
    return found[0]


async def _cancel_on_signal(cancel: anyio.Event) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _signal in signals:
            complain("\nStopping; everything received is kept.")
            cancel.set()
