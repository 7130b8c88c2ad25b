"""`reviewer retention show|set|clear|default`: until when suites are kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import (
    ActingOptions,
    JsonOption,
    WorkspaceOption,
    opened,
    opened_to_act,
    takes_options,
)
from reviewer.cli.output import emit_json, say
from reviewer.core.errors import InputError
from reviewer.store.facts.bin import MOST_DAYS

if TYPE_CHECKING:
    from reviewer.store.database import Workspace
    from reviewer.store.facts.bin import Retention

retention_app = typer.Typer(help="Until when suites are kept.", no_args_is_help=True, rich_markup_mode=None)
SuiteArgument = Annotated[str, typer.Argument(help="Name of the suite.", show_default=False)]
DaysOption = Annotated[int | None, typer.Option(min=1, help="So many days from now.", show_default=False)]
DeleteOption = Annotated[
    bool, typer.Option("--delete", help="Delete it into the bin then, at the next opening; else you are only told.")
]


@retention_app.command("show")
def show_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """Until when each suite is kept."""
    from reviewer.store.queries.retention import default_retention
    from reviewer.wording.deleting import default_words, retention_words

    with opened(workspace, create=False) as opened_workspace:
        found, (days, deletes) = _all(opened_workspace), default_retention(opened_workspace)
    if json:
        default = None if days is None else {"days": days, "delete": deletes}
        emit_json({"default": default, "suites": [_document(each) for each in found]})
        return
    for each in found:
        say(retention_words(each))
    say(default_words(days, deletes=deletes))


@retention_app.command("set")
@takes_options
def set_command(
    suite: SuiteArgument,
    until: Annotated[str, typer.Option(help="The last day, as 2027-06-30.")] = "",
    days: DaysOption = None,
    delete: DeleteOption = False,
    *,
    options: ActingOptions,
) -> None:
    """Give a suite a day until which it is kept."""
    if bool(until) == (days is not None):
        raise InputError("It is not said until when.", "Give --until 2027-06-30, or --days 365.")
    _keep(suite, _day(until, days), options, deletes=delete)


@retention_app.command("clear")
@takes_options
def clear_command(suite: SuiteArgument, options: ActingOptions) -> None:
    """Take a suite's own day away; the workspace's default holds then."""
    _keep(suite, None, options, deletes=False)


@retention_app.command("default")
def default_command(
    days: Annotated[
        int | None, typer.Option(min=1, max=MOST_DAYS, help="Days from when a suite was made.", show_default=False)
    ] = None,
    delete: DeleteOption = False,
    none: Annotated[bool, typer.Option("--none", help="No default: suites are kept until you delete them.")] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """How long suites are kept that have no day of their own."""
    from reviewer.store.writes.retention import keep_by_default

    if none == (days is not None):
        raise InputError("It is not said how long.", "Give --days 365, or --none.")
    with opened_to_act(workspace) as opened_workspace:
        keep_by_default(opened_workspace, days=days, deletes=delete)
    if json:
        emit_json({"default": None if none else {"days": days, "delete": delete}})
    else:
        say(
            "From now on suites are kept until you delete them."
            if none
            else f"Suites are kept for {days:,} days from when they were made."
        )


def _keep(suite: str, until: date | None, options: ActingOptions, *, deletes: bool) -> None:
    from reviewer.host.clock import now
    from reviewer.store.queries.suites import suite_named
    from reviewer.store.writes.retention import keep_until
    from reviewer.wording.deleting import retention_words

    with opened_to_act(options.workspace) as opened_workspace:
        found = suite_named(opened_workspace, suite)
        keep_until(opened_workspace, suite_id=found.id, until=until, deletes=deletes, author=options.author, at=now())
        kept = next(each for each in _all(opened_workspace) if each.suite_id == found.id)
    if options.json:
        emit_json(_document(kept))
    else:
        say(retention_words(kept))


def _day(until: str, days: int | None) -> date:
    from reviewer.host.clock import today

    try:
        return date.fromisoformat(until) if days is None else today() + timedelta(days=days)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{until or days} is no day that can be kept to.", "Write it as 2027-06-30.") from error


def _all(workspace: Workspace) -> list[Retention]:
    from reviewer.host.clock import today
    from reviewer.store.queries.retention import retentions

    return retentions(workspace, today())


def _document(kept: Retention) -> dict[str, object]:
    until = kept.until and kept.until.isoformat()
    return {
        "suite": kept.suite,
        "until": until,
        "delete": kept.deletes,
        "own": kept.is_own,
        "passed": kept.has_passed,
    }
