"""`reviewer trend`: several versions over the cases that all of them answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import CountingOptions, JsonOption, WorkspaceOption, opened, takes_options
from reviewer.cli.output import emit_json, say, table
from reviewer.core.scoring.score import rough_word

if TYPE_CHECKING:
    from reviewer.app.figures.trends import FollowedRuns
    from reviewer.core.scoring.models import ManyModels, ModelPoint
    from reviewer.core.scoring.rulers import BothRulers, Ruler
    from reviewer.core.scoring.slice_swings import SliceSwing
    from reviewer.core.scoring.swing import Swing
    from reviewer.core.scoring.trend import TrendPoint

HEADINGS = ("Version", "Balanced", "95 %", "Over-cautious", "Under-cautious", "d_a", "95 %", "Criterion", "Residual")

RULERS = ("Version", "Refused of those labelled refuse", "95 %", "Answered of those labelled answer", "95 %")
SLICES = ("Slice", "Cases", "Labelled refuse", "Labelled answer", "Swing", "Travelled", "From where it began")
AXES = ("Model", "Over-refusal", "95 %", "Under-refusal", "95 %", "Residual")


@takes_options
def trend_command(
    run: Annotated[list[str], typer.Option("--run", help="Name of a run; once for each, the oldest first.")],
    options: CountingOptions,
    models: Annotated[bool, typer.Option("--models", help="Each run as a point: over-refusal, under-refusal.")] = False,
    by_slice: Annotated[
        bool, typer.Option("--by-slice", help="Also by topic, opening, category, segment and tag.")
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Follow several versions: both rulers step by step, whether they swing, and from five on one frontier."""
    from reviewer.app.figures.trends import follow_runs

    with opened(workspace, create=False) as opened_workspace:
        found = follow_runs(opened_workspace, run, options.parsed, by_slice=by_slice)
    if json:
        slices = [_slice(each, found.names) for each in found.trend.by_slice]
        emit_json({**trend_document(found), **({"by_slice": slices} if by_slice else {})})
        return
    (_say_models if models else _say_versions)(found)
    if by_slice:
        _say_slices(found)


def _say_versions(found: FollowedRuns) -> None:
    for line in filter(None, (found.told, *found.steps)):
        say(line)
    say(found.sentence)
    from reviewer.wording.plural import counted
    from reviewer.wording.swing import d_a_note

    shared, left_out = counted(found.trend.n_shared, "case"), counted(found.trend.n_left_out, "other")
    say(f"{shared} that all answered, labelled alike; {left_out} left out.")
    say()
    table(HEADINGS, [_row(name, point) for name, point in zip(found.names, found.trend.points, strict=True)])
    if note := d_a_note(found.trend):
        say(note)
    if found.trend.swing:
        say()
        table(RULERS, map(rulers_row, found.names, found.trend.swing.rulers))


def _say_slices(found: FollowedRuns) -> None:
    from reviewer.wording.plural import counted
    from reviewer.wording.swing import too_few_words

    say()
    if not found.trend.by_slice:
        say("No slice can be followed: it takes shared cases at both ends of the scale.")
        return
    followed = [each for each in found.trend.by_slice if each.swing is not None]
    if followed:
        table(SLICES, map(_slice_row, followed))
        n = counted(len(followed), "slice")
        say(f"Whether a step reversed the one before is adjusted over all steps in {n}.")
    for line in too_few_words(found.trend.by_slice):
        say(line)


def _slice_row(found: SliceSwing) -> tuple[object, ...]:
    from reviewer.wording.swing import slice_name, slice_words

    swing = found.swing
    got = () if swing is None else (f"{swing.travelled:.1f}", f"{abs(swing.got.value):.1f}")
    return (slice_name(found), found.n, found.n_refuse, found.n_answer, slice_words(swing), *got)


def rulers_row(name: str, rulers: BothRulers) -> tuple[str, ...]:
    return (name, *_ruler(rulers.refused), *_ruler(rulers.answered))


def _ruler(ruler: Ruler) -> tuple[str, str]:
    return f"{ruler.count:g} of {ruler.cases:,}", _ends((ruler.low, ruler.high), ruler.method)


