"""The chain over a workspace's events: every write's new rows are taken up before it commits, whoever made them.

`Workspace.write` calls `take_up` at the end of each transaction. A table of `EVENTS` is looked at by its ids, so that
no function that appends to it can leave its rows out. The file itself refuses to delete an event; where a person
deletes what it belongs to, a tombstone says so, which is an event itself (`writes/deleting`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    text,
    union_all,
)
from sqlalchemy import select as select_columns

from reviewer.core.decisions import DecisionKind
from reviewer.core.event_chain import Entry, genesis, leaf_hash, next_entry
from reviewer.store.bin_rows import TombstoneRow as TombstoneRow
from reviewer.store.chain_rows import ChainEntryRow
from reviewer.store.review_rows import metadata


def _columns(names: str) -> tuple[str, ...]:
    return tuple(names.split())


EVENTS: Mapping[str, Sequence[str]] = {
    "rescaling": _columns("id suite_id before after answers last_verdict_id last_label_event_id author reason at"),
    "policy_lock": _columns("id suite_id policy_hash name rules last_response_id author at"),
    "label_event": _columns("id case_id label_version label band status guideline_version author reason at"),
    "verdict": _columns(
        "id response_id response_hash classifier source action confidence reason evidence engagement refusal_kind "
        "caveat asks at said_so counted"
    ),
    "judge_reply": _columns(
        "id judge_run_id response_id response_hash control verdict_id outcome action reason returned_model fingerprint "
        "request_hash raw_reply attempts latency_ms usage at"
    ),
    "decision": _columns(
        "id response_id response_hash scale_hash reviewer action kind undoes note blind bulk seconds_spent at hidden "
        "guideline_version origin uid carried_from"
    ),
    "review_event": _columns("id response_id reviewer kind detail at"),
    "label_dispute": _columns("id case_id label_version label band reviewer reason uid at"),
    "label_settling": _columns("dispute_id label_version author reason at"),
    "guideline_text": _columns("id suite_id version text at"),
    "judge_admission": _columns("id judge_run_id admission measured author reason at"),
    "declared_interest": _columns("id reviewer statement at"),
    "review_plan": _columns("id run_id against_run_id design seed budget at name author needed"),
    "review_plan_item": _columns("id plan_id position response_id inclusion_probability"),
    "tombstone": _columns("id kind deletion what counts gone digest author at"),
}
"""Table → the columns that its leaves are made of, its id first: shape 1. A column that comes later is not in it."""

FIRST_EVENTS = (
    "rescaling", "policy_lock", "label_event", "verdict", "judge_reply", "decision", "review_event", "label_dispute",
    "label_settling",
)  # fmt: skip
"""The tables whose rows were events when the chain began."""

SECOND_EVENTS = tuple(table for table in EVENTS if table != "tombstone")
"""The tables whose rows were events before there were deletions."""

OUT_OF_ORDER = "label_settling"
"""Disputes are settled in any order, so each settling is an entry of its own."""

EVENTS_AT_ONCE = 1000
ENTRIES_AT_ONCE = 50
"""So many entries are held until they are written: each has the hashes of its events."""


def _table(name: str) -> Table:
    return metadata.tables[name]


_ENTRIES = _table("chain_entry")


@cache
def _between(source: str) -> Select[Any]:
    """The rows of a table with the ids `first` to `last`, in their order; made once."""
    columns = [_table(source).c[name] for name in EVENTS[source]]
    first_to_last = columns[0].between(bindparam("first"), bindparam("last"))
    return select_columns(*columns).where(first_to_last).order_by(columns[0])


def events(connection: Connection, source: str, first: int, last: int) -> list[dict[str, Any]]:
    """What the leaves of a table's rows are made of, in the order of their ids; a decision with its cause, if any."""
    rows = connection.execute(_between(source), {"first": first, "last": last})
    found = [{"of": source, **dict(zip(EVENTS[source], row, strict=True))} for row in rows]
    if source == "decision" and any(event["kind"] == DecisionKind.ADJUDICATION for event in found):
        _with_causes(connection, found, first, last)
    return found


def _with_causes(connection: Connection, found: Sequence[dict[str, Any]], first: int, last: int) -> None:
    adjudication = _table("adjudication")
    causes = select_columns(adjudication.c.decision_id, adjudication.c.cause)
    given = {
        key: cause for key, cause in connection.execute(causes.where(adjudication.c.decision_id.between(first, last)))
    }
    for event in found:
        if event["id"] in given:
            event["cause"] = given[event["id"]]


_NEWEST = select_columns(_ENTRIES).order_by(_ENTRIES.c.sequence.desc()).limit(1)


def identify(connection: Connection) -> str:
    """The workspace's identity, given to it where it has none: 16 random bytes, hexadecimal, kept as JSON text."""
    new = text("INSERT OR IGNORE INTO setting (key, value) VALUES ('workspace.identity', :value)")
    connection.execute(new, {"value": json.dumps(secrets.token_hex(16))})
    return _identity(connection)


