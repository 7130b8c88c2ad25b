"""`reviewer delete suite|case|run`, `bin list|restore|erase|copies` and `erase`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.encrypting import new_file_passphrase, tell_if_plain
from reviewer.cli.options import ActingOptions, JsonOption, SuiteOption, WorkspaceOption, opened, takes_options
from reviewer.cli.output import emit_json, say, table
from reviewer.core.errors import InputError
from reviewer.core.plural import counted

if TYPE_CHECKING:
    from reviewer.store.database import Workspace
    from reviewer.store.facts.bin import BinItem, ToDelete

delete_app = typer.Typer(
    help="Delete into the bin, from which it can be brought back for 30 days.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
bin_app = typer.Typer(
    help="What was deleted: list it, bring it back, erase it for good.", no_args_is_help=True, rich_markup_mode=None
)
LookOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be deleted; delete nothing.")]
InterruptedOption = Annotated[
    bool, typer.Option("--interrupted", help="A run that says it is being sent is not: its program was killed.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be undone.")]
Wanted = Callable[["Workspace"], "ToDelete"]


@dataclass(frozen=True)
class DeletingOptions(ActingOptions):
    """What every deletion takes beside what it deletes."""

    dry_run: LookOption = False
    interrupted: InterruptedOption = False


@delete_app.command("suite")
@takes_options
def delete_suite_command(
    suite: Annotated[str, typer.Argument(help="Name of the suite.", show_default=False)], options: DeletingOptions
) -> None:
    """Delete a suite with its cases, its runs and all that was said of them."""
    from reviewer.app.deleting import suite_to_delete

    _delete(lambda workspace: suite_to_delete(workspace, suite), options)


@delete_app.command("case")
@takes_options
def delete_case_command(
    keys: Annotated[list[str], typer.Argument(help="Keys of the cases.", show_default=False)],
    suite: SuiteOption,
    options: DeletingOptions,
) -> None:
    """Delete cases, all their versions, and their responses in every run. To keep them unscored, retire them."""
    from reviewer.app.deleting import cases_to_delete

    _delete(lambda workspace: cases_to_delete(workspace, suite, keys), options)


@delete_app.command("run")
@takes_options
def delete_run_command(
    run: Annotated[str, typer.Argument(help="Name of the run.", show_default=False)], options: DeletingOptions
) -> None:
    """Delete a run with its responses and all that was said of them."""
    from reviewer.app.deleting import run_to_delete

    _delete(lambda workspace: run_to_delete(workspace, run), options)


def _delete(wanted: Wanted, options: DeletingOptions) -> None:
    from reviewer.app.deleting import delete_into_bin
    from reviewer.store.writes.deleting import preview
    from reviewer.wording.deleting import deleted_words, item_name, rows_words

    with opened(options.workspace, create=False) as opened_workspace:
        meant = wanted(opened_workspace)
        if options.dry_run:
            counts = preview(opened_workspace, meant)
            if options.json:
                emit_json({"what": meant.what, "name": meant.name, "deleted": False, "counts": counts})
            else:
                say(f"Would delete {item_name(meant.what, meant.name)}: {rows_words(counts)}. Nothing was changed.")
            return
        item, _ = delete_into_bin(opened_workspace, meant, options.author, interrupted=options.interrupted)
    if options.json:
        emit_json({**_document(item), "deleted": True})
        return
    say(deleted_words(item.what, item.name, item.counts, item.due))
    say(f"Bring it back with `reviewer bin restore {item.id}`.")


def _document(item: BinItem) -> dict[str, object]:
    return {
        **{
            "id": item.id,
            "what": item.what,
            "name": item.name,
            "reviewer": item.author,
            "at": item.at,
            "until": item.due,
        },
        "counts": dict(item.counts),
    }


@bin_app.command("list")
def list_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """What can be brought back, newest first."""
    from reviewer.store.queries.bin import bin_items
    from reviewer.wording.deleting import item_name, rows_words

    with opened(workspace, create=False) as opened_workspace:
        items = bin_items(opened_workspace)
    if json:
        emit_json({"deletions": [_document(item) for item in items]})
        return
    if not items:
        say("The bin is empty.")
        return
    table(
        ("", "what", "by", "deleted", "erased", "holds"),
        [
            (
                each.id,
                item_name(each.what, each.name),
                each.author,
                each.at[:10],
                each.due[:10],
                rows_words(each.counts),
            )
            for each in items
        ],
    )


@bin_app.command("restore")
@takes_options
def restore_command(
    deletion: Annotated[int, typer.Argument(help="Number of the deletion, as `bin list` shows it.")],
    name: Annotated[str, typer.Option(help="Another name for a suite or run whose own was used again.")] = "",
    *,
    options: ActingOptions,
) -> None:
    """Bring back what was deleted, just as it was."""
    from reviewer.app.deleting import restore_from_bin
    from reviewer.wording.deleting import item_name, rows_words

    with opened(options.workspace, create=False) as opened_workspace:
        item, told, _ = restore_from_bin(opened_workspace, deletion, options.author, name)
    if options.json:
        emit_json({**_document(item), "restored": True, "notes": told})
        return
    say(f"Brought back {item_name(item.what, item.name)}: {rows_words(item.counts)}.")
    for sentence in told:
        say(sentence)


@bin_app.command("erase")
@takes_options
def bin_erase_command(
    deletions: Annotated[
        list[int] | None, typer.Argument(help="Numbers of deletions, as `bin list` shows them.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that is in the bin.")] = False,
    erase_old: Annotated[bool, typer.Option("--copies", help="Backups beside the workspace too.")] = False,
    yes: YesOption = False,
    *,
    options: ActingOptions,
) -> None:
    """Take deletions away for good before their 30 days are over, and write the file anew without them."""
    from reviewer.app.erasing import copies, erase_copies, erase_now
    from reviewer.store.queries.bin import bin_items
    from reviewer.wording.deleting import erased_words

    if bool(deletions) == everything:
        raise InputError("It is not said what is to be erased.", "Give the numbers of deletions, or --all.")
    with opened(options.workspace, create=False) as opened_workspace:
        ids = [each.id for each in bin_items(opened_workspace)] if everything else list(deletions or ())
        _check_agrees(yes, f"Erase {len(ids)} of the deletions for good?")
        erased = erase_now(opened_workspace, ids, options.author)
        gone = erase_copies(opened_workspace) if erase_old else []
        left = copies(opened_workspace)
    if options.json:
        items = [_document(item) for item in erased.items]
        gone_and_left = {"copies_erased": gone, "copies_left": left}
        emit_json({"erased": items, "versions_erased": list(erased.versions), **gone_and_left})
        return
    for sentence in [*erased_words(erased, left), *_gone_words(gone)]:
        say(sentence)
    if not erased.items:
        say("The bin is empty.")


def _gone_words(gone: Sequence[str]) -> list[str]:
    return [f"Copies erased: {', '.join(gone)}."] if gone else []


@bin_app.command("copies")
def copies_command(
    erase: Annotated[bool, typer.Option("--erase", help="Overwrite and remove them.")] = False,
    yes: YesOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Backups and logs beside the workspace that may still hold what was erased."""
    from reviewer.app.erasing import copies, erase_copies

    with opened(workspace, create=False) as opened_workspace:
        found = copies(opened_workspace)
        if erase and found:
            _check_agrees(yes, f"Erase for good: {', '.join(found)}?")
        gone = erase_copies(opened_workspace) if erase else []
    if json:
        emit_json({"copies": found, "erased": gone})
        return
    for name in [] if erase else found:
        say(name)
    for sentence in _gone_words(gone):
        say(sentence)
    if not found:
        say("There is no backup beside the workspace under a name that this program gives.")


