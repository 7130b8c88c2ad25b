"""`reviewer decide`: one person's word on one response."""

from __future__ import annotations

from typing import Annotated

import typer

from reviewer.cli.options import JsonOption, RunOption, WorkspaceOption, opened
from reviewer.cli.output import emit_json, say


def decide_command(
    run: RunOption,
    case: Annotated[str, typer.Option(help="Key of the case.")],
    action: Annotated[str, typer.Option(help="An action of the suite's scale, or cannot-decide.")],
    repeat: Annotated[int, typer.Option(help="Which response, where a case has several.")] = 1,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    reviewer: Annotated[str, typer.Option(help="Who decides; default the account's name.")] = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Append a decision on a response."""
    from reviewer.host.clock import now
    from reviewer.host.settings import default_reviewer
    from reviewer.store.facts.review import NewDecision
    from reviewer.store.queries import review, runs
    from reviewer.store.writes.decisions import append_decision

    with opened(workspace, create=False) as opened_workspace:
        line = runs.run_named(opened_workspace, run)
        chosen = None if action.replace("-", "_") == "cannot_decide" else line.scale.parse(action)
        response_id = review.response_of(opened_workspace, line.id, case, repeat)
        decision = NewDecision(response_id, reviewer or default_reviewer(), chosen, note=note)
        append_decision(opened_workspace, decision=decision, at=now())
        final = review.review_item(opened_workspace, response_id).final
    document = {
        "run": run,
        "case": case,
        "repeat": repeat,
        "reviewer": decision.reviewer,
        "action": chosen,
        "final_action": final.action,
        "final_source": str(final.source) if final.source else None,
        "unscored_reason": str(final.reason) if final.reason else None,
    }
    if json:
        emit_json(document)
    else:
        said = line.scale[chosen].name if chosen else "cannot decide"
        result = line.scale[final.action].name if final.action else f"unscored ({final.reason})"
        say(f"{decision.reviewer} on {case} in {run}: {said}. Final action: {result}.")
