"""`reviewer trend`: several versions over the cases that all of them answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import CountingOptions, JsonOption, WorkspaceOption, opened, takes_options
from reviewer.cli.output import emit_json, say, table

if TYPE_CHECKING:
    from reviewer.app.figures.trends import FollowedRuns
    from reviewer.core.scoring.trend import TrendPoint

HEADINGS = ("Version", "Balanced", "95 %", "Over-cautious", "Under-cautious", "d_a", "95 %", "Criterion", "Residual")


@takes_options
def trend_command(
    run: Annotated[list[str], typer.Option("--run", help="Name of a run; once for each, the oldest first.")],
    options: CountingOptions,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Follow several versions: their scores, and from five on whether one frontier fits all."""
    from reviewer.app.figures.trends import follow_runs

    with opened(workspace, create=False) as opened_workspace:
        found = follow_runs(opened_workspace, run, options.parsed)
    if json:
        emit_json(_document(found))
        return
    say(found.sentence)
    say(f"{found.trend.n_shared} cases that all answered alike labelled; {found.trend.n_left_out} others left out.")
    say()
    table(HEADINGS, [_row(name, point) for name, point in zip(found.names, found.trend.points, strict=True)])


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
    }


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
