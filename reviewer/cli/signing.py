"""`reviewer key new` and `key show`: keys that bundles are signed with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.options import JsonOption
from reviewer.cli.output import emit_json, say
from reviewer.cli.unseen import can_ask, typed_unseen
from reviewer.core.errors import InputError

key_app = typer.Typer(help="Keys that bundles are signed with.", no_args_is_help=True)
_VARIABLE = "REVIEWER_KEY_PASSPHRASE"


@key_app.command("new")
def new_key_command(
    file: Annotated[Path, typer.Argument(help="File for the private key; the public one gets `.pub` behind.")],
    json: JsonOption = False,
) -> None:
    """Make a key. Its passphrase is asked for, or taken from REVIEWER_KEY_PASSPHRASE."""
    from reviewer.host.signing import fingerprint, new_key

    public = new_key(file, key_passphrase(file, twice=True))
    short = fingerprint(public)
    if json:
        emit_json({"private": str(file), "public": f"{file}.pub", "fingerprint": short})
        return
    say(f"The key is in {file}; keep it to yourself. Its public half is in {file}.pub; give it to whoever verifies.")
    say(f"Fingerprint to read out: {short}")


@key_app.command("show")
def show_key_command(
    file: Annotated[Path, typer.Argument(help="Public key, the file that ends in .pub.")], json: JsonOption = False
) -> None:
    """Show a public key's fingerprint, to be compared on the phone."""
    from reviewer.host.signing import fingerprint, read_public_key

    short = fingerprint(read_public_key(file))
    if json:
        emit_json({"public": str(file), "fingerprint": short})
    else:
        say(short)


def key_passphrase(file: Path, *, twice: bool = False) -> str:
    """From the environment, else asked for on a terminal. Raises InputError where nobody can be asked."""
    given = os.environ.get(_VARIABLE)
    if given:
        return given
    if not can_ask():
        raise InputError(f"The passphrase of {file} is not known.", f"Set {_VARIABLE} or use a terminal.")
    return typed_unseen(f"Passphrase of {file}", twice=twice)
