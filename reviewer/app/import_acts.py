"""Take an import back: exactly what it added goes into the bin, from which it can be brought back."""

from __future__ import annotations

from reviewer.app.deleting import delete_into_bin
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.store.facts.bin import BinItem, BinKind, ToDelete
from reviewer.store.queries.import_acts import added_rows, import_act, import_acts, later_work
from reviewer.wording.deleting import rows_words
from reviewer.wording.plural import counted, noun


def later_words(workspace: Workspace, act_id: int) -> str:
    """What people did since with what an import added: "" where nothing. Raises InputError where there is none."""
    act = import_act(workspace, act_id)
    later = later_work(workspace, act, added_rows(workspace, act))
    return rows_words(later) if later else ""


def undo_import(
    workspace: Workspace, act_id: int, author: str, *, with_later: bool = False
) -> tuple[BinItem, list[str], Changes]:
    """Put what an import added into the bin; and a sentence on what stays of it.

    Raises InputError where nothing of it is here any more, and, without `with_later`, where later work hangs on it.
    """
    with workspace.write():
        act = import_act(workspace, act_id)
        roots = added_rows(workspace, act)
        if not roots:
            raise InputError(
                f"Nothing that the import of {act.file} added is here any more.",
                "`reviewer bin list` shows what was deleted.",
            )
        later = later_work(workspace, act, roots)
        if later and not with_later:
            raise InputError(
                f"Later work hangs on what the import of {act.file} added: {rows_words(later)}.",
                "Give --with-later to delete that too; all of it can be brought back for 30 days. Nothing was changed.",
            )
        item, changes = delete_into_bin(workspace, ToDelete(BinKind.IMPORT, act.file, roots), author)
    stays = noun(act.changed, "stays as it left it", "stay as it left them")
    told = [f"{counted(act.changed, 'row')} that it changed {stays}."] if act.changed else []
    return item, told, changes


def last_import(workspace: Workspace) -> int:
    """The newest import of which something is here. Raises InputError where there is none."""
    for act in import_acts(workspace):
        if added_rows(workspace, act):
            return act.id
    raise InputError("There is no import to take back.", "`reviewer imports list` shows those there were.")
