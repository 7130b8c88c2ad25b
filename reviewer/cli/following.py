"""`reviewer trend`: several versions over the cases that all of them answered."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import CountingOptions, JsonOption, WorkspaceOption, opened, takes_options
from reviewer.cli.output import emit_json, say, table

if TYPE_CHECKING:
    from reviewer.app.figures.trends import FollowedRuns
    from reviewer.core.scoring.models import ModelPoint
    from reviewer.core.scoring.rulers import BothRulers, Ruler
    from reviewer.core.scoring.trend import TrendPoint

HEADINGS = ("Version", "Balanced", "95 %", "Over-cautious", "Under-cautious", "d_a", "95 %", "Criterion", "Residual")

RULERS = ("Version", "Refused of those labelled refuse", "95 %", "Answered of those labelled answer", "95 %")
AXES = ("Model", "Over-refusal", "95 %", "Under-refusal", "95 %", "Residual")


@takes_options
def trend_command(
    run: Annotated[list[str], typer.Option("--run", help="Name of a run; once for each, the oldest first.")],
    options: CountingOptions,
    models: Annotated[bool, typer.Option("--models", help="Each run as a point: over-refusal, under-refusal.")] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Follow several versions: both rulers step by step, whether they swing, and from five on one frontier."""
    from reviewer.app.figures.trends import follow_runs

    with opened(workspace, create=False) as opened_workspace:
        found = follow_runs(opened_workspace, run, options.parsed)
    if json:
        emit_json(_document(found))
        return
    if models:
        _say_models(found)
        return
    for line in filter(None, (found.told, *found.steps)):
        say(line)
    say(found.sentence)
    say(f"{found.trend.n_shared} cases that all answered alike labelled; {found.trend.n_left_out} others left out.")
    say()
    table(HEADINGS, [_row(name, point) for name, point in zip(found.names, found.trend.points, strict=True)])
    if found.trend.swing:
        say()
        table(RULERS, map(_rulers, found.names, found.trend.swing.rulers))


def _rulers(name: str, rulers: BothRulers) -> tuple[str, ...]:
    return (name, *_ruler(rulers.refused), *_ruler(rulers.answered))


def _ruler(ruler: Ruler) -> tuple[str, str]:
    from reviewer.wording.score import percent

    return f"{ruler.count:g} of {ruler.cases:,}", f"{percent(ruler.low)} to {percent(ruler.high)}"


def _say_models(found: FollowedRuns) -> None:
    """Each run a point on the two axes."""
    say(found.together or found.sentence)
    if found.trend.models:
        say()
        table(AXES, map(_axes, found.names, found.trend.models.points))


def _axes(name: str, point: ModelPoint) -> tuple[str, ...]:
    from reviewer.wording.score import percent
    from reviewer.wording.tables import signed

    over, under = (" to ".join(map(percent, ends)) for ends in (point.over_limits, point.under_limits))
    return name, percent(point.over_refusal), over, percent(point.under_refusal), under, signed(point.residual)


def _row(name: str, point: TrendPoint) -> tuple[str, ...]:
    from reviewer.wording.score import figure, percent
    from reviewer.wording.tables import limits, signed

    card = point.card
    low, high = point.limits or (None, None)
    ends = "–" if low is None else f"≥ {low:.3f}" if point.is_at_the_edge else f"[{low:.3f}, {high:.3f}]"
    return (
        name,
        figure(card.score.balanced),
        limits(card, "balanced"),
        percent(card.over_cautious),
        percent(card.under_cautious),
        signed(point.d_a),
        ends,
        signed(card.discrimination.criterion),
        signed(point.residual),
    )


def _document(found: FollowedRuns) -> dict[str, object]:
    return {
        "runs": list(found.names),
        "n_shared": found.trend.n_shared,
        "n_left_out": found.trend.n_left_out,
        "sentence": found.sentence,
        "one_frontier_p": found.trend.one_frontier_p,
        "points": [_point(name, point) for name, point in zip(found.names, found.trend.points, strict=True)],
        "swing": _swing(found),
        "models": {**asdict(found.trend.models), "sentence": found.together} if found.trend.models else None,
    }


def _swing(found: FollowedRuns) -> dict[str, object] | None:
    """Every fact of the swing; a version's rulers are in the order of `runs`."""
    swing = found.trend.swing
    if swing is None:
        return None
    sentences = {"sentence": found.told, "step_sentences": found.steps}
    flags = {"reversals": swing.reversals, "oscillates": swing.oscillates}
    document: dict[str, object] = {**asdict(swing), **sentences, **flags}
    document["steps"] = [{**asdict(step), "reverses": step.reverses, "turns": step.turns} for step in swing.steps]
    return document


def _point(name: str, point: TrendPoint) -> dict[str, object]:
    from reviewer.report.json import measure

    card = point.card
    low, high = point.limits or (None, None)
    return {
        "run": name,
        "balanced": measure(card.score.balanced, card.intervals.get("balanced")),
        "over_cautious": card.over_cautious,
        "under_cautious": card.under_cautious,
        "criterion": card.discrimination.criterion,
        "d_a": {"value": point.d_a, "low": low, "high": None if point.is_at_the_edge else high},
        "residual": point.residual,
    }
