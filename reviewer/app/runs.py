"""Runs: make one, send what is missing, classify and store what comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.app.awake import kept_awake
from reviewer.app.classification import rules_verdicts
from reviewer.app.clock import now
from reviewer.app.endpoints import check_endpoint, check_sampling
from reviewer.core.cases import Case, CaseKey
from reviewer.core.errors import InputError, KnownError
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response
from reviewer.runner.plan import missing_requests
from reviewer.store.database import Workspace
from reviewer.store.queries import runs, suites
from reviewer.store.queries.runs import RunLine
from reviewer.store.queries.suites import SuiteLine
from reviewer.store.writes import runs as writes

if TYPE_CHECKING:
    import anyio

    from reviewer.endpoints.protocol import ChatRequest
    from reviewer.runner.budget import Budget
    from reviewer.runner.gate import Gate
    from reviewer.runner.hold import Hold
    from reviewer.runner.limits import Limits
    from reviewer.runner.progress import Progress, RunOutcome

PAGE = 500
"""Requests whose cases are read at a time."""
CLOSE_WAIT_S = 2.0
"""How long a closing connection may take before it is left to the system: quitting waits for it."""


@dataclass(frozen=True)
class RunRequest:
    """What a person asked for when starting a run."""

    suite: str
    version: ModelVersion
    repeats: int = 1
    limit: int | None = None
    name: str = ""


def create_run(workspace: Workspace, request: RunRequest) -> RunLine:
    """Store the model version and the run. Raises InputError for an unknown or empty suite or a taken name."""
    suite, case_ids = _cases_to_send(workspace, request)
    version_id, _ = writes.ensure_model_version(workspace, version=request.version, at=now())
    run_id, _ = writes.create_run(
        workspace,
        name=request.name or free_name(workspace, f"{suite.name} {request.version.name}"),
        suite_id=suite.id,
        model_version_id=version_id,
        case_ids=case_ids,
        repeats=request.repeats,
        at=now(),
    )
    return runs.run_line(workspace, run_id)


def _cases_to_send(workspace: Workspace, request: RunRequest) -> tuple[SuiteLine, list[int]]:
    suite = suites.suite_named(workspace, request.suite)
    if request.repeats < 1 or (request.limit is not None and request.limit < 1):
        raise InputError("Repeats and limit must be at least 1.", "Leave them out for one response to every case.")
    case_ids = list(suites.current_case_ids(workspace, suite.id).values())[: request.limit]
    if not case_ids:
        raise InputError(f"The suite {suite.name!r} has no cases to send.", "Import cases first.")
    return suite, case_ids


@dataclass(frozen=True)
class RunPreview:
    """What a run would do: how many cases and requests, the name it would get, and its first request as text.

    `tokens` is how many would be sent, by a fourth of the characters; what comes back is not known beforehand, but
    `most_received` where the limit of tokens says so.
    """

    n_cases: int
    n_requests: int
    name: str
    first_request: str
    tokens: int
    most_received: int | None


def preview_run(workspace: Workspace, request: RunRequest) -> RunPreview:
    """Says what would be sent and sends nothing. Raises InputError as `create_run` does, and for a wrong address."""
    from reviewer.endpoints.protocol import ChatRequest
    from reviewer.endpoints.registry import protocol_entry
    from reviewer.runner.limits import CHARACTERS_PER_TOKEN

    suite, case_ids = _cases_to_send(workspace, request)
    version, first = request.version, suites.case_detail(workspace, case_ids[0]).case
    chat = ChatRequest(first.key, 1, version.messages_for(first.messages), version.model, version.sampling)
    n_requests, limit = len(case_ids) * request.repeats, version.sampling.max_tokens
    characters = suites.characters_of(workspace, case_ids) + len(case_ids) * len(version.system)
    return RunPreview(
        n_cases=len(case_ids),
        n_requests=n_requests,
        tokens=round(characters * request.repeats / CHARACTERS_PER_TOKEN),
        most_received=None if limit is None else limit * n_requests,
        name=request.name or free_name(workspace, f"{suite.name} {version.name}"),
        first_request=protocol_entry(version.endpoint.protocol).shown(version.endpoint, chat),
    )


def model_version_named(workspace: Workspace, name: str) -> ModelVersion:
    """The newest stored model version of that name. Raises InputError that names those there are."""
    found = runs.model_versions(workspace)
    for version in found:
        if version.name == name:
            return version
    there = ", ".join(dict.fromkeys(version.name for version in found)) or "none yet"
    raise InputError(f"There is no model version {name!r} in this workspace.", f"Model versions: {there}.")


def free_name(workspace: Workspace, wanted: str) -> str:
    """`wanted`, or with the first number behind it that makes it free."""
    taken = {run.name for run in runs.runs(workspace)}
    names = [wanted, *(f"{wanted} ({number})" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


@dataclass(frozen=True)
class Pace:
    """How fast to ask at most; None is no bound."""

    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None


def limits_of(endpoint: Endpoint, pace: Pace | None) -> Limits:
    """How hard a run may press the endpoint. Raises InputError for a limit that cannot be."""
    from reviewer.runner.limits import Limits

    return Limits(
        concurrency=endpoint.concurrency,
        max_attempts=endpoint.max_attempts,
        timeout_s=endpoint.timeout_s,
        rpm=pace.requests_per_minute if pace else None,
        tpm=pace.tokens_per_minute if pace else None,
    )


def gate_of(endpoint: Endpoint) -> Gate | None:
    """What all runs on the endpoint go through; none where nothing is sent."""
    from reviewer.endpoints.registry import protocol_entry
    from reviewer.runner.gate import shared_gate

    replays = protocol_entry(endpoint.protocol).replays
    return None if replays else shared_gate(f"{endpoint.protocol} {endpoint.base_url.strip().rstrip('/')}")


async def check_sendable(version: ModelVersion, pace: Pace | None = None) -> None:
    """Whether requests could go to this version: asked before a run of it is stored. Sends nothing.

    Raises InputError for a wrong address, sampling, limit or file and a missing key, EnvironmentFault where the
    keyring or the disk fails.
    """
    import anyio.to_thread

    from reviewer.endpoints.registry import open_protocol

    check_endpoint(version.endpoint)
    check_sampling(version.sampling)
    limits_of(version.endpoint, pace)
    protocol = await anyio.to_thread.run_sync(open_protocol, version.endpoint, abandon_on_cancel=True)
    await protocol.aclose()


@dataclass
class Sending:
    """One run being sent: the (case, repeat) pairs that are missing, and the cases of the requests under way."""

    line: RunLine
    missing: list[tuple[CaseKey, int]]
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


def reuse_responses(workspace: Workspace, run: str) -> int:
    """Give the run the finished responses of other runs to exactly the same requests; how many there were.

    Raises InputError for an unknown or imported run.
    """
    reused = 0
    sending = prepare_sending(workspace, run)
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


@dataclass(frozen=True)
class Part:
    """Which of the requests that a run lacks are sent: of these `cases` only, and only what `failed` before."""

    cases: frozenset[CaseKey] = frozenset()
    failed: bool = False


def prepare_sending(workspace: Workspace, run: str, part: Part | None = None) -> Sending:
    """What a run still lacks, in its own order, or a part of it.

    Raises InputError for an unknown or imported run and for a case that is not in it.
    """
    part = part or Part()
    line = runs.run_named(workspace, run)
    if line.status == "imported":
        raise InputError(f"The run {run!r} was imported and has no endpoint to ask.", "Start a new run instead.")
    keys, stored = suites.case_keys_of_run(workspace, line.id), runs.stored_states(workspace, line.id)
    if foreign := part.cases.difference(keys):
        raise InputError(f"The run {run!r} has no case {min(foreign)!r}.", "Check the key.")
    missing = missing_requests(keys, line.repeats, stored, None)
    wanted = [
        pair for pair in missing if (not part.cases or pair[0] in part.cases) and (not part.failed or pair in stored)
    ]
    return Sending(line, wanted)


def extend_repeats(workspace: Workspace, run: str, repeats: int) -> RunLine:
    """Have a run ask every case so many times. Raises InputError for an unknown or imported run and for fewer."""
    line = runs.run_named(workspace, run)
    if line.status == "imported":
        raise InputError(f"The run {run!r} was imported and has no endpoint to ask.", "Start a new run instead.")
    if repeats < line.repeats:
        raise InputError(
            f"The run {run!r} asks every case {line.repeats} times already.", "Repeats can be added, never taken away."
        )
    writes.set_repeats(workspace, run_id=line.id, repeats=repeats)
    return runs.run_line(workspace, line.id)


def store_responses(workspace: Workspace, sending: Sending, responses: Sequence[Response]) -> None:
    """Classify a batch and commit it with its verdicts; durable when this returns."""
    line = sending.line
    verdicts = rules_verdicts(((sending.cases[response.case], response) for response in responses), line.scale)
    items = [writes.Classified(response, (verdict,)) for response, verdict in zip(responses, verdicts, strict=True)]
    writes.add_responses(workspace, run_id=line.id, responses=items, at=now())
    sending.stored(responses)


def directly(work: Callable[[], None]) -> None:
    """For programs that keep the workspace to one task: no thread of its own is needed."""
    work()


async def perform(
    workspace: Workspace,
    sending: Sending,
    *,
    progress: Callable[[Progress], None],
    cancel: anyio.Event,
    on_database: Callable[[Callable[[], None]], None] = directly,
    pace: Pace | None = None,
    hold: Hold | None = None,
    budget: Budget | None = None,
) -> RunOutcome:
    """Send what is missing, store each answer, and keep the run's status true.

    Everything that touches the workspace goes through `on_database`, which is called in a worker thread and must not
    return before its work is done. Raises KnownError where the endpoint cannot be used at all or the disk is full.
    """
    import anyio
    import anyio.to_thread

    from reviewer.endpoints.registry import open_protocol
    from reviewer.runner.run import run_requests

    endpoint, run_id = sending.line.version.endpoint, sending.line.id

    one_at_a_time = anyio.Lock()

    async def store(work: Callable[[], object]) -> None:
        def discard() -> None:
            work()

        # a page is read while a batch is committed; the workspace is one task's at a time
        async with one_at_a_time:
            await anyio.to_thread.run_sync(on_database, discard)

    async def commit(batch: Sequence[Response]) -> None:
        await store(lambda: store_responses(workspace, sending, batch))

    async def page() -> Sequence[ChatRequest]:
        taken: list[ChatRequest] = []
        await store(lambda: taken.extend(sending.take(workspace)))
        return taken

    async def set_status(status: str, message: str = "", at: str = "") -> None:
        await store(lambda: writes.set_run_status(workspace, run_id=run_id, status=status, message=message, at=at))

    async with true_status(set_status):
        # a keyring may ask its person first: that must hold up neither the loop nor a cancel
        protocol = await anyio.to_thread.run_sync(open_protocol, endpoint, abandon_on_cancel=True)
        try:
            limits = limits_of(endpoint, pace)
            await set_status("running")
            gate = gate_of(endpoint)
            with nullcontext() if gate is None else kept_awake():
                outcome = await run_requests(
                    protocol,
                    _Pages(sending, page),
                    limits=limits,
                    commit=commit,
                    progress=progress,
                    cancel=cancel,
                    gate=gate,
                    hold=hold,
                    budget=budget,
                )
            await set_status(str(outcome.ending), outcome.sentence, now())
            return outcome
        finally:
            with anyio.move_on_after(CLOSE_WAIT_S, shield=True):
                await protocol.aclose()


class _Pages:
    """A run's requests for the runner."""

    def __init__(self, sending: Sending, read: Callable[[], Awaitable[Sequence[ChatRequest]]]) -> None:
        self._sending, self._read = sending, read

    def __len__(self) -> int:
        return len(self._sending.missing)

    async def page(self) -> Sequence[ChatRequest]:
        return await self._read()


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
