"""`reviewer [WORKSPACE]` and `reviewer demo`: the window, or the same job without one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.output import complain, emit_json, say
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.host.environment import installed_pyside_version, pyside_problem
from reviewer.host.paths import WORKSPACE_VARIABLE, demo_path, workspace_path

OpenWindow = Callable[[Path | None, bool], int]
"""Shows the window on a workspace, or on the demo, and returns the exit status when it is closed."""


def window_command(
    context: typer.Context,
    workspace: Annotated[str | None, typer.Argument(help="Workspace file.", show_default=False)] = None,
) -> None:
    """Open the window."""
    path = workspace_path(workspace) if workspace or _chosen_by_environment() else None
    raise typer.Exit(_window(context, path))


def _chosen_by_environment() -> bool:
    return bool(os.environ.get(WORKSPACE_VARIABLE))


def demo_command(
    context: typer.Context,
    headless: Annotated[bool, typer.Option("--headless", help="Do the main job without a window.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the workspace and the reports.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """The demo workspace: in the window, or headless with reports in a folder."""
    if not headless:
        raise typer.Exit(_window(context, demo_path(), demo=True))
    if out is None:
        raise InputError("--headless needs a folder.", "Give --out DIR.")
    from reviewer.app.demo import run_headless

    results = run_headless(out, lambda line: complain(line))
    if json:
        emit_json(results)
        return
    for run in results["runs"]:
        say(run["sentence"])
    say(results["trend"])
    for comparison in results["comparisons"]:
        say(comparison)
    say(f"Reports: {', '.join(run['report'] for run in results['runs'])}")


def _window(context: typer.Context, path: Path | None, *, demo: bool = False) -> int:
    """Open the window through the opener that the program was started with: this layer does not know the other."""
    problem = pyside_problem(installed_pyside_version(), sys.version_info[:2])
    if problem:
        raise EnvironmentFault(problem)
    open_window: OpenWindow = context.find_root().obj
    try:
        return open_window(path, demo)
    except ImportError as error:
        raise EnvironmentFault(
            f"The window cannot be opened: {error}.",
            "Install the libraries Qt needs (packaging/start.sh does), or use the commands, which need none.",
        ) from error
