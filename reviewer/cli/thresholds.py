"""`reviewer threshold`: how sure the rules must be, and what that leaves to people."""

from __future__ import annotations

from typing import Annotated

import typer

from reviewer.cli.options import JsonOption, WorkspaceOption, opened, opened_to_act
from reviewer.cli.output import emit_json, say


def threshold_command(
    threshold: Annotated[float | None, typer.Argument(help="From 0 to 1; without one nothing is changed.")] = None,
    run: Annotated[str, typer.Option(help="Name of one run; without it all.")] = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show or set how sure the rules must be: what is less sure stands in the queue "needs a person".

    Says for each run what that buys.
    """
    from reviewer.app.figures.thresholds import choose_threshold, threshold_on
    from reviewer.store.queries import review, runs

    with (opened if threshold is None else opened_to_act)(workspace, create=False) as opened_workspace:
        lines = [runs.run_named(opened_workspace, run)] if run else runs.runs(opened_workspace)
        if threshold is not None:
            choose_threshold(opened_workspace, threshold)
        now = review.threshold(opened_workspace)
        found = {line.name: threshold_on(opened_workspace, line.id).at(now) for line in lines if line.stored}
    if json:
        emit_json({"threshold": now, "runs": [{"run": name, **each.as_json()} for name, each in found.items()]})
        return
    say(f"The threshold is {now:g}.")
    for name, each in found.items():
        say(f"{name}: {each.sentence}")
    if found:
        say(next(iter(found.values())).source)
