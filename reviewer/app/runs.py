"""Runs: make one, say what it would send, have it ask more often."""

from __future__ import annotations

from dataclasses import dataclass

from reviewer.app.jobs.unsendable import refusal, unsendable_words
from reviewer.app.written_out import check_name
from reviewer.core.errors import InputError
from reviewer.core.models import ModelVersion
from reviewer.core.runs import RunStatus
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.facts.suites import StoredSuite
from reviewer.store.queries import runs, suites
from reviewer.store.writes import runs as writes


@dataclass(frozen=True)
class RunRequest:
    """What a person asked for when starting a run."""

    suite: str
    version: ModelVersion
    repeats: int = 1
    limit: int | None = None
    name: str = ""


def create_run(workspace: Workspace, request: RunRequest) -> RunLine:
    """Store the model version and the run. Raises InputError for an unknown or empty suite, and for a name that is
    taken or holds a key.
    """
    check_name("The name of the run", request.name)
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


def _cases_to_send(workspace: Workspace, request: RunRequest) -> tuple[StoredSuite, list[int]]:
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
    `most_received` where the limit of tokens says so. `cannot_send` says which cases the protocol has no form for.
    """

    n_cases: int
    n_requests: int
    name: str
    first_request: str
    tokens: int
    most_received: int | None
    cannot_send: str = ""
    category: str = ""
    """Of the case of the first request."""


def preview_run(workspace: Workspace, request: RunRequest) -> RunPreview:
    """Says what would be sent and sends nothing. Raises InputError as `create_run` does, and for a wrong address."""
    from reviewer.endpoints.protocol import ChatRequest
    from reviewer.endpoints.registry import protocol_entry
    from reviewer.runner.limits import CHARACTERS_PER_TOKEN

    suite, case_ids = _cases_to_send(workspace, request)
    version, first = request.version, suites.case_detail(workspace, case_ids[0]).case
    rich = suites.cases_with_parts(workspace, case_ids)
    chat = ChatRequest(first.key, 1, version.messages_for(first.messages), version.model, version.sampling)
    n_requests, limit = len(case_ids) * request.repeats, version.sampling.max_tokens
    characters = suites.characters_of(workspace, case_ids) + len(case_ids) * len(version.system)
    return RunPreview(
        n_cases=len(case_ids),
        n_requests=n_requests,
        tokens=round(characters * request.repeats / CHARACTERS_PER_TOKEN),
        most_received=None if limit is None else limit * n_requests,
        name=request.name or free_name(workspace, f"{suite.name} {version.name}"),
        first_request=refusal(version, chat) or protocol_entry(version.endpoint.protocol).shown(version.endpoint, chat),
        cannot_send=unsendable_words(version, rich),
        category=first.category,
    )


def free_name(workspace: Workspace, wanted: str) -> str:
    """`wanted`, or with the first number behind it that makes it free."""
    taken = {run.name for run in runs.runs(workspace)}
    names = [wanted, *(f"{wanted} ({number})" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def extend_repeats(workspace: Workspace, run: str, repeats: int) -> RunLine:
    """Have a run ask every case so many times. Raises InputError for an unknown or imported run and for fewer."""
    line = runs.run_named(workspace, run)
    if line.status is RunStatus.IMPORTED:
        raise InputError(f"The run {run!r} was imported and has no endpoint to ask.", "Start a new run instead.")
    if repeats < line.repeats:
        raise InputError(
            f"The run {run!r} asks every case {line.repeats} times already.", "Repeats can be added, never taken away."
        )
    writes.set_repeats(workspace, run_id=line.id, repeats=repeats)
    return runs.run_line(workspace, line.id)
