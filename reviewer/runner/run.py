"""Sending the requests of a run: a bounded set of workers, retries, cancellation, durable before counted.

The runner knows neither the store nor HTTP: responses go to `commit`, failures come as EndpointError. It runs on
anyio's asyncio loop, from `anyio.run` or a blocking portal.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import anyio
import anyio.lowlevel

from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatProtocol, ChatRequest, EndpointError, FaultKind, timed_out
from reviewer.runner.breaker import Breaker, Failed
from reviewer.runner.budget import Budget, Used, used_by
from reviewer.runner.gate import OVERLOADED, EndpointGate
from reviewer.runner.hold import Hold
from reviewer.runner.limits import Limits, Sleep, estimated_tokens
from reviewer.runner.outbox import Commit, Outbox
from reviewer.runner.progress import Ending, Progress, RunOutcome, Tally
from reviewer.runner.throttle import Throttle, asks_to_wait

PROGRESS_EVERY_S = 1.0


class RequestSource(Protocol):
    """The requests of a run, a page at a time, so that a long run is never in memory as a whole."""

    def __len__(self) -> int:
        """How many there are in all."""
        ...

    async def page(self) -> Sequence[ChatRequest]:
        """The next ones; none when there are no more."""
        ...


class Listed:
    """Requests that are all there already."""

    def __init__(self, requests: Sequence[ChatRequest]) -> None:
        self._requests = requests
        self._given = False

    def __len__(self) -> int:
        return len(self._requests)

    async def page(self) -> Sequence[ChatRequest]:
        given, self._given = self._given, True
        return () if given else self._requests


async def run_requests(
    protocol: ChatProtocol,
    requests: RequestSource,
    *,
    limits: Limits,
    commit: Commit,
    progress: Callable[[Progress], None],
    cancel: anyio.Event,
    gate: EndpointGate | None = None,
    hold: Hold | None = None,
    budget: Budget | None = None,
    used: Used | None = None,
    has_answered: bool = False,
    rng: random.Random | None = None,
    sleep: Sleep = anyio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> RunOutcome:
    """Send every request once, or until it fails for good; commit what comes back in batches.

    A request that fails for good becomes a response in state `error` with the sentence. STOP_RUN and a `budget` that is
    used up stop the run; `cancel` ends it. A server that cannot be reached by more requests in a row than are sent at
    once, or a long row of failures of any kind, stops a run that had no success yet; a later one waits for the endpoint
    for up to `limits.max_wait_s` and asks these requests again. The first few requests that are all refused in the same
    words stop a run that had no success yet, and of which nothing was answered before (`has_answered`). An endpoint
    that asks to wait is left alone, at no cost to the requests. However it ends, requests in flight are given up and
    everything received is committed before this returns. Runs that share a `gate` share its limits. While `hold` is
    held nothing new is sent. `used` is what was used before, which the budget and the progress count too.

    `progress` is called after each commit, at each retry and every second. `rng` gives the jitter of the waits. The
    caller closes `protocol`. Raises what `commit` and `progress` raise.
    """
    gate = gate or EndpointGate(clock=clock, sleep=sleep)
    terms = _Terms(limits, gate, hold or Hold(), budget or Budget(), rng or random.SystemRandom(), sleep, clock)
    sending = _Sending(protocol, requests, terms, commit, progress, used or Used(), has_answered=has_answered)
    try:
        with gate.used(limits):
            return await sending.run(cancel)
    except BaseExceptionGroup as group:
        # a task group wraps even a single error; the caller is to see a full disk as a full disk
        raise _first(group) from group


def _history(faults: Sequence[EndpointError]) -> tuple[str, ...]:
    """Why each failed attempt failed, in order."""
    return tuple(fault.what for fault in faults)


def _given_up(request: ChatRequest, faults: Sequence[EndpointError]) -> Response:
    return Response(
        request.case,
        request.repeat,
        state=ResponseState.ERROR,
        model=request.model,
        error=faults[-1].sentence,
        attempts=len(faults),
        raw_body=faults[-1].raw_body,
        request_hash=request.hash,
        history=_history(faults),
    )


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


@dataclass(frozen=True)
class _Terms:
    """Under what conditions requests are sent."""

    limits: Limits
    gate: EndpointGate
    hold: Hold
    budget: Budget
    rng: random.Random
    sleep: Sleep
    clock: Callable[[], float]


class _Sending:
    """One run while it goes on."""

    def __init__(
        self,
        protocol: ChatProtocol,
        requests: RequestSource,
        terms: _Terms,
        commit: Commit,
        progress: Callable[[Progress], None],
        used: Used,
        *,
        has_answered: bool,
    ) -> None:
        self._protocol = protocol
        # shared by the workers: a task for every request at once would make the first wait for all to be created
        self._source = requests
        self._pending: deque[ChatRequest] = deque()
        self._turning = anyio.Lock()
        self._terms, self._limits, self._clock = terms, terms.limits, terms.clock
        self._report = progress
        self._tally = Tally(len(requests), terms.clock(), used=used)
        self._spent = used
        self._outbox = Outbox(commit, self._count)
        self._workers = anyio.CancelScope()
        self._breaker = Breaker(self._limits.concurrency, self._tally.total, has_answered=has_answered)
        self._throttle = Throttle(terms.limits, terms.gate.pacer, terms.hold, terms.rng, terms.clock)
        self._stopped_by: EndpointError | None = None
        self._waiting_out = False
        self._at_work = 0
        self._cancelled = self._delivered = False

    async def run(self, cancel: anyio.Event) -> RunOutcome:
        self._tell()
        try:
            async with anyio.create_task_group() as helpers:
                helpers.start_soon(self._watch, cancel)
                helpers.start_soon(self._tick)
                helpers.start_soon(self._throttle.heed_person)
                async with anyio.create_task_group() as delivery:
                    delivery.start_soon(self._outbox.deliver)
                    await self._work()
                    self._put_failed(self._breaker.taken())
                    self._outbox.close()
                self._delivered = True
                helpers.cancel_scope.cancel()
        finally:
            self._put_failed(self._breaker.taken())
            with anyio.CancelScope(shield=True):
                await self._outbox.flush()
        self._tell()
        return self._outcome()

    def _outcome(self) -> RunOutcome:
        last = self._progress()
        if self._stopped_by:
            return RunOutcome(Ending.STOPPED, last, self._stopped_by.sentence, self._stopped_by.unreachable)
        # a cancel that came after the last response changes nothing
        cut_short = self._cancelled and last.done < last.total
        return RunOutcome(Ending.CANCELLED if cut_short else Ending.FINISHED, last)

    async def _work(self) -> None:
        with self._workers:
            async with anyio.create_task_group() as self._crew:
                self._hire()

    def _hire(self) -> None:
        """As many workers as may be at work at once, also where some had found nothing more to do."""
        for _ in range(min(self._limits.concurrency, self._tally.total) - self._at_work):
            self._at_work += 1
            self._crew.start_soon(self._worker)

    async def _worker(self) -> None:
        try:
            await self._answer_all()
        except EndpointError as fault:
            self._stop(fault)
        finally:
            self._at_work -= 1

    async def _answer_all(self) -> None:
        """Until nothing is left to take. Raises EndpointError to stop the run."""
        while True:
            # a replayed response comes without any waiting: this is where cancel and the other tasks get their turn
            await anyio.lowlevel.checkpoint()
            request = await self._next()
            if request is None:
                return
            response = await self._answer(request)
            if response is not None:
                self._outbox.put(response)
                # as soon as it has come: a slow disk must not let the spending go on
                self._spent += used_by(response.usage)
                if exceeded := self._terms.budget.exceeded(self._spent):
                    raise EndpointError(FaultKind.STOP_RUN, exceeded, "Raise the budget and resume.")
            await self._outbox.room()

    def _put_failed(self, known: Sequence[Failed]) -> None:
        for failed in known:
            self._outbox.put(failed.response)

    async def _next(self) -> ChatRequest | None:
        if not self._pending:
            async with self._turning:
                if not self._pending:
                    self._pending.extend(await self._source.page())
        return self._pending.popleft() if self._pending else None

    async def _answer(self, request: ChatRequest) -> Response | None:
        """The response; None where the attempts are used up. Raises EndpointError to stop the run."""
        hold, faults, waits = self._terms.hold, list[EndpointError](), 0
        first_s = self._clock() - hold.held_s
        while True:
            begun_s = self._clock()
            try:
                response = await self._attempt(request)
            except EndpointError as fault:
                faults.append(fault)
                self._breaker.attempt_failed(fault)
                if fault.kind is FaultKind.STOP_RUN:
                    raise
                if asks_to_wait(fault):
                    waits += 1
                    first_s = self._clock() - hold.held_s
                spent, late = len(faults) - waits, self._clock() - hold.held_s - first_s >= self._limits.max_total_s
                if fault.kind is FaultKind.GIVE_UP or late or spent >= self._limits.max_attempts:
                    return await self._give_up(request, faults)
                await self._wait_before_next(spent, waits, fault)
            else:
                return self._answered(request, response, begun_s, faults)

    def _answered(
        self, request: ChatRequest, response: Response, begun_s: float, faults: Sequence[EndpointError]
    ) -> Response:
        self._put_failed(self._breaker.succeeded(begun_s))
        self._throttle.answered()
        if self._waiting_out:
            self._terms.hold.try_now()
        tried = _history(faults)
        return replace(response, attempts=len(faults) + 1, request_hash=request.hash, history=tried)

    async def _attempt(self, request: ChatRequest) -> Response:
        gate, hold = self._terms.gate, self._terms.hold
        while True:
            await hold.going()
            await gate.enter()
            try:
                await gate.pacer.turn(estimated_tokens(request.messages))
                # held while it waited for its turn, it gives up its place, which other runs on the endpoint need
                if not hold.holds:
                    return await self._exchange(request)
            finally:
                gate.leave()

    async def _exchange(self, request: ChatRequest) -> Response:
        gate, sent_s = self._terms.gate, self._clock()
        self._tally.in_flight += 1
        try:
            with anyio.fail_after(self._limits.timeout_s):
                response = await self._protocol.send(request)
        except TimeoutError as error:
            raise timed_out(self._limits.timeout_s) from error
        except EndpointError as fault:
            if fault.status in OVERLOADED:
                gate.overloaded(sent_s)
            elif fault.broke_off:
                gate.broke_off(sent_s)
            if asks_to_wait(fault):
                self._throttle.asked(fault, sent_s)
            raise
        finally:
            self._tally.in_flight -= 1
        gate.answered(sent_s)
        return response

    async def _wait_before_next(self, spent: int, waits: int, fault: EndpointError) -> None:
        """After so many attempts, and so many times that the endpoint asked to wait: it is held for that already."""
        asked_s, is_held = fault.retry_after_s or 0.0, asks_to_wait(fault)
        if asked_s > self._limits.max_retry_after_s:
            what = f"{fault.what} It asks to wait {asked_s:,.0f} s."
            raise EndpointError(FaultKind.STOP_RUN, what, "Resume then.", status=fault.status)
        self._tally.retries += 1
        self._tally.last_retry = fault.sentence
        self._tell()
        if asked_s and not is_held:
            self._terms.gate.pacer.hold(asked_s)
        alone_s = self._throttle.alone_s(waits, fault)
        wait_s = alone_s if is_held else asked_s + self._limits.backoff(spent, self._terms.rng)
        if wait_s:
            await self._terms.sleep(wait_s)

    async def _give_up(self, request: ChatRequest, faults: Sequence[EndpointError]) -> Response | None:
        """The response of state `error`, None where it is kept back.

        Raises EndpointError where nothing succeeds any more, and has not after some waiting.
        """
        response, fault = _given_up(request, faults), self._breaker.given_up(faults[-1])
        # what is refused for its own sake will be refused later too
        can_pass = faults[-1].kind is FaultKind.RETRY
        if can_pass or fault is not None:
            self._breaker.keep(Failed(request, response, self._clock()))
        if fault is None:
            return None if can_pass else response
        if self._waiting_out:
            # another request looks whether the endpoint is back
            await self._terms.hold.going()
        elif not (can_pass and self._breaker.has_succeeded) or not await self._waited_out(request, fault):
            raise fault
        return None

    async def _waited_out(self, request: ChatRequest, fault: EndpointError) -> bool:
        """Hold the run until the request is answered; then what had failed meanwhile is asked again."""

        async def back() -> bool:
            begun_s = self._clock()
            try:
                response = await self._exchange(request)
            except EndpointError as error:
                if error.kind is FaultKind.STOP_RUN:
                    raise
                return False
            again = [failed.request for failed in self._breaker.taken() if failed.request is not request]
            self._pending.extendleft(reversed(again))
            self._outbox.put(self._answered(request, response, begun_s, ()))
            self._hire()
            return True

        self._waiting_out = True
        why = f"{fault.what} Reviewer waits and tries again from time to time."
        try:
            return await self._terms.hold.wait_until(back, why, self._limits.max_wait_s)
        finally:
            self._waiting_out = False
            self._tell()

    def _stop(self, fault: EndpointError) -> None:
        if not self._cancelled:
            self._stopped_by = self._stopped_by or fault
        self._workers.cancel()

    async def _watch(self, cancel: anyio.Event) -> None:
        try:
            await cancel.wait()
            self._cancelled = True
            self._workers.cancel()
        finally:
            # where the run is cut short, a commit that waits for room on the disk is not to hold that up; a hold that
            # nothing waits for is left as it is, for whatever its owner sends next
            if not self._delivered:
                self._terms.hold.give_up()

    async def _tick(self) -> None:
        while True:
            await anyio.sleep(PROGRESS_EVERY_S)
            self._tell()

    def _count(self, batch: Sequence[Response]) -> None:
        self._tally.add(batch, self._clock())
        self._tell()

    def _tell(self) -> None:
        self._report(self._progress())

    def _progress(self) -> Progress:
        terms = self._terms
        return replace(
            self._tally.progress(self._clock()),
            at_once=int(terms.gate.limit),
            spend=terms.budget.spend(self._tally.used),
            held=terms.hold.is_paused,
            waits_for=terms.hold.waits_for or self._throttle.waits_for,
        )
