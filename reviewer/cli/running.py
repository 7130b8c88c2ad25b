"""`reviewer run`: start a run or resume one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import (
    JsonOption,
    MaxWaitOption,
    MostSpendOption,
    MostTokensOption,
    PriceReceivedOption,
    PriceSentOption,
    ProtocolOption,
    RpmOption,
    TpmOption,
    WorkspaceOption,
    opened,
)
from reviewer.cli.output import ProgressLine, complain, duration, emit_json, say
from reviewer.cli.versions import (
    OF_A_VERSION,
    Flags,
    is_given,
    new_version,
    price_bounds,
    refuse_others,
    terms_of_flags,
)
from reviewer.core.errors import ExitStatus, InputError
from reviewer.runner.limits import MAX_WAIT_S

if TYPE_CHECKING:
    from reviewer.app.jobs.sending import Part, Sending
    from reviewer.app.jobs.terms import Terms
    from reviewer.app.runs import RunRequest
    from reviewer.runner.budget import Budget
    from reviewer.runner.progress import RunOutcome
    from reviewer.store.database import Workspace

HeaderOption = Annotated[list[str] | None, typer.Option(help="NAME=VALUE; a value $VAR is read from the environment.")]
_OF_A_RUN = (*OF_A_VERSION, "suite", "model_version", "model", "limit", "name")


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
    header: HeaderOption = None,
    repeats: Annotated[int, typer.Option(help="Responses for each case.")] = 1,
    concurrency: Annotated[int | None, typer.Option(help="Requests at once.")] = None,
    rpm: RpmOption = None,
    tpm: TpmOption = None,
    timeout_s: Annotated[float | None, typer.Option(help="Seconds for one attempt.")] = None,
    max_attempts: Annotated[int | None, typer.Option(help="Attempts for one request.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first N cases by key.")] = None,
    name: Annotated[str, typer.Option(help="Name of the run.")] = "",
    most_tokens: MostTokensOption = None,
    price_sent: PriceSentOption = 0.0,
    price_received: PriceReceivedOption = 0.0,
    most_spend: MostSpendOption = None,
    reuse: Annotated[bool, typer.Option(help="First take other runs' responses to exactly the same requests.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would be sent, and send and store nothing.")] = False,
    send: Annotated[bool, typer.Option(help="With --no-send the run is only stored, for a batch file.")] = True,
    max_wait_s: MaxWaitOption = MAX_WAIT_S,
    resume: Annotated[str, typer.Option(help="Send what this run lacks; --repeats extends it first.")] = "",
    only_failed: Annotated[bool, typer.Option(help="With --resume: only what failed before.")] = False,
    case: Annotated[list[str] | None, typer.Option(help="With --resume: only this case; may be repeated.")] = None,
    again: Annotated[bool, typer.Option(help="With --case: ask again although the response is finished.")] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Send a suite's cases to an endpoint, or resume a run."""
    _run(locals())


def _run(flags: Flags) -> None:
    from reviewer.app.jobs.sending import perform, prepare_sending, reuse_responses
    from reviewer.cli.interrupting import until_interrupted

    run, as_json = flags["resume"], flags["json"]
    terms, part = terms_of_flags(flags), _part(flags)
    _check_together(flags)
    with opened(flags["workspace"]) as workspace:
        if flags["dry_run"] and not run:
            _tell_beforehand(workspace, flags, terms.budget, as_json)
            return
        run = _extended(workspace, flags) if run else _created(workspace, flags, terms)
        if flags["reuse"] and not flags["dry_run"]:
            reused = reuse_responses(workspace, run, part)
            if not as_json:
                say(f"Run {run}: {reused} responses taken from other runs.")
        sending = prepare_sending(workspace, run, part)
        if flags["dry_run"]:
            _tell_what_is_left(workspace, sending, terms.budget, as_json)
            return
        if not flags["send"]:
            say(f"Run {run}: {len(sending.missing)} requests, none sent.")
            return
        if not as_json:
            say(f"Run {run}: {len(sending.missing)} requests to send.")
        outcome = until_interrupted(workspace, partial(perform, sending), ProgressLine.show, terms)
    _tell(run, outcome, as_json)
    raise typer.Exit(outcome.exit_status)


def _check_together(flags: Flags) -> None:
    if flags["resume"]:
        remedy = "A resumed run keeps its own settings; limits, prices, budgets and more --repeats can be given."
        refuse_others(flags, _OF_A_RUN, "--resume", remedy)
    elif flags["only_failed"] or flags["case"] or flags["again"]:
        raise InputError("--only-failed, --case and --again are for a run that is resumed.", "Give --resume RUN too.")


def _extended(workspace: Workspace, flags: Flags) -> str:
    from reviewer.app.runs import extend_repeats

    if is_given(flags, "repeats") and not flags["dry_run"]:
        extend_repeats(workspace, flags["resume"], flags["repeats"])
    return str(flags["resume"])


def _part(flags: Flags) -> Part:
    from reviewer.app.jobs.sending import Part
    from reviewer.core.cases import CaseKey

    return Part(
        frozenset(CaseKey(key) for key in flags["case"] or ()), flags["only_failed"], flags["repeats"], flags["again"]
    )


def _tell_beforehand(workspace: Workspace, flags: Flags, budget: Budget, as_json: bool) -> None:
    from dataclasses import asdict

    from reviewer.app.runs import preview_run

    preview = preview_run(workspace, _request(workspace, flags))
    if as_json:
        emit_json({**asdict(preview), **price_bounds(budget, preview.tokens, preview.most_received)})
        return
    say(_volume_words(preview.n_requests, preview.tokens, preview.most_received, budget))
    say(f"{preview.n_cases:,} cases. The first request:\n\n{preview.first_request}")


def _tell_what_is_left(workspace: Workspace, sending: Sending, budget: Budget, as_json: bool) -> None:
    from dataclasses import asdict

    from reviewer.app.jobs.sending import volume_of

    volume = volume_of(workspace, sending)
    if as_json:
        emit_json(
            {"run": sending.line.name, **asdict(volume), **price_bounds(budget, volume.tokens, volume.most_received)}
        )
    else:
        say(_volume_words(volume.n_requests, volume.tokens, volume.most_received, budget))


def _volume_words(n_requests: int, tokens: int, most_received: int | None, budget: Budget) -> str:
    from reviewer.app.jobs.terms import price_words

    received = "" if most_received is None else f", at most {most_received:,} tokens come back"
    what = "1 request" if n_requests == 1 else f"{n_requests:,} requests"
    words = f"{what}; about {tokens:,} tokens sent{received}."
    return f"{words} {price_words(budget, tokens, most_received)}".rstrip()


def _created(workspace: Workspace, flags: Flags, terms: Terms) -> str:
    import anyio

    from reviewer.app.jobs.asking import check_sendable
    from reviewer.app.runs import create_run

    if not flags["suite"]:
        raise InputError("--suite is missing.", "Name the suite to send, or give --resume RUN.")
    request = _request(workspace, flags)
    anyio.run(check_sendable, request.version, terms)
    return create_run(workspace, request).name


def _request(workspace: Workspace, flags: Flags) -> RunRequest:
    from reviewer.app.runs import RunRequest, model_version_named

    wanted = flags["model_version"]
    if wanted and not flags["model"]:
        remedy = "A stored model version is frozen; give --model and an endpoint to make another one."
        refuse_others(flags, OF_A_VERSION, "--model-version", remedy)
        version = model_version_named(workspace, wanted)
    else:
        version = new_version(workspace, flags)
    return RunRequest(flags["suite"], version, flags["repeats"], flags["limit"], flags["name"])


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