def _identity(connection: Connection) -> str:
    kept = connection.exec_driver_sql("SELECT value FROM setting WHERE key = 'workspace.identity'").scalar_one()
    return str(json.loads(kept))


def start(connection: Connection, identity: str) -> None:
    """Begin the chain with the workspace's identity and take up what was an event then."""
    _append(connection, [genesis(identity)])
    take_up(connection, FIRST_EVENTS)


def restart(connection: Connection, triggers: Sequence[str]) -> None:
    """Begin the chain anew, with what was an event when chains began; `triggers` are those that forbid it."""
    for statement in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {statement.split()[2]}")
    connection.execute(delete(ChainEntryRow))
    for statement in triggers:
        connection.exec_driver_sql(statement)
    start(connection, _identity(connection))


def head(connection: Connection) -> Entry:
    """The chain's last entry."""
    return Entry(*connection.execute(_NEWEST).one())


def take_up(connection: Connection, sources: tuple[str, ...] = tuple(EVENTS)) -> None:
    """Append an entry for every table that has rows which the chain does not know yet."""
    _append_ranges(connection, list(_ranges(connection, sources)))


def first_stranger(connection: Connection) -> tuple[str, int] | None:
    """Table and id of the first event that another program put in behind those that the chain stands for.

    To be asked as a transaction of this program begins: each of them ends with `take_up`.
    """
    for source, known, last in connection.execute(_what_is_new(tuple(EVENTS))).all():
        if known < last:
            stretch = _settled(connection) if source == OUT_OF_ORDER else _behind(connection, source, known)
            return next((name, first) for name, first, _ in stretch)
    return None


def take_up_again(connection: Connection, source: str, ids: Sequence[int]) -> None:
    """Append entries for those of the events that were brought back which no entry stands for: in a workspace that was
    saved from a damaged one the chain began without them.
    """
    covered = select_columns(_ENTRIES.c.sequence).where(
        _ENTRIES.c.source == source, _ENTRIES.c.first <= bindparam("id"), _ENTRIES.c.last >= bindparam("id")
    )
    lacking = [key for key in ids if connection.execute(covered.limit(1), {"id": key}).first() is None]
    _append_ranges(connection, [(source, key, key) for key in lacking])


def _append_ranges(connection: Connection, new: Sequence[tuple[str, int, int]]) -> None:
    if not new:
        return
    before, entries = head(connection), list[Entry]()
    for source, first, last in new:
        leaves = [leaf_hash(event) for event in events(connection, source, first, last)]
        before = next_entry(before, source, first, last, leaves)
        entries.append(before)
        if len(entries) == ENTRIES_AT_ONCE:
            _append(connection, entries)
            entries = []
    if entries:
        _append(connection, entries)


def _append(connection: Connection, entries: Sequence[Entry]) -> None:
    connection.execute(insert(ChainEntryRow), [entry._asdict() for entry in entries])


def _ranges(connection: Connection, sources: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Table, first and last id of the rows that are new, at most so many at once."""
    for source, known, last in connection.execute(_what_is_new(sources)).all():
        if source == OUT_OF_ORDER:
            yield from _settled(connection) if known != last else ()
            continue
        for first in range(known + 1, last + 1, EVENTS_AT_ONCE):
            yield source, first, min(first + EVENTS_AT_ONCE - 1, last)


def _behind(connection: Connection, source: str, known: int) -> Iterator[tuple[str, int, int]]:
    key = _table(source).c[EVENTS[source][0]]
    for (last,) in connection.execute(select_columns(key).where(key > known).order_by(key)):
        yield source, last, last


def _settled(connection: Connection) -> Iterator[tuple[str, int, int]]:
    key = _table(OUT_OF_ORDER).c.dispute_id
    known = select_columns(_ENTRIES.c.first).where(_ENTRIES.c.source == OUT_OF_ORDER)
    for (dispute_id,) in connection.execute(select_columns(key).where(key.not_in(known)).order_by(key)).all():
        yield OUT_OF_ORDER, dispute_id, dispute_id


def _known_and_last(source: str) -> Select[Any]:
    """Of one table: the last id in the chain and in the table; of settlings, how many there are in each, without those
    that were deleted."""
    measure = func.count if source == OUT_OF_ORDER else func.max
    of_entries = select_columns(func.coalesce(measure(_ENTRIES.c.last), 0)).where(_ENTRIES.c.source == source)
    if source == OUT_OF_ORDER:
        key = _table(source).c[EVENTS[source][0]]
        of_entries = of_entries.where(select_columns(key).where(key == _ENTRIES.c.first).exists())
    of_table = select_columns(func.coalesce(measure(_table(source).c[EVENTS[source][0]]), 0))
    return select_columns(literal(source), of_entries.scalar_subquery(), of_table.scalar_subquery())


@cache
def _what_is_new(sources: tuple[str, ...]) -> CompoundSelect[Any]:
    """One statement for each write; its subqueries are answered from the ends of indexes."""
    return union_all(*(_known_and_last(source) for source in sources))
