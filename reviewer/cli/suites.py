"""`reviewer suite new|rescale|scales|lock|locks|import-locks`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import (
    SCALE_HELP,
    JsonOption,
    ReviewerOption,
    WorkspaceOption,
    opened,
    opened_to_act,
    text_or_file,
)
from reviewer.cli.output import emit_json, say, table
from reviewer.core.actions import SCALE_PRESETS, ScalePreset, scale_named
from reviewer.core.errors import InputError
from reviewer.wording.plural import counted

if TYPE_CHECKING:
    from reviewer.app.rescaling import RescaleResult
    from reviewer.core.rescaling import Rescaling
    from reviewer.store.database import Workspace
    from reviewer.store.facts.suites import StoredSuite

suite_app = typer.Typer(
    help="Suites: make one, choose its scale of actions.", no_args_is_help=True, rich_markup_mode=None
)

SuiteArgument = Annotated[str, typer.Argument(help="Name of the suite.", show_default=False)]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", help="OLD=NEW, once for each action that the new scale lacks; ? as NEW asks people again."),
]


@suite_app.command("scales")
def scales_command(json: JsonOption = False) -> None:
    """The scales that a suite can have by name, with what their actions mean."""
    if json:
        emit_json({"scales": [_preset(preset) for preset in SCALE_PRESETS]})
        return
    for preset in SCALE_PRESETS:
        say(f"{preset.name}: {preset.summary}")
        actions = enumerate(preset.scale.actions, start=1)
        table(("", "action", "what the response does"), [(rank, each.id, each.definition) for rank, each in actions])
        say(f"Holds back: {', '.join(preset.hold_back)}.")
        say()


def _preset(preset: ScalePreset) -> dict[str, object]:
    from reviewer.core.guidelines import guideline_for

    return {
        "name": preset.name,
        "summary": preset.summary,
        "actions": preset.scale.as_json(),
        "hold_back": list(preset.hold_back),
        "guideline": guideline_for(preset.scale),
    }


@suite_app.command("new")
def new_command(
    name: SuiteArgument,
    scale: Annotated[str, typer.Option("--scale", help=SCALE_HELP)] = "five",
    guideline: Annotated[
        str | None, typer.Option(help="How to choose an action, or @FILE; default the scale's own.", show_default=False)
    ] = None,
    description: Annotated[str, typer.Option(help="What the suite is of.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence.")] = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Make an empty suite with a scale of actions."""
    from reviewer.app.suites import new_suite

    text = None if guideline is None else text_or_file(guideline, "The guideline")
    with opened_to_act(workspace, create=True) as opened_workspace:
        suite, _ = new_suite(
            opened_workspace, name, scale_named(scale), guideline=text, description=description, licence=licence
        )
    if json:
        emit_json({"suite": suite.name, "scale": list(suite.scale.ids), "content_hash": suite.content_hash})
    else:
        say(f"The suite {suite.name} has the actions {', '.join(suite.scale.ids)}.")


@suite_app.command("rescale")
def rescale_command(
    suite: SuiteArgument,
    to: Annotated[str, typer.Option("--to", help=f"The new scale: {SCALE_HELP}")] = "",
    back: Annotated[bool, typer.Option("--back", help="Back to the scale before the last change.")] = False,
    answers: MapOption = None,
    reason: Annotated[str, typer.Option(help="Why; kept in every label's history.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")] = False,
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Put a suite on another scale: a new version of every label, and what people said reads through your answers."""
    from reviewer.app.rescaling import plan_rescaling, rescale
    from reviewer.host.settings import default_reviewer
    from reviewer.store.queries.suites import suite_named

    if bool(to) == back:
        raise InputError("It is not said which scale the suite is to have.", "Give --to six, or --back.")
    if not (reason.strip() or dry_run):
        raise InputError("A new scale needs a reason.", "Say in a few words why, with --reason.")
    with (opened if dry_run else opened_to_act)(workspace, create=False) as opened_workspace:
        found = suite_named(opened_workspace, suite)
        rescaling = _rescaling(opened_workspace, found, to, answers or [])
        if dry_run:
            result = plan_rescaling(opened_workspace, found, rescaling)
        else:
            author = reviewer or default_reviewer()
            result, _ = rescale(opened_workspace, found, rescaling, reason=reason, author=author, back=back)
        after = suite_named(opened_workspace, suite)
    _tell(result, after, dry_run, json)


@suite_app.command("lock")
def lock_command(
    suite: SuiteArgument,
    policy: Annotated[Path, typer.Option("--policy", help="TOML file with the rules of `reviewer gate`.")],
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Lock a release policy to a suite before a run: the gate then says that the bar predates the result."""
    from reviewer.app.figures.gating import lock, read_policy
    from reviewer.host.settings import default_reviewer

    rules = read_policy(policy)
    with opened_to_act(workspace) as opened_workspace:
        locked = lock(opened_workspace, rules, suite, reviewer or default_reviewer())
    if json:
        emit_json(locked.as_json())
        return
    for sentence in locked.sentences:
        say(sentence)


@suite_app.command("locks")
def locks_command(suite: SuiteArgument, json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """The release policies that were locked to a suite, oldest first."""
    from reviewer.store.queries.policies import policy_locks
    from reviewer.store.queries.suites import suite_named

    with opened(workspace, create=False) as opened_workspace:
        found = suite_named(opened_workspace, suite)
        locks = policy_locks(opened_workspace, found.id)
    if json:
        kept = ("hash", "name", "rules", "author", "at")
        emit_json({"suite": found.name, "locks": [{name: getattr(each, name) for name in kept} for each in locks]})
        return
    if not locks:
        say(f"No policy was locked to {found.name} yet.")
        return
    table(("locked at", "by", "policy", "hash"), [(each.at, each.author, each.name, each.hash[:12]) for each in locks])


@suite_app.command("import-locks")
def import_locks_command(
    suite: SuiteArgument,
    file: Annotated[Path, typer.Argument(help="What `suite locks --json` printed, or a JSON report.")],
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Take a suite's locks over from a file; responses that are here already came before them."""
    from reviewer.app.figures.lock_files import read_locks, take_locks

    locks = read_locks(file)
    with opened_to_act(workspace) as opened_workspace:
        taken = take_locks(opened_workspace, suite, locks)
    if json:
        emit_json({"suite": suite, "in_file": len(locks), "taken": taken})
        return
    there = len(locks) - taken
    say(f"{counted(taken, 'lock')} taken over" + (f"; {there} there already." if there else "."))


def _rescaling(workspace: Workspace, suite: StoredSuite, to: str, answers: list[str]) -> Rescaling:
    from reviewer.app.rescaling import last_scale, way_back
    from reviewer.core.rescaling import Rescaling, parse_answers

    if to:
        after = scale_named(to)
        return Rescaling(suite.scale, after, parse_answers(answers, suite.scale, after))
    given = parse_answers(answers, suite.scale, last_scale(workspace, suite), known={})
    return way_back(workspace, suite, given)


def _tell(result: RescaleResult, after: StoredSuite, dry_run: bool, json: bool) -> None:
    if json:
        beside = {"suite": after.name, "written": not dry_run, "content_hash": after.content_hash}
        emit_json(beside | result.as_json())
        return
    for old, new in result.rescaling.answers.items():
        if old != new:
            say(f"{old} becomes {new or '? (people are asked again)'}.")
    for sentence in result.sentences:
        say(sentence)
    say("Nothing was written." if dry_run else f"Done: the suite's content hash is {after.content_hash[:12]} now.")
