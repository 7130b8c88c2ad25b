"""What the review screen reads: queues, lines of the case list, one response with everything said about it."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Integer, and_, bindparam, case, cast, literal
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from reviewer.core.cases import Case, CaseKey
from reviewer.core.errors import InputError
from reviewer.core.responses import Response
from reviewer.store import mapping
from reviewer.store.called import answered
from reviewer.store.database import Workspace
from reviewer.store.facts.review import (
    DEFAULT_THRESHOLD,
    THRESHOLD,
    Candidate,
    QueueFilter,
    ReviewItem,
    ReviewLine,
    SureResponses,
)
from reviewer.store.facts.suites import PREVIEW_CHARACTERS
from reviewer.store.finals import batches, events, flags_on, latest_verdicts, these
from reviewer.store.mapping import row_id
from reviewer.store.queries.queues import DISPUTED, READABLE, QueueOf, where_ids
from reviewer.store.queries.unblinding import unblindings
from reviewer.store.rows import CaseRow, ResponseRow, RunRow, SettingRow, VerdictRow


def response_ids(
    workspace: Workspace, run_id: int, wanted: QueueFilter = QueueFilter.ALL, *, after: int = 0
) -> array[int]:
    """Ids of the run's responses that fulfil a queue's condition, in the order in which people count keys and repeats.

    With `after` only those with a greater id: what came since.
    """
    return where_ids(workspace, wanted, QueueOf(run_id, after=after))


_ID: tuple[Any, ...] = (ResponseRow.id,)


def threshold(workspace: Workspace) -> float:
    """How sure an automatic action must be in this workspace, in [0, 1]."""
    with workspace.read() as session:
        row = session.get(SettingRow, THRESHOLD)
        return DEFAULT_THRESHOLD if row is None else float(json.loads(row.value))


def sure_responses(workspace: Workspace, run_id: int) -> list[SureResponses]:
    """The run's responses that hold something to read, counted by how sure the rules are of their automatic action.

    Decided are those on which people's word stands; where they differ nobody has decided, and no classifier does. The
    database counts, so that a large run hands over a few hundred rows.
    """
    settled = and_(col(ResponseRow.reviewed), ~DISPUTED)
    confidence = case((DISPUTED, None), else_=col(ResponseRow.automatic_confidence))
    judged = and_(col(ResponseRow.automatic_action).is_not(None), confidence.is_(None), ~DISPUTED)
    same: tuple[Any, ...] = (confidence, judged)
    counts: tuple[Any, ...] = (func.count(), func.sum(cast(settled, Integer)))
    query = select_columns(*same, *counts).where(col(ResponseRow.run_id) == run_id, READABLE).group_by(*same)
    with workspace.read() as session:
        rows = session.connection().execute(query)
        return [SureResponses(sure, n, decided or 0, bool(judge)) for sure, judge, n, decided in rows]


def undecided_among(workspace: Workspace, ids: Sequence[int]) -> set[int]:
    """Those of these responses that nobody has decided."""
    with workspace.read() as session:
        query = select_columns(*_ID).where(col(ResponseRow.id).in_(list(ids)), ~col(ResponseRow.reviewed))
        return set(session.connection().execute(query).scalars())


def undecided_beside(workspace: Workspace, response_id: int) -> set[int]:
    """The responses of this one's run that nobody has decided, from their index."""
    run_id = select(ResponseRow.run_id).where(ResponseRow.id == response_id).scalar_subquery()
    query = select_columns(*_ID).where(col(ResponseRow.run_id) == run_id, ~col(ResponseRow.reviewed))
    with workspace.read() as session:
        return set(session.connection().execute(query).scalars())


_CANDIDATE: tuple[Any, ...] = (
    ResponseRow.id,
    ResponseRow.automatic_action,
    ResponseRow.disagreement,
    CaseRow.label,
    func.min(VerdictRow.confidence),
)


STRATA: dict[str, Any] = {
    "": literal(""),
    "category": CaseRow.category,
    "segment": CaseRow.segment,
    "label": CaseRow.label,
    "source": CaseRow.source,
}
"""What a plan can be drawn within, by the name of the case's field."""


def candidates(workspace: Workspace, run_id: int, stratum: str = "") -> list[Candidate]:
    """A run's responses to labelled cases, in the order of their ids: what a queue of the doubtful is drawn from.

    `stratum` is the field of the case that they are to be drawn within, one of `STRATA`.

    `uncertainty` lies in [0, 1]: 1 − the least confidence of all verdicts, 1 where there is none or classifiers differ.
    `stake` is 1 / the number of responses whose cases have the same label.
    """
    query = (
        select_columns(*_CANDIDATE, STRATA[stratum])
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .outerjoin(VerdictRow, col(VerdictRow.response_id) == col(ResponseRow.id))
        .where(col(ResponseRow.run_id) == run_id, col(CaseRow.label).is_not(None))
        .group_by(col(ResponseRow.id))
        .order_by(col(ResponseRow.id))
    )
    with workspace.read() as session:
        rows: list[Any] = list(session.connection().execute(query))
    in_label = Counter(label for _, _, _, label, _, _ in rows)
    return [
        Candidate(
            response_id,
            action is not None,
            1.0 if differ or confidence is None else 1.0 - confidence,
            1 / in_label[label],
            own,
        )
        for response_id, action, differ, label, confidence, own in rows
    ]


