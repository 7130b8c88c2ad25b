"""`reviewer plan`: a random order of review that the corrected score can be computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import JsonOption, RunOption, WorkspaceOption, opened
from reviewer.cli.output import emit_json, say

if TYPE_CHECKING:
    from reviewer.review.planning import Planned, PlanRequest


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
    within: Annotated[
        str,
        typer.Option(help="Draw within slices, equally many of each: category, segment, label or source."),
    ] = "",
    name: Annotated[str, typer.Option(help="What the queue is called in Review.")] = "",
    reviewer: Annotated[list[str] | None, typer.Option(help="Who reviews a part of it; once for each person.")] = None,
    needed: Annotated[int, typer.Option(min=1, help="How many of them decide on a response.")] = 1,
    overlap: Annotated[
        float, typer.Option(min=0, max=1, help="On which share of the responses so many decide; on the others one.")
    ] = 0.0,
    author: Annotated[str, typer.Option(help="Who draws it; default your account's name.")] = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Draw a review queue with known inclusion probabilities."""
    from reviewer.host.settings import default_reviewer
    from reviewer.review.planning import PlanRequest, design_named, plan_review

    request = PlanRequest(
        design=design_named(design),
        budget=budget,
        seed=seed,
        against=against or None,
        stratum=within,
        name=name,
        author=author or default_reviewer(),
        reviewers=tuple(reviewer or ()),
        needed=needed,
        overlap=overlap,
    )
    with opened(workspace, create=False) as opened_workspace:
        planned = plan_review(opened_workspace, run, request)
    if json:
        _emit(planned, request)
    else:
        say(_words(planned, request))


def _emit(planned: Planned, request: PlanRequest) -> None:
    from dataclasses import asdict

    queue = [each._asdict() for each in planned.queue]
    emit_json({**asdict(planned), "against": request.against, "author": request.author, "queue": queue})


def _words(planned: Planned, request: PlanRequest) -> str:
    from collections import Counter

    from reviewer.review.kinds import KINDS
    from reviewer.wording.plural import counted

    beside = f" of what {request.against} answered too" if request.against else ""
    lines = [
        f"Drew the {planned.design} review queue of {planned.run}{beside}: "
        f"{counted(planned.unscored, 'unscored response')} first, then {planned.budget} of "
        f"{counted(planned.responses - planned.unscored, 'other')}."
    ]
    if planned.undecidable:
        lines.append(f"{counted(planned.undecidable, 'response')} without anything to read left out.")
    if request.reviewers:
        parts = Counter(who for each in planned.queue[: planned.unscored + planned.budget] for who in each.reviewers)
        lines.append(f"Parts: {', '.join(f'{who} {n}' for who, n in sorted(parts.items()))}.")
    words = next((kind.words for kind in KINDS.values() if kind.design == planned.design), "")
    called = f'"{planned.name or words or planned.design}"'
    lines.append(
        f"In Review choose the queue {called} and work it from the top: the corrected score counts as far as that "
        "goes without a gap."
    )
    return "\n".join(lines)
