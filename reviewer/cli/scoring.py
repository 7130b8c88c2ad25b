"""`reviewer score`."""

from __future__ import annotations

from typing import Annotated

import typer

from reviewer.cli.options import CountingOptions, JsonOption, WorkspaceOption, opened, takes_options
from reviewer.cli.output import emit_json, say
from reviewer.core.errors import InputError


@takes_options
def score_command(
    options: CountingOptions,
    run: Annotated[str, typer.Option("--run", help="Name of the run.", show_default=False)] = "",
    explain: Annotated[bool, typer.Option("--explain", help="How every figure is computed; needs no run.")] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """The right-action score of a run and what stands beside it."""
    if explain:
        _explain()
        return
    if not run:
        raise InputError("No run is named.", "Give one with --run NAME; `reviewer runs` lists them.")
    from reviewer.app.reporting import build_report
    from reviewer.report.json import score_document
    from reviewer.report.text import score_text

    counted = options.parsed
    with opened(workspace, create=False) as opened_workspace:
        report = build_report(opened_workspace, run, counted)
    if json:
        emit_json(score_document(report))
    else:
        say(score_text(report))


def _explain() -> None:
    from reviewer.app.figures.method import method_text

    say(method_text())