def readable_ids(workspace: Workspace, run_id: int) -> set[int]:
    """The run's responses that hold something to read: on the others nobody can decide."""
    with workspace.read() as session:
        query = select_columns(*_ID).where(col(ResponseRow.run_id) == run_id, READABLE)
        return set(session.connection().execute(query).scalars())


_LINE: tuple[Any, ...] = (
    ResponseRow.id,
    CaseRow.id,
    CaseRow.key,
    ResponseRow.repeat,
    func.substr(CaseRow.request, 1, PREVIEW_CHARACTERS),
    CaseRow.label,
    CaseRow.band,
    ResponseRow.state,
    ResponseRow.final_action,
    ResponseRow.final_source,
    ResponseRow.unscored_reason,
    ResponseRow.reviewed,
    CaseRow.category,
)


_LINES = (
    select_columns(*_LINE)
    .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
    .where(col(ResponseRow.id).in_(these()))
)
# as it is now: a session that is writing would give the row as it first read it
_ITEM = (
    select(ResponseRow, CaseRow, RunRow.name)
    .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
    .join(RunRow, col(ResponseRow.run_id) == col(RunRow.id))
    .where(col(ResponseRow.id) == bindparam("id"))
    .execution_options(populate_existing=True)
)


def review_lines(workspace: Workspace, ids: Sequence[int]) -> list[ReviewLine]:
    """One page of the list, in the order of `ids`; at most `BATCH` of them, ids that are gone are left out."""
    with workspace.read() as session:
        found, flagged = {}, flags_on(session, ids)
        for row in session.connection().execute(_LINES, {"ids": list(ids)}):
            (
                response_id,
                case_id,
                key,
                repeat,
                preview,
                label,
                band,
                state,
                action,
                source,
                reason,
                reviewed,
                category,
            ) = row
            final = mapping.final(action, source, reason)
            found[response_id] = ReviewLine(
                response_id,
                case_id,
                key,
                repeat,
                preview,
                label,
                mapping.band_from_text(band),
                state,
                final,
                bool(reviewed),
                category,
                flagged_by=flagged.get(response_id, frozenset()),
            )
        return [found[response_id] for response_id in ids if response_id in found]


def review_item(workspace: Workspace, response_id: int) -> ReviewItem:
    """Raises InputError if the response does not exist."""
    with workspace.read() as session:
        found = session.exec(_ITEM, params={"id": response_id}).first()
        if found is None:
            raise InputError("The response does not exist any more.", "Reload the list.")
        row, case_row, run = found
        verdicts = latest_verdicts(session, [response_id]).get(response_id, [])
        return ReviewItem(
            response_id=response_id,
            run_id=row.run_id,
            run=run,
            case_id=row.case_id,
            case=mapping.case(case_row),
            response=mapping.response(row, case_row.key),
            verdicts=tuple(verdict for hash_, verdict in verdicts if hash_ == row.hash),
            events=tuple(events(session, [response_id]).get(response_id, [])),
            final=mapping.final(row.final_action, row.final_source, row.unscored_reason),
            unblindings=unblindings(session, response_id),
            flagged_by=flags_on(session, [response_id]).get(response_id, frozenset()),
        )


def response_of(workspace: Workspace, run_id: int, key: str, repeat: int = 1) -> int:
    """Id of a run's response to a case. Raises InputError if there is none."""
    with workspace.read() as session:
        of_case = (answered(run_id, [CaseKey(key)]), col(ResponseRow.repeat) == repeat)
        found = session.exec(select(ResponseRow.id).where(*of_case)).first()
    if found is None:
        raise InputError(
            f"The run has no response to the case {key!r}, repeat {repeat}.", "Check the key, or resume the run."
        )
    return found


def responses_of(workspace: Workspace, run_id: int, keys: Sequence[tuple[CaseKey, int]]) -> list[int]:
    """Ids of a run's responses by case key and repeat, in the order given; those that are not there are left out."""
    known = response_keys(workspace, run_id, [key for key, _ in keys])
    return [known[key][0] for key in keys if key in known]


_KEYS: tuple[Any, ...] = (CaseRow.key, ResponseRow.repeat, ResponseRow.id, ResponseRow.hash)


def response_keys(
    workspace: Workspace, run_id: int, keys: Iterable[CaseKey] | None = None
) -> dict[tuple[CaseKey, int], tuple[int, str]]:
    """(case key, repeat) → (response id, response hash): where imported decisions find their response.

    Of the whole run, or of the cases with these keys only, one statement for each `BATCH` of them.
    """
    query = select_columns(*_KEYS).join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
    parts = (
        [query.where(col(ResponseRow.run_id) == run_id)]
        if keys is None
        else [query.where(answered(run_id, some)) for some in batches([*{*keys}])]
    )
    with workspace.read() as session:
        return {
            (CaseKey(key), repeat): (row_id(response_id), hash_)
            for part in parts
            for key, repeat, response_id, hash_ in session.connection().execute(part)
        }


def texts(workspace: Workspace, ids: Sequence[int]) -> list[tuple[int, Case, Response]]:
    """(response id, case, response) of these responses: what a classifier reads."""
    with workspace.read() as session:
        query = (
            select(ResponseRow, CaseRow)
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.id).in_(ids))
            .order_by(col(ResponseRow.id))
        )
        return [
            (row_id(row.id), mapping.case(case_row), mapping.response(row, case_row.key))
            for row, case_row in session.exec(query)
        ]
