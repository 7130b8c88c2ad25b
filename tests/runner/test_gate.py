"""The gate gives way and comes back, is shared between runs, holds while paused, and lets nobody in too many."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.errors import InputError
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.runner.breaker import FAILURES_IN_A_ROW, REFUSALS_ALIKE
from reviewer.runner.budget import Budget, Used, used_by
from reviewer.runner.gate import EndpointGate, shared_gate
from reviewer.runner.hold import Hold
from reviewer.runner.limits import Limits
from reviewer.runner.progress import Ending, RunOutcome
from reviewer.runner.run import Listed, run_requests
from tests.core.strategies import PROPERTY
from tests.runner.fakes import FakeTime, FullJitter, MemoryStore, requests

pytestmark = pytest.mark.anyio


def opened(limits: Limits, time: FakeTime) -> EndpointGate:
    gate = EndpointGate(clock=time.clock, sleep=time.sleep)
    gate.used(limits).__enter__()
    return gate


def test_an_overloaded_endpoint_gets_half_once_for_what_was_under_way() -> None:
    time = FakeTime()
    gate = opened(Limits(concurrency=16), time)
    for _ in range(16):
        gate.overloaded(0.0)
    assert gate.limit == 8
    time.now_s = 2.0
    gate.overloaded(1.0)
    assert gate.limit == 4
    for _ in range(4):
        gate.answered(2.0)
    assert gate.limit == pytest.approx(5, abs=0.2)
    for _ in range(1000):
        gate.answered(2.0)
    assert gate.limit == 16


def test_where_answers_break_off_fewer_are_sent_at_once_and_it_stays_so() -> None:
    time = FakeTime()
    gate = opened(Limits(concurrency=4), time)
    gate.broke_off(0.0)
    time.now_s = 2.0
    gate.broke_off(1.0)
    assert gate.limit == 1
    for _ in range(100):
        gate.answered(2.0)
    assert gate.limit == 1


def test_one_answer_that_breaks_off_among_many_lowers_only_for_a_while() -> None:
    time = FakeTime()
    gate = opened(Limits(concurrency=4), time)
    for _ in range(50):
        gate.answered(0.0)
    gate.broke_off(0.0)
    assert gate.limit == 2
    for _ in range(50):
        gate.answered(0.0)
    assert gate.limit == 4


def test_rising_latency_slows_down_and_steady_latency_does_not() -> None:
    time = FakeTime()
    gate = opened(Limits(concurrency=20), time)

    def round_of(latency_s: float) -> None:
        for _ in range(20):
            time.now_s += 0.01
            gate.answered(time.now_s - latency_s)

    for _ in range(5):
        round_of(0.5)
    assert gate.limit == 20
    for _ in range(3):
        round_of(3.0)
    assert gate.limit < 20


@PROPERTY
@given(st.lists(st.sampled_from("aos"), max_size=200), st.integers(1, 50))
def test_the_limit_stays_between_one_and_what_was_set(events: list[str], most: int) -> None:
    time = FakeTime()
    gate = opened(Limits(concurrency=most), time)
    for event in events:
        time.now_s += 1.0
        if event == "a":
            gate.answered(time.now_s - 0.2)
        elif event == "o":
            gate.overloaded(time.now_s - 0.1)
        else:
            gate.answered(time.now_s - 5.0)
        assert 1 <= gate.limit <= most


async def test_never_more_than_the_limit_are_inside_and_all_get_in() -> None:
    gate, inside, most, served = EndpointGate(), 0, 0, 0

    async def one() -> None:
        nonlocal inside, most, served
        await gate.enter()
        inside += 1
        most = max(most, inside)
        for _ in range(3):
            await anyio.lowlevel.checkpoint()
        inside -= 1
        served += 1
        gate.leave()

    with gate.used(Limits(concurrency=5)):
        async with anyio.create_task_group() as group:
            for _ in range(40):
                group.start_soon(one)
    assert (most, served, gate.under_way) == (5, 40, 0)


async def test_who_gives_up_waiting_takes_no_place() -> None:
    gate = EndpointGate()
    with gate.used(Limits(concurrency=1)):
        await gate.enter()
        for _ in range(3):
            with anyio.move_on_after(0.01):
                await gate.enter()
        gate.leave()
        assert gate.under_way == 0
        with anyio.fail_after(5):
            await gate.enter()


async def test_two_runs_on_one_endpoint_share_a_gate_and_the_tighter_limits_hold() -> None:
    first, second = shared_gate("here"), shared_gate("here")
    assert first is second
    assert shared_gate("there") is not first
    with first.used(Limits(concurrency=8)):
        assert first.limit == 8
        with second.used(Limits(concurrency=3)):
            assert first.limit == 3
        for _ in range(200):
            first.answered(0.0)
        assert first.most == 8


class Scripted:
    """Answers in the order of the script, the last for ever; None is a good response."""

    def __init__(self, *script: EndpointError | None, usage: int = 0) -> None:
        self._script, self._usage = list(script), usage
        self.sent = 0

    async def send(self, request: ChatRequest) -> Response:
        await anyio.lowlevel.checkpoint()
        self.sent += 1
        found = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if found is not None:
            raise found
        usage = {"prompt_tokens": self._usage, "completion_tokens": self._usage}
        return Response(request.case, request.repeat, text="Yes.", usage=usage)

    async def list_models(self) -> list[str]:
        return []

    async def aclose(self) -> None:
        """Nothing is open."""


async def ran(
    protocol: Scripted,
    n: int,
    store: MemoryStore,
    limits: Limits,
    hold: Hold | None = None,
    budget: Budget | None = None,
) -> RunOutcome:
    time = FakeTime()
    return await run_requests(
        protocol, Listed(requests(n)), limits=limits, commit=store.commit, progress=store.progress,
        cancel=anyio.Event(), hold=hold, budget=budget, rng=FullJitter(), sleep=time.sleep, clock=time.clock,
    )  # fmt: skip


def broken(status: int, kind: FaultKind = FaultKind.RETRY) -> EndpointError:
    return EndpointError(kind, f"The endpoint answered {status}.", "Wait.", status=status)


@pytest.mark.parametrize(
    "script",
    [[broken(500)], [broken(500), broken(400, FaultKind.GIVE_UP), broken(422, FaultKind.GIVE_UP), broken(500)]],
)
async def test_a_run_in_which_nothing_succeeds_stops_and_says_why(script: list[EndpointError]) -> None:
    store, protocol = MemoryStore(), Scripted(*script)
    outcome = await ran(protocol, 500, store, Limits(concurrency=4, max_attempts=1))
    assert outcome.ending is Ending.STOPPED
    assert "requests all failed" in outcome.sentence
    assert "answered 500" in outcome.sentence
    assert len(store.responses) <= FAILURES_IN_A_ROW + 8


def refusal(number: int, words: str = "is not paired") -> EndpointError:
    return EndpointError(FaultKind.GIVE_UP, f"It answers 400: seat {number} {words}.", "Pair it.", status=400)


@pytest.mark.parametrize(("n", "sent"), [(500, REFUSALS_ALIKE), (3, 3)])
async def test_the_first_requests_that_are_refused_in_the_same_words_stop_the_run(n: int, sent: int) -> None:
    store, protocol = MemoryStore(), Scripted(*map(refusal, range(10)))
    outcome = await ran(protocol, n, store, Limits(concurrency=1))
    assert (outcome.ending, protocol.sent, len(store.responses)) == (Ending.STOPPED, sent, sent)
    assert "The endpoint refuses all requests with" in outcome.sentence
    assert outcome.sentence.endswith("Pair it.")


@pytest.mark.parametrize(
    "script",
    [
        [None, *map(refusal, range(9))],
        [refusal(1), refusal(2), None, *map(refusal, range(7))],
        [refusal(1), refusal(2, "is broken"), *map(refusal, range(8))],
        [refusal(1), refusal(2), broken(422, FaultKind.GIVE_UP), *map(refusal, range(7))],
    ],
)
async def test_refusals_among_other_answers_are_those_requests_own(script: list[EndpointError | None]) -> None:
    store = MemoryStore()
    outcome = await ran(Scripted(*script), 10, store, Limits(concurrency=1))
    assert (outcome.ending, len(store.responses)) == (Ending.FINISHED, 10)


async def test_one_request_alone_is_not_all() -> None:
    store = MemoryStore()
    assert (await ran(Scripted(refusal(1)), 1, store, Limits(concurrency=1))).ending is Ending.FINISHED


async def test_what_is_left_of_a_run_that_was_answered_before_may_be_refused_alike() -> None:
    store, time = MemoryStore(), FakeTime()
    outcome = await run_requests(
        Scripted(refusal(1)), Listed(requests(9)), limits=Limits(concurrency=1), commit=store.commit,
        progress=store.progress, cancel=anyio.Event(), has_answered=True, sleep=time.sleep, clock=time.clock,
    )  # fmt: skip
    assert (outcome.ending, len(store.responses)) == (Ending.FINISHED, 9)


async def test_one_success_now_and_then_keeps_the_run_going() -> None:
    script = [None if number % 10 == 0 else broken(500) for number in range(300)]
    store = MemoryStore()
    outcome = await ran(Scripted(*script), 300, store, Limits(concurrency=2, max_attempts=1))
    assert outcome.ending is Ending.FINISHED
    assert len(store.responses) == 300


async def test_why_each_attempt_failed_is_kept_with_the_response() -> None:
    store = MemoryStore()
    await ran(Scripted(broken(503), broken(500), None), 1, store, Limits(concurrency=1))
    (response,) = store.responses
    assert response.history == ("The endpoint answered 503.", "The endpoint answered 500.")
    assert (response.attempts, response.state) == (3, ResponseState.OK)


async def test_no_request_is_tried_for_longer_than_it_may() -> None:
    store, protocol = MemoryStore(), Scripted(broken(503))
    limits = Limits(concurrency=1, max_attempts=1000, backoff_s=10.0, max_backoff_s=10.0, max_total_s=60.0)
    await ran(protocol, 1, store, limits)
    (response,) = store.responses
    assert response.state is ResponseState.ERROR
    assert 6 <= response.attempts <= 8


async def test_a_budget_stops_the_run_and_what_came_is_kept() -> None:
    store = MemoryStore()
    budget = Budget(price_sent=1.0, price_received=3.0, most_tokens=1_000)
    outcome = await ran(Scripted(None, usage=10), 500, store, Limits(concurrency=1), budget=budget)
    assert outcome.ending is Ending.STOPPED
    assert "budget of 1,000 tokens" in outcome.sentence
    # 20 tokens each, one at a time: not one more is sent, however slowly they are stored
    assert len(store.responses) == 50
    used = outcome.progress.used
    assert used.tokens == 20 * len(store.responses)
    assert outcome.progress.spend == pytest.approx((used.sent + 3 * used.received) / 1e6)


async def test_a_held_run_sends_nothing_until_it_goes_on() -> None:
    store, protocol, hold = MemoryStore(), Scripted(None), Hold()
    hold.pause()
    outcomes: list[RunOutcome] = []

    async def go() -> None:
        outcomes.append(await ran(protocol, 10, store, Limits(concurrency=3), hold))

    async with anyio.create_task_group() as group:
        group.start_soon(go)
        for _ in range(50):
            await anyio.lowlevel.checkpoint()
        assert protocol.sent == 0
        assert store.told[-1].held
        hold.go_on()
    assert outcomes[0].ending is Ending.FINISHED
    assert protocol.sent == 10


@pytest.mark.parametrize(
    "wrong",
    [{"price_sent": -1.0}, {"most_tokens": 0}, {"most_spend": 1.0}, {"most_spend": -1.0, "price_sent": 1.0}],
)
def test_a_budget_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Budget(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("usage", "used"),
    [
        ({"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}, Used(3, 4)),
        ({"input_tokens": 3, "output_tokens": 4}, Used(3, 4)),
        ({"promptTokenCount": 3, "candidatesTokenCount": 4}, Used(3, 4)),
        ({}, Used(0, 0)),
    ],
)
def test_tokens_are_counted_by_the_names_of_every_protocol(usage: dict[str, int], used: Used) -> None:
    assert used_by(usage) == used


def test_prices_are_for_a_million_tokens() -> None:
    assert Budget(price_sent=2.0, price_received=6.0).spend(Used(500_000, 250_000)) == pytest.approx(2.5)


async def test_a_paused_run_gives_its_place_to_other_runs_on_the_endpoint() -> None:
    """It was paused while its request waited for its turn: the one place is the other run's meanwhile."""
    gate, hold, limits = EndpointGate(), Hold(), Limits(concurrency=1, rpm=600.0)
    stores, ends = {"held": MemoryStore(), "other": MemoryStore()}, list[str]()

    async def run(name: str, its_hold: Hold | None) -> None:
        store = stores[name]
        await run_requests(
            Scripted(None), Listed(requests(3)), limits=limits, commit=store.commit, progress=store.progress,
            cancel=anyio.Event(), gate=gate, hold=its_hold,
        )  # fmt: skip
        ends.append(name)

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(run, "held", hold)
            await anyio.sleep(0.05)  # its first request is answered, its second waits for its turn
            hold.pause()
            await run("other", None)
            assert len(stores["held"].responses) <= 1
            hold.go_on()
    assert ends == ["other", "held"]
    assert len(stores["held"].responses) == 3
