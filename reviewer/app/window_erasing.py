"""What the window asks where everything of a suite is exported and the suite is erased."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.app.encryption import LEFT_PLAIN
from reviewer.app.erasing import copies
from reviewer.app.export_erasing import Watching, export_and_erase
from reviewer.app.window_deleting import EVERYTHING, BinMoved, copies_words, moved_now
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.queries import runs, suites
from reviewer.wording.deleting import erased_words
from reviewer.wording.plural import counted, noun

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


UNSEALED = "`reviewer unseal FILE` makes a plain one of each again."


@dataclass(frozen=True)
class SuiteErased:
    """What came of exporting and erasing a suite: sentences for the person, and what there is now."""

    sentences: tuple[str, ...]
    moved: BinMoved


def files_of(workspace: Workspace, suite: str) -> str:
    """What exporting everything of a suite writes, in words. Raises InputError where there is none."""
    line = suites.suite_named(workspace, suite)
    count = sum(each.suite_id == line.id for each in runs.runs(workspace))
    of_runs = f", and of {counted(count, 'run')} responses, verdicts, decisions and a bundle" if count else ""
    return f"Written first, and read back: cases and labels{of_runs}."


def export_and_erase_here(
    workspace: Workspace,
    suite: str,
    folder: Path,
    author: str,
    key: Ed25519PrivateKey | None,
    *,
    interrupted: bool,
    passphrase: str = "",
    watching: Watching,
) -> tuple[SuiteErased, Changes]:
    """Raises as `export_and_erase`."""
    done = export_and_erase(
        *(workspace, suite, folder, author, key), interrupted=interrupted, passphrase=passphrase, watching=watching
    )
    files = counted(len(done.files), "file")
    told = [f"Everything of the suite {suite} was written to {done.folder} in {files} and read back."]
    if passphrase:
        told.append(f"They are encrypted; {UNSEALED}")
    elif workspace.is_encrypted:
        told.append(LEFT_PLAIN)
    told += erased_words(done.erased, ())
    if left := copies(workspace):
        told.append(f"{copies_words(left)} File → Recently deleted erases {noun(len(left), 'it', 'them')}.")
    item = done.erased.items[0]
    return SuiteErased(tuple(told), moved_now(workspace, item.id, told[0])), EVERYTHING
