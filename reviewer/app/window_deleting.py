"""What the window asks where something is deleted, brought back or kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reviewer.app.deleting import cases_to_delete, delete_into_bin, restore_from_bin
from reviewer.app.erasing import copies, erase_copies, erase_now
from reviewer.app.import_acts import later_words, undo_import
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.host.clock import now, today
from reviewer.store.database import Workspace
from reviewer.store.facts.bin import Retention, ToDelete
from reviewer.store.facts.imports import ImportAct
from reviewer.store.queries import runs, suites
from reviewer.store.queries.bin import bin_items
from reviewer.store.queries.import_acts import added_rows, import_acts
from reviewer.store.queries.retention import default_retention, retentions
from reviewer.store.writes.deleting import preview
from reviewer.store.writes.retention import keep_by_default, keep_until
from reviewer.wording.deleting import deleted_words, erased_words, item_name, retention_words, rows_words, sentence_case
from reviewer.wording.plural import counted, noun

EVERYTHING = Changes(
    suites=True,
    cases=True,
    labels=True,
    runs=True,
    responses=True,
    verdicts=True,
    decisions=True,
    queues=True,
    removed=True,
)
"""What goes or comes back may be anything: every page reads its lists anew."""


@dataclass(frozen=True)
class InTheBin:
    """A deletion as a list shows it."""

    id: int
    name: str
    what: str
    who: str
    rows: str
    until: str


@dataclass(frozen=True)
class BinNow:
    """What is in the bin, and which copies beside the workspace may still hold what was erased."""

    items: tuple[InTheBin, ...]
    copies: tuple[str, ...]


@dataclass(frozen=True)
class BinMoved:
    """What was done, in a sentence; the deletion, and which runs and suites there are now."""

    item_id: int
    sentence: str
    run_ids: frozenset[int]
    suite_ids: frozenset[int]


@dataclass(frozen=True)
class PastImport:
    """An import as a list shows it; `later` is what people did with it since."""

    id: int
    file: str
    at: str
    here: str


def rows_to_delete(workspace: Workspace, wanted: ToDelete) -> str:
    """What would go, in words."""
    return rows_words(preview(workspace, wanted))


def chosen_cases(workspace: Workspace, case_ids: Sequence[int]) -> ToDelete:
    """These cases, with all their versions. Raises InputError where one is gone."""
    details = [suites.case_detail(workspace, case_id) for case_id in case_ids]
    if not details:
        raise InputError("No case is chosen.", "Choose one in the list first.")
    suite = next(each.name for each in suites.stored_suites(workspace) if each.id == details[0].suite_id)
    return cases_to_delete(workspace, suite, list(dict.fromkeys(str(each.case.key) for each in details)))


def delete_here(workspace: Workspace, wanted: ToDelete, author: str, *, interrupted: bool) -> tuple[BinMoved, Changes]:
    """Raises InputError as `delete_into_bin`."""
    item, _ = delete_into_bin(workspace, wanted, author, interrupted=interrupted)
    return moved_now(workspace, item.id, deleted_words(item.what, item.name, item.counts, item.due)), EVERYTHING


def bring_back_here(workspace: Workspace, item_id: int, author: str, name: str = "") -> tuple[BinMoved, Changes]:
    """Raises InputError as `bring_back`."""
    item, told, _ = restore_from_bin(workspace, item_id, author, name)
    renamed = f" as {name}" if name else ""
    sentence = f"Brought back {item_name(item.what, item.name)}{renamed}: {rows_words(item.counts)}."
    return moved_now(workspace, item_id, " ".join([sentence, *told])), EVERYTHING


def take_back_import(
    workspace: Workspace, act_id: int, author: str, *, with_later: bool = False
) -> tuple[BinMoved, Changes]:
    """Raises InputError as `undo_import`."""
    item, told, _ = undo_import(workspace, act_id, author, with_later=with_later)
    sentence = deleted_words(item.what, item.name, item.counts, item.due)
    return moved_now(workspace, item.id, " ".join([sentence, *told])), EVERYTHING


def moved_now(workspace: Workspace, item_id: int, sentence: str) -> BinMoved:
    """What was done, and what there is after it."""
    run_ids = frozenset(each.id for each in runs.runs(workspace))
    return BinMoved(item_id, sentence, run_ids, frozenset(each.id for each in suites.stored_suites(workspace)))


def bin_now(workspace: Workspace) -> BinNow:
    items = tuple(
        InTheBin(
            each.id,
            each.name,
            sentence_case(item_name(each.what, each.name)),
            f"{each.author}, {each.at[:10]}",
            rows_words(each.counts),
            each.due[:10],
        )
        for each in bin_items(workspace)
    )
    return BinNow(items, tuple(copies(workspace)))


def erase_here(workspace: Workspace, item_ids: Sequence[int], author: str) -> str:
    """What was erased, in words. Raises InputError and EnvironmentFault as `erase_items`."""
    return " ".join(erased_words(erase_now(workspace, item_ids, author), ()))


def copies_words(names: Sequence[str]) -> str:
    """That these were made before and may hold what is gone."""
    return (
        f"{counted(len(names), 'backup')} beside the workspace {noun(len(names), 'was', 'were')} made before and "
        f"may hold what was deleted: {', '.join(names)}."
    )


def erase_copies_here(workspace: Workspace) -> list[str]:
    """Raises EnvironmentFault as `erase_copies`."""
    return erase_copies(workspace)


def past_imports(workspace: Workspace) -> list[PastImport]:
    """Newest first."""
    return [_past(workspace, act) for act in import_acts(workspace)]


def _past(workspace: Workspace, act: ImportAct) -> PastImport:
    here = {name: len(ids) for name, ids in added_rows(workspace, act).items()}
    return PastImport(act.id, act.file, act.at[:16].replace("T", " "), rows_words(here) if here else "")


def done_since(workspace: Workspace, act_id: int) -> str:
    """What people did with an import since, in words. Raises InputError where there is no such import."""
    return later_words(workspace, act_id)


@dataclass(frozen=True)
class KeptNow:
    """Until when a suite is kept, and how many days others are that have no day of their own; None: without end.
    `passed` are the others that are deleted when the workspace is opened next.
    """

    suite: Retention
    days: int | None
    deletes: bool
    passed: tuple[Retention, ...]

    @property
    def sentence(self) -> str:
        return " ".join(map(retention_words, (self.suite, *self.passed)))


def kept_now(workspace: Workspace, suite_id: int) -> KeptNow:
    """Raises InputError where the suite is gone."""
    kept = retentions(workspace, today())
    found = next((each for each in kept if each.suite_id == suite_id), None)
    if found is None:
        raise InputError("The suite does not exist any more.", "Reload the list.")
    passed = tuple(each for each in kept if each.has_passed and each.deletes and each is not found)
    return KeptNow(found, *default_retention(workspace), passed)


def keep_here(
    workspace: Workspace,
    suite_id: int,
    until: date | None,
    author: str,
    *,
    deletes: bool,
    default: tuple[int | None, bool],
) -> tuple[KeptNow, Changes]:
    """A day of the suite's own or none, and days for the others or none."""
    changes = keep_until(workspace, suite_id=suite_id, until=until, deletes=deletes, author=author, at=now())
    if default != default_retention(workspace):
        changes |= keep_by_default(workspace, days=default[0], deletes=default[1])
    return kept_now(workspace, suite_id), changes
