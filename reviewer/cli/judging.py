"""`reviewer judge`: a model's verdicts on what a run's responses did."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.classify.judge.admission import ADMISSION_BAR
from reviewer.classify.judge.excerpt import MOST_CHARACTERS
from reviewer.cli.options import (
    BudgetOptions,
    DryRunOption,
    EndpointOptions,
    JsonOption,
    LimitOption,
    OptionGroup,
    PaceOptions,
    ReviewerOption,
    RunOption,
    SeedOption,
    WorkspaceOption,
    opened,
    price_bounds,
    takes_options,
    terms_of,
)
from reviewer.cli.output import ProgressLine, complain, duration, emit_json, say
from reviewer.cli.versions import ask_for_key, endpoint_of
from reviewer.core.decisions import JudgeOutcome
from reviewer.core.errors import ExitStatus, InputError
from reviewer.wording.judging import STATUS_WORDS, outcomes_words, states_left_out
from reviewer.wording.plural import counted, noun

if TYPE_CHECKING:
    from reviewer.app.jobs.judging import JudgeRequest, Judging, JudgingEnd, JudgingProgress
    from reviewer.app.jobs.terms import Terms
    from reviewer.core.models import ModelVersion, Sampling
    from reviewer.store.database import Workspace
    from reviewer.store.facts.judging import JudgeRunLine

DEFAULT_TEMPERATURE, DEFAULT_MAX_TOKENS = 0.0, 1000


@dataclass(frozen=True)
class JudgeOptions(OptionGroup):
    """Who judges and with what, beside where it is."""

    model: Annotated[str, typer.Option(help="Model id of the judge as the endpoint knows it.")]
    temperature: Annotated[
        float | None,
        typer.Option(help="Sampling temperature; below 0 sends none. Without it 0, where the judge takes that."),
    ] = None
    max_tokens: Annotated[
        int | None, typer.Option(help="Most tokens of a reply; models that reason need more. Without it 1000.")
    ] = None
    seed: SeedOption = None
    control_set: Annotated[str, typer.Option(help="Suite with frozen responses, judged again first.")] = ""
    accept_drift: Annotated[bool, typer.Option("--accept-drift", help="Go on although the judge drifted.")] = False
    bar: Annotated[float, typer.Option(help="Its verdicts count where both lower 95 % limits reach this.")] = (
        ADMISSION_BAR
    )
    admit: Annotated[str, typer.Option(metavar="REASON", help="Count its verdicts whatever is measured, and why.")] = ""
    no_admit: Annotated[bool, typer.Option("--no-admit", help="Take an earlier --admit back.")] = False
    most_characters: Annotated[int, typer.Option(help="Of longer texts beginning and end are sent.")] = MOST_CHARACTERS

    @property
    def sampling(self) -> Sampling:
        """What is sent; what was not given is as it is by default."""
        from reviewer.core.models import Sampling

        temperature = DEFAULT_TEMPERATURE if self.temperature is None else self.temperature
        most = DEFAULT_MAX_TOKENS if self.max_tokens is None else self.max_tokens
        return Sampling(temperature=None if temperature < 0 else temperature, max_tokens=most, seed=self.seed)

    @property
    def unasked(self) -> frozenset[str]:
        """What of it nobody asked for."""
        given = {"temperature": self.temperature, "max_tokens": self.max_tokens}
        return frozenset(name for name, value in given.items() if value is None)


@takes_options
def judge_command(
    run: RunOption,
    judge: JudgeOptions,
    endpoint: EndpointOptions,
    pace: PaceOptions,
    budget: BudgetOptions,
    limit: LimitOption = None,
    reviewer: ReviewerOption = "",
    dry_run: DryRunOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Have a model judge what a run's responses did. The same command again sends only what is missing."""
    from reviewer.app.jobs.judge_admission import PersonsWord
    from reviewer.app.jobs.judging import JudgeRequest, prepare_judging
    from reviewer.host.settings import default_reviewer

    person, terms = reviewer or default_reviewer(), terms_of(pace, budget)
    with opened(workspace, create=False) as opened_workspace:
        if judge.admit and judge.no_admit:
            raise InputError("A word is given and taken back at once.", "Give --admit or --no-admit.")
        version = _judge(opened_workspace, judge, endpoint)
        request = JudgeRequest(
            run,
            version,
            judge.control_set,
            limit,
            person if judge.accept_drift else "",
            admitted=PersonsWord(person, judge.admit) if judge.admit else None,
            bar=judge.bar,
            most_characters=judge.most_characters,
            unasked=judge.unasked,
            takes_back=judge.no_admit,
        )
        judging = prepare_judging(opened_workspace, request)
        if not json:
            _announce(judging, terms)
        if dry_run:
            _show_dry(judging, terms, json)
            return
        if judging.n_requests:
            ask_for_key(version.endpoint)
        end = _performed(opened_workspace, judging, terms)
        if end.held and _person_lets_it_go_on(end):
            end = _go_on(opened_workspace, request, end, person, terms)
    _tell(judging, end, json)
    raise typer.Exit(end.exit_status)


