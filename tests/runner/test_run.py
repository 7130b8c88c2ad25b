"""Runs against a real server on the loopback: retries, stops, cancel and resume, nothing twice and nothing lost."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from anyio.from_thread import start_blocking_portal

from reviewer.core.cases import CaseKey
from reviewer.core.errors import EnvironmentFault, ExitStatus
from reviewer.core.models import Endpoint
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.registry import open_protocol
from reviewer.runner.limits import Limits
from reviewer.runner.outbox import MOST_AT_ONCE
from reviewer.runner.plan import missing_requests
from reviewer.runner.progress import Ending, Progress, RunOutcome
from reviewer.runner.run import Listed, run_requests
from tests.runner.fakes import FakeTime, FullJitter, MemoryStore, cases, requests, requests_for
from tests.support import loopback
from tests.support.loopback import LoopbackServer, say

pytestmark = pytest.mark.anyio

ONE = Limits(concurrency=1)


async def run(
    endpoint: Endpoint,
    wanted: Sequence[ChatRequest],
    store: MemoryStore,
    limits: Limits = ONE,
    *,
    cancel: anyio.Event | None = None,
    time_: FakeTime | None = None,
) -> RunOutcome:
    protocol = open_protocol(endpoint)
    fake = time_ or FakeTime()
    try:
        return await run_requests(
            protocol,
            Listed(wanted),
            limits=limits,
            commit=store.commit,
            progress=store.progress,
            cancel=cancel or anyio.Event(),
            rng=FullJitter(),
            sleep=fake.sleep,
            clock=fake.clock,
        )
    finally:
        with anyio.CancelScope(shield=True):
            await protocol.aclose()


async def test_every_request_is_answered_once_in_small_batches(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.default = loopback.echo
    store = MemoryStore()
    outcome = await run(endpoint, requests(105), store, Limits(concurrency=12))
    assert (outcome.ending, outcome.exit_status) == (Ending.FINISHED, ExitStatus.DONE)
    assert outcome.progress.states == {ResponseState.OK: 105}
    assert {r.case: r.text for r in store.responses} == {c: f"You said: prompt {c}/1" for c in cases(105)}
    assert len(store.responses) == 105
    assert set(server.prompts().values()) == {1}
    assert max(map(len, store.batches)) <= MOST_AT_ONCE
    assert store.told[0].done == 0
    assert store.told[-1].done == 105
    assert store.told[-1].in_flight == 0
    assert max(told.in_flight for told in store.told) <= 12


async def test_an_empty_run_is_finished(endpoint: Endpoint) -> None:
    outcome = await run(endpoint, [], MemoryStore())
    assert (outcome.ending, outcome.progress.done, outcome.progress.total) == (Ending.FINISHED, 0, 0)


@pytest.mark.parametrize(
    "behaviour",
    [
        loopback.error(429),
        loopback.error(500),
        loopback.error(503),
        loopback.reset,
        loopback.half,
        loopback.raw(b""),
        loopback.raw(b'{"choices": [{"mess'),
    ],
)
async def test_what_may_pass_is_tried_again(
    server: LoopbackServer, endpoint: Endpoint, behaviour: loopback.Behaviour
) -> None:
    server.script(behaviour, behaviour)
    store, fake = MemoryStore(), FakeTime()
    outcome = await run(endpoint, requests(2), store, time_=fake)
    assert outcome.exit_status is ExitStatus.DONE
    assert [r.attempts for r in store.responses] == [3, 1]
    assert outcome.progress.retries == 2
    assert outcome.progress.last_retry
    assert fake.slept == [0.5, 1.0]


async def test_the_wait_that_the_server_asks_for_is_kept(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(loopback.too_many(7))
    fake = FakeTime()
    await run(endpoint, requests(1), MemoryStore(), time_=fake)
    assert fake.slept == [7.5]


async def test_the_wait_may_be_a_date(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(loopback.too_many_until(100, time.time()))
    fake = FakeTime()
    await run(endpoint, requests(1), MemoryStore(), time_=fake)
    # both dates are whole seconds, so the wait may be one second off
    assert 98 <= fake.slept[0] <= 101.5


async def test_a_wait_that_is_too_long_stops_the_run(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(say("One."), loopback.too_many(7200))
    store = MemoryStore()
    outcome = await run(endpoint, requests(3), store)
    assert (outcome.ending, len(store.responses)) == (Ending.STOPPED, 1)
    assert "asks to wait 7,200 s" in outcome.sentence


async def test_attempts_that_are_used_up_are_an_error_and_the_run_goes_on(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    server.script(*[loopback.error(500, "overloaded")] * 6)
    store = MemoryStore()
    outcome = await run(endpoint, requests(3), store)
    assert (outcome.ending, outcome.exit_status) == (Ending.FINISHED, ExitStatus.ANSWER_IS_NO)
    assert [r.state for r in store.responses] == [ResponseState.ERROR, ResponseState.ERROR, ResponseState.OK]
    failed = store.responses[0]
    assert (failed.attempts, failed.text) == (3, "")
    assert "500 Internal Server Error" in failed.error
    assert "overloaded" in failed.error
    (group,) = outcome.progress.errors
    assert (group.sentence, group.count, group.example) == (failed.error, 2, CaseKey("case-0000"))


async def test_a_response_of_50_mb_is_an_error_and_the_run_goes_on(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(loopback.huge(50))
    store = MemoryStore()
    outcome = await run(endpoint, requests(2), store)
    assert [r.state for r in store.responses] == [ResponseState.ERROR, ResponseState.OK]
    assert store.responses[0].error.startswith("The response was larger than 20 MB")
    assert outcome.exit_status is ExitStatus.ANSWER_IS_NO
    assert len(server.completions) == 2, "it is not asked for again"


async def test_all_states_are_counted(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(
        say("Yes."),
        say("Yes and", finish_reason="length"),
        say(""),
        say(None, tool_calls=[{}]),
        loopback.content_filter_400,
        say("Ye", finish_reason="content_filter"),
        loopback.error(400, "bad"),
        say("Yes.", finish_reason="on_a_whim"),
    )
    outcome = await run(endpoint, requests(8), MemoryStore())
    expected = Counter({state: 1 for state in ResponseState if state is not ResponseState.NO_RESPONSE})
    expected[ResponseState.FILTERED] = 2
    assert outcome.progress.states == expected


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (loopback.error(401, "bad key"), "does not accept the key"),
        (loopback.error(404), "There is nothing at"),
        (loopback.unknown_model, "does not know the model 'test-model'"),
        (loopback.html, "a web page instead of JSON"),
    ],
)
async def test_what_fails_for_all_stops_the_run_and_keeps_the_rest(
    server: LoopbackServer, endpoint: Endpoint, behaviour: loopback.Behaviour, words: str
) -> None:
    server.script(say("One."), say("Two."), behaviour)
    store = MemoryStore()
    outcome = await run(endpoint, requests(50), store)
    assert (outcome.ending, outcome.exit_status) == (Ending.STOPPED, ExitStatus.INPUT_WRONG)
    assert words in outcome.sentence
    assert [r.text for r in store.responses] == ["One.", "Two."]
    assert outcome.progress.done == 2
    assert len(server.completions) == 3


@pytest.mark.parametrize(("total", "kept"), [(100, 6), (2, 2)])
async def test_a_server_that_was_never_there_stops_the_run(endpoint: Endpoint, total: int, kept: int) -> None:
    down = replace(endpoint, base_url=f"http://127.0.0.1:{loopback.unused_port()}/v1")
    store = MemoryStore()
    outcome = await run(down, requests(total), store, Limits(concurrency=4, max_attempts=2))
    assert (outcome.ending, outcome.unreachable) == (Ending.STOPPED, True)
    assert outcome.exit_status is ExitStatus.ENVIRONMENT_FAILED
    assert "There is no connection" in outcome.sentence
    assert kept <= len(store.responses) <= kept + 4
    assert outcome.progress.states == {ResponseState.ERROR: len(store.responses)}


async def test_a_server_that_goes_away_later_stops_the_run_too(endpoint: Endpoint) -> None:
    store = MemoryStore()
    with LoopbackServer() as leaving:
        wanted, there = requests(12), replace(endpoint, base_url=leaving.base_url)
        await run(there, wanted[:2], store)
    client = _FirstThenDown(there)
    outcome = await run_requests(
        client,
        Listed(wanted[2:]),
        limits=Limits(concurrency=1, max_wait_s=0.0),
        commit=store.commit,
        progress=store.progress,
        cancel=anyio.Event(),
        rng=FullJitter(),
        sleep=FakeTime().sleep,
    )
    assert (outcome.ending, outcome.unreachable) == (Ending.STOPPED, True)
    assert outcome.progress.states == {ResponseState.OK: 1, ResponseState.ERROR: 3}


class _FirstThenDown:
    """A server that answered once and is gone."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._answered = False

    async def send(self, request: ChatRequest) -> Response:
        if self._answered:
            raise EndpointError(FaultKind.RETRY, "There is no connection.", unreachable=True)
        self._answered = True
        return Response(request.case, request.repeat, text="Hi")

    async def list_models(self) -> list[str]:
        return []

    async def aclose(self) -> None:
        """Nothing is open."""


