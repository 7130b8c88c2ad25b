"""A run whose endpoint goes away waits for it, asks again what failed meanwhile, and stops when that takes too long."""

from __future__ import annotations

import time
from collections import Counter

import anyio
import anyio.lowlevel
import pytest

from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.runner.hold import Hold
from reviewer.runner.limits import Limits
from reviewer.runner.progress import Ending, Progress, RunOutcome
from reviewer.runner.run import Listed, run_requests
from tests.runner.fakes import MemoryStore, cases, requests

pytestmark = pytest.mark.anyio

SOON_S = 0.02
GONE = EndpointError(FaultKind.RETRY, "There is no connection.", "Start it.", unreachable=True)
BROKEN = EndpointError(FaultKind.RETRY, "It answers 500.", "Look at it.", status=500)
REFUSED = EndpointError(FaultKind.GIVE_UP, "It answers 400.", "Look at the request.", status=400)


class Away:
    """Answers `before` requests, then fails with `fault` until it is `back`."""

    def __init__(self, fault: EndpointError, before: int = 10) -> None:
        self.fault: EndpointError | None = fault
        self.before = before
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.gone = anyio.Event()

    def come_back(self) -> None:
        self.fault = None

    async def send(self, request: ChatRequest) -> Response:
        await anyio.lowlevel.checkpoint()
        self.asked[request.case] += 1
        if self.answered.total() >= self.before and self.fault is not None:
            self.gone.set()
            raise self.fault
        self.answered[request.case] += 1
        return Response(request.case, request.repeat, text="Hi")

    async def list_models(self) -> list[str]:
        return []

    async def aclose(self) -> None:
        """Nothing is open."""


class Run:
    """A run of `n` requests, four at a time, one attempt each; `then` is called once it waits."""

    def __init__(self, endpoint: Away, n: int = 60, *, max_wait_s: float = 20.0) -> None:
        self.endpoint, self.n = endpoint, n
        self.limits = Limits(concurrency=4, max_attempts=1, max_wait_s=max_wait_s)
        self.store, self.hold, self.cancel = MemoryStore(), Hold(SOON_S), anyio.Event()
        self.waited_for: list[str] = []
        self._waiting = anyio.Event()

    def progress(self, progress: Progress) -> None:
        self.store.progress(progress)
        if progress.waits_for:
            self._waiting.set()
        if progress.waits_for and progress.waits_for not in self.waited_for:
            self.waited_for.append(progress.waits_for)

    async def waits(self) -> None:
        """Until the run waits."""
        await self._waiting.wait()

    async def outcome(self) -> RunOutcome:
        with anyio.fail_after(20):
            return await run_requests(
                self.endpoint,
                Listed(requests(self.n)),
                limits=self.limits,
                commit=self.store.commit,
                progress=self.progress,
                cancel=self.cancel,
                hold=self.hold,
            )

    async def outcome_after(self, *then: object) -> RunOutcome:
        """`then` are called one after the other once the run waits."""
        found: list[RunOutcome] = []

        async def send() -> None:
            found.append(await self.outcome())

        async with anyio.create_task_group() as group:
            group.start_soon(send)
            await self.waits()
            for step in then:
                assert callable(step)
                step()
        return found[0]


@pytest.mark.parametrize("fault", [GONE, BROKEN], ids=["unreachable", "500"])
async def test_what_failed_while_the_endpoint_was_away_is_asked_again(fault: EndpointError) -> None:
    run = Run(Away(fault))
    outcome = await run.outcome_after(run.endpoint.come_back)
    assert (outcome.ending, outcome.progress.states) == (Ending.FINISHED, {ResponseState.OK: 60})
    assert sorted(response.case for response in run.store.responses) == cases(60)
    assert set(run.endpoint.answered.values()) == {1}
    assert run.hold.waits_for == outcome.progress.waits_for == ""


async def test_what_was_under_way_when_it_went_away_proves_nothing() -> None:
    """A slow answer that comes after others have failed was begun before: they are asked again all the same."""
    run = Run(Lingering(GONE))
    outcome = await run.outcome_after(run.endpoint.come_back)
    assert outcome.progress.states == {ResponseState.OK: 60}


class Lingering(Away):
    """As `Away`, but failing takes a moment, and the last good answer a little longer than that."""

    async def send(self, request: ChatRequest) -> Response:
        try:
            response = await super().send(request)
        except EndpointError:
            await anyio.sleep(0.05)
            raise
        if self.answered.total() == self.before:
            await anyio.sleep(0.08)
        return response


