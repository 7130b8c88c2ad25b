"""Sending a run: what it lacks is asked for, and what comes back is classified and stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.app.jobs.asking import ask, connected
from reviewer.app.jobs.at_work import SENT, at_work
from reviewer.app.jobs.classification import rules_verdicts
from reviewer.app.jobs.job import JobContext, true_status
from reviewer.app.jobs.terms import Terms, keep_terms, terms_of
from reviewer.app.jobs.unsendable import unsendable_words
from reviewer.app.runs import extend_repeats
from reviewer.core.cases import Case, CaseKey
from reviewer.core.errors import InputError
from reviewer.core.received import received
from reviewer.core.responses import Response, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.host.clock import now
from reviewer.runner.limits import CHARACTERS_PER_TOKEN
from reviewer.runner.plan import missing_requests
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified, RunLine
from reviewer.store.queries import runs, suites
from reviewer.store.writes import runs as writes

if TYPE_CHECKING:
    from reviewer.endpoints.protocol import ChatRequest
    from reviewer.runner.progress import Progress, RunOutcome

PAGE = 500
"""Requests whose cases are read at a time."""
PAGE_CHARACTERS = 30_000_000
"""Of messages in a page, so that a suite of pictures is never in memory whole; one case is read however long it is."""


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

        pairs = self._next_pairs(workspace)
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

    def _next_pairs(self, workspace: Workspace) -> list[tuple[CaseKey, int]]:
        pairs = self.missing[self._taken : self._taken + PAGE]
        lengths = suites.stored_lengths(workspace, self.line.id, sorted({key for key, _ in pairs}))
        room, counted = PAGE_CHARACTERS, set[CaseKey]()
        for number, (key, _) in enumerate(pairs):
            room -= 0 if key in counted else lengths[key]
            counted.add(key)
            if room < 0:
                return pairs[: max(number, 1)]
        return pairs

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
    if line.status is RunStatus.IMPORTED:
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
    """How much a sending is: requests, about how many tokens go out, at most how many come back (None: no limit).

    `cannot_send` says in words which cases hold what the protocol has no form for; empty where there are none.
    """

    n_requests: int
    tokens: int
    most_received: int | None
    cannot_send: str = ""


def volume_of(workspace: Workspace, sending: Sending) -> Volume:
    """By a fourth of the characters. Sends nothing."""
    version, keys = sending.line.version, {key for key, _ in sending.missing}
    lengths = suites.characters_of_run(workspace, sending.line.id, *(keys if len(keys) == 1 else ()))
    characters = sum(lengths[key] + len(version.system) for key, _ in sending.missing)
    limit, n = version.sampling.max_tokens, len(sending.missing)
    tokens = round(characters / CHARACTERS_PER_TOKEN)
    return Volume(n, tokens, None if limit is None else limit * n, cannot_send(workspace, sending))


def cannot_send(workspace: Workspace, sending: Sending) -> str:
    """Which of the cases hold what the protocol has no form for, in words; empty where there are none."""
    wanted = {key for key, _ in sending.missing}
    rich = [key for key in suites.keys_with_parts(workspace, sending.line.id) if key in wanted]
    if not rich:
        return ""
    return unsendable_words(sending.line.version, suites.cases_of_run(workspace, sending.line.id, rich))


def store_responses(workspace: Workspace, sending: Sending, responses: Sequence[Response]) -> None:
    """Classify a batch and commit it with its verdicts; durable when this returns."""
    line, found = sending.line, [received(response) for response in responses]
    verdicts = rules_verdicts(((sending.cases[response.case], response) for response in found), line.scale)
    items = [Classified(response, (verdict,)) for response, verdict in zip(found, verdicts, strict=True)]
    writes.add_responses(workspace, run_id=line.id, responses=items, at=now(), again=sending.again)
    sending.stored(responses)


@dataclass
class _Requests:
    """The missing requests, a page of cases read at a time."""

    context: JobContext[Progress]
    sending: Sending

    def __len__(self) -> int:
        return len(self.sending.missing)

    async def page(self) -> Sequence[ChatRequest]:
        return await self.context.do(lambda: self.sending.take(self.context.workspace))


async def perform(sending: Sending, context: JobContext[Progress]) -> RunOutcome:
    """Send what is missing, store each answer, and keep the run's status true.

    Raises KnownError where the endpoint cannot be used at all, where another program sends the run, or the disk stays
    full.
    """
    workspace, run_id, endpoint = context.workspace, sending.line.id, sending.line.version.endpoint

    async def set_status(status: str, message: str = "", at: str = "") -> None:
        given = RunStatus(status)
        await context.do(lambda: writes.set_run_status(workspace, run_id=run_id, status=given, message=message, at=at))

    alone = at_work(context, SENT, run_id)
    async with alone, true_status(set_status), connected(endpoint) as protocol:
        await set_status(RunStatus.RUNNING)
        outcome = await ask(
            context,
            protocol,
            endpoint,
            _Requests(context, sending),
            store=lambda batch: store_responses(workspace, sending, batch),
            report=context.report,
            has_answered=any(count for state, count in sending.line.states.items() if state != ResponseState.ERROR),
        )
        await context.do(lambda: _note_end(workspace, run_id, RunStatus(outcome.ending), outcome.sentence))
        return outcome


def _note_end(workspace: Workspace, run_id: int, status: RunStatus, message: str) -> None:
    """A part that is finished leaves a run that is not."""
    line = runs.run_line(workspace, run_id)
    left = line.planned - line.stored
    if status is RunStatus.FINISHED and left:
        status = RunStatus.STOPPED
        message = f"A part was sent; {left:,} requests have no response yet. Resume the run to send them."
    writes.set_run_status(workspace, run_id=run_id, status=status, message=message, at=now())


@dataclass(frozen=True)
class SendJob:
    """A run, or a part of it, to be sent. With `reuse` what other runs were answered to exactly the same requests is
    taken first. A part that asks for more repeats extends the run.
    """

    run: str
    part: Part = field(default_factory=Part)
    reuse: bool = False

    def estimate(self, workspace: Workspace) -> Volume:
        """Raises InputError as `prepare_sending` does."""
        return volume_of(workspace, prepare_sending(workspace, self.run, self.part))

    async def perform(self, context: JobContext[Progress]) -> RunOutcome:
        """As `perform` does; with the context's terms, which are kept for the next time, else with those kept."""
        sending, terms = await context.do(lambda: self._prepared(context.workspace, context.terms))
        return await perform(sending, replace(context, terms=terms))

    def _prepared(self, workspace: Workspace, terms: Terms | None) -> tuple[Sending, Terms]:
        if self.part.repeats is not None:
            extend_repeats(workspace, self.run, self.part.repeats)
        if self.reuse:
            reuse_responses(workspace, self.run, self.part)
        sending = prepare_sending(workspace, self.run, self.part)
        if terms is not None:
            keep_terms(workspace, sending.line.id, terms)
        return sending, terms or terms_of(workspace, sending.line.id)
