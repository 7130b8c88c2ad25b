"""A disk that is full: the run waits for room, says so, and loses nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import anyio
import pytest

from reviewer.app.jobs.job import JobContext
from reviewer.app.jobs.judging import JudgingProgress
from reviewer.app.jobs.sending import perform, prepare_sending
from reviewer.app.jobs.terms import Terms
from reviewer.core.decisions import JudgeOutcome, JudgeRunStatus
from reviewer.core.errors import DiskFullError
from reviewer.core.responses import ResponseState
from reviewer.runner.hold import Hold
from reviewer.runner.progress import Ending, Progress
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from tests.faults.sent_run import ENDPOINT, filled, sent, stored
from tests.support.builders import make_case, make_response, make_run, make_suite
from tests.support.judged_runs import items, judge, judges_on, request_to
from tests.support.judges import form
from tests.support.loopback import LoopbackServer, say


def test_a_disk_that_stays_full_stops_the_run_with_a_sentence_and_nothing_is_torn(workspace: Workspace) -> None:
    """SQLite itself refuses to grow the file, with the error that a full disk gives."""
    with full_soon(workspace):
        with pytest.raises(DiskFullError, match=r"full\. Free some space"):
            sent(workspace, Terms(max_wait_s=0.0))
        kept = stored(workspace)
        assert 0 < len(kept) < MANY
        assert workspace.problems() == []
        _pragma(workspace, "max_page_count = 1000000")
        assert sent(workspace).ending is Ending.FINISHED
    assert len(stored(workspace)) == MANY
    assert workspace.problems() == []


def test_a_run_waits_for_room_on_a_full_disk_and_loses_nothing(workspace: Workspace) -> None:
    hold, told = Hold(0.05), list[str]()

    def make_room(moment: Progress) -> None:
        if moment.waits_for and not told:
            told.append(moment.waits_for)
            # the next try fails too
            threading.Timer(0.3, _pragma, (workspace, "max_page_count = 1000000")).start()

    with full_soon(workspace) as server:
        outcome = sent(workspace, hold=hold, progress=make_room)
        # what had come when the disk was full was kept, not asked for again
        assert set(server.prompts().values()) == {1}
    assert outcome.progress.states == {ResponseState.OK: MANY}
    assert "disk is full" in told[0]
    assert len(stored(workspace)) == MANY
    assert workspace.problems() == []


def test_a_run_that_waits_for_room_does_not_hold_up_the_end_of_the_program(workspace: Workspace) -> None:
    """The task is cancelled from outside, as a window does that closes."""
    waits = anyio.Event()

    async def go() -> None:
        sending = prepare_sending(workspace, "run")

        def told(moment: Progress) -> None:
            if moment.waits_for:
                waits.set()

        async with anyio.create_task_group() as group:

            async def leave() -> None:
                await waits.wait()
                group.cancel_scope.cancel()

            group.start_soon(leave)
            await perform(sending, JobContext(workspace, told, hold=Hold(1000.0)))

    with full_soon(workspace):
        started = time.monotonic()
        with suppress(BaseExceptionGroup, DiskFullError):
            anyio.run(go)
        assert waits.is_set()
        assert time.monotonic() - started < 60
    assert workspace.problems() == []


def test_a_run_that_waits_for_room_can_be_cancelled(workspace: Workspace) -> None:
    cancel = anyio.Event()

    def give_up(moment: Progress) -> None:
        if moment.waits_for:
            cancel.set()

    with full_soon(workspace), pytest.raises(DiskFullError, match="full"):
        sent(workspace, hold=Hold(1000.0), progress=give_up, cancel=cancel)
    assert workspace.problems() == []


def test_a_judging_waits_for_room_on_a_full_disk_and_loses_nothing(workspace: Workspace) -> None:
    hold, told = Hold(0.05), list[str]()

    def make_room(moment: JudgingProgress, _cancel: anyio.Event) -> None:
        if moment.waits_for and not told:
            told.append(moment.waits_for)
            threading.Timer(0.3, _pragma, (workspace, "max_page_count = 1000000")).start()

    with judged_and_full_soon(workspace) as server:
        end = judge(workspace, request_to(server), make_room, hold=hold)
        assert len(server.completions) == MANY
    assert "disk is full" in told[0]
    assert (end.status, end.outcomes) == (JudgeRunStatus.FINISHED, {JudgeOutcome.JUDGED: MANY})
    assert len([item for item in items(workspace) if len(item.verdicts) == 1]) == MANY
    assert workspace.problems() == []


def test_a_judging_that_waits_for_room_can_be_cancelled_and_goes_on_where_it_was(workspace: Workspace) -> None:
    def give_up(moment: JudgingProgress, cancel: anyio.Event) -> None:
        if moment.waits_for:
            cancel.set()

    with judged_and_full_soon(workspace) as server:
        with pytest.raises(DiskFullError, match="full"):
            judge(workspace, request_to(server), give_up, hold=Hold(1000.0))
        _pragma(workspace, "max_page_count = 1000000")
        [line] = judges_on(workspace, "run")
        assert (line.status, "full" in line.message) == (JudgeRunStatus.STOPPED, True)
        end = judge(workspace, request_to(server))
    assert end.outcomes == {JudgeOutcome.JUDGED: MANY - line.judged}
    assert workspace.problems() == []


MANY = 400


@contextmanager
def judged_and_full_soon(workspace: Workspace) -> Iterator[LoopbackServer]:
    """A run to be judged, and a judge with long reasons, in a workspace that has room for some of them."""
    cases = [make_case(f"case-{n:03}") for n in range(MANY)]
    suite = make_suite(workspace, cases)
    make_run(workspace, suite, [Classified(make_response(case.key, "Reply")) for case in cases], name="run")
    with LoopbackServer(say(form(reason="word " * 30))) as server:
        _pragma(workspace, f"max_page_count = {_pragma(workspace, 'page_count') + 30}")
        yield server


@contextmanager
def full_soon(workspace: Workspace) -> Iterator[LoopbackServer]:
    """A run of many long responses in a workspace that has room for some of them."""
    with LoopbackServer(say(" ".join(f"word{n}" for n in range(300)))) as server:
        filled(workspace, server.base_url, MANY, replace(ENDPOINT, concurrency=8, timeout_s=20.0))
        _pragma(workspace, f"max_page_count = {_pragma(workspace, 'page_count') + 60}")
        yield server


def _pragma(workspace: Workspace, words: str) -> int:
    with workspace.read() as session:
        return int(session.connection().exec_driver_sql(f"PRAGMA {words}").scalar_one())
