"""`reviewer prove` and `check-proof`: one disputed case, shown without the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.options import JsonOption
from reviewer.cli.output import emit_json, say
from reviewer.core.errors import ExitStatus


def prove_command(
    bundle: Annotated[Path, typer.Argument(help="A bundle.")],
    case: Annotated[str, typer.Option("--case", help="Key of the case.")],
    out: Annotated[Path, typer.Option(help="File to write, a .json.")],
    json: JsonOption = False,
) -> None:
    """Write one case of a bundle with the proof that it is in it, without the other cases."""
    from reviewer.app.proving import prove_case

    root = prove_case(bundle, case, out)
    if json:
        emit_json({"case": case, "file": str(out), "root": root})
    else:
        say(f"Case {case} and its proof are in {out}. The bundle's root over its cases is {root}.")


def check_proof_command(
    proof: Annotated[Path, typer.Argument(help="What `reviewer prove` wrote.")],
    root: Annotated[str, typer.Option("--bundle-root", help="The bundle's root, `case_root` in its manifest.")],
    json: JsonOption = False,
) -> None:
    """Check that a case is in the bundle with this root."""
    from reviewer.app.proving import proof_holds

    holds = proof_holds(proof, root)
    if json:
        emit_json({"file": str(proof), "ok": holds})
    else:
        say("The case is in that bundle, as it stands here." if holds else "The case is not in that bundle like this.")
    if not holds:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)