@takes_options
def erase_command(
    suite: SuiteOption,
    export: Annotated[Path, typer.Option(help="New folder for everything of the suite.")],
    sign: Annotated[Path | None, typer.Option("--sign", help="Private key that signs the bundles.")] = None,
    encrypt: Annotated[
        bool | None,
        typer.Option(
            "--encrypt/--no-encrypt",
            help="Encrypt each file under a passphrase, or REVIEWER_FILE_PASSPHRASE; so it is where the workspace is.",
            show_default=False,
        ),
    ] = None,
    yes: YesOption = False,
    *,
    options: ActingOptions,
) -> None:
    """Export everything of a suite, check that it reads back, then erase the suite at once and for good."""
    from reviewer.app.erasing import copies
    from reviewer.app.export_erasing import export_and_erase
    from reviewer.cli.signing import key_passphrase
    from reviewer.host.signing import private_key
    from reviewer.wording.deleting import erased_words

    key = private_key(sign, key_passphrase(sign)) if sign else None
    with opened(options.workspace, create=False) as opened_workspace:
        _check_agrees(yes, f"Export the suite {suite} to {export} and erase it here for good?")
        wanted = opened_workspace.is_encrypted if encrypt is None else encrypt
        secret = new_file_passphrase(export, wanted)
        done = export_and_erase(opened_workspace, suite, export, options.author, key, passphrase=secret)
        left = copies(opened_workspace)
        tell_if_plain(opened_workspace, secret)
    if options.json:
        gone = {"versions_erased": list(done.erased.versions), "copies_left": left}
        emit_json({"suite": suite, "folder": str(done.folder), "files": done.files, "encrypted": wanted, **gone})
        return
    files = counted(len(done.files), "file")
    say(f"Everything of the suite {suite} was written to {done.folder} in {files} and read back.")
    if secret:
        say("They are encrypted; `reviewer unseal FILE` makes a plain one of each again.")
    for sentence in erased_words(done.erased, left):
        say(sentence)


def _check_agrees(yes: bool, question: str) -> None:
    """Ask on a terminal; where nobody can answer, nobody has. Raises InputError where it is not agreed to."""
    if yes:
        return
    asks = sys.stdin.isatty() and sys.stderr.isatty()
    if not (asks and typer.confirm(question, default=False, err=True)):
        raise InputError("Nothing was erased.", "Give --yes to erase; it cannot be undone.")
