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
    """Declare conflicts of interest; reports show the statement and earlier ones beside your name, unchecked."""
    from reviewer.app.interests import declare_interest
    from reviewer.store.queries.interests import declared_interests

    with opened_to_act(workspace) as opened_workspace:
        declare_interest(opened_workspace, reviewer=reviewer, untrusted_text=conflict)
        said = declared_interests(opened_workspace).get(reviewer.strip(), ())
    stands = said[0].statement if said else ""
    if json:
        history = [{"conflict": each.statement or None, "at": each.at or None} for each in said]
        emit_json({"reviewer": reviewer.strip(), "conflict": stands or None, "history": history})
    elif stands:
        say(f"Reports will say of {reviewer.strip()}: {stands}")
    else:
        say(f"Reports will say that {reviewer.strip()} has declared nothing.")
