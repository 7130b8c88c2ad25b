"""`reviewer batch export` and `reviewer batch import`: runs by way of batch files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.options import JsonOption, RunOption, WorkspaceOption, opened
from reviewer.cli.output import complain, emit_json, say
from reviewer.core.errors import ExitStatus

batch_app = typer.Typer(help="Send a run by way of a batch file.", no_args_is_help=True)


@batch_app.command("export")
def export_command(
    run: RunOption,
    out: Annotated[Path, typer.Option(help="File to write.")],
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write what a run still lacks as a batch file: OpenAI's or Anthropic's format, by the run's protocol."""
    from reviewer.app.jobs.batches import export_batch

    with opened(workspace, create=False) as opened_workspace:
        done = export_batch(opened_workspace, run, out)
    if done.cannot_send:
        complain(done.cannot_send)
    if json:
        emit_json({**asdict(done), "path": str(done.path)})
        return
    say(f"{done.path}: {done.requests} requests of the run {done.run} in the batch format of {done.format}.")
    say(f"Bring the results back with: reviewer batch import --run {done.run!r} FILE")


@batch_app.command("import")
def import_command(
    files: Annotated[list[Path], typer.Argument(help="Result files; parts and any order are fine.")],
    run: RunOption,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Read the results of a batch into its run. Answers that are not of its requests are listed and not stored."""
    from reviewer.app.jobs.batches import MOST_NAMED, import_batch

    with opened(workspace, create=False) as opened_workspace:
        report = import_batch(opened_workspace, run, files)
    if json:
        emit_json(asdict(report))
    else:
        known = f", {report.known} were there before" if report.known else ""
        stored = f"{report.stored} stored, {report.errors} of them errors{known}"
        say(f"Run {report.run}: {stored}; {report.left} still missing.")
    for sentence in report.refused_words(MOST_NAMED):
        complain(sentence)
    if report.refused or report.left:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)
