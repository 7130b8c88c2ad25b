"""`reviewer run`: start a run or resume one."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import JsonOption, ProtocolOption, WorkspaceOption, opened
from reviewer.cli.output import ProgressLine, complain, duration, emit_json, say
from reviewer.core.errors import ExitStatus, InputError

if TYPE_CHECKING:
    import anyio

    from reviewer.app.runs import Pace, RunRequest, Sending
    from reviewer.core.models import ModelVersion
    from reviewer.runner.budget import Budget
    from reviewer.runner.progress import RunOutcome
    from reviewer.store.database import Workspace


def run_command(
    suite: Annotated[str, typer.Option(help="Suite whose cases are sent.")] = "",
    model_version: Annotated[str, typer.Option(help="A stored model version, by name.")] = "",
    base_url: Annotated[str, typer.Option(help="Address of the endpoint, for example http://127.0.0.1:8090/v1.")] = "",
    model: Annotated[str, typer.Option(help="Model id as the endpoint knows it.")] = "",
    protocol: ProtocolOption = "openai-chat",
    responses: Annotated[str, typer.Option(help="File of recorded responses, for --protocol recorded.")] = "",
    endpoint: Annotated[str, typer.Option(help="A stored endpoint, by name, in place of --base-url.")] = "",
    system: Annotated[str, typer.Option(help="System prompt, or @FILE.")] = "",
    temperature: Annotated[float | None, typer.Option(help="Sampling temperature.")] = None,
    top_p: Annotated[float | None, typer.Option(help="Nucleus sampling.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Most tokens of a response.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed sent with each request.")] = None,
    key_env: Annotated[str, typer.Option(help="Environment variable that holds the key.")] = "",
    key_service: Annotated[str, typer.Option(help="Keyring service that holds the key.")] = "",
    header: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE; a value $VAR is read from the environment.")
    ] = None,
    repeats: Annotated[int, typer.Option(help="Responses for each case.")] = 1,
    concurrency: Annotated[int | None, typer.Option(help="Requests at once.")] = None,
    rpm: Annotated[float | None, typer.Option(help="Most requests a minute.")] = None,
    tpm: Annotated[float | None, typer.Option(help="Most tokens a minute, estimated.")] = None,
    timeout_s: Annotated[float | None, typer.Option(help="Seconds for one attempt.")] = None,
    max_attempts: Annotated[int | None, typer.Option(help="Attempts for one request.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first N cases by key.")] = None,
    name: Annotated[str, typer.Option(help="Name of the run.")] = "",
    most_tokens: Annotated[int | None, typer.Option(help="Stop after so many tokens.")] = None,
    price_sent: Annotated[float, typer.Option(help="Price of a million tokens sent.")] = 0.0,
    price_received: Annotated[float, typer.Option(help="Price of a million tokens received.")] = 0.0,
    most_spend: Annotated[float | None, typer.Option(help="Stop after spending so much at these prices.")] = None,
    reuse: Annotated[bool, typer.Option(help="First take other runs' responses to exactly the same requests.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would be sent, and send and store nothing.")] = False,
    send: Annotated[bool, typer.Option(help="With --no-send the run is only stored, for a batch file.")] = True,
    resume: Annotated[
        str, typer.Option(help="Send only what this run lacks; with --repeats it is extended first.")
    ] = "",
    only_failed: Annotated[bool, typer.Option(help="With --resume: only what failed before.")] = False,
    case: Annotated[list[str] | None, typer.Option(help="With --resume: only this case; may be repeated.")] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Send a suite's cases to an endpoint, or resume a run."""
    import anyio

    from reviewer.app.runs import Pace, Part, extend_repeats, prepare_sending, reuse_responses
    from reviewer.core.cases import CaseKey
    from reviewer.runner.budget import Budget

    flags = locals()
    with opened(workspace) as opened_workspace:
        pace = Pace(rpm, tpm)
        if resume:
            remedy = "A resumed run keeps its own settings; limits, prices, budgets and more --repeats can be given."
            _refuse_others(flags, _OF_A_RUN, "--resume", remedy)
        budget = Budget(price_sent, price_received, most_tokens, most_spend)
        if resume and repeats > 1:
            extend_repeats(opened_workspace, resume, repeats)
        if not resume and (only_failed or case):
            raise InputError("--only-failed and --case are for a run that is resumed.", "Give --resume RUN too.")
        if dry_run and not resume:
            _tell_beforehand(opened_workspace, flags, budget, json)
            return
        run = resume or _create(opened_workspace, flags, pace)
        if reuse:
            reused = reuse_responses(opened_workspace, run)
            if not json:
                say(f"Run {run}: {reused} responses taken from other runs.")
        part = Part(frozenset(CaseKey(key) for key in case or ()), only_failed)
        sending = prepare_sending(opened_workspace, run, part)
        if not send:
            say(f"Run {run}: {len(sending.missing)} requests, none sent.")
            return
        if not json:
            say(f"Run {run}: {len(sending.missing)} requests to send.")
        outcome = anyio.run(_perform, opened_workspace, sending, pace, budget)
    _tell(run, outcome, json)
    raise typer.Exit(outcome.exit_status)


