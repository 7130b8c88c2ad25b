"""Erase what lies in the bin: when it is due, when somebody says so, and after a suite was exported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewer.app.deleting import delete_into_bin, suite_to_delete
from reviewer.core.errors import EnvironmentFault, KnownError
from reviewer.host.backup_files import copies_of
from reviewer.host.clock import now, today
from reviewer.host.files import overwrite_and_remove
from reviewer.store.database import Workspace
from reviewer.store.erasing import erase_items, finish_erasing, is_unfinished
from reviewer.store.facts.bin import BinItem, Erased, Retention
from reviewer.store.queries.bin import bin_items
from reviewer.store.queries.retention import retentions
from reviewer.wording.deleting import deleted_words, due_words, erased_words, retention_words

PROGRAM = "Reviewer"
"""Who erases what is due, and deletes what is kept too long, where that was set."""


@dataclass(frozen=True)
class Due:
    """What is to be done at an opening: deletions whose days are over, an erasure that was not finished, suites that
    are kept too long.
    """

    items: tuple[BinItem, ...]
    unfinished: bool
    passed: tuple[Retention, ...]

    @property
    def sentences(self) -> list[str]:
        """What a person is told before anything is done."""
        told = [due_words(self.items)] if self.items else []
        if self.unfinished and not self.items:
            told.append("An erasure was not finished the last time; the file is written anew now.")
        return [*told, *(retention_words(each, now=True) for each in self.passed)]

    @property
    def acts(self) -> bool:
        """Whether something is changed, not only said."""
        return bool(self.items or self.unfinished or any(each.deletes for each in self.passed))


def what_is_due(workspace: Workspace) -> Due:
    """Of a workspace that can only be read nothing is."""
    if workspace.read_only:
        return Due((), unfinished=False, passed=())
    moment = now()
    items = tuple(each for each in bin_items(workspace) if each.due <= moment)
    passed = tuple(each for each in retentions(workspace, today()) if each.has_passed)
    return Due(items, is_unfinished(workspace), passed)


def do_what_is_due(workspace: Workspace, due: Due) -> Iterator[str]:
    """Delete into the bin what is set to be, erase what is due; a sentence on each, and on what could not be done."""
    for kept in due.passed:
        if kept.deletes:
            yield from _deleted(workspace, kept)
    try:
        if due.items:
            erased = erase_items(workspace, item_ids=[each.id for each in due.items], author=PROGRAM, at=now())
            yield from erased_words(erased, copies(workspace))
        elif due.unfinished:
            finish_erasing(workspace)
            yield "The file was written anew without what was erased."
    except KnownError as error:
        yield str(error)


def _deleted(workspace: Workspace, kept: Retention) -> Iterator[str]:
    try:
        item, _ = delete_into_bin(workspace, suite_to_delete(workspace, kept.suite), PROGRAM)
        yield deleted_words(item.what, item.name, item.counts, item.due)
    except KnownError as error:
        yield f"The suite {kept.suite} could not be deleted: {error}"


def erase_now(workspace: Workspace, item_ids: Sequence[int], author: str) -> Erased:
    """Raises InputError and EnvironmentFault as `erase_items`."""
    return erase_items(workspace, item_ids=item_ids, author=author, at=now())


def copies(workspace: Workspace) -> list[str]:
    """Names of what lies beside the workspace and may still hold what was erased. Raises EnvironmentFault."""
    try:
        return [each.name for each in copies_of(workspace.path)]
    except OSError as error:
        raise EnvironmentFault(
            f"The folder of {workspace.path} cannot be looked at ({error.strerror}).",
            "Look yourself whether there are backups in it.",
        ) from error


def erase_copies(workspace: Workspace) -> list[str]:
    """Overwrite and remove them. Raises EnvironmentFault where one cannot be."""
    erased = []
    for path in copies_of(workspace.path):
        try:
            for beside in ("-wal", "-shm"):
                path.with_name(path.name + beside).unlink(missing_ok=True)
            overwrite_and_remove(path)
        except OSError as error:
            raise EnvironmentFault(
                f"The copy {path} could not be erased ({error.strerror}).", "Erase that file yourself."
            ) from error
        erased.append(path.name)
    return erased
