"""Rows that an import brings, many at a time and with everything that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlmodel import Session

from reviewer.core.decisions import Verdict
from reviewer.core.received import received
from reviewer.core.responses import Response, ResponseState
from reviewer.store import mapping
from reviewer.store.counts import CountedPlace, Moved
from reviewer.store.database import Workspace
from reviewer.store.dialects import insert_rows
from reviewer.store.dialects.numbering import next_number
from reviewer.store.finals import derived

_OWN = ("id", "run_id", "case_id")
_ABOUT = ("response_id", "response_hash")
_ORIGIN = ("response_id", "origin_id", "kept")


class Arrival(NamedTuple):
    """A response where its run has none, what the rules say of it if they have read it, and what is kept beside it, as
    JSON."""

    run_id: int
    case_id: int
    response: Response
    verdict: Verdict | None = None
    kept: str = "{}"


def add_arrivals(workspace: Workspace, *, arrivals: Sequence[Arrival], origin_id: int, at: str) -> None:
    """Store them with verdicts, origin, counts and what is derived. No place may have a response yet."""
    if not arrivals:
        return
    with workspace.write() as session:
        connection = session.connection()
        first = next_number(connection, "response")
        arrivals = [arrival._replace(response=received(arrival.response)) for arrival in arrivals]
        values = mapping.response_values(arrivals[0].response, at)
        columns = (*_OWN, *values, *derived(arrivals[0].response.state, "", [], []))
        rows = [_row(number, arrival, at) for number, arrival in enumerate(arrivals, start=first)]
        insert_rows(connection, "response", columns, rows)
        _add_verdicts(connection, arrivals, first, at)
        origins = [(number, origin_id, arrival.kept) for number, arrival in enumerate(arrivals, start=first)]
        insert_rows(connection, "response_origin", _ORIGIN, origins)
        _count(session, arrivals)


def _row(number: int, arrival: Arrival, at: str) -> tuple[Any, ...]:
    response, verdict = arrival.response, arrival.verdict
    values = mapping.response_values(response, at).values()
    derived_values = _unread(response.state) if verdict is None else _derived(response.state, response.hash, [verdict])
    return (number, arrival.run_id, arrival.case_id, *values, *derived_values)


@lru_cache
def _unread(state: ResponseState) -> tuple[Any, ...]:
    return _derived(state, "", [])


def _derived(state: ResponseState, hash_: str, verdicts: Sequence[Verdict]) -> tuple[Any, ...]:
    return tuple(derived(state, hash_, [(hash_, verdict) for verdict in verdicts], []).values())


def _add_verdicts(connection: Connection, arrivals: Sequence[Arrival], first: int, at: str) -> None:
    said = [
        (number, arrival.response.hash, mapping.verdict_values(arrival.verdict, at))
        for number, arrival in enumerate(arrivals, start=first)
        if arrival.verdict is not None
    ]
    if said:
        rows = [(number, hash_, *values.values()) for number, hash_, values in said]
        insert_rows(connection, "verdict", (*_ABOUT, *said[0][2]), rows)


def _count(session: Session, arrivals: Sequence[Arrival]) -> None:
    moved = Moved()
    moved.responses.update(CountedPlace(arrival.run_id, str(arrival.response.state)) for arrival in arrivals)
    moved.store(session)