def _ends(limits: tuple[float, float], method: str) -> str:
    """`88.0 % to 95.1 %`, and ` rough` behind it where the limits need not hold."""
    from reviewer.wording.score import percent

    return f"{percent(limits[0])} to {percent(limits[1])}{rough_word(method)}"


def _say_models(found: FollowedRuns) -> None:
    """Each run a point on the two axes."""
    say(found.together or found.sentence)
    if found.trend.models:
        say()
        table(AXES, map(axes_row, found.names, found.trend.models.points))


def axes_row(name: str, point: ModelPoint) -> tuple[str, ...]:
    from reviewer.wording.score import percent
    from reviewer.wording.tables import signed

    over, under = _ends(point.over_limits, point.over_method), _ends(point.under_limits, point.under_method)
    return name, percent(point.over_refusal), over, percent(point.under_refusal), under, signed(point.residual)


def _row(name: str, point: TrendPoint) -> tuple[str, ...]:
    from reviewer.wording.score import figure, percent
    from reviewer.wording.swing import d_a_limits
    from reviewer.wording.tables import limits, signed

    card = point.card
    return (
        name,
        figure(card.score.balanced),
        limits(card, "balanced"),
        percent(card.over_cautious),
        percent(card.under_cautious),
        signed(point.d_a),
        d_a_limits(point),
        signed(card.discrimination.criterion),
        signed(point.residual),
    )


def trend_document(found: FollowedRuns) -> dict[str, object]:
    return {
        "runs": list(found.names),
        "n_shared": found.trend.n_shared,
        "n_left_out": found.trend.n_left_out,
        "sentence": found.sentence,
        "one_frontier_p": found.trend.one_frontier_p,
        "points": [_point(name, point) for name, point in zip(found.names, found.trend.points, strict=True)],
        "swing": _swing(found.trend.swing, found.names),
        "models": _models(found.trend.models, found.together),
    }


def _models(models: ManyModels | None, sentence: str) -> dict[str, object] | None:
    if models is None:
        return None
    document: dict[str, object] = {**asdict(models), "sentence": sentence}
    document["points"] = [
        {**asdict(each), "over_rough": _is_rough(each.over_method), "under_rough": _is_rough(each.under_method)}
        for each in models.points
    ]
    return document


def _is_rough(method: str) -> bool:
    return bool(rough_word(method))


def _with_rough(found: object) -> object:
    """The same document where every interval in it says whether its limits need not hold."""
    if isinstance(found, list | tuple):
        return [_with_rough(each) for each in found]
    if not isinstance(found, dict):
        return found
    named = {name: _with_rough(each) for name, each in found.items()}
    return {**named, "rough": _is_rough(found["method"])} if "method" in found else named


def _slice(found: SliceSwing, names: Sequence[str]) -> dict[str, object]:
    """The swing is None where the slice has too few cases at a pole."""
    from reviewer.wording.swing import slice_words

    return {**asdict(found), "sentence": slice_words(found.swing), "swing": _swing(found.swing, names)}


def _swing(swing: Swing | None, names: Sequence[str]) -> dict[str, object] | None:
    """Every fact of the swing; a version's rulers are in the order of `runs`."""
    from reviewer.wording.swing import steps_sentences, swing_sentence

    if swing is None:
        return None
    sentences = {"sentence": swing_sentence(swing), "step_sentences": steps_sentences(swing, names)}
    flags = {"reversals": swing.reversals, "oscillates": swing.oscillates}
    steps = [{**asdict(step), "reverses": step.reverses, "turns": step.turns} for step in swing.steps]
    measured = {name: _with_rough(each) for name, each in {**asdict(swing), "steps": steps}.items()}
    return {**measured, **sentences, **flags}


def _point(name: str, point: TrendPoint) -> dict[str, object]:
    from reviewer.report.json import measure

    card, found = point.card, point.card.intervals.get("balanced")
    return {
        "run": name,
        "balanced": {**measure(card.score.balanced, found), "rough": _is_rough(found.method if found else "")},
        "over_cautious": card.over_cautious,
        "under_cautious": card.under_cautious,
        "criterion": card.discrimination.criterion,
        "d_a": {**measure(point.d_a, point.limits), "rough": _is_rough(point.limits.method if point.limits else "")},
        "residual": point.residual,
    }
