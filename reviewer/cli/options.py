"""Options that several commands share, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from reviewer.core.actions import ActionId
from reviewer.core.bands import BandChoice
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.host.paths import workspace_path
from reviewer.store.database import Workspace, open_workspace

WorkspaceOption = Annotated[
    str | None,
    typer.Option(
        "--workspace", help="Workspace file; else REVIEWER_WORKSPACE, else the default one.", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ProtocolOption = Annotated[
    str,
    typer.Option(
        help="openai-chat, azure-openai, openai-responses, anthropic-messages, gemini, http-template, or recorded."
    ),
]
TemplateOption = Annotated[str, typer.Option(help="TOML file that says how to ask, for --protocol http-template.")]
ProxyOption = Annotated[str, typer.Option(help="Address of a proxy.")]
CaFileOption = Annotated[str, typer.Option(help="PEM file of a private certificate authority.")]
ClientCertOption = Annotated[str, typer.Option(help="PEM file of the client certificate.")]
ClientKeyOption = Annotated[str, typer.Option(help="PEM file of its key, where that is a file of its own.")]
VerifyOption = Annotated[bool, typer.Option(help="Check the server's certificate.")]
RpmOption = Annotated[float | None, typer.Option(help="Most requests a minute.")]
TpmOption = Annotated[float | None, typer.Option(help="Most tokens a minute, estimated.")]
MostTokensOption = Annotated[int | None, typer.Option(help="Stop after so many tokens.")]
PriceSentOption = Annotated[float, typer.Option(help="Price of a million tokens sent.")]
PriceReceivedOption = Annotated[float, typer.Option(help="Price of a million tokens received.")]
MostSpendOption = Annotated[float | None, typer.Option(help="Stop after spending so much at these prices.")]
MaxWaitOption = Annotated[
    float, typer.Option(help="Seconds to wait for an endpoint that goes away or a full disk before it stops.")
]
RunOption = Annotated[str, typer.Option("--run", help="Name of the run.")]
BandsOption = Annotated[str, typer.Option("--bands", help="labelled, none or neighbours:CREDIT.")]
HoldBackOption = Annotated[
    str, typer.Option("--hold-back", help="Actions that hold back, with commas; default the last two of the scale.")
]


@contextmanager
def opened(given: str | None, *, create: bool = True) -> Iterator[Workspace]:
    """The workspace asked for, closed again at the end. Raises KnownError."""
    if given is not None and "://" in given:
        raise InputError(f"The workspace {given.split('@')[-1]!r} is a URL.", "This version opens files only.")
    workspace = open_workspace(workspace_path(given), create=create)
    try:
        yield workspace
    finally:
        workspace.close()


def score_options(bands: str, hold_back: str) -> Options:
    """Raises InputError for bands that are not known; the scale checks the actions."""
    actions = tuple(ActionId(action.strip()) for action in hold_back.split(",") if action.strip())
    return Options(BandChoice.parse(bands), actions)


def template_text(path: str) -> str:
    """The template in the file; without one, nothing. Raises InputError where it cannot be read."""
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The template {path} cannot be read ({error}).", "Check the path.") from error
