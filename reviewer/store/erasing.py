"""Erase: what lies in the bin is taken away for good, and the file is written anew without it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set

from sqlalchemy import Connection, delete, union
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.store.bin_rows import BinItemRow, ImportActRow
from reviewer.store.database import Workspace
from reviewer.store.dialects.scrubbing import scrub
from reviewer.store.dialects.unlocking import deletable
from reviewer.store.facts.bin import Erased, Removal
from reviewer.store.facts.review import DRAFTS
from reviewer.store.finals import batches
from reviewer.store.queries.bin import UNFINISHED, bin_items
from reviewer.store.review_rows import CaseOriginRow, OriginRow, ResponseOriginRow, metadata
from reviewer.store.rows import SettingRow
from reviewer.store.writes.bringing_back import record, remove

_T = metadata.tables


def erase_items(workspace: Workspace, *, item_ids: Sequence[int], author: str, at: str) -> Erased:
    """Take these deletions away for good, then write the file anew. What was erased.

    The rows are gone once the transaction is stored. Raises InputError where one is not in the bin and nothing was
    erased; EnvironmentFault where the file could not be written anew: that is done again at the next opening.
    """
    there = {item.id: item for item in bin_items(workspace)}
    missing = next((key for key in item_ids if key not in there), None)
    if missing is not None:
        raise InputError(
            f"There is no deletion {missing} that could be erased.", "`reviewer bin list` shows those there are."
        )
    with workspace.write() as session:
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        needed: set[int] = set()
        for key in dict.fromkeys(item_ids):
            item = session.get_one(BinItemRow, key)
            needed |= set(json.loads(item.needs).get("model_version", ()))
            record(session, item, Removal.ERASED, author, at)
            remove(connection, key)
        session.expire_all()
        _forget_drafts(session)
        _forget_origins(session)
        went, kept = _forget_versions(session, needed)
        _forget_acts(session)
        if session.get(SettingRow, UNFINISHED) is None:
            session.add(SettingRow(key=UNFINISHED, value="true"))
    finish_erasing(workspace)
    return Erased(tuple(there[key] for key in dict.fromkeys(item_ids)), went, kept)


def is_unfinished(workspace: Workspace) -> bool:
    """Whether rows were erased and the file has not been written anew since."""
    with workspace.read() as session:
        return session.get(SettingRow, UNFINISHED) is not None


def finish_erasing(workspace: Workspace) -> None:
    """Write the file anew without what was erased. Raises EnvironmentFault where that cannot be done now."""
    if not workspace.write_anew(scrub):
        raise EnvironmentFault(
            f"What was erased may still lie in the log of {workspace.path}, because another program reads it.",
            "Close the workspace there and open it here again: it is done then.",
        )
    with workspace.write() as session:
        session.connection().execute(delete(SettingRow).where(col(SettingRow.key) == UNFINISHED))


def _forget_drafts(session: Session) -> None:
    """Notes on responses that are gone, which a window has stored since."""
    kept = session.get(SettingRow, DRAFTS)
    if kept is not None:
        drafts, response = dict(json.loads(kept.value)), _T["response"].c.id
        ids = [int(key) for key in drafts if key.isdigit()]
        there = {
            str(key)
            for some in batches(ids)
            for key in session.connection().execute(select_columns(response).where(response.in_(some))).scalars()
        }
        kept.value = json.dumps({key: text for key, text in drafts.items() if key in there})
        session.add(kept)
        session.flush()


def _forget_origins(session: Session) -> None:
    """Files from which nothing is here any more, neither in sight nor in the bin."""
    connection = session.connection()
    used = union(select_columns(col(CaseOriginRow.origin_id)), select_columns(col(ResponseOriginRow.origin_id)))
    kept = _needed_by_bin(session, "origin")
    query = select_columns(col(OriginRow.id)).where(col(OriginRow.id).not_in(used))
    gone = [key for key in connection.execute(query).scalars() if key not in kept]
    with deletable(connection, ["origin"]):
        for some in batches(gone):
            connection.execute(delete(OriginRow).where(col(OriginRow.id).in_(some)))


def _needed_by_bin(session: Session, table: str) -> set[int]:
    """Rows that what may still be brought back hangs on."""
    return {key for needs in session.exec(select(BinItemRow.needs)) for key in json.loads(needs).get(table, ())}


def _forget_versions(session: Session, needed: Set[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the model versions of runs that are gone, those that no run uses any more go, with their system prompts.
    The names of those that went and of those that stay.
    """
    version, run = _T["model_version"].c, _T["run"].c
    query = select_columns(version.id, version.name).where(version.id.in_(needed)).order_by(version.id)
    names: Mapping[int, str] = {key: name for key, name in session.connection().execute(query)}
    used = select_columns(run.model_version_id).where(run.model_version_id.in_(needed))
    kept = {*session.connection().execute(used).scalars(), *_needed_by_bin(session, "model_version")}
    gone = [key for key in names if key not in kept]
    session.connection().execute(delete(_T["model_version"]).where(version.id.in_(gone)))
    return tuple(names[key] for key in gone), tuple(names[key] for key in names if key in kept)


def _forget_acts(session: Session) -> None:
    """Imports of which nothing is here any more, where nothing is in the bin either."""
    connection = session.connection()
    if session.exec(select(BinItemRow.id)).first() is not None:
        return
    for act in session.exec(select(ImportActRow)).all():
        if not any(_has(connection, name, *stretch) for name, stretch in json.loads(act.added).items()):
            session.delete(act)


def _has(connection: Connection, name: str, first: int, last: int) -> bool:
    key = _T[name].c.id
    return connection.execute(select_columns(key).where(key.between(first, last)).limit(1)).first() is not None
