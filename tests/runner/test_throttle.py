"""An endpoint that asks to wait is held for all requests and all runs; it costs nobody an attempt, and has its end."""

from __future__ import annotations

from collections import Counter

import anyio
import anyio.lowlevel
import pytest

from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.runner.gate import EndpointGate
from reviewer.runner.hold import Hold
from reviewer.runner.limits import MAX_WAIT_S, Limits
from reviewer.runner.progress import Ending, Progress, RunOutcome
from reviewer.runner.run import Listed, run_requests
from tests.runner.fakes import FakeTime, FullJitter, MemoryStore, requests

pytestmark = pytest.mark.anyio


def too_many(wait_s: float | None = None, status: int = 429) -> EndpointError:
    return EndpointError(FaultKind.RETRY, f"It answers {status}.", "Wait.", retry_after_s=wait_s, status=status)


class Busy:
    """Asks `times` requests to wait, each with the next of `waits`; then answers. Notes when each was asked."""

    def __init__(self, time: FakeTime, times: float, *faults: EndpointError) -> None:
        self._time, self._left, self._faults = time, times, faults
        self.asked_s: list[float] = []
        self.asked: Counter[str] = Counter()
        self.busy = anyio.Event()

    async def send(self, request: ChatRequest) -> Response:
        await anyio.lowlevel.checkpoint()
        self.asked_s.append(self._time.clock())
        self.asked[request.case] += 1
        if self._left > 0:
            self._left -= 1
            self.busy.set()
            raise self._faults[min(len(self.asked_s), len(self._faults)) - 1]
        return Response(request.case, request.repeat, text="Hi")

    async def list_models(self) -> list[str]:
        return []

    async def aclose(self) -> None:
        """Nothing is open."""


async def ran(
    endpoint: Busy, time: FakeTime, store: MemoryStore, n: int = 6, max_wait_s: float = MAX_WAIT_S
) -> RunOutcome:
    given = Limits(concurrency=1, max_attempts=1, max_wait_s=max_wait_s)
    return await run_requests(
        endpoint, Listed(requests(n)), limits=given, commit=store.commit, progress=store.progress,
        cancel=anyio.Event(), rng=FullJitter(), sleep=time.sleep, clock=time.clock,
    )  # fmt: skip


@pytest.mark.parametrize("status", [429, 503, 529])
async def test_a_wait_that_is_named_is_kept_and_costs_no_attempt(status: int) -> None:
    time, store = FakeTime(), MemoryStore()
    endpoint = Busy(time, 3, too_many(12.0, status))
    outcome = await ran(endpoint, time, store)
    assert (outcome.ending, outcome.progress.states) == (Ending.FINISHED, {ResponseState.OK: 6})
    assert [later - earlier for earlier, later in zip(endpoint.asked_s[:3], endpoint.asked_s[1:4], strict=True)] == [
        12.5
    ] * 3
    assert outcome.progress.retries == 3
    assert "The endpoint asks to wait 12 s" in " ".join(told.waits_for for told in store.told)
    assert outcome.progress.waits_for == ""


async def test_without_a_time_the_pauses_grow() -> None:
    time, store = FakeTime(), MemoryStore()
    endpoint = Busy(time, 9, too_many())
    outcome = await ran(endpoint, time, store)
    assert outcome.progress.states == {ResponseState.OK: 6}
    # one request alone waits a little longer still, as it may be the one that is too much
    paused = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    waited = [later - earlier for earlier, later in zip(endpoint.asked_s, endpoint.asked_s[1:10], strict=False)]
    assert all(0 <= wait - pause <= 30.0 for wait, pause in zip(waited, paused, strict=True))


async def test_a_run_that_nothing_is_let_through_of_stops_when_its_patience_is_at_an_end() -> None:
    time, store = FakeTime(), MemoryStore()
    endpoint = Busy(time, float("inf"), too_many())
    outcome = await ran(endpoint, time, store, max_wait_s=100.0)
    assert outcome.ending is Ending.STOPPED
    assert "It answers 429. Nothing was let through for" in outcome.sentence
    assert store.responses == []
    assert 100.0 <= time.now_s <= 200.0
    assert len(endpoint.asked) == 1


