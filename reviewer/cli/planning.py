"""`reviewer plan`: a random order of review that the corrected score can be computed from."""

from __future__ import annotations

from typing import Annotated

import typer

from reviewer.cli.options import JsonOption, RunOption, WorkspaceOption, opened
from reviewer.cli.output import emit_json, say


def plan_command(
    run: RunOption,
    design: Annotated[
        str, typer.Option(help="uniform, or impact: uncertain verdicts that weigh much first.")
    ] = "uniform",
    budget: Annotated[int, typer.Option(min=0, help="How many scored responses to review; 0 for all.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed draws the same order.")] = 1,
    against: Annotated[
        str, typer.Option("--against", help="Another run: draw only what both answered, to review for a comparison.")
    ] = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Draw a review queue with known inclusion probabilities."""
    from dataclasses import asdict

    from reviewer.review.planning import design_named, plan_review
    from reviewer.wording.plural import counted

    with opened(workspace, create=False) as opened_workspace:
        planned = plan_review(opened_workspace, run, design_named(design), budget, seed, against or None)
    if json:
        queue = [each._asdict() for each in planned.queue]
        emit_json({**asdict(planned), "against": against or None, "queue": queue})
        return
    beside = f" of what {against} answered too" if against else ""
    left_out = f"{counted(planned.undecidable, 'response')} without anything to read left out.\n"
    say(
        f"Drew the {planned.design} review queue of {planned.run}{beside}: {planned.unscored} unscored responses "
        f"first, then {planned.budget} of {planned.responses - planned.unscored} others.\n"
        f"{left_out if planned.undecidable else ''}"
        "In Review choose the random order and work it from the top: the corrected score counts as far as that goes "
        "without a gap."
    )
