"""`reviewer compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import BandsOption, HoldBackOption, JsonOption, WorkspaceOption, opened, score_options
from reviewer.cli.output import emit_json, say, table

if TYPE_CHECKING:
    from reviewer.app.comparing import ComparedRuns

_FIGURES = {
    "balanced": "balanced score",
    "plain": "plain score",
    "d_a": "d_a",
    "d_prime": "d′",
    "criterion": "criterion c",
    "somers_d": "Somers' D (descriptive)",
    "caution_bias": "caution bias",
    "over_cautious": "over-cautious share",
    "under_cautious": "under-cautious share",
    "exact": "exact share",
}


def compare_command(
    a: Annotated[str, typer.Option("--a", help="Name of the run to compare from.")],
    b: Annotated[str, typer.Option("--b", help="Name of the run to compare to.")],
    bands: BandsOption = "labelled",
    hold_back: HoldBackOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """What changed from one run to another, case by case, and whether it moved the frontier or slid along it."""
    from reviewer.app.comparing import compare_runs, comparison_document

    options = score_options(bands, hold_back)
    with opened(workspace, create=False) as opened_workspace:
        found = compare_runs(opened_workspace, a, b, options)
    if json:
        emit_json(comparison_document(found))
    else:
        _say(found)


def _say(found: ComparedRuns) -> None:
    from reviewer.app.comparing import flips_between, summary

    c = found.comparison
    say(summary(found))
    say(
        f"{c.n_shared} cases compared; only in A {len(c.only_a)}, only in B {len(c.only_b)}, asked or labelled "
        f"otherwise {len(c.changed)}, without a scored response in both {len(c.dropped)}; bands {c.a.options.bands}; "
        f"holding back: {', '.join(c.a.options.hold_back)}."
    )
    say()
    table(("B − A", "value", "95 %"), [(_FIGURES[name], *_cells(delta)) for name, delta in c.deltas.items()])
    right = c.right_wrong
    say()
    say(
        f"Right with both {right.both_right}, only with A {right.only_a} (broken), only with B {right.only_b} (fixed), "
        f"with neither {right.neither}; exact McNemar p = {right.p:.4f}. {c.flips} cases changed their action."
    )
    if flips := flips_between(found):
        say()
        table(("from A", "to B", "cases"), [(first, second, str(n)) for first, second, n in flips])
    if flagged := [each for each in c.slices if each.flagged]:
        say()
        rows = [(each.by, each.value, str(each.n), *_cells(each.change)) for each in flagged]
        table(("slice", "value", "cases", "change", "95 %"), rows)
    for warning in c.warnings:
        say(f"! {warning}")


def _cells(difference: object) -> tuple[str, str]:
    from reviewer.core.scoring.paired import Difference

    if not isinstance(difference, Difference):
        return "–", "–"
    if difference.low is None and difference.high is None:
        return f"{difference.value:+.4f}", "–"
    low, high = ("no bound" if limit is None else f"{limit:+.4f}" for limit in (difference.low, difference.high))
    return f"{difference.value:+.4f}", f"{low} to {high}"
