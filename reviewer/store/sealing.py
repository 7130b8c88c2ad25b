"""The chain of events in a workspace: what is appended is sealed in the transaction that appends it.

A row of an appended table is an event. Sealing goes by the tables and not by who wrote: `Workspace.write` seals before
it commits, so that no write can forget it. Rows come in the order of the tables below and then of their numbers. The
chain says what an event held when it was written; `faults_of_chain` compares that with what stands there now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from reviewer.core.chain import GENESIS, link
from reviewer.core.hashing import canonical_json, text_hash

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "label_event": (
        *("id", "case_id", "label_version", "label", "band", "status", "guideline_version", "author", "reason", "at"),
    ),
    "rescaling": (
        *("id", "suite_id", "before", "after", "answers", "last_verdict_id", "last_label_event_id", "author", "reason"),
        "at",
    ),
    "policy_lock": ("id", "suite_id", "policy_hash", "name", "rules", "last_response_id", "author", "at"),
    "verdict": (
        *("id", "response_id", "response_hash", "classifier", "source", "action", "confidence", "reason", "evidence"),
        *("engagement", "refusal_kind", "caveat", "asks", "at", "said_so", "counted"),
    ),
    "judge_reply": (
        *("id", "judge_run_id", "response_id", "response_hash", "control", "verdict_id", "outcome", "action", "reason"),
        *("returned_model", "fingerprint", "request_hash", "raw_reply", "at"),
    ),
    "decision": (
        *("id", "response_id", "response_hash", "scale_hash", "reviewer", "action", "kind", "undoes", "note", "blind"),
        *("bulk", "seconds_spent", "at", "hidden", "guideline_version", "origin", "uid", "carried_from"),
    ),
    "adjudication": ("decision_id", "cause"),
    "review_plan": ("id", "run_id", "against_run_id", "design", "seed", "budget", "at", "name", "author", "needed"),
    "review_event": ("id", "response_id", "reviewer", "kind", "detail", "at"),
    "label_dispute": ("id", "case_id", "label_version", "label", "band", "reviewer", "reason", "uid", "at"),
    "label_settling": ("dispute_id", "label_version", "author", "reason", "at"),
}
"""What of each table is sealed. A column that comes later is sealed under a new name of the kind, never added here:
what was sealed before would no longer fit."""

PARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "review_plan": {
        "review_plan_item": ("position", "response_id", "inclusion_probability"),
        "review_assignment": ("position", "reviewer"),
    }
}
"""Rows that belong to an event and are sealed within it."""

_ROWS_AT_ONCE = 5_000
_MOST_FAULTS = 20


@dataclass(frozen=True)
class SealedEvent:
    """A link of the chain: its place from 1, the table and number of its row, and its hash."""

    seq: int
    kind: str
    row: int
    hash: str


@dataclass(frozen=True)
class ChainHead:
    """Where the chain stands: how many links it has and the hash of the last. `marks` are what of each table is sealed:
    the greatest number, of `label_settling` how many."""

    seq: int
    hash: str
    marks: Mapping[str, int]


def seal(connection: Connection) -> None:
    """Append to the chain what the tables have and it has not. To be called inside a transaction that writes."""
    now = _marks_now(connection)
    head = chain_head(connection)
    if all(mark == head.marks.get(kind, 0) for kind, mark in now.items()):
        return
    hash_ = head.hash
    links: list[tuple[int, str, int, str]] = []
    for kind in COLUMNS:
        if now[kind] == head.marks.get(kind, 0):
            continue
        for row, content in _unsealed(connection, kind, head.marks.get(kind, 0)):
            hash_ = link(hash_, kind, content)
            links.append((head.seq + len(links) + 1, kind, row, hash_))
    connection.exec_driver_sql("INSERT INTO event_chain (seq, kind, row_id, hash) VALUES (?, ?, ?, ?)", links)
    connection.exec_driver_sql(
        "UPDATE workspace SET chain_seq = ?, chain_hash = ?, chain_marks = ?",
        (head.seq + len(links), hash_, canonical_json(now)),
    )


def chain_head(connection: Connection) -> ChainHead:
    seq, hash_, marks = connection.exec_driver_sql("SELECT chain_seq, chain_hash, chain_marks FROM workspace").one()
    return ChainHead(seq, hash_, json.loads(marks))


def identity_of(connection: Connection) -> str:
    """What tells this workspace from every other one, its copies apart: 32 hexadecimal digits, made with it."""
    return str(connection.exec_driver_sql("SELECT identity FROM workspace").scalar_one())


def chain_of(connection: Connection) -> Iterator[SealedEvent]:
    found = connection.exec_driver_sql("SELECT seq, kind, row_id, hash FROM event_chain ORDER BY seq")
    return (SealedEvent(*row) for row in found)


def _marks_now(connection: Connection) -> dict[str, int]:
    parts = (f"SELECT '{kind}', {_mark(kind)} FROM {kind}" for kind in COLUMNS)  # noqa: S608 names of our own tables
    return {kind: mark for kind, mark in connection.exec_driver_sql(" UNION ALL ".join(parts))}


def _mark(kind: str) -> str:
    return "count(*)" if kind in _OUT_OF_ORDER else f"coalesce(max({COLUMNS[kind][0]}), 0)"


_OUT_OF_ORDER = ("label_settling",)
"""Tables whose numbers are those of what they belong to, and may come in any order."""


def _unsealed(connection: Connection, kind: str, mark: int) -> Iterator[tuple[int, str]]:
    number = COLUMNS[kind][0]
    if kind in _OUT_OF_ORDER:
        condition = f"{number} NOT IN (SELECT row_id FROM event_chain WHERE kind = '{kind}')"  # noqa: S608 as above
        return _contents(connection, kind, condition, ())
    return _contents(connection, kind, f"{number} > ?", (mark,))


def _contents(connection: Connection, kind: str, condition: str, values: tuple[int, ...]) -> Iterator[tuple[int, str]]:
    """Number and content hash of the rows, by number."""
    columns = COLUMNS[kind]
    rows = connection.exec_driver_sql(
        f"SELECT {', '.join(columns)} FROM {kind} WHERE {condition} ORDER BY {columns[0]}",  # noqa: S608 as above
        values,
    )
    for row in rows:
        yield row[0], text_hash(canonical_json(_content(connection, kind, columns, tuple(row))))


def _content(connection: Connection, kind: str, columns: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    content = dict(zip(columns, row, strict=True))
    for table, inner in PARTS.get(kind, {}).items():
        found = connection.exec_driver_sql(
            f"SELECT {', '.join(inner)} FROM {table} WHERE plan_id = ? ORDER BY {', '.join(inner)}",  # noqa: S608 as above
            (row[0],),
        )
        content[table] = [list(each) for each in found]
    return content


def faults_of_chain(connection: Connection) -> list[str]:
    """What does not fit, each as a sentence without its full stop; at most 20. Empty where the chain holds.

    Found and named are an event that was changed, taken out, put in or put elsewhere, and a chain that was cut short.
    """
    head, previous, seen = chain_head(connection), GENESIS, 0
    faults: list[str] = []
    contents = {kind: _Contents(connection, kind) for kind in COLUMNS}
    for each in chain_of(connection):
        seen += 1
        content = contents[each.kind].of(each.row) if each.kind in contents else None
        if each.seq != seen:
            faults.append(f"event {seen} of the chain is missing")
            seen = each.seq
        if content is None:
            faults.append(f"{_name(each.kind, each.row)} was taken out (event {each.seq} of the chain)")
        elif link(previous, each.kind, content) != each.hash:
            faults.append(f"{_name(each.kind, each.row)} or its place was changed (event {each.seq} of the chain)")
        previous = each.hash
        if len(faults) >= _MOST_FAULTS:
            return faults
    if (seen, previous) != (head.seq, head.hash):
        faults.append(f"the chain ends with event {seen} and should end with event {head.seq}")
    return [*faults, *_not_in_chain(connection)][:_MOST_FAULTS]


class _Contents:
    """The contents of a table's rows, read in pieces as they are asked for in rising order; any order is answered."""

    def __init__(self, connection: Connection, kind: str) -> None:
        self._connection = connection
        self._kind = kind
        self._read: dict[int, str] = {}

    def of(self, row: int) -> str | None:
        if row not in self._read:
            number = COLUMNS[self._kind][0]
            condition = f"{number} BETWEEN ? AND ?"
            self._read = dict(_contents(self._connection, self._kind, condition, (row, row + _ROWS_AT_ONCE)))
        return self._read.get(row)


def _not_in_chain(connection: Connection) -> list[str]:
    faults = []
    for kind, (number, *_) in COLUMNS.items():
        rows = connection.exec_driver_sql(
            f"SELECT {number} FROM {kind} WHERE {number} NOT IN "  # noqa: S608 as above
            f"(SELECT row_id FROM event_chain WHERE kind = ?) LIMIT {_MOST_FAULTS}",
            (kind,),
        )
        faults += [f"{_name(kind, row)} was put in beside the chain" for (row,) in rows]
    return faults


def _name(kind: str, row: int) -> str:
    return f"{kind.replace('_', ' ')} {row}"
