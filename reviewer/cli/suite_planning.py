"""`reviewer plan-suite`: how many cases and repeats decide a change, before a request is paid for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import (
    SCALE_HELP,
    HoldBackOption,
    JsonOption,
    OptionGroup,
    WorkspaceOption,
    opened,
    refuse,
    takes_options,
)
from reviewer.cli.output import emit_json, say, table
from reviewer.core.actions import ActionId, scale_named
from reviewer.core.scoring.score import Options

if TYPE_CHECKING:
    from reviewer.app.figures.suite_plans import Assumed, PlanningBasis, PlanQuestion, SizePlan
    from reviewer.wording.tables import Table


@dataclass(frozen=True)
class AssumedOptions(OptionGroup):
    """What is taken in place of what earlier runs show, or of the defaults."""

    d_a: Annotated[float | None, typer.Option("--d-a", help="How well versions tell the poles apart.")] = None
    rho: Annotated[float | None, typer.Option(help="What two versions share on a case, 0 to 0.95.")] = None
    own: Annotated[
        float | None, typer.Option(help="What a version's own repeats share on a case beyond that, 0 to 0.95.")
    ] = None

    @property
    def parsed(self) -> Assumed:
        from reviewer.app.figures.suite_plans import Assumed

        return Assumed(self.d_a, self.rho, self.own)


@dataclass(frozen=True)
class QuestionOptions(OptionGroup):
    """What is to be found, and with what."""

    gain: Annotated[
        list[float] | None, typer.Option("--gain", help="Change of d_a to find, default 0.5; once for each.")
    ] = None
    repeats: Annotated[int, typer.Option(help="How often each case is asked.")] = 1
    cases: Annotated[
        list[int] | None,
        typer.Option("--cases", help="Also what a suite or slice of so many cases a pole finds; once for each."),
    ] = None

    @property
    def parsed(self) -> PlanQuestion:
        from reviewer.app.figures.suite_plans import DEFAULT_GAIN, PlanQuestion

        return PlanQuestion(tuple(self.gain or (DEFAULT_GAIN,)), self.repeats, None, tuple(self.cases or ()))


@takes_options
def plan_suite_command(
    question: QuestionOptions,
    assumed: AssumedOptions,
    suite: Annotated[str, typer.Option(help="Name of the suite; its newest runs say what to expect.")] = "",
    run: Annotated[
        list[str] | None, typer.Option("--run", help="Take what to expect from this run; once for each, oldest first.")
    ] = None,
    scale: Annotated[str, typer.Option(help=f"Without a suite: {SCALE_HELP}")] = "",
    hold_back: HoldBackOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """How many cases and repeats decide a change of a given size in 4 of 5 comparisons, before a run is paid for."""
    from reviewer.app.figures.suite_plan_words import plan_document
    from reviewer.app.figures.suite_plans import plan_suite

    options = Options(hold_back=tuple(ActionId(each.strip()) for each in hold_back.split(",") if each.strip()))
    if suite or run:
        refuse({"scale": scale} if scale else {}, "a suite or a run", "The suite has its scale.")
    question.parsed.check()
    plan = plan_suite(_basis(suite, run or [], scale, options, assumed.parsed, workspace), question.parsed)
    if json:
        emit_json(plan_document(plan))
    else:
        _say(plan)


def _basis(
    suite: str, run: list[str], scale: str, options: Options, assumed: Assumed, workspace: str | None
) -> PlanningBasis:
    from reviewer.app.figures.suite_plans import PlanningBasis, read_basis

    if not (suite or run):
        return PlanningBasis("", scale_named(scale or "five"), options=options, assumed=assumed)
    with opened(workspace, create=False) as opened_workspace:
        return read_basis(opened_workspace, suite, run, options, assumed)


def _say(plan: SizePlan) -> None:
    from reviewer.app.figures import suite_plan_words as words

    say(words.sentence(plan))
    for note in words.notes(plan):
        say(f"– {note}")
    for part in (words.gains_table, words.sizes_table, words.pairs_table, words.slices_table):
        _say_table(part(plan))


def _say_table(part: Table) -> None:
    if part.rows:
        say()
        table(part.headings, part.rows)
