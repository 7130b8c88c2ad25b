"""`reviewer run`: start a run or resume one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import (
    BudgetOptions,
    DryRunOption,
    EndpointOptions,
    JsonOption,
    LimitOption,
    ModelOption,
    OptionGroup,
    PaceOptions,
    SamplingOptions,
    WorkspaceOption,
    opened,
    price_bounds,
    refuse,
    takes_options,
    terms_of,
)
from reviewer.cli.output import ProgressLine, complain, duration, emit_json, say
from reviewer.cli.versions import ask_for_key, version_of
from reviewer.core.errors import ExitStatus, InputError
from reviewer.wording.plural import counted
from reviewer.wording.states import DoubtCounts, doubt_sentences, states_words

if TYPE_CHECKING:
    from reviewer.app.jobs.sending import Part, Sending
    from reviewer.app.jobs.terms import Terms
    from reviewer.app.runs import RunRequest
    from reviewer.core.models import ModelVersion
    from reviewer.runner.budget import Budget
    from reviewer.runner.progress import RunOutcome
    from reviewer.store.database import Workspace


@dataclass(frozen=True)
class NewRunOptions(OptionGroup):
    """What a run is fixed by when it begins, beside its model version's own options."""

    suite: Annotated[str, typer.Option(help="Suite whose cases are sent.")] = ""
    model_version: Annotated[str, typer.Option(help="A stored model version, by name.")] = ""
    model: ModelOption = ""
    limit: LimitOption = None
    name: Annotated[str, typer.Option(help="Name of the run.")] = ""


@dataclass(frozen=True)
class SendingOptions(OptionGroup):
    """What is done with the run this time."""

    repeats: Annotated[int, typer.Option(help="Responses for each case.")] = 1
    reuse: Annotated[bool, typer.Option(help="First take other runs' responses to exactly the same requests.")] = False
    dry_run: DryRunOption = False
    send: Annotated[bool, typer.Option(help="With --no-send the run is only stored, for a batch file.")] = True


@dataclass(frozen=True)
class ResumeOptions(OptionGroup):
    """Which run is resumed, and which part of it."""

    resume: Annotated[str, typer.Option(help="Send what this run lacks; --repeats extends it first.")] = ""
    only_failed: Annotated[bool, typer.Option(help="With --resume: only what failed before.")] = False
    case: Annotated[list[str] | None, typer.Option(help="With --resume: only this case; may be repeated.")] = None
    again: Annotated[bool, typer.Option(help="With --case: ask again although the response is finished.")] = False


@dataclass(frozen=True)
class RunOptions:
    """Everything that a run can be told."""

    new: NewRunOptions
    endpoint: EndpointOptions
    sampling: SamplingOptions
    sending: SendingOptions
    resumed: ResumeOptions


