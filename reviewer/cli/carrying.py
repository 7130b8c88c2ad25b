"""`reviewer carry-over`: decisions of one run for the equal responses of another."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from reviewer.cli.options import JsonOption, WorkspaceOption, opened, opened_to_act
from reviewer.cli.output import emit_json, say


def carry_over_command(
    source: Annotated[str, typer.Option("--from", help="The run that was decided on.")],
    target: Annotated[str, typer.Option("--to", help="The run that is to have the decisions.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be carried over; store nothing.")] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Carry decisions over to another run, where request, text and scale are the same; each is marked."""
    from reviewer.review.carrying import carry_over, find_carry_over

    with (opened if dry_run else opened_to_act)(workspace, create=False) as opened_workspace:
        if dry_run:
            found = find_carry_over(opened_workspace, source, target)
        else:
            found, _ = carry_over(opened_workspace, source, target)
    if json:
        document = asdict(found)
        decisions = len(document.pop("pairs"))
        emit_json({**document, "decisions": decisions, "dry_run": dry_run})
    else:
        say(found.sentence if dry_run else f"{found.sentence} They were carried over and are marked.")
