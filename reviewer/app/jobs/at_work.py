"""What works on a run says so beside the workspace, where every program sees it, as long as its process lives."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio

from reviewer.app.jobs.job import JobContext
from reviewer.core.errors import InputError
from reviewer.host.marks import OpenMark, mark_work, works_on
from reviewer.store.database import Workspace
from reviewer.store.queries import runs
from reviewer.wording.plain_text import preview

SENT, JUDGED, READ = "sent", "judged", "read by the rules"
_LOOKS, _BETWEEN_MS = 3, 300
"""How often it is looked whether another program does the same, and at most how long is waited before the next look."""

Elsewhere = Mapping[tuple[int, str], str]
"""What other programs do: by the run's id and what becomes of it, which program that is, in words."""


@asynccontextmanager
async def at_work(context: JobContext[Any], what: str, run_id: int, also: int | None = None) -> AsyncIterator[None]:
    """The run is `what` until the block ends, with the help of another one, which has to stay too.

    Raises InputError where another program does the same with it, and where one of the runs is gone.
    """
    # a judge may read the run that it is controlled with: then that is what is done with it
    helping = () if also is None or also == run_id else (also,)
    mark = await _alone(context, what, run_id, helping)
    try:
        yield
    finally:
        if mark is not None:
            mark.take_away()


async def _alone(context: JobContext[Any], what: str, run_id: int, helping: Sequence[int]) -> OpenMark | None:
    """Of two that begin in the same instant each sees the other and steps back; the first that comes again has it."""
    for _ in range(_LOOKS - 1):
        try:
            return await context.do(lambda: _begun(context.workspace, what, run_id, helping))
        except _AtWorkAlreadyError:
            await anyio.sleep(secrets.randbelow(_BETWEEN_MS) / 1000)
    return await context.do(lambda: _begun(context.workspace, what, run_id, helping))


def elsewhere(workspace: Workspace) -> Elsewhere:
    """What other programs do with the runs of this workspace now."""
    others = (each for each in works_on(workspace.path) if not each.is_own)
    # whoever can write in the folder can write a mark
    return {
        (run_id, each.done_with(run_id)): preview(each.whereabouts) for each in others for run_id in each.runs or ()
    }


class _AtWorkAlreadyError(InputError):
    """Another program does the same with the run."""


def _begun(workspace: Workspace, what: str, run_id: int, helping: Sequence[int]) -> OpenMark | None:
    # first the mark, then the look: of two that begin at once one sees the other, and so does who deletes
    mark = mark_work(workspace.path, what, (run_id,), helping)
    try:
        for each in (run_id, *helping):
            runs.run_line(workspace, each)
        _check_alone(workspace, what, run_id, mark)
    except BaseException:
        if mark is not None:
            mark.take_away()
        raise
    return mark


def _check_alone(workspace: Workspace, what: str, run_id: int, mark: OpenMark | None) -> None:
    own = None if mark is None else mark.path
    for each in works_on(workspace.path):
        is_worked_on = each.runs is not None and run_id in each.runs and each.done_with(run_id) == what
        if each.mark != own and is_worked_on:
            name = runs.run_line(workspace, run_id).name
            said = f"The run {name} is being {what} already, {each.whereabouts}."
            raise _AtWorkAlreadyError(said, f"Wait until that is done. {each.remedy}".strip())
