"""Keep the derived columns of responses true after verdicts or decisions were appended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, Select, bindparam, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from reviewer.core.actions import ActionId
from reviewer.core.decisions import (
    Decision,
    ReviewEventKind,
    Verdict,
    classifiers_differ,
    final_action,
    rules_confidence,
    standing_events,
)
from reviewer.core.responses import UNSCORED_STATES, ResponseState
from reviewer.store import mapping
from reviewer.store.counts import CountedPlace, Moved
from reviewer.store.rescaled import readings_of_responses
from reviewer.store.review_rows import AdjudicationRow, DecisionRow, ReviewEventRow, metadata
from reviewer.store.rows import JudgeReplyRow, JudgeRunRow, ResponseRow, VerdictRow

T = TypeVar("T")

BATCH = 500
"""Ids in one IN (…) list: under SQLite's bound on parameters with room to spare."""


def these(name: str = "ids") -> BindParameter[Any]:
    """A list of ids that a statement is given each time: it is made once, which takes longer than to run it."""
    return bindparam(name, expanding=True)


def batches(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    """The ids in order, at most `BATCH` at a time; nothing for none."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


# one that came in a judging goes by that judging; those of rules and imported ones have none
_VERDICT_COLUMNS: tuple[Any, ...] = (*metadata.tables["verdict"].columns, JudgeRunRow.admission)
_VERDICTS = (
    select_columns(*_VERDICT_COLUMNS)
    .outerjoin(JudgeReplyRow, col(JudgeReplyRow.verdict_id) == col(VerdictRow.id))
    .outerjoin(JudgeRunRow, col(JudgeRunRow.id) == col(JudgeReplyRow.judge_run_id))
    .where(col(VerdictRow.response_id).in_(these()))
    .order_by(col(VerdictRow.id))
)
_EVENTS = (
    select(DecisionRow, AdjudicationRow.cause)
    .outerjoin(AdjudicationRow, col(AdjudicationRow.decision_id) == col(DecisionRow.id))
    .where(col(DecisionRow.response_id).in_(these()))
    .order_by(col(DecisionRow.id))
)
_ABOUT = select(ResponseRow.run_id, ResponseRow.case_id).where(col(ResponseRow.id).in_(these()))


def latest_verdicts(session: Session, response_ids: Sequence[int]) -> dict[int, list[tuple[str, Verdict]]]:
    """Response id → (response hash, verdict) of the latest of each classifier, in the order of their first verdicts.

    The rules are one classifier whatever their version; each judge's version is one of its own. Of a judge whose latest
    verdict is not counted the latest that is stands before it: what is not counted changes nothing. A verdict whose
    hash is not the response's is about an earlier text. At most `BATCH` ids; responses without a verdict are left out.
    """
    latest: dict[int, dict[tuple[str, bool], tuple[str, Verdict]]] = {}
    readings = readings_of_responses(session, response_ids)
    for row in session.connection().execute(_VERDICTS, {"ids": list(response_ids)}):
        name = row.classifier.partition("/")[0] if row.source == "rules" else row.classifier
        verdict = mapping.verdict(cast(VerdictRow, row), readings[row.response_id], row.admission)
        found = latest.setdefault(row.response_id, {})
        if verdict.counted:
            found.pop((name, False), None)
        found[name, verdict.counted] = (row.response_hash, verdict)
    return {response_id: list(found.values()) for response_id, found in latest.items()}


def events(session: Session, response_ids: Sequence[int]) -> dict[int, list[Decision]]:
    """Response id → its decisions, adjudications and undoings, oldest first, also those about an earlier text.

    At most `BATCH` ids; responses without any are left out.
    """
    found: dict[int, list[Decision]] = {}
    readings = readings_of_responses(session, response_ids)
    for row, cause in session.exec(_EVENTS, params={"ids": list(response_ids)}):
        found.setdefault(row.response_id, []).append(mapping.decision(row, cause, readings[row.response_id]))
    return found


_FLAG_COLUMNS: tuple[Any, ...] = (ReviewEventRow.response_id, ReviewEventRow.reviewer, ReviewEventRow.kind)
_FLAGS = (
    select_columns(*_FLAG_COLUMNS)
    .where(col(ReviewEventRow.kind).in_([ReviewEventKind.FLAGGED.value, ReviewEventKind.UNFLAGGED.value]))
    # what came from another workspace may be stored later than what was done after it
    .order_by(col(ReviewEventRow.at), col(ReviewEventRow.id))
)
_FLAGS_OF_THESE = _FLAGS.where(col(ReviewEventRow.response_id).in_(these()))


def flags_on(
    session: Session, response_ids: Sequence[int] | Select[Any], reviewer: str | None = None
) -> dict[int, frozenset[str]]:
    """Response id → who has flagged it and not taken that back; `response_ids` are ids or a query of them."""
    if isinstance(response_ids, Select):
        query, ids = _FLAGS.where(col(ReviewEventRow.response_id).in_(response_ids)), None
    else:
        query, ids = _FLAGS_OF_THESE, {"ids": list(response_ids)}
    if reviewer is not None:
        query = query.where(col(ReviewEventRow.reviewer) == reviewer)
    flagged: dict[int, set[str]] = {}
    for response_id, who, kind in session.connection().execute(query, ids):
        of_response = flagged.setdefault(response_id, set())
        (of_response.add if kind == ReviewEventKind.FLAGGED.value else of_response.discard)(who)
    return {response_id: frozenset(who) for response_id, who in flagged.items() if who}


def about(session: Session, response_ids: Sequence[int]) -> tuple[frozenset[int], frozenset[int]]:
    """The ids of the runs and of the cases that these responses belong to."""
    run_ids, case_ids = set(), set()
    for ids in batches(response_ids):
        for run_id, case_id in session.exec(_ABOUT, params={"ids": list(ids)}):
            run_ids.add(run_id)
            case_ids.add(case_id)
    return frozenset(run_ids), frozenset(case_ids)


_BASIS: tuple[Any, ...] = (
    ResponseRow.id,
    ResponseRow.run_id,
    ResponseRow.state,
    ResponseRow.hash,
    ResponseRow.reviewed,
)
_BASE = select_columns(*_BASIS).where(col(ResponseRow.id).in_(these()))
DERIVED = (
    "final_action",
    "final_source",
    "unscored_reason",
    "automatic_action",
    "automatic_confidence",
    "reviewed",
    "disagreement",
)
_REFRESH = (
    update(ResponseRow)
    .where(col(ResponseRow.id) == bindparam("key"))
    .values({name: bindparam(name) for name in DERIVED})
)


def refresh_finals(session: Session, response_ids: Sequence[int]) -> None:
    """Recompute what is derived of these responses from the events: final action, source and reason, automatic
    action and its confidence, reviewed, disagreement, and with them how many of each run are reviewed.

    Four statements for each `BATCH` of ids and one for each run and state whose count of reviewed ones changes.
    """
    moved = Moved()
    for ids in batches(response_ids):
        verdicts, decisions = latest_verdicts(session, ids), events(session, ids)
        values = []
        for key, run_id, state, hash_, reviewed in session.connection().execute(_BASE, {"ids": list(ids)}):
            found = derived(ResponseState(state), hash_, verdicts.get(key, []), decisions.get(key, []))
            moved.reviewed[CountedPlace(run_id, state)] += int(found["reviewed"]) - int(reviewed)
            values.append({"key": key, **found})
        if values:
            session.connection().execute(_REFRESH, values)
    moved.store(session)


def derived_again(session: Session, response_ids: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """What `refresh_finals` would store of at most `BATCH` responses: id, {column: value}. Stores nothing."""
    verdicts, decisions = latest_verdicts(session, response_ids), events(session, response_ids)
    for key, _, state, hash_, _ in session.connection().execute(_BASE, {"ids": list(response_ids)}):
        yield key, derived(ResponseState(state), hash_, verdicts.get(key, []), decisions.get(key, []))


def derived(
    state: ResponseState, hash_: str, verdicts: Sequence[tuple[str, Verdict]], decisions: Sequence[Decision]
) -> dict[str, Any]:
    """{column: value} of what follows from the events on a response; each verdict with the hash that it is about."""
    current = [verdict for verdict_hash, verdict in verdicts if verdict_hash == hash_]
    standing = standing_events(decisions, hash_)
    final = final_action(state, current, standing)
    automatic: ActionId | None = (final_action(state, current, []) if standing else final).action
    return {
        **mapping.final_values(final),
        "automatic_action": automatic,
        "automatic_confidence": rules_confidence(state, current),
        "reviewed": bool(standing),
        "disagreement": state not in UNSCORED_STATES and classifiers_differ(current),
    }
