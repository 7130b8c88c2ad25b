"""`reviewer declare`: what a reviewer says of their own interests."""

from __future__ import annotations

from typing import Annotated

import typer

from reviewer.cli.options import JsonOption, WorkspaceOption, opened_to_act
from reviewer.cli.output import emit_json, say


def declare_command(
    reviewer: Annotated[str, typer.Option(help="Your name, as your decisions have it.")],
    conflict: Annotated[
        str, typer.Option(help="Conflicts of interest in your own words, “none” too; empty takes the statement back.")
    ],
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Declare conflicts of interest; reports show the statement beside your name, unchecked."""
    from reviewer.app.provenance import conflicts, declare_conflict

    with opened_to_act(workspace) as opened_workspace:
        declare_conflict(opened_workspace, reviewer=reviewer, untrusted_text=conflict)
        stands = conflicts(opened_workspace).get(reviewer.strip())
    if json:
        emit_json({"reviewer": reviewer.strip(), "conflict": stands})
    elif stands:
        say(f"Reports will say of {reviewer.strip()}: {stands}")
    else:
        say(f"Reports will say that {reviewer.strip()} has declared nothing.")
