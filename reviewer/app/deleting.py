"""Delete a suite, cases or a run, and bring back what was deleted."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.bin import BinItem, BinKind, ToDelete
from reviewer.store.queries import runs, suites
from reviewer.store.queries.bin import bin_item
from reviewer.store.queries.case_versions import version_ids
from reviewer.store.writes.bringing_back import bring_back
from reviewer.store.writes.deleting import delete_rows
from reviewer.wording.plural import counted

_MOST_NAMED = 3


def suite_to_delete(workspace: Workspace, name: str) -> ToDelete:
    """Raises InputError where there is none."""
    return ToDelete(BinKind.SUITE, name, {"suite": (suites.suite_named(workspace, name).id,)})


def run_to_delete(workspace: Workspace, name: str) -> ToDelete:
    """Raises InputError where there is none."""
    return ToDelete(BinKind.RUN, name, {"run": (runs.run_named(workspace, name).id,)})


def cases_to_delete(workspace: Workspace, suite: str, keys: Sequence[str]) -> ToDelete:
    """All versions of these cases. Raises InputError where the suite lacks one."""
    found = version_ids(workspace, suites.suite_named(workspace, suite).id, keys)
    missing = next((key for key in keys if key not in found), None)
    if missing is not None or not keys:
        raise InputError(
            f"The suite {suite} has no case {missing!r}.", "Check the key; `reviewer case list` shows them."
        )
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    name = f"{counted(len(found), 'case')} of {suite} ({', '.join(list(found)[:_MOST_NAMED])}{more})"
    return ToDelete(BinKind.CASES, name, {"case": tuple(key for ids in found.values() for key in ids)})


def delete_into_bin(
    workspace: Workspace, wanted: ToDelete, author: str, *, interrupted: bool = False
) -> tuple[BinItem, Changes]:
    """Raises InputError as `delete_rows`."""
    deleted, changes = delete_rows(workspace, wanted=wanted, author=author, at=now(), interrupted=interrupted)
    return bin_item(workspace, deleted.item_id), changes


def restore_from_bin(
    workspace: Workspace, item_id: int, author: str, name: str = ""
) -> tuple[BinItem, list[str], Changes]:
    """Raises InputError as `bring_back`."""
    item = bin_item(workspace, item_id)
    if name and item.what not in (BinKind.SUITE, BinKind.RUN):
        raise InputError("Only a suite or a run can be given another name.", "Leave --name out.")
    told, changes = bring_back(workspace, item_id=item_id, author=author, at=now(), name=name)
    return item, told, changes