@takes_options
def run_command(
    new: NewRunOptions,
    endpoint: EndpointOptions,
    sampling: SamplingOptions,
    sending: SendingOptions,
    pace: PaceOptions,
    budget: BudgetOptions,
    resumed: ResumeOptions,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Send a suite's cases to an endpoint, or resume a run."""
    options = RunOptions(new, endpoint, sampling, sending, resumed)
    terms = terms_of(pace, budget)
    _check_together(options)
    with opened(workspace) as opened_workspace:
        if sending.dry_run and not resumed.resume:
            _tell_beforehand(opened_workspace, options, terms.budget, json)
            return
        outcome = _sent(opened_workspace, options, terms, json)
        doubts = _doubts(opened_workspace, outcome[0]) if outcome is not None else ()
    if outcome is not None:
        _tell(*outcome, doubts, json)
        raise typer.Exit(outcome[1].exit_status)


def _sent(workspace: Workspace, options: RunOptions, terms: Terms, as_json: bool) -> tuple[str, RunOutcome] | None:
    """The run's name and how its sending ended; None where it was not to be sent."""

    from reviewer.app.jobs.sending import cannot_send, perform, prepare_sending, reuse_responses
    from reviewer.cli.interrupting import until_interrupted

    do, part = options.sending, _part(options)
    run = _extended(workspace, options) if options.resumed.resume else _created(workspace, options, terms)
    if do.reuse and not do.dry_run:
        reused = reuse_responses(workspace, run, part)
        if not as_json:
            say(f"Run {run}: {counted(reused, 'response')} taken from other runs.")
    sending = prepare_sending(workspace, run, part)
    if do.send and not do.dry_run and sending.missing:
        ask_for_key(sending.line.version.endpoint)
    if do.dry_run:
        _tell_what_is_left(workspace, sending, terms.budget, as_json)
        return None
    if not as_json:
        say(f"Run {run}: {len(sending.missing)} requests{' to send' if do.send else ', none sent'}.")
    elif not do.send:
        emit_json({"run": run, "missing": len(sending.missing)})
    if warned := cannot_send(workspace, sending):
        complain(warned)
    return (run, until_interrupted(workspace, partial(perform, sending), ProgressLine.show, terms)) if do.send else None


def _check_together(options: RunOptions) -> None:
    resumed = options.resumed.given()
    if "resume" in resumed:
        remedy = "A resumed run keeps its own settings; limits, prices, budgets and more --repeats can be given."
        refuse({**_of_a_version(options), **options.new.given()}, "--resume", remedy)
    elif resumed:
        raise InputError("--only-failed, --case and --again are for a run that is resumed.", "Give --resume RUN too.")


def _of_a_version(options: RunOptions) -> dict[str, object]:
    return {**options.endpoint.given(), **options.sampling.given()}


def _extended(workspace: Workspace, options: RunOptions) -> str:
    from reviewer.app.runs import extend_repeats

    if "repeats" in options.sending.given() and not options.sending.dry_run:
        extend_repeats(workspace, options.resumed.resume, options.sending.repeats)
    return options.resumed.resume


def _part(options: RunOptions) -> Part:
    from reviewer.app.jobs.sending import Part
    from reviewer.core.cases import CaseKey

    resumed = options.resumed
    keys = frozenset(CaseKey(key) for key in resumed.case or ())
    return Part(keys, resumed.only_failed, options.sending.repeats, resumed.again)


def _tell_beforehand(workspace: Workspace, options: RunOptions, budget: Budget, as_json: bool) -> None:
    from dataclasses import asdict

    from reviewer.app.runs import preview_run

    preview = preview_run(workspace, _request(workspace, options))
    if as_json:
        emit_json({**asdict(preview), **price_bounds(budget, preview.tokens, preview.most_received)})
        return
    say(_volume_words(preview.n_requests, preview.tokens, preview.most_received, budget))
    if preview.cannot_send:
        complain(preview.cannot_send)
    say(f"{counted(preview.n_cases, 'case')}. The first request:\n\n{preview.first_request}")


def _tell_what_is_left(workspace: Workspace, sending: Sending, budget: Budget, as_json: bool) -> None:
    from dataclasses import asdict

    from reviewer.app.jobs.sending import volume_of

    volume = volume_of(workspace, sending)
    if as_json:
        emit_json(
            {"run": sending.line.name, **asdict(volume), **price_bounds(budget, volume.tokens, volume.most_received)}
        )
        return
    say(_volume_words(volume.n_requests, volume.tokens, volume.most_received, budget))
    if volume.cannot_send:
        complain(volume.cannot_send)


def _volume_words(n_requests: int, tokens: int, most_received: int | None, budget: Budget) -> str:
    from reviewer.app.jobs.terms import price_words

    received = "" if most_received is None else f", at most {most_received:,} tokens come back"
    what = counted(n_requests, "request")
    words = f"{what}; about {tokens:,} tokens sent{received}."
    return f"{words} {price_words(budget, tokens, most_received)}".rstrip()


def _created(workspace: Workspace, options: RunOptions, terms: Terms) -> str:
    import anyio

    from reviewer.app.jobs.asking import check_sendable
    from reviewer.app.runs import create_run

    if not options.new.suite:
        raise InputError("--suite is missing.", "Name the suite to send, or give --resume RUN.")
    request = _request(workspace, options)
    ask_for_key(request.version.endpoint)
    anyio.run(check_sendable, request.version, terms)
    return create_run(workspace, request).name


def _request(workspace: Workspace, options: RunOptions) -> RunRequest:
    from reviewer.app.runs import RunRequest

    new = options.new
    version = _version(workspace, options)
    return RunRequest(new.suite, version, options.sending.repeats, new.limit, new.name)


def _version(workspace: Workspace, options: RunOptions) -> ModelVersion:
    """The stored version that is named, or the one that the options describe. Raises InputError for neither."""
    from reviewer.app.versions import model_version_named

    name, model = options.new.model_version, options.new.model
    if name and not model:
        remedy = "A stored model version is frozen; give --model and an endpoint to make another one."
        refuse(_of_a_version(options), "--model-version", remedy)
        return model_version_named(workspace, name)
    if not model or not options.endpoint.n_places:
        raise InputError(
            "The run has no model.",
            "Give --model-version NAME, or --base-url URL with --model ID, or --responses FILE.",
        )
    return version_of(workspace, name or model, model, options.endpoint, options.sampling)


def _doubts(workspace: Workspace, run: str) -> tuple[str, ...]:
    """What of the whole run is no response, or ended in a way that is not known."""
    from reviewer.store.queries import runs
    from reviewer.store.queries.doubts import doubted_groups

    line = runs.run_named(workspace, run)
    return doubt_sentences(DoubtCounts.of(doubted_groups(workspace, line.id)), line.stored)


def _tell(run: str, outcome: RunOutcome, doubts: tuple[str, ...], json: bool) -> None:
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
                "doubts": list(doubts),
                "errors": [{"sentence": e.sentence, "count": e.count, "example": e.example} for e in progress.errors],
            }
        )
    else:
        states = states_words(progress.states, ", ") or "nothing came"
        say(f"Run {run} {outcome.ending} after {duration(progress.elapsed_s)}: {states}.")
    for error in progress.errors:
        complain(f"{error.count} × {error.sentence} (for example case {error.example})")
    for doubt in doubts:
        complain(doubt)
    if outcome.sentence:
        complain(outcome.sentence)
    if outcome.exit_status not in (ExitStatus.DONE, ExitStatus.INPUT_WRONG):
        complain(f'What is missing can be sent with: reviewer run --resume "{run}"')