def _tell_beforehand(workspace: Workspace, flags: dict[str, object], budget: Budget, json: bool) -> None:
    from dataclasses import asdict

    from reviewer.app.runs import preview_run
    from reviewer.runner.budget import Used

    preview = preview_run(workspace, _request(workspace, flags))
    least, most = (budget.spend(Used(preview.tokens, received)) for received in (0, preview.most_received or 0))
    if json:
        emit_json({**asdict(preview), "price": [least, None if preview.most_received is None else most]})
        return
    received = "" if preview.most_received is None else f", at most {preview.most_received:,} tokens come back"
    say(f"{preview.n_requests:,} requests, {preview.n_cases:,} cases; about {preview.tokens:,} tokens sent{received}.")
    if least or most:
        say(f"Price: {least:.4g} for what is sent" + (f", at most {most:.4g} in all." if received else "."))
    say()
    say(preview.first_request)


def _create(workspace: Workspace, flags: dict[str, object], pace: Pace) -> str:
    import anyio

    from reviewer.app.runs import check_sendable, create_run

    if not flags["suite"]:
        raise InputError("--suite is missing.", "Name the suite to send, or give --resume RUN.")
    request = _request(workspace, flags)
    anyio.run(check_sendable, request.version, pace)
    return create_run(workspace, request).name


def _request(workspace: Workspace, flags: dict[str, object]) -> RunRequest:
    from reviewer.app.runs import RunRequest, model_version_named

    wanted = str(flags["model_version"])
    if wanted and not flags["model"]:
        _refuse_others(
            flags,
            _OF_A_VERSION,
            "--model-version",
            "A stored model version is frozen; give --model and an endpoint to make another one.",
        )
        version = model_version_named(workspace, wanted)
    else:
        version = _new_version(workspace, flags)
    return RunRequest(
        suite=str(flags["suite"]),
        version=version,
        repeats=int(str(flags["repeats"])),
        limit=None if flags["limit"] is None else int(str(flags["limit"])),
        name=str(flags["name"]),
    )


_OF_A_VERSION = (
    *("base_url", "protocol", "responses", "endpoint", "system", "temperature", "top_p", "max_tokens", "seed"),
    *("key_env", "key_service", "header", "concurrency", "timeout_s", "max_attempts"),
)
_OF_A_RUN = (*_OF_A_VERSION, "suite", "model_version", "model", "limit", "name")
_DEFAULTS: dict[str, object] = {"protocol": "openai-chat", "repeats": 1}


def _refuse_others(flags: dict[str, object], names: tuple[str, ...], beside: str, remedy: str) -> None:
    """An option that would have no effect is refused rather than dropped without a word."""
    for name in names:
        if flags[name] not in (None, "", _DEFAULTS.get(name)):
            raise InputError(f"--{name.replace('_', '-')} cannot be given with {beside}.", remedy)


