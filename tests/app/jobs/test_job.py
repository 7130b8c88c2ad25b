"""The frame of long jobs, with a small job of the tests' own: that is all a new one needs."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest

from reviewer.app.jobs.asking import ask, connected
from reviewer.app.jobs.classification import ClassifyJob
from reviewer.app.jobs.job import Counted, Job, JobContext, piece_by_piece
from reviewer.app.jobs.terms import Terms
from reviewer.core.errors import DiskFullError
from reviewer.core.models import Endpoint
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest
from reviewer.runner.budget import Budget
from reviewer.runner.hold import Hold
from reviewer.runner.progress import Ending, Progress, RunOutcome
from reviewer.runner.run import Listed
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.memory import recalled, remember
from reviewer.store.queries import review, runs
from tests.support.builders import make_cases, make_response, make_run, make_suite, user
from tests.support.loopback import LoopbackServer, echo


@dataclass(frozen=True)
class Probe:
    """Asks an endpoint some questions and remembers the answers."""

    endpoint: Endpoint
    questions: Sequence[str]
    stored: list[int] = field(default_factory=list)

    def estimate(self, workspace: Workspace) -> int:
        return len(self.questions) - len(answers(workspace))

    async def perform(self, context: JobContext[Progress]) -> RunOutcome:
        def store(batch: Sequence[Response]) -> None:
            self.stored.append(len(batch))
            found = answers(context.workspace)
            found.update({str(response.case): response.text for response in batch})
            remember(context.workspace, key="probe", value=found)

        cases = make_cases(len(self.questions))
        asked = [ChatRequest(case.key, 1, user(text), "m") for case, text in zip(cases, self.questions, strict=True)]
        async with connected(self.endpoint) as protocol:
            return await ask(context, protocol, self.endpoint, Listed(asked), store=store, report=context.report)


def answers(workspace: Workspace) -> dict[str, str]:
    found = recalled(workspace, "probe")
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Numbers:
    """Stores numbers in pieces, by what a test hands in."""

    pieces: Sequence[Sequence[int]]
    store: Callable[[Sequence[int]], object]

    def estimate(self, _workspace: Workspace) -> int:
        return sum(map(len, self.pieces))

    async def perform(self, context: JobContext[Counted]) -> Counted:
        return await piece_by_piece(context, self.pieces, self.store)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "jobs.sqlite", create=True)
    yield opened
    opened.close()


def test_a_new_job_that_asks_an_endpoint_is_two_methods(workspace: Workspace, server: LoopbackServer) -> None:
    server.default = echo
    questions = [f"Question {number}?" for number in range(9)]
    job: Job[int, Progress, RunOutcome] = Probe(Endpoint("e", "openai-chat", server.base_url), questions)
    moments: list[Progress] = []
    assert job.estimate(workspace) == 9
    outcome = anyio.run(job.perform, JobContext(workspace, moments.append))
    assert (outcome.ending, outcome.progress.states) == (Ending.FINISHED, {ResponseState.OK: 9})
    assert (moments[-1].done, job.estimate(workspace)) == (9, 0)
    assert sorted(received.prompt for received in server.completions) == questions


def test_what_comes_back_at_once_is_stored_in_pieces_that_a_key_can_wait_for(
    workspace: Workspace, server: LoopbackServer
) -> None:
    server.default = echo
    probe = Probe(Endpoint("e", "openai-chat", server.base_url), [f"Question {number}?" for number in range(30)])
    outcome = anyio.run(probe.perform, JobContext(workspace, stored_at_once=3))
    assert (outcome.ending, len(answers(workspace))) == (Ending.FINISHED, 30)
    assert (sum(probe.stored), max(probe.stored)) == (30, 3)


def test_it_has_the_budget_and_the_hold_of_every_job(workspace: Workspace, server: LoopbackServer) -> None:
    server.default = echo
    endpoint = Endpoint("e", "openai-chat", server.base_url, concurrency=1)
    job, hold = Probe(endpoint, [f"Question {number}?" for number in range(60)]), Hold()
    held: list[bool] = []

    def watch(moment: Progress) -> None:
        if not held:
            hold.pause()
        held.append(moment.held)
        if moment.held and not moment.in_flight:
            hold.go_on()

    context = JobContext(workspace, watch, hold=hold, terms=Terms(budget=Budget(most_tokens=1)))
    outcome = anyio.run(job.perform, context)
    assert any(held)
    assert (outcome.ending, outcome.progress.used.tokens >= 1) == (Ending.STOPPED, True)
    assert 0 < len(answers(workspace)) < 60


def test_a_job_in_pieces_counts_and_ends_where_it_is_told_to(workspace: Workspace) -> None:
    stored: list[int] = []
    moments: list[Counted] = []

    async def go() -> Counted:
        def watch(moment: Counted) -> None:
            moments.append(moment)
            if moment.done == 4:
                context.end()

        context = JobContext[Counted](workspace, watch)
        return await Numbers([(1, 2), (3, 4), (5,)], stored.extend).perform(context)

    end = anyio.run(go)
    assert (end, end.stopped, stored) == (Counted(4, 5), True, [1, 2, 3, 4])
    assert [moment.done for moment in moments] == [0, 2, 4]


def test_a_paused_job_in_pieces_goes_on_or_ends(workspace: Workspace) -> None:
    for ends in (False, True):
        stored, ended = list[int](), list[Counted]()

        async def go(stored: list[int], ended: list[Counted], ends: bool) -> None:
            paused = anyio.Event()

            def watch(moment: Counted) -> None:
                if moment.done == 1:
                    context.hold.pause()
                    paused.set()

            async def then() -> None:
                await paused.wait()
                await anyio.lowlevel.checkpoint()
                assert stored == [1]
                (context.end if ends else context.hold.go_on)()

            context = JobContext[Counted](workspace, watch)
            async with anyio.create_task_group() as group:
                group.start_soon(then)
                ended.append(await Numbers([(1,), (2,)], stored.extend).perform(context))

        anyio.run(go, stored, ended, ends)
        assert ended == [Counted(1 if ends else 2, 2)]
        assert stored == ([1] if ends else [1, 2])


def test_a_job_in_pieces_waits_for_room_on_the_disk_and_says_so(workspace: Workspace) -> None:
    tries: list[int] = []
    waits: list[str] = []

    def store(piece: Sequence[int]) -> None:
        tries.extend(piece)
        if tries.count(2) < 3 and 2 in piece:
            raise DiskFullError("The disk is full.", "Free some space.")

    job = Numbers([(1,), (2,), (3,)], store)
    context = JobContext[Counted](workspace, lambda moment: waits.append(moment.waits_for), hold=Hold(0.01))
    assert anyio.run(job.perform, context) == Counted(3, 3)
    assert tries == [1, 2, 2, 2, 3]
    assert [why for why in waits if why] == ["The disk is full. Free some space. Reviewer waits and tries again."]


def test_a_job_waits_while_another_program_holds_the_workspace(workspace: Workspace) -> None:
    with workspace.read() as session:
        session.connection().exec_driver_sql("PRAGMA busy_timeout = 20")
    waits: list[str] = []

    def store(piece: Sequence[int]) -> None:
        remember(workspace, key=f"piece {piece[0]}", value=True)

    with closing(sqlite3.connect(workspace.path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")

        def watch(moment: Counted) -> None:
            waits.append(moment.waits_for)
            if moment.waits_for:
                other.execute("ROLLBACK")

        context = JobContext[Counted](workspace, watch, hold=Hold(0.01))
        assert anyio.run(Numbers([(1,), (2,)], store).perform, context) == Counted(2, 2)
    (why,) = (each for each in waits if each)
    assert why.startswith(f"Another program holds the workspace {workspace.path}.")
    assert why.endswith("Reviewer waits and tries again.")
    assert recalled(workspace, "piece 1") is recalled(workspace, "piece 2") is True


def test_a_job_that_waits_for_room_can_be_ended(workspace: Workspace) -> None:
    def store(_piece: Sequence[int]) -> None:
        raise DiskFullError("The disk is full.", "Free some space.")

    async def go() -> None:
        def watch(moment: Counted) -> None:
            if moment.waits_for:
                context.end()

        context = JobContext[Counted](workspace, watch, hold=Hold(1000.0))
        await Numbers([(1,)], store).perform(context)

    with pytest.raises(DiskFullError, match="full"):
        anyio.run(go)


def test_a_jobs_own_work_is_done_one_at_a_time(workspace: Workspace) -> None:
    inside, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        with lock:
            inside -= 1

    async def go() -> None:
        context = JobContext[Counted](workspace)
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(context.do, work)

    anyio.run(go)
    assert most == 1


def test_the_rules_read_only_what_they_have_not_read(workspace: Workspace) -> None:
    suite = make_suite(workspace, make_cases(5))
    run_id = make_run(workspace, suite, [Classified(make_response(f"case-{n:03}", "No.")) for n in range(5)])
    job = ClassifyJob(run_id)
    assert job.estimate(workspace) == 5
    assert anyio.run(job.perform, JobContext[Counted](workspace)) == Counted(5, 5)
    assert job.estimate(workspace) == 0
    assert anyio.run(job.perform, JobContext[Counted](workspace)) == Counted(0, 0)
    found = [review.review_item(workspace, key) for key in review.response_ids(workspace, run_id)]
    assert [len(item.verdicts) for item in found] == [1] * 5
    assert runs.run_line(workspace, run_id).stored == 5
