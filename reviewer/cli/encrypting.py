"""`reviewer encrypt`, `decrypt`, `passphrase change`, and the passphrase of the workspace that a command opens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.output import complain, emit_json, say
from reviewer.cli.unseen import can_ask, typed_unseen
from reviewer.core.errors import InputError
from reviewer.host.paths import workspace_path
from reviewer.store.dialects.sealing import is_locked, unlock

if TYPE_CHECKING:
    from reviewer.store.database import Workspace

passphrase_app = typer.Typer(help="The passphrase of an encrypted workspace.", no_args_is_help=True)
FILE_VARIABLE = "REVIEWER_FILE_PASSPHRASE"
_NEW_VARIABLE = "REVIEWER_NEW_PASSPHRASE"

FileArgument = Annotated[
    Path | None, typer.Argument(help="Workspace file; else REVIEWER_WORKSPACE, else the default one.")
]
KeyringOption = Annotated[bool, typer.Option("--keyring", help="Keep the passphrase in the system keyring as well.")]
EncryptOption = Annotated[
    bool, typer.Option("--encrypt", help="Encrypt the file under a passphrase, or REVIEWER_FILE_PASSPHRASE.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
WorkspaceOption = Annotated[str | None, typer.Option("--workspace", help="Workspace file.", show_default=False)]


def unlock_for_command(path: Path) -> None:
    """Take the passphrase of an encrypted workspace from the environment, the keyring or the terminal.

    Raises SealedError where it does not fit, InputError where nobody can be asked.
    """
    if is_locked(path):
        unlock(path, _passphrase_of(path))
    unlock_file_for_command(path)


def unlock_backup_for_command(path: Path) -> None:
    """The same of a backup, which may be under an earlier passphrase: REVIEWER_FILE_PASSPHRASE, where it is set."""
    if is_locked(path) and (given := os.environ.get(FILE_VARIABLE)):
        unlock(path, given)
    unlock_for_command(path)


def unlock_file_for_command(path: Path) -> None:
    """The same of an encrypted packet or bundle, whose passphrase is not the workspace's."""
    from reviewer.host.sealed_files import is_locked_file, unlock_file

    if is_locked_file(path):
        given = os.environ.get(FILE_VARIABLE) or _asked(f"Passphrase of {path}", FILE_VARIABLE, f"{path} is encrypted.")
        unlock_file(path, given)


def new_file_passphrase(path: Path, wanted: bool) -> str:
    """For a file that is to be passed on; empty where it is not `wanted`. Raises InputError for a weak one."""
    return _new_passphrase(path, FILE_VARIABLE) if wanted else ""


def tell_if_plain(workspace: Workspace, secret: str) -> None:
    """A person who works in an encrypted workspace is told that a file which was just written is not encrypted."""
    from reviewer.app.encryption import LEFT_PLAIN

    if workspace.is_encrypted and not secret:
        complain(f"{LEFT_PLAIN} Where the command has --encrypt, it can be.")