def _new_version(workspace: Workspace, flags: dict[str, object]) -> ModelVersion:
    from dataclasses import replace

    from reviewer.app.paths import absolute
    from reviewer.core.models import Endpoint, ModelVersion, Sampling
    from reviewer.store.queries.runs import endpoint_named

    model, base_url, responses = str(flags["model"]), str(flags["base_url"]), str(flags["responses"])
    if not model or not (base_url or responses or flags["endpoint"]):
        raise InputError(
            "The run has no model.",
            "Give --model-version NAME, or --base-url URL with --model ID, or --responses FILE.",
        )
    if flags["endpoint"]:
        endpoint = endpoint_named(workspace, str(flags["endpoint"]))
    else:
        protocol = "recorded" if responses else str(flags["protocol"])
        endpoint = Endpoint(base_url or responses, protocol, base_url, responses_file=absolute(responses))
    given = {
        n: flags[n]
        for n in ("key_env", "key_service", "timeout_s", "concurrency", "max_attempts")
        if flags[n] not in (None, "")
    }
    if flags["header"]:
        given["headers"] = _headers(flags["header"])
    sampling = Sampling(**{n: flags[n] for n in ("temperature", "top_p", "max_tokens", "seed")})  # type: ignore[arg-type]
    name = str(flags["model_version"] or model)
    return ModelVersion(name, replace(endpoint, **given), model, _system(str(flags["system"])), sampling)  # type: ignore[arg-type]


def _headers(pairs: object) -> dict[str, str]:
    found = {}
    for pair in pairs if isinstance(pairs, list) else []:
        name, sign, value = str(pair).partition("=")
        if not sign:
            raise InputError(f"--header {pair!r} does not say NAME=VALUE.", "For example: --header X-Team=red.")
        found[name.strip()] = value.strip()
    return found


def _system(given: str) -> str:
    from pathlib import Path

    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The system prompt {given[1:]} cannot be read ({error}).", "Check the path.") from error


async def _perform(workspace: Workspace, sending: Sending, pace: Pace, budget: Budget) -> RunOutcome:
    """Send until done; an interrupt stops sending, keeps what was received, and is answered with 130."""
    import anyio

    from reviewer.app.runs import perform

    cancel, line = anyio.Event(), ProgressLine()
    outcomes: list[RunOutcome] = []
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(cancel_on_signal, cancel)
            outcomes.append(
                await perform(workspace, sending, progress=line.show, cancel=cancel, pace=pace, budget=budget)
            )
            group.cancel_scope.cancel()
    except BaseExceptionGroup as failed:
        # a task group wraps even a single error; its sentence is to reach the person as it is
        raise failed.exceptions[0] from failed
    finally:
        line.end()
    return outcomes[0]


async def cancel_on_signal(cancel: anyio.Event) -> None:
    import anyio

    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _signal in signals:
            complain("\nStopping; everything received is kept.")
            cancel.set()


def _tell(run: str, outcome: RunOutcome, json: bool) -> None:
    progress = outcome.progress
    if json:
        emit_json(
            {
                "run": run,
                "ending": str(outcome.ending),
                "sentence": outcome.sentence or None,
                "done": progress.done,
                "total": progress.total,
                "states": {str(state): count for state, count in progress.states.items()},
                "retries": progress.retries,
                "tokens": {"sent": progress.used.sent, "received": progress.used.received},
                "spend": progress.spend,
                "elapsed_s": round(progress.elapsed_s, 3),
                "errors": [{"sentence": e.sentence, "count": e.count, "example": e.example} for e in progress.errors],
            }
        )
    else:
        states = ", ".join(f"{state} {count}" for state, count in sorted(progress.states.items())) or "no response"
        say(f"Run {run} {outcome.ending} after {duration(progress.elapsed_s)}: {states}.")
    for error in progress.errors:
        complain(f"{error.count} × {error.sentence} (for example case {error.example})")
    if outcome.sentence:
        complain(outcome.sentence)
    if outcome.exit_status not in (ExitStatus.DONE, ExitStatus.INPUT_WRONG):
        complain(f'What is missing can be sent with: reviewer run --resume "{run}"')