async def test_a_whole_attempt_has_a_time_limit(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(loopback.slow)
    store = MemoryStore()
    await run(endpoint, requests(2), store, Limits(concurrency=1, max_attempts=1, timeout_s=0.05))
    assert "did not answer within 0.05 s" in store.responses[0].error


async def test_cancel_gives_up_what_is_in_flight_and_keeps_what_came(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    server.script(*[say("Yes.")] * 30)
    server.default = loopback.slow
    store, cancel = MemoryStore(), anyio.Event()

    async def cancel_when_stuck() -> None:
        assert await anyio.to_thread.run_sync(server.wait_for_completions, 34)
        cancel.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(cancel_when_stuck)
        outcome = await run(endpoint, requests(100), store, Limits(concurrency=4), cancel=cancel)
    assert (outcome.ending, outcome.exit_status) == (Ending.CANCELLED, ExitStatus.INTERRUPTED)
    assert len(store.responses) == outcome.progress.done == 30
    assert len(server.completions) == 34


async def test_a_run_that_is_cancelled_before_it_starts_sends_nothing(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    cancel = anyio.Event()
    cancel.set()
    outcome = await run(endpoint, requests(9), MemoryStore(), Limits(concurrency=4), cancel=cancel)
    assert (outcome.ending, outcome.progress.done, server.received) == (Ending.CANCELLED, 0, [])


async def test_a_replay_of_a_file_runs_and_misses_are_errors(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text("".join(json.dumps({"case": c, "text": f"to {c}"}) + "\n" for c in cases(500)), encoding="utf-8")
    store = MemoryStore()
    outcome = await run(
        Endpoint("rec", "recorded", responses_file=str(file)), requests(503), store, Limits(concurrency=8)
    )
    assert outcome.progress.states == {ResponseState.OK: 500, ResponseState.ERROR: 3}
    assert all(r.text == f"to {r.case}" for r in store.responses if r.state is ResponseState.OK)


async def test_a_cancelled_run_resumes_with_each_response_exactly_once(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    server.default = loopback.echo
    store, order = MemoryStore(), cases(60)
    for stop_at in (1, 17, 40, 1000):
        cancel = anyio.Event()
        told = len(store.responses)

        def watch(_: Progress, cancel: anyio.Event = cancel, enough: int = stop_at) -> None:
            if len(store.responses) >= enough:
                cancel.set()

        wanted = requests_for(missing_requests(order, 2, store.states, None))
        protocol = open_protocol(endpoint)
        outcome = await run_requests(
            protocol,
            Listed(wanted),
            limits=Limits(concurrency=5),
            commit=store.commit,
            progress=watch,
            cancel=cancel,
        )
        await protocol.aclose()
        assert outcome.progress.done == len(store.responses) - told
    assert outcome.ending is Ending.FINISHED
    kept = Counter((r.case, r.repeat) for r in store.responses)
    assert kept == Counter((case, repeat) for case in order for repeat in (1, 2))
    assert missing_requests(order, 2, store.states, None) == []


async def test_a_task_that_is_cancelled_from_outside_keeps_what_came(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    server.script(*[say("Yes.")] * 3)
    server.default = loopback.slow
    store = MemoryStore()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, endpoint, requests(10), store)
        assert await anyio.to_thread.run_sync(server.wait_for_completions, 4)
        tasks.cancel_scope.cancel()
    assert len(store.responses) == 3


async def test_a_store_that_fails_ends_the_run_with_its_own_error(server: LoopbackServer, endpoint: Endpoint) -> None:
    class FullDisk(MemoryStore):
        async def commit(self, batch: Sequence[Response]) -> None:
            if self.batches:
                raise EnvironmentFault("The disk is full.")
            await super().commit(batch)

    store = FullDisk()
    with pytest.raises(EnvironmentFault, match="disk is full"):
        await run(endpoint, requests(200), store, Limits(concurrency=4))
    assert len(store.batches) == 1


async def test_an_unexpected_error_keeps_what_came(endpoint: Endpoint) -> None:
    class Broken(_FirstThenDown):
        async def send(self, request: ChatRequest) -> Response:
            if self._answered:
                raise ZeroDivisionError
            return await super().send(request)

    store = MemoryStore()
    with pytest.raises(ZeroDivisionError):
        await run_requests(
            Broken(endpoint),
            Listed(requests(5)),
            limits=ONE,
            commit=store.commit,
            progress=store.progress,
            cancel=anyio.Event(),
        )
    assert [r.text for r in store.responses] == ["Hi"]


async def test_a_store_that_is_slow_holds_the_workers_back(endpoint: Endpoint) -> None:
    class Slow(MemoryStore):
        async def commit(self, batch: Sequence[Response]) -> None:
            for _ in range(100):
                await anyio.lowlevel.checkpoint()
            await super().commit(batch)

    class Instant(_FirstThenDown):
        sent = 0

        async def send(self, request: ChatRequest) -> Response:
            await anyio.lowlevel.checkpoint()
            self.sent += 1
            assert self.sent - len(store.responses) <= 200 + MOST_AT_ONCE + 8
            return Response(request.case, request.repeat, text="Hi")

    store = Slow()
    outcome = await run_requests(
        Instant(endpoint),
        Listed(requests(1000)),
        limits=Limits(concurrency=8),
        commit=store.commit,
        progress=store.progress,
        cancel=anyio.Event(),
    )
    assert outcome.progress.done == len(store.responses) == 1000


def test_a_run_in_a_portal_is_cancelled_from_another_thread(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(*[say("Yes.")] * 5)
    server.default = loopback.slow
    store = MemoryStore()
    with start_blocking_portal("asyncio") as portal:
        cancel = portal.call(anyio.Event)

        async def go() -> RunOutcome:
            return await run(endpoint, requests(50), store, Limits(concurrency=3), cancel=cancel)

        future = portal.start_task_soon(go)
        assert server.wait_for_completions(8)
        portal.call(cancel.set)
        outcome = future.result()
    assert outcome.ending is Ending.CANCELLED
    assert len(store.responses) == 5
    assert not [t for t in threading.enumerate() if "AnyIO" in t.name and t.is_alive() and not t.daemon]
