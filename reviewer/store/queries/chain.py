"""Whether the chain over a workspace's events still fits the events: the first one that does not."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from sqlalchemy import Connection, func
from sqlalchemy import select as select_columns
from sqlmodel import Session

from reviewer.core.event_chain import (
    HASH_BYTES,
    SHAPE,
    Entry,
    entry_hash,
    genesis,
    leaf_hash,
    merkle_root,
    split_leaves,
)
from reviewer.store.chain import EVENTS, events
from reviewer.store.database import Workspace
from reviewer.store.queries.bin import Ranges, removed_events
from reviewer.store.review_rows import metadata
from reviewer.store.rows import SettingRow

IDENTITY = "workspace.identity"
"""The setting with 16 random bytes, hexadecimal, that a workspace and its copies have and no other."""

_ENTRIES = metadata.tables["chain_entry"]


class Misfit(NamedTuple):
    """What does not fit: an event by its table and id, or an entry of the chain itself, and how."""

    source: str
    id: int
    how: str


def first_misfit(workspace: Workspace) -> Misfit | None:
    """The first event, in the order of the chain, that is not what was recorded; None where all of them are."""
    with workspace.read() as session:
        found: Misfit | None = next(_misfits(session.connection(), _identity(session)), None)
        return found


def _identity(session: Session) -> str:
    kept = session.get(SettingRow, IDENTITY)
    return str(json.loads(kept.value)) if kept else ""


def chain_length(workspace: Workspace) -> int:
    """How many events the chain stands for."""
    with workspace.read() as session:
        counted = select_columns(func.coalesce(func.sum(_ENTRIES.c.size), 1) - 1)
        return int(session.connection().execute(counted).scalar_one())


def _misfits(connection: Connection, identity: str) -> Iterator[Misfit]:
    before, removed = genesis(identity), removed_events(connection)
    for sequence, entry in enumerate(_entries(connection)):
        if sequence == 0:
            if entry != before:
                yield Misfit("chain", 0, "does not begin with this workspace's identity")
            continue
        if entry.sequence != sequence:
            yield Misfit("chain", sequence, "is missing")
        yield from _broken(entry, before)
        yield from _changed(connection, entry, removed)
        before = entry
    yield from _unknown(connection)


def _entries(connection: Connection) -> Iterator[Entry]:
    for row in connection.execute(select_columns(_ENTRIES).order_by(_ENTRIES.c.sequence)):
        yield Entry(*row)


def _broken(entry: Entry, before: Entry) -> Iterator[Misfit]:
    """Where an entry does not say of itself what its hashes say."""
    if entry.source not in EVENTS or entry.shape != SHAPE:
        yield Misfit("chain", entry.sequence, "is of a kind that this program does not know")
    if entry.previous != before.hash:
        yield Misfit("chain", entry.sequence, "does not follow the one before")
    if entry.hash != entry_hash(entry):
        yield Misfit("chain", entry.sequence, "was changed")
    leaves = split_leaves(entry.leaves)
    if len(entry.leaves) != entry.size * HASH_BYTES or merkle_root(leaves).hex() != entry.root:
        yield Misfit("chain", entry.sequence, "was changed")


def _changed(connection: Connection, entry: Entry, removed: Ranges) -> Iterator[Misfit]:
    """Where an entry's events are not those that it was made of; those that a tombstone names are not there."""
    key = EVENTS[entry.source][0]
    found = {int(event[key]): event for event in events(connection, entry.source, entry.first, entry.last)}
    gone = _within(removed.get(entry.source, []), entry)
    ids: Sequence[int] = range(entry.first, entry.last + 1)
    if entry.size != len(ids):
        ids = sorted({*found, *gone})
    for event_id, leaf in zip_longest(ids, split_leaves(entry.leaves)):
        if event_id in gone:
            how = "was deleted and is here again" if event_id in found else ""
        else:
            how = _difference(found.get(event_id), leaf)
        if how:
            yield Misfit(entry.source, event_id or entry.last, how)


def _within(stretches: Sequence[tuple[int, int]], entry: Entry) -> set[int]:
    """The ids in these stretches that an entry stands for. Ids are given once, so stretches do not overlap."""
    found: set[int] = set()
    for first, last in stretches[max(0, bisect_right(stretches, (entry.first, 0)) - 1) :]:
        if first > entry.last:
            break
        found.update(range(max(first, entry.first), min(last, entry.last) + 1))
    return found


def _difference(event: dict[str, Any] | None, leaf: bytes | None) -> str:
    if event is None:
        return "is missing"
    if leaf is None:
        return "was put in later"
    return "" if leaf_hash(event) == leaf else "is not what was recorded"


def _unknown(connection: Connection) -> Iterator[Misfit]:
    """Events that no entry stands for."""
    for source, columns in EVENTS.items():
        key = metadata.tables[source].c[columns[0]]
        inside = _ENTRIES.c.first <= key, _ENTRIES.c.last >= key, _ENTRIES.c.source == source
        lacking = select_columns(key).where(~select_columns(_ENTRIES.c.sequence).where(*inside).exists()).order_by(key)
        for (event_id,) in connection.execute(lacking.limit(1)):
            yield Misfit(source, int(event_id), "is not in the chain")
