"""A run's responses as they must be equal for a decision to hold on another run too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import col, select

from reviewer.core.cases import CaseKey
from reviewer.core.responses import UNSCORED_STATES, ResponseState
from reviewer.store.database import Workspace
from reviewer.store.facts.carrying import AnsweredText
from reviewer.store.finals import batches, events
from reviewer.store.review_rows import DecisionRow
from reviewer.store.rows import CaseRow, ResponseRow

_TEXT: tuple[Any, ...] = (
    *(ResponseRow.id, CaseRow.key, ResponseRow.repeat, CaseRow.message_hash, ResponseRow.hash, ResponseRow.state),
)


def answered_texts(workspace: Workspace, run_id: int) -> dict[tuple[CaseKey, int], AnsweredText]:
    """(case key, repeat) → the response there, with what was said of it."""
    query = (
        select_columns(*_TEXT)
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id)
    )
    found: dict[tuple[CaseKey, int], AnsweredText] = {}
    with workspace.read() as session:
        rows = list(session.connection().execute(query))
        said = {key: each for ids in batches([row[0] for row in rows]) for key, each in events(session, ids).items()}
        spoken_on = (
            select(DecisionRow.id, DecisionRow.scale_hash)
            .join(ResponseRow, col(DecisionRow.response_id) == col(ResponseRow.id))
            .where(col(ResponseRow.run_id) == run_id)
        )
        scales = {id_: scale_hash for id_, scale_hash in session.exec(spoken_on)}
    for response_id, key, repeat, message_hash, hash_, state in rows:
        spoken = tuple(said.get(response_id, ()))
        found[CaseKey(key), repeat] = AnsweredText(
            response_id,
            CaseKey(key),
            repeat,
            message_hash,
            hash_,
            ResponseState(state) not in UNSCORED_STATES,
            spoken,
            {event.id: scales[event.id] for event in spoken},
        )
    return found
