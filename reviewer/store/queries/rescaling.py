"""What of a suite's scale is in use, and which rescalings the suite has been through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.actions import ActionId
from reviewer.core.decisions import Verdict, VerdictSource, standing_events
from reviewer.core.rescaling import ActionUse, ScaleUse
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import StoredRescaling
from reviewer.store.finals import batches, events
from reviewer.store.mapping import row_id
from reviewer.store.rescaled import readings_of_suite
from reviewer.store.rows import CaseRow, RescalingRow, ResponseRow, RunRow, SuiteRow, VerdictRow

_LABELS: tuple[Any, ...] = (CaseRow.label, CaseRow.band, func.count())
_AUTOMATIC: tuple[Any, ...] = (ResponseRow.automatic_action, func.count())


def rescalings(workspace: Workspace, suite_id: int) -> list[StoredRescaling]:
    """The suite's rescalings, oldest first."""
    query = select(RescalingRow).where(RescalingRow.suite_id == suite_id).order_by(col(RescalingRow.id))
    with workspace.read() as session:
        return [
            StoredRescaling(mapping.step(row).rescaling, row.author, row.reason, row.at) for row in session.exec(query)
        ]


def scale_use(workspace: Workspace, suite_id: int) -> ScaleUse:
    """Labels and bands of all versions of the suite's cases, standing decisions and automatic actions of its runs."""
    with workspace.read() as session:
        scale = mapping.scale_from_text(session.get_one(SuiteRow, suite_id).scale)
        labels, in_bands, bands = _labels(session, suite_id)
        decisions = _decisions(session, suite_id)
        query = (
            select_columns(*_AUTOMATIC)
            .join(RunRow, col(ResponseRow.run_id) == col(RunRow.id))
            .where(col(RunRow.suite_id) == suite_id, col(ResponseRow.automatic_action).is_not(None))
            .group_by(col(ResponseRow.automatic_action))
        )
        verdicts = {ActionId(action): n for action, n in session.connection().execute(query)}
    return ScaleUse(
        {
            each: ActionUse(labels[each], in_bands[each], decisions[each], verdicts.get(each, 0))
            for each in dict.fromkeys([*scale.ids, *labels, *decisions, *verdicts])
        },
        bands,
    )


_Bands = Counter[tuple[ActionId, tuple[tuple[ActionId, float], ...]]]


def _labels(session: Session, suite_id: int) -> tuple[Counter[ActionId], Counter[ActionId], _Bands]:
    labels: Counter[ActionId] = Counter()
    in_bands: Counter[ActionId] = Counter()
    bands: _Bands = Counter()
    query = (
        select_columns(*_LABELS)
        .where(col(CaseRow.suite_id) == suite_id, col(CaseRow.label).is_not(None))
        .group_by(col(CaseRow.label), col(CaseRow.band))
    )
    for label, text, n in session.connection().execute(query):
        band = mapping.band_from_text(text)
        labels[ActionId(label)] += n
        in_bands.update(dict.fromkeys(band, n))
        if band:
            bands[ActionId(label), tuple(band.items())] += n
    return labels, in_bands, bands


def _decisions(session: Session, suite_id: int) -> Counter[ActionId]:
    """Standing words on the texts that the responses have now."""
    found: Counter[ActionId] = Counter()
    columns: tuple[Any, ...] = (ResponseRow.id, ResponseRow.hash)
    query = (
        select_columns(*columns)
        .join(RunRow, col(ResponseRow.run_id) == col(RunRow.id))
        .where(col(RunRow.suite_id) == suite_id, col(ResponseRow.reviewed))
    )
    hashes: dict[int, str] = {key: hash_ for key, hash_ in session.connection().execute(query)}
    for ids in batches(list(hashes)):
        for key, said in events(session, ids).items():
            found.update(event.action for event in standing_events(said, hashes[key]) if event.action is not None)
    return found


def rules_verdicts(workspace: Workspace, suite_id: int) -> Iterator[tuple[int, Verdict, ActionId | None]]:
    """(response id, the rules' latest verdict on its text as it was said, the action it reads as now) of the suite's
    responses."""
    with workspace.read() as session:
        readings = readings_of_suite(session, suite_id)
        latest = (
            select_columns(func.max(VerdictRow.id))
            .join(ResponseRow, col(VerdictRow.response_id) == col(ResponseRow.id))
            .join(RunRow, col(ResponseRow.run_id) == col(RunRow.id))
            .where(col(RunRow.suite_id) == suite_id, col(VerdictRow.source) == VerdictSource.RULES.value)
            .where(col(VerdictRow.response_hash) == col(ResponseRow.hash))
            .group_by(col(VerdictRow.response_id))
        )
        for row in session.exec(select(VerdictRow).where(col(VerdictRow.id).in_(latest))):
            yield row.response_id, mapping.verdict(row), readings.of_verdict(row.action, row_id(row.id))
