"""`reviewer classify`: the rules on any responses, without a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.output import complain
from reviewer.core.actions import scale_named
from reviewer.core.errors import ExitStatus


def classify_command(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="Lines of id, messages or prompt, response.")],
    out: Annotated[Path, typer.Option(help="File of verdict lines to write.")],
    scale: Annotated[
        str, typer.Option("--scale", help="Actions to choose from: five, six, agent, or ids with commas.")
    ] = "five",
) -> None:
    """Read the action off each response of a JSON Lines file.

    Languages read: English, Spanish, French, German, Portuguese, Chinese. A response in another one is unscored.
    """
    from reviewer.classify.lines import classify_lines

    chosen = scale_named(scale)
    counts = classify_lines(source, out, lambda line, reason: complain(f"{source}, line {line}: {reason}"), chosen)
    complain(f"{counts.good} responses classified, {counts.bad} bad lines left out.")
    if counts.bad:
        raise typer.Exit(ExitStatus.INPUT_WRONG)