def unseal_command(
    file: Annotated[Path, typer.Argument(help="What was written with --encrypt.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write; default the name without .sealed.", show_default=False)
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write an encrypted report, export, packet or bundle as a plain file."""
    from reviewer.host.files import SEALED_ENDING, write_file
    from reviewer.host.sealed_files import content_of, is_sealed

    if not file.is_file() or not is_sealed(file):
        raise InputError(f"{file} is no encrypted file of Reviewer.", "Give one that was written with --encrypt.")
    plain = out or file.with_name(file.name.removesuffix(SEALED_ENDING))
    if plain == file or (out is None and plain.exists()):
        raise InputError(f"It is not said where {file} is to be written to.", "Give a new file with --out FILE.")
    unlock_file_for_command(file)
    write_file(plain, content_of(file))
    if json:
        emit_json({"from": str(file), "file": str(plain)})
    else:
        say(f"{file} was written to {plain}, which is not encrypted.")


def _passphrase_of(path: Path) -> str:
    from reviewer.host.passphrases import VARIABLE, found_passphrase

    if found := found_passphrase(path):
        return found
    return _asked(f"Passphrase of {path}", VARIABLE, f"The workspace {path} is encrypted.")


def _asked(question: str, variable: str, otherwise: str, *, twice: bool = False) -> str:
    if not can_ask():
        raise InputError(otherwise, f"Set {variable} or use a terminal.")
    return typed_unseen(question, twice=twice)


def _new_passphrase(path: Path, variable: str) -> str:
    """A new one, with its strength said. Raises InputError for a weak one."""
    from reviewer.host.passphrases import check_passphrase

    otherwise = f"The new passphrase of {path} is not known."
    given = os.environ.get(variable) or _asked(f"New passphrase of {path}", variable, otherwise, twice=True)
    found = check_passphrase(given)
    complain(f"The passphrase is {found.word}. {found.sentence}")
    return given


def encrypt_command(
    file: FileArgument = None,
    keyring: KeyringOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Encrypt a workspace under a passphrase and print its recovery code once."""
    from reviewer.host.passphrases import VARIABLE
    from reviewer.store.encrypting import encrypt, is_encrypted, plain_copies

    path = _file(file, workspace)
    if path.exists() and is_encrypted(path):
        raise InputError(
            f"The workspace {path} is encrypted already.", "Change its passphrase with `reviewer passphrase change`."
        )
    passphrase = _new_passphrase(path, VARIABLE)
    code = encrypt(path, passphrase)
    _keep(path, passphrase if keyring else None, keyring)
    plain = plain_copies(path)
    if json:
        emit_json({"workspace": str(path), "recovery_code": code, "plain_copies": [str(each) for each in plain]})
        return
    say(f"The workspace {path} is encrypted. The plain file was overwritten and removed, as far as the disk allows.")
    say("A snapshot of the disk, a synchronised copy or a flash disk's spare blocks may still hold it.")
    for each in plain:
        say(f"Not encrypted, and left as it is: {each}")
    _tell_code(code)


def change_command(
    file: FileArgument = None,
    keyring: KeyringOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Give the workspace another passphrase and recovery code; the file is written anew under a new key."""
    from reviewer.store.encrypting import change_passphrase

    path = _file(file, workspace)
    unlock_for_command(path)
    passphrase = _new_passphrase(path, _NEW_VARIABLE)
    code = change_passphrase(path, passphrase)
    _keep(path, passphrase if keyring else None, keyring)
    if json:
        emit_json({"workspace": str(path), "recovery_code": code})
        return
    say(f"The workspace {path} has its new passphrase. Backups made before still open with the earlier one.")
    _tell_code(code)


passphrase_app.command("change")(change_command)


def decrypt_command(file: FileArgument = None, json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """Take the encryption away: whoever gets the file can read it."""
    from reviewer.store.encrypting import decrypt

    path = _file(file, workspace)
    unlock_for_command(path)
    decrypt(path)
    if json:
        emit_json({"workspace": str(path)})
    else:
        say(f"The workspace {path} is no longer encrypted: whoever gets the file can read it.")


def _file(given: Path | None, workspace: str | None) -> Path:
    """Raises InputError where there is none."""
    path = workspace_path(str(given) if given else workspace).expanduser().absolute()
    if not path.is_file():
        raise InputError(f"There is no workspace at {path}.", "Check the path.")
    return path.resolve()


def _keep(path: Path, passphrase: str | None, wanted: bool) -> None:
    from reviewer.host.passphrases import keep_in_keyring

    if wanted:
        keep_in_keyring(path, passphrase)


def _tell_code(code: str) -> None:
    say("Recovery code, shown this once. Write it down and keep it away from this computer:")
    say(f"    {code}")
    say("It opens the workspace in the passphrase's place. Who loses both has lost the workspace.")
