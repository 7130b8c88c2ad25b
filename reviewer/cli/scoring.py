"""`reviewer score` and `report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.options import CountingOptions, JsonOption, RunOption, WorkspaceOption, opened, takes_options
from reviewer.cli.output import emit_json, say
from reviewer.core.errors import ExitStatus, InputError


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


@takes_options
def report_command(
    run: RunOption,
    out: Annotated[Path, typer.Option(help="File to write: .html, .json, .jsonl, .csv, .xlsx or .md.")],
    options: CountingOptions,
    against: Annotated[str, typer.Option("--against", help="Name of the run of the version before.")] = "",
    policy: Annotated[Path | None, typer.Option("--policy", help="TOML file with the rules of a gate.")] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write the report of a run, or of a run against the version before; with a policy, whether it passes."""
    from reviewer.app.figures.gating import read_policy
    from reviewer.app.reporting import write_run_report

    counted, rules = options.parsed, read_policy(policy) if policy else None
    with opened(workspace, create=False) as opened_workspace:
        report = write_run_report(opened_workspace, run, counted, out, against=against, policy=rules)
    passed = report.gate.passed if report.gate else None
    if json:
        emit_json({"run": run, "against": against or None, "file": str(out), "passed": passed})
    else:
        say(f"Report of {run}{f' against {against}' if against else ''} written to {out}.")
        if report.gate:
            say(report.gate.sentence)
    if passed is False:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)
