"""Sending a run: what it lacks is asked for, and what comes back is classified and stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.app.endpoints import check_endpoint, check_sampling
from reviewer.app.jobs.classification import rules_verdicts
from reviewer.app.jobs.terms import Terms
from reviewer.core.cases import Case, CaseKey
from reviewer.core.errors import DiskFullError, InputError, KnownError
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response
from reviewer.host.awake import kept_awake
from reviewer.host.clock import now
from reviewer.runner.budget import Budget
from reviewer.runner.limits import CHARACTERS_PER_TOKEN, Limits
from reviewer.runner.plan import missing_requests
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified, RunLine
from reviewer.store.queries import runs, suites
from reviewer.store.writes import runs as writes

if TYPE_CHECKING:
    import anyio

    from reviewer.endpoints.protocol import ChatProtocol, ChatRequest
    from reviewer.runner.gate import EndpointGate
    from reviewer.runner.hold import Hold
    from reviewer.runner.progress import Progress, RunOutcome

PAGE = 500
"""Requests whose cases are read at a time."""
CLOSE_WAIT_S = 2.0
"""How long a closing connection may take before it is left to the system: quitting waits for it."""


def limits_of(endpoint: Endpoint, terms: Terms) -> Limits:
    """How hard a run may press the endpoint. Raises InputError for a limit that cannot be."""
    return Limits(
        concurrency=endpoint.concurrency,
        max_attempts=endpoint.max_attempts,
        timeout_s=endpoint.timeout_s,
        rpm=terms.pace.requests_per_minute,
        tpm=terms.pace.tokens_per_minute,
        max_wait_s=terms.max_wait_s,
    )


def gate_of(endpoint: Endpoint) -> EndpointGate | None:
    """What all runs on the endpoint go through; none where nothing is sent."""
    from reviewer.endpoints.registry import protocol_entry
    from reviewer.runner.gate import shared_gate

    replays = protocol_entry(endpoint.protocol).replays
    return None if replays else shared_gate(f"{endpoint.protocol} {endpoint.base_url.strip().rstrip('/')}")


async def check_sendable(version: ModelVersion, terms: Terms | None = None) -> None:
    """Whether requests could go to this version: asked before a run of it is stored. Sends nothing.

    Raises InputError for a wrong address, sampling, limit or file and a missing key, EnvironmentFault where the
    keyring or the disk fails.
    """
    import anyio.to_thread

    from reviewer.endpoints.registry import open_protocol

    check_endpoint(version.endpoint)
    check_sampling(version.sampling)
    terms = terms or Terms()
    limits_of(version.endpoint, terms)
    protocol = await anyio.to_thread.run_sync(open_protocol, version.endpoint, abandon_on_cancel=True)
    await protocol.aclose()


@dataclass
class Sending:
    """One run being sent: the (case, repeat) pairs that are missing, and the cases of the requests under way."""

    line: RunLine
    missing: list[tuple[CaseKey, int]]
    again: bool = False
    cases: dict[CaseKey, Case] = field(default_factory=dict)
    _taken: int = 0
    _under_way: Counter[CaseKey] = field(default_factory=Counter)

    def take(self, workspace: Workspace) -> list[ChatRequest]:
        """The next requests, with their cases read; none when all were taken."""
        from reviewer.endpoints.protocol import ChatRequest

        pairs = self.missing[self._taken : self._taken + PAGE]
        self._taken += len(pairs)
        unread = {key for key, _ in pairs} - self.cases.keys()
        self.cases.update({case.key: case for case in suites.cases_of_run(workspace, self.line.id, sorted(unread))})
        self._under_way.update(key for key, _ in pairs)
        version, requests = self.line.version, []
        for key, repeat in pairs:
            messages = version.messages_for(self.cases[key].messages)
            identity = version.request_hash(messages, repeat)
            sampling = version.sampling_for(repeat)
            requests.append(ChatRequest(key, repeat, messages, version.model, sampling, identity))
        return requests

    def stored(self, responses: Sequence[Response]) -> None:
        """Forget the cases that nothing is waited for any more."""
        for response in responses:
            self._under_way[response.case] -= 1
            if self._under_way[response.case] <= 0:
                del self._under_way[response.case]
                self.cases.pop(response.case, None)


@dataclass(frozen=True)
class Part:
    """What of a run is sent: of these `cases` only, only what `failed` before, each so often where `repeats` says so.

    Without any of them all that it lacks. With `again` also what these cases have finished responses to.
    """

    cases: frozenset[CaseKey] = frozenset()
    failed: bool = False
    repeats: int | None = None
    again: bool = False


def reuse_responses(workspace: Workspace, run: str, part: Part | None = None) -> int:
    """Give the run, or the part of it, the finished responses of other runs to exactly the same requests; how many.

    What is to be asked again is not taken from elsewhere. Raises InputError as `prepare_sending` does.
    """
    reused = 0
    sending = prepare_sending(workspace, run, replace(part or Part(), again=False))
    while page := sending.take(workspace):
        wanted = {request.hash: request for request in page}
        found = runs.responses_to(workspace, list(wanted), sending.line.id)
        responses = [
            replace(response, case=wanted[identity].case, repeat=wanted[identity].repeat)
            for identity, response in found.items()
        ]
        if responses:
            store_responses(workspace, sending, responses)
        reused += len(responses)
    return reused


def prepare_sending(workspace: Workspace, run: str, part: Part | None = None) -> Sending:
    """What a run still lacks, in its own order, or a part of it.

    Raises InputError for an unknown or imported run, for a case that is not in it, and for one that is to be asked
    again though somebody has decided on its response.
    """
    part = part or Part()
    line = runs.run_named(workspace, run)
    if line.status == "imported":
        raise InputError(f"The run {run!r} was imported and has no endpoint to ask.", "Start a new run instead.")
    keys, stored = suites.case_keys_of_run(workspace, line.id), runs.stored_states(workspace, line.id)
    if foreign := part.cases.difference(keys):
        raise InputError(f"The run {run!r} has no case {min(foreign)!r}.", "Check the key.")
    if part.again:
        _check_again(workspace, line, part)
        stored = {place: state for place, state in stored.items() if place[0] not in part.cases}
    missing = missing_requests(keys, max(line.repeats, part.repeats or 1), stored, None)
    wanted = [
        pair for pair in missing if (not part.cases or pair[0] in part.cases) and (not part.failed or pair in stored)
    ]
    return Sending(line, wanted, again=part.again)


def _check_again(workspace: Workspace, line: RunLine, part: Part) -> None:
    if not part.cases or part.failed:
        raise InputError("It is not said which case is to be asked again.", "Name the case.")
    if decided := runs.decided(workspace, line.id, sorted(part.cases)):
        raise InputError(
            f"Somebody has decided on a response to the case {min(decided)!r}, so it stays as it is.",
            "Start a new run, or add repeats, to see what else the model says.",
        )


@dataclass(frozen=True)
class Volume:
    """How much a sending is: requests, about how many tokens go out, at most how many come back (None: no limit)."""

    n_requests: int
    tokens: int
    most_received: int | None


def volume_of(workspace: Workspace, sending: Sending) -> Volume:
    """By a fourth of the characters. Sends nothing."""
    version, keys = sending.line.version, {key for key, _ in sending.missing}
    lengths = suites.characters_of_run(workspace, sending.line.id, *(keys if len(keys) == 1 else ()))
    characters = sum(lengths[key] + len(version.system) for key, _ in sending.missing)
    limit, n = version.sampling.max_tokens, len(sending.missing)
    return Volume(n, round(characters / CHARACTERS_PER_TOKEN), None if limit is None else limit * n)


def store_responses(workspace: Workspace, sending: Sending, responses: Sequence[Response]) -> None:
    """Classify a batch and commit it with its verdicts; durable when this returns."""
    line = sending.line
    verdicts = rules_verdicts(((sending.cases[response.case], response) for response in responses), line.scale)
    items = [Classified(response, (verdict,)) for response, verdict in zip(responses, verdicts, strict=True)]
    writes.add_responses(workspace, run_id=line.id, responses=items, at=now(), again=sending.again)
    sending.stored(responses)


def directly(work: Callable[[], None]) -> None:
    """For programs that keep the workspace to one task: no thread of its own is needed."""
    work()


@dataclass
class _Store:
    """The workspace to a run that is being sent: a page is read while a batch is committed, but it is one task's at a
    time, in a worker thread.
    """

    workspace: Workspace
    sending: Sending
    on_database: Callable[[Callable[[], None]], None]
    hold: Hold
    max_wait_s: float
    one_at_a_time: anyio.Lock

    def __len__(self) -> int:
        return len(self.sending.missing)

    async def do(self, work: Callable[[], object]) -> None:
        import anyio.to_thread

        def discard() -> None:
            work()

        async with self.one_at_a_time:
            await anyio.to_thread.run_sync(self.on_database, discard)

    async def page(self) -> Sequence[ChatRequest]:
        taken: list[ChatRequest] = []
        await self.do(lambda: taken.extend(self.sending.take(self.workspace)))
        return taken

    async def commit(self, batch: Sequence[Response]) -> None:
        """Waits while the disk is full. Raises DiskFullError where it stays so, or the run is cancelled meanwhile."""

        async def back() -> bool:
            return await self._stored(batch) is None

        full = await self._stored(batch)
        # once cancelled, the hold waits for nothing any more
        if full and not await self.hold.wait_until(back, f"{full} The run waits and tries again.", self.max_wait_s):
            raise full

    async def _stored(self, batch: Sequence[Response]) -> DiskFullError | None:
        try:
            await self.do(lambda: store_responses(self.workspace, self.sending, batch))
        except DiskFullError as full:
            return full
        return None

    async def set_status(self, status: str, message: str = "", at: str = "") -> None:
        run_id = self.sending.line.id
        await self.do(
            lambda: writes.set_run_status(self.workspace, run_id=run_id, status=status, message=message, at=at)
        )

    async def ended(self, ending: str, sentence: str) -> None:
        """A part that is finished leaves a run that is not."""

        def note() -> None:
            run_id = self.sending.line.id
            line = runs.run_line(self.workspace, run_id)
            status, message, left = ending, sentence, line.planned - line.stored
            if status == "finished" and left:
                status = "stopped"
                message = f"A part was sent; {left:,} requests have no response yet. Resume the run to send them."
            writes.set_run_status(self.workspace, run_id=run_id, status=status, message=message, at=now())

        await self.do(note)


async def perform(
    workspace: Workspace,
    sending: Sending,
    *,
    progress: Callable[[Progress], None],
    cancel: anyio.Event,
    on_database: Callable[[Callable[[], None]], None] = directly,
    terms: Terms | None = None,
    hold: Hold | None = None,
) -> RunOutcome:
    """Send what is missing, store each answer, and keep the run's status true.

    Everything that touches the workspace goes through `on_database`, which is called in a worker thread and must not
    return before its work is done. Raises KnownError where the endpoint cannot be used at all or the disk stays full.
    """
    import anyio
    import anyio.to_thread

    from reviewer.endpoints.registry import open_protocol
    from reviewer.runner.hold import Hold

    endpoint, terms, hold = sending.line.version.endpoint, terms or Terms(), hold or Hold()
    limits = limits_of(endpoint, terms)
    store = _Store(workspace, sending, on_database, hold, terms.max_wait_s, anyio.Lock())
    async with true_status(store.set_status):
        # a keyring may ask its person first: that must hold up neither the loop nor a cancel
        protocol = await anyio.to_thread.run_sync(open_protocol, endpoint, abandon_on_cancel=True)
        try:
            await store.set_status("running")
            outcome = await _sent(protocol, store, limits, terms.budget, progress, cancel)
            await store.ended(str(outcome.ending), outcome.sentence)
            return outcome
        finally:
            with anyio.move_on_after(CLOSE_WAIT_S, shield=True):
                await protocol.aclose()


async def _sent(
    protocol: ChatProtocol,
    store: _Store,
    limits: Limits,
    budget: Budget,
    progress: Callable[[Progress], None],
    cancel: anyio.Event,
) -> RunOutcome:
    from reviewer.runner.run import run_requests

    gate = gate_of(store.sending.line.version.endpoint)
    with nullcontext() if gate is None else kept_awake():
        return await run_requests(
            protocol,
            store,
            limits=limits,
            commit=store.commit,
            progress=progress,
            cancel=cancel,
            gate=gate,
            hold=store.hold,
            budget=budget,
        )


@asynccontextmanager
async def true_status(set_status: Callable[[str, str, str], Awaitable[None]]) -> AsyncIterator[None]:
    """Whatever ends a run early is written down with the run; then it goes on to the caller."""
    import anyio

    try:
        yield
    except BaseException as error:
        status, message = "cancelled", ""
        if isinstance(error, Exception):
            status = "stopped"
            message = (
                str(error) if isinstance(error, KnownError) else f"Reviewer itself failed: {type(error).__name__}."
            )
        with anyio.CancelScope(shield=True):
            await set_status(status, message, now())
        raise