def _judge(workspace: Workspace, judge: JudgeOptions, endpoint: EndpointOptions) -> ModelVersion:
    """The judge as the options name it. Raises InputError where they do not name one."""
    from reviewer.core.models import ModelVersion

    if not endpoint.n_places:
        raise InputError(
            "It is not said where the judge is.", "Give one of --base-url URL, --endpoint NAME, --responses FILE."
        )
    return ModelVersion(judge.model, endpoint_of(workspace, endpoint), judge.model, sampling=judge.sampling)


def _announce(judging: Judging, terms: Terms) -> None:
    """What it will cost, before anything is sent."""
    from reviewer.app.jobs.terms import price_words

    control = f", {len(judging.control_asked)} of them for the control set" if judging.control_run else ""
    say(f"Judge {judging.classifier} on run {judging.line.name}: {judging.n_requests} requests to send{control}.")
    if judging.n_requests:
        tokens = f"About {judging.prompt_tokens:,} tokens to send and {judging.reply_tokens:,} to receive"
        seconds = judging.seconds(terms.pace)
        time = "how long it takes is known after the first replies" if seconds is None else f"about {duration(seconds)}"
        say(f"{tokens}, estimated from characters / 4, retries not counted; {time}.")
        if price := price_words(terms.budget, judging.prompt_tokens, judging.most_received):
            say(price)
    if judging.already:
        say(
            f"{counted(judging.already, 'response')} judged before {noun(judging.already, 'is', 'are')} not sent again."
        )
    if judging.not_sent:
        say(f"Not sent, because there is no text to judge: {states_left_out(judging.not_sent)}.")
    for warning in judging.warnings:
        complain(warning)


def _show_dry(judging: Judging, terms: Terms, json: bool) -> None:
    prompt = judging.first_prompt()
    if json:
        emit_json({**_plan(judging, terms), "first_prompt": prompt or None})
    elif prompt:
        say(f"\nThe first request:\n\n{prompt}")


def _plan(judging: Judging, terms: Terms) -> dict[str, object]:
    return {
        "run": judging.line.name,
        "judge": judging.classifier,
        "prompt_hash": judging.key.prompt_hash,
        "requests": judging.n_requests,
        "control_requests": len(judging.control_asked),
        "control_run": judging.control_run.name if judging.control_run else None,
        "prompt_tokens": judging.prompt_tokens,
        "reply_tokens": judging.reply_tokens,
        "seconds": judging.seconds(terms.pace),
        **price_bounds(terms.budget, judging.prompt_tokens, judging.most_received),
        "already": judging.already,
        "not_sent": dict(judging.not_sent),
        "warnings": list(judging.warnings),
    }


def _performed(workspace: Workspace, judging: Judging, terms: Terms) -> JudgingEnd:
    from reviewer.app.jobs.judging import perform_judging
    from reviewer.cli.interrupting import until_interrupted

    return until_interrupted(workspace, partial(perform_judging, judging), _show, terms)


def _show(line: ProgressLine, moment: JudgingProgress) -> None:
    found = [words] if (words := outcomes_words(moment.outcomes)) else []
    tokens = [f"{moment.tokens:,} tokens used"] if moment.tokens else []
    line.show(moment.sending, " · ".join([str(moment.phase), *found, *tokens]))


