"""`reviewer bundle` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reviewer.app.bundle_cover import BundleCover
from reviewer.cli.encrypting import EncryptOption, new_file_passphrase, tell_if_plain, unlock_file_for_command
from reviewer.cli.options import CountingOptions, JsonOption, RunOption, WorkspaceOption, opened, takes_options
from reviewer.cli.output import complain, emit_json, say
from reviewer.cli.signing import key_passphrase
from reviewer.core.errors import ExitStatus


@takes_options
def bundle_command(
    run: RunOption,
    out: Annotated[Path, typer.Option(help="File to write, a .zip.")],
    options: CountingOptions,
    against: Annotated[str, typer.Option("--against", help="Name of the run of the version before.")] = "",
    policy: Annotated[Path | None, typer.Option("--policy", help="TOML file with the rules of a gate.")] = None,
    cover: Annotated[
        BundleCover | None, typer.Option("--cover", help="Whose words are taken out: prompts, responses or both.")
    ] = None,
    sign: Annotated[Path | None, typer.Option("--sign", help="Private key; its passphrase is asked for.")] = None,
    encrypt: EncryptOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write a run with all that its figures are made of into one file that anyone can verify."""
    from reviewer.app.bundle_figures import BundleAsked
    from reviewer.app.bundles import write_bundle
    from reviewer.host.signing import private_key

    asked = BundleAsked(run, against, options.parsed, _policy_text(policy) if policy else None, cover)
    key = private_key(sign, key_passphrase(sign)) if sign else None
    secret = new_file_passphrase(out, encrypt)
    with opened(workspace, create=False) as opened_workspace:
        written = write_bundle(opened_workspace, asked, out, key=key, passphrase=secret)
        tell_if_plain(opened_workspace, secret)
    if json:
        emit_json(
            {
                **{"run": run, "against": against or None, "file": str(out), "sha256": written.digest},
                **{"case_root": written.case_root, "covered": cover, "signed": bool(key), "encrypted": encrypt},
                "cannot_be_checked": list(written.unchecked),
            }
        )
        return
    say(f"Bundle of {run}{f' against {against}' if against else ''} written to {out}.")
    for sentence in written.unchecked:
        say(sentence)
    say("Anyone can check it with `reviewer verify`, or with the script inside and Python alone.")


def _policy_text(path: Path) -> bytes:
    """Raises InputError as `read_policy`, which says what is wrong with the file and where."""
    from reviewer.app.figures.gating import read_policy

    read_policy(path)
    return path.read_bytes()


def verify_command(
    file: Annotated[Path, typer.Argument(help="A bundle.")],
    public_key: Annotated[Path | None, typer.Option("--public-key", help="Key that it has to be signed with.")] = None,
    json: JsonOption = False,
) -> None:
    """Check every hash, event and signature of a bundle, and compute its figures again."""
    from reviewer.app.verification_words import verification_sentences
    from reviewer.app.verifying import verify_bundle
    from reviewer.host.signing import read_public_key

    unlock_file_for_command(file)
    found = verify_bundle(file, read_public_key(public_key) if public_key else None)
    if json:
        emit_json(
            {
                **{"file": str(file), "ok": not found.wrong, "wrong": list(found.wrong)},
                **{"cannot_be_checked": list(found.unchecked), "signed_by": found.signed_by or None},
                "deleted": list(found.deleted),
            }
        )
    elif not found.wrong:
        for sentence in verification_sentences(found, str(file)):
            say(sentence)
    for sentence in () if json else found.wrong:
        complain(sentence)
    if found.wrong:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)