async def test_nothing_but_one_request_is_asked_while_it_waits() -> None:
    run = Run(Away(GONE))
    asked: list[int] = []

    async def look() -> None:
        await run.waits()
        before = dict(run.endpoint.asked)
        await anyio.sleep(10 * SOON_S)
        asked.append(sum(count != before[case] for case, count in run.endpoint.asked.items()))
        run.endpoint.come_back()

    async with anyio.create_task_group() as group:
        group.start_soon(look)
        assert (await run.outcome()).ending is Ending.FINISHED
    assert asked == [1]


async def test_the_last_requests_of_a_run_are_waited_for_too() -> None:
    """All other workers had nothing left to do when the endpoint went away."""
    run = Run(Away(GONE, before=54))
    outcome = await run.outcome_after(run.endpoint.come_back)
    assert outcome.progress.states == {ResponseState.OK: 60}


async def test_it_says_what_it_waits_for_and_stops_when_that_takes_too_long() -> None:
    run = Run(Away(GONE), max_wait_s=1.3)
    started = time.monotonic()
    outcome = await run.outcome()
    assert 1.2 < time.monotonic() - started < 15
    assert (outcome.ending, outcome.unreachable) == (Ending.STOPPED, True)
    assert run.waited_for == ["There is no connection. Reviewer waits and tries again from time to time."]
    assert outcome.progress.states[ResponseState.OK] == 10
    assert outcome.progress.states[ResponseState.ERROR] == outcome.progress.done - 10 > 0


async def test_a_run_that_waits_is_cancelled_at_once() -> None:
    run = Run(Away(GONE))
    run.hold = Hold(1000.0)
    outcome = await run.outcome_after(run.cancel.set)
    assert outcome.ending is Ending.CANCELLED
    assert outcome.progress.states[ResponseState.OK] == 10


async def test_a_person_can_have_it_tried_at_once() -> None:
    run = Run(Away(GONE))
    run.hold = Hold(1000.0)
    assert (await run.outcome_after(run.endpoint.come_back, run.hold.try_now)).ending is Ending.FINISHED


async def test_nothing_is_tried_while_a_person_has_paused_it() -> None:
    run = Run(Away(GONE))
    asked: list[int] = []

    async def look() -> None:
        await run.waits()
        run.hold.pause()
        await anyio.lowlevel.checkpoint()
        before = run.endpoint.asked.total()
        await anyio.sleep(10 * SOON_S)
        asked.append(run.endpoint.asked.total() - before)
        run.endpoint.come_back()
        run.hold.go_on()

    async with anyio.create_task_group() as group:
        group.start_soon(look)
        assert (await run.outcome()).ending is Ending.FINISHED
    assert asked == [0]


async def test_the_time_that_a_run_was_held_counts_against_no_request() -> None:
    held = Hold()
    held.pause()
    await anyio.sleep(0.05)
    held.pause()
    assert 0.04 < held.held_s < 5
    held.go_on()
    so_far = held.held_s
    await anyio.sleep(0.02)
    assert held.held_s == so_far
    run = Run(Away(BROKEN))
    run.limits = Limits(concurrency=4, max_attempts=1000, max_total_s=0.6, backoff_s=0.1, max_backoff_s=0.1)
    pauses = list[float]()

    async def look() -> None:
        await run.endpoint.gone.wait()
        run.hold.pause()
        started = time.monotonic()
        await anyio.sleep(1.0)
        pauses.append(time.monotonic() - started)
        run.endpoint.come_back()
        run.hold.go_on()

    async with anyio.create_task_group() as group:
        group.start_soon(look)
        outcome = await run.outcome()
    # those under way failed before the pause and had still time left after it
    assert pauses
    assert outcome.progress.states == {ResponseState.OK: 60}


async def test_a_run_without_a_success_stops_at_once() -> None:
    """A wrong address is not waited for."""
    run = Run(Away(GONE, before=0), max_wait_s=1000.0)
    assert (await run.outcome()).ending is Ending.STOPPED
    assert run.waited_for == []


async def test_what_is_refused_for_its_own_sake_is_not_waited_for() -> None:
    run = Run(Away(REFUSED), max_wait_s=1000.0)
    outcome = await run.outcome()
    assert (outcome.ending, run.waited_for) == (Ending.STOPPED, [])
    assert "requests all failed" in outcome.sentence


async def test_a_key_that_is_refused_meanwhile_stops_it() -> None:
    run = Run(Away(GONE))

    def lock() -> None:
        run.endpoint.fault = EndpointError(FaultKind.STOP_RUN, "The key is wrong.", "Mend it.", status=401)

    outcome = await run.outcome_after(lock)
    assert (outcome.ending, outcome.sentence) == (Ending.STOPPED, "The key is wrong. Mend it.")
