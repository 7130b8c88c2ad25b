"""What can be brought back, and the record of what was taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from reviewer.core.errors import InputError
from reviewer.store.bin_rows import BinItemRow, TombstoneRow
from reviewer.store.database import Workspace
from reviewer.store.facts.bin import BinItem, BinKind, Removal, Tombstone
from reviewer.store.mapping import row_id

UNFINISHED = "erase.unfinished"
"""The setting that says that what was erased may still lie in the file, because the program ended meanwhile."""


def bin_items(workspace: Workspace) -> list[BinItem]:
    """What can be brought back, newest first."""
    with workspace.read() as session:
        return [_item(row) for row in session.exec(select(BinItemRow).order_by(col(BinItemRow.id).desc()))]


def bin_item(workspace: Workspace, item_id: int) -> BinItem:
    """Raises InputError where there is none."""
    found = next((each for each in bin_items(workspace) if each.id == item_id), None)
    if found is None:
        raise InputError(
            f"There is no deletion {item_id} that could be undone.", "`reviewer bin list` shows those there are."
        )
    return found


def _item(row: BinItemRow) -> BinItem:
    counts = json.loads(row.counts)
    return BinItem(row_id(row.id), BinKind(row.what), row.name, row.author, row.at, row.due, counts)


def tombstones(workspace: Workspace) -> list[Tombstone]:
    """The record of deletions, oldest first."""
    with workspace.read() as session:
        rows = session.exec(select(TombstoneRow).order_by(col(TombstoneRow.id))).all()
        return told_tombstones([row.model_dump() for row in rows])


def told_tombstones(rows: Sequence[Mapping[str, Any]]) -> list[Tombstone]:
    """The same of rows, as a bundle has them."""
    return [
        Tombstone(
            id=row["id"],
            kind=Removal(row["kind"]),
            deletion=row["deletion"],
            what=BinKind(row["what"]),
            counts=json.loads(row["counts"]),
            events=sum(last - first + 1 for each in json.loads(row["gone"]).values() for first, last in each),
            author=row["author"],
            at=row["at"],
        )
        for row in rows
    ]


def standing(found: Sequence[Tombstone]) -> Iterator[Tombstone]:
    """The deletions that were not undone."""
    undone = {each.deletion for each in found if each.kind is Removal.RESTORED}
    return (each for each in found if each.kind is Removal.DELETED and each.id not in undone)


Ranges = dict[str, list[tuple[int, int]]]


def removed_events(connection: Connection) -> Ranges:
    """Table → the ids, as first and last of each stretch, of events that were deleted and not brought back."""
    columns: tuple[Any, ...] = (TombstoneRow.id, TombstoneRow.kind, TombstoneRow.deletion, TombstoneRow.gone)
    rows = connection.execute(select_columns(*columns).order_by(col(TombstoneRow.id))).all()
    undone = {deletion for _, kind, deletion, _ in rows if kind == Removal.RESTORED}
    found: Ranges = {}
    for key, kind, _, gone in rows:
        if kind == Removal.DELETED and key not in undone:
            for table, stretches in _stretches(gone).items():
                found.setdefault(table, []).extend(stretches)
    return {table: sorted(stretches) for table, stretches in found.items()}


def _stretches(gone: str) -> Ranges:
    """Of one tombstone; what cannot be read names nothing, so that what it should name is missed."""
    try:
        said = json.loads(gone)
        return {table: [(int(first), int(last)) for first, last in stretches] for table, stretches in said.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
