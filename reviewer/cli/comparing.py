"""`reviewer compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.encrypting import unlock_file_for_command
from reviewer.cli.options import CountingOptions, JsonOption, WorkspaceOption, opened, takes_options
from reviewer.cli.output import emit_json, say, table
from reviewer.core.errors import InputError

if TYPE_CHECKING:
    from reviewer.app.figures.comparing import ComparedRuns
    from reviewer.wording.tables import Table


@takes_options
def compare_command(
    a: Annotated[str, typer.Option("--a", help="Name of the run to compare from, or a bundle (.zip).")],
    b: Annotated[str, typer.Option("--b", help="Name of the run to compare to, or a bundle.")],
    options: CountingOptions,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """What changed from one run to another, case by case, and whether it moved the frontier or slid along it."""
    from reviewer.app.bundle_opening import SUFFIX, compare_bundles
    from reviewer.app.figures.comparing import compare_runs, comparison_document

    if all(each.endswith(SUFFIX) and Path(each).is_file() for each in (a, b)):
        if workspace is not None:
            raise InputError("Two bundles are compared without a workspace.", "Leave out --workspace.")
        for each in (a, b):
            unlock_file_for_command(Path(each))
        found = compare_bundles(Path(a), Path(b), options.parsed)
    else:
        with opened(workspace, create=False) as opened_workspace:
            found = compare_runs(opened_workspace, a, b, options.parsed)
    if json:
        emit_json(comparison_document(found))
    else:
        _say(found)


def _say(found: ComparedRuns) -> None:
    from reviewer.app.figures.comparing import flips_between, summary
    from reviewer.wording import comparison as comparison_tables
    from reviewer.wording.decision import sure
    from reviewer.wording.movement import how_sure, how_sure_note
    from reviewer.wording.plural import counted

    c = found.comparison
    say(summary(found))
    if what_is_sure := sure(c):
        say(what_is_sure)
    say(
        f"{counted(c.n_shared, 'case')} compared; only in A {len(c.only_a)}, only in B {len(c.only_b)}, asked or "
        f"labelled otherwise {len(c.changed)}, without a scored response in both {len(c.dropped)}; bands "
        f"{c.a.options.bands}; holding back: {', '.join(c.a.options.hold_back)}."
    )
    if c.movement is not None:
        _say_table(how_sure(c.movement))
        say(how_sure_note(c.movement))
    for part in (comparison_tables.figures(c), comparison_tables.right_wrong(c)):
        _say_table(part)
    if flips := flips_between(found):
        say()
        table(("from A", "to B", "cases"), [(first, second, str(n)) for first, second, n in flips])
    if flagged := comparison_tables.flagged_slices(c).rows:
        say()
        table(comparison_tables.SLICE_HEADINGS, flagged)
    for warning in found.warnings:
        say(f"! {warning}")


def _say_table(part: Table) -> None:
    say()
    table(part.headings, part.rows)