def _person_lets_it_go_on(end: JudgingEnd) -> bool:
    """Ask on a terminal; where nobody can answer, nobody has."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    complain(end.sentence)
    return typer.confirm("Judge the run all the same?", default=False, err=True)


def _go_on(workspace: Workspace, request: JudgeRequest, end: JudgingEnd, person: str, terms: Terms) -> JudgingEnd:
    from reviewer.app.jobs.judging import accept_drift, prepare_judging

    if end.judge_run_id is not None:
        accept_drift(workspace, end.judge_run_id, person)
    return _performed(workspace, prepare_judging(workspace, request), terms)


def _tell(judging: Judging, end: JudgingEnd, json: bool) -> None:
    if json:
        emit_json(_document(judging, end))
    else:
        _say_end(judging, end)
    for error in end.sent.progress.errors if end.sent else ():
        complain(f"{error.count} × {error.sentence} (for example case {error.example})")
    if end.sentence:
        complain(end.sentence)
    if end.held:
        complain("Nothing of the run was judged. Look at the list, then give --accept-drift to go on.")
    elif end.exit_status not in (ExitStatus.DONE, ExitStatus.INPUT_WRONG) and not end.gave_nothing:
        complain("What was received is kept; the same command again sends what is missing.")


def _say_end(judging: Judging, end: JudgingEnd) -> None:
    from reviewer.app.jobs.judge_admission import admission_sentence

    if end.drift is not None:
        say(end.drift.sentence)
        for change in end.drift.changes:
            was, now = (action or "unscored" for action in (change.before, change.now))
            say(f"  {change.case}, repeat {change.repeat}: {was} → {now}")
    found = outcomes_words(end.outcomes) or "no new reply"
    spent = f", {end.sent.progress.spend:.4g} spent" if end.sent and end.sent.progress.spend else ""
    say(f"Judging of {judging.line.name} {STATUS_WORDS[end.status]}: {found}; {end.tokens:,} tokens used{spent}.")
    if unscored := end.outcomes.get(JudgeOutcome.REFUSED, 0) + end.outcomes.get(JudgeOutcome.NOT_THE_FORM, 0):
        verb = noun(unscored, "reply was", "replies were")
        say(
            f"{unscored} {verb} no verdict; {noun(unscored, 'that response waits', 'those responses wait')} for people."
        )
    if end.line is not None:
        say(admission_sentence(end.line))
        if not end.line.is_counted:
            say(
                'Decide on more responses and judge again, or give --admit "REASON" to count its verdicts all the same.'
            )


def _counts(outcomes: Mapping[JudgeOutcome, int]) -> dict[str, int]:
    return {str(outcome): count for outcome, count in sorted(outcomes.items())}


def _admission(line: JudgeRunLine) -> dict[str, object]:
    """Whether the judge's verdicts count, and why."""
    return {
        "counted": line.is_counted,
        "why": str(line.admission),
        "by": line.admitted_by or None,
        "reason": line.admitted_why or None,
        "measured": dict(line.measured) if line.measured else None,
    }


def _document(judging: Judging, end: JudgingEnd) -> dict[str, object]:
    progress = end.sent.progress if end.sent else None
    return {
        "run": judging.line.name,
        "judge": judging.classifier,
        "prompt_hash": judging.key.prompt_hash,
        "status": str(end.status),
        "sentence": end.sentence or None,
        "requests": judging.n_requests,
        "outcomes": _counts(end.outcomes),
        "control_outcomes": _counts(end.control_outcomes),
        "already": judging.already,
        "not_sent": dict(judging.not_sent),
        "control_run": judging.control_run.name if judging.control_run else None,
        "drift": end.drift.as_json() if end.drift else None,
        "admission": _admission(end.line) if end.line else None,
        "tokens": end.tokens,
        "spend": progress.spend if progress else 0.0,
        "retries": progress.retries if progress else 0,
        "errors": [
            {"sentence": e.sentence, "count": e.count, "example": e.example}
            for e in (progress.errors if progress else ())
        ],
    }