async def test_one_answer_gives_the_patience_back() -> None:
    time, store = FakeTime(), MemoryStore()

    class Trickling(Busy):
        async def send(self, request: ChatRequest) -> Response:
            self._left = 1 if len(self.asked_s) % 3 else 0
            return await super().send(request)

    outcome = await ran(Trickling(time, 1, too_many(20.0)), time, store, n=30, max_wait_s=70.0)
    assert (outcome.ending, outcome.progress.states) == (Ending.FINISHED, {ResponseState.OK: 30})
    assert time.now_s > 10 * 70


@pytest.mark.parametrize(("wait_s", "max_wait_s"), [(700.0, MAX_WAIT_S), (80.0, 60.0), (1.0, 0.0)])
async def test_a_wait_that_is_longer_than_it_may_be_stops_the_run(wait_s: float, max_wait_s: float) -> None:
    time, store = FakeTime(), MemoryStore()
    outcome = await ran(Busy(time, 1, too_many(wait_s)), time, store, max_wait_s=max_wait_s)
    assert (outcome.ending, store.responses, time.slept) == (Ending.STOPPED, [], [])
    assert f"asks to wait {wait_s:,.0f} s" in outcome.sentence


async def test_a_later_request_for_a_longer_pause_holds_those_too_that_had_their_turn() -> None:
    """Two are asked to wait, the second for longer: nothing is sent before that is over."""
    gate, time = EndpointGate(), FakeTime()
    with gate.used(Limits(concurrency=4)):
        gate.pacer.hold(0.05)
        started: list[float] = []

        async def one() -> None:
            await gate.pacer.turn(1.0)
            started.append(anyio.current_time())

        async with anyio.create_task_group() as group:
            group.start_soon(one)
            group.start_soon(one)
            await anyio.sleep(0.01)
            gate.pacer.hold(0.2)
            until = anyio.current_time() + 0.2
    assert time.slept == []
    assert min(started) >= until - 0.01


class Waiting:
    """A run against an endpoint that asks to wait for a long time, on a gate that others share."""

    def __init__(self, gate: EndpointGate | None = None) -> None:
        self.endpoint = Busy(FakeTime(), 1, too_many(500.0))
        self.store, self.hold, self.cancel = MemoryStore(), Hold(), anyio.Event()
        self.gate = gate or EndpointGate()
        self.outcomes: list[RunOutcome] = []
        self.waits = anyio.Event()

    def progress(self, progress: Progress) -> None:
        self.store.progress(progress)
        if progress.waits_for:
            self.waits.set()

    async def run(self) -> None:
        found = await run_requests(
            self.endpoint, Listed(requests(6)), limits=Limits(concurrency=2), commit=self.store.commit,
            progress=self.progress, cancel=self.cancel, gate=self.gate, hold=self.hold,
        )  # fmt: skip
        self.outcomes.append(found)


@pytest.mark.parametrize(
    ("end", "ending", "received"), [("cancel", Ending.CANCELLED, 1), ("try_now", Ending.FINISHED, 6)]
)
async def test_a_pause_is_ended_at_once_by_who_cancels_or_has_it_tried(end: str, ending: Ending, received: int) -> None:
    waiting = Waiting()
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(waiting.run)
            await waiting.waits.wait()
            waiting.cancel.set() if end == "cancel" else waiting.hold.try_now()
    assert waiting.outcomes[0].ending is ending
    assert len(waiting.store.responses) <= received


async def test_other_runs_on_the_endpoint_keep_the_pause() -> None:
    gate = EndpointGate()
    first, second = Waiting(gate), Waiting(gate)
    second.endpoint = Busy(FakeTime(), 0)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(first.run)
            await first.waits.wait()
            group.start_soon(second.run)
            for _ in range(200):
                await anyio.lowlevel.checkpoint()
            assert second.endpoint.asked_s == []
            first.hold.try_now()
    assert [len(each.store.responses) for each in (first, second)] == [6, 6]


async def test_a_server_that_is_broken_and_names_no_time_costs_attempts() -> None:
    time, store = FakeTime(), MemoryStore()
    outcome = await ran(Busy(time, 1, too_many(None, 503)), time, store)
    assert outcome.progress.states == {ResponseState.OK: 5, ResponseState.ERROR: 1}
