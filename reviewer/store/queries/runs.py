"""Runs, endpoints and model versions; the observations a score is computed from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Integer, Row, cast, literal
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey, CaseStatus
from reviewer.core.decisions import Decision, Verdict
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.core.scoring.credit import Observation
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Observed, RunLine
from reviewer.store.finals import batches
from reviewer.store.mapping import row_id
from reviewer.store.rows import (
    AdjudicationRow,
    CaseRow,
    DecisionRow,
    EndpointRow,
    ModelVersionRow,
    ResponseRow,
    ReviewPlanItemRow,
    ReviewPlanRow,
    RunCaseRow,
    RunRow,
    SuiteRow,
    VerdictRow,
)


def runs(workspace: Workspace) -> list[RunLine]:
    """All runs, newest first."""
    with workspace.read() as session:
        return [_run_line(session, row) for row in session.exec(select(RunRow).order_by(col(RunRow.id).desc()))]


def run_named(workspace: Workspace, name: str) -> RunLine:
    """Raises InputError that names the runs there are."""
    with workspace.read() as session:
        row = session.exec(select(RunRow).where(RunRow.name == name)).first()
        if row is not None:
            return _run_line(session, row)
        there = ", ".join(session.exec(select(RunRow.name).order_by(col(RunRow.id)))) or "none yet"
    raise InputError(f"There is no run {name!r} in this workspace.", f"Runs: {there}.")


def run_line(workspace: Workspace, run_id: int) -> RunLine:
    with workspace.read() as session:
        return _run_line(session, session.get_one(RunRow, run_id))


def _run_line(session: Session, row: RunRow) -> RunLine:
    suite = session.get_one(SuiteRow, row.suite_id)
    version = session.get_one(ModelVersionRow, row.model_version_id)
    endpoint = session.get_one(EndpointRow, version.endpoint_id)
    planned = session.exec(select(func.count()).select_from(RunCaseRow).where(RunCaseRow.run_id == row.id)).one()
    counts = session.exec(
        select(ResponseRow.state, func.count(), func.sum(cast(ResponseRow.reviewed, Integer)))
        .where(col(ResponseRow.run_id) == row.id)
        .group_by(col(ResponseRow.state))
    ).all()
    return RunLine(
        id=row_id(row.id),
        name=row.name,
        suite_id=row.suite_id,
        suite=suite.name,
        scale=mapping.scale_from_text(suite.scale),
        version=mapping.model_version(version, endpoint),
        status=RunStatus(row.status),
        message=row.message,
        repeats=row.repeats,
        planned=planned * row.repeats,
        states={state: count for state, count, _ in counts},
        reviewed=sum(int(reviewed or 0) for _, _, reviewed in counts),
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def error_groups(workspace: Workspace, run_id: int, limit: int = 50) -> list[tuple[str, int, CaseKey]]:
    """(sentence, how many, first case by key) of the run's failed responses, the most frequent first."""
    count = func.count()
    with workspace.read() as session:
        query = (
            select(ResponseRow.error, count, func.min(CaseRow.key))
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id, col(ResponseRow.state) == ResponseState.ERROR.value)
            .group_by(col(ResponseRow.error))
            .order_by(count.desc(), col(ResponseRow.error))
            .limit(limit)
        )
        return [(sentence, n, CaseKey(key)) for sentence, n, key in session.exec(query)]


def stored_states(workspace: Workspace, run_id: int) -> dict[tuple[CaseKey, int], ResponseState]:
    """(case key, repeat) → state of every stored response of the run."""
    with workspace.read() as session:
        query = (
            select(CaseRow.key, ResponseRow.repeat, ResponseRow.state)
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id)
        )
        return {(CaseKey(key), repeat): ResponseState(state) for key, repeat, state in session.exec(query)}


def decided(workspace: Workspace, run_id: int, keys: Sequence[CaseKey]) -> set[CaseKey]:
    """Of these cases those of whose responses somebody has said something, also if it was undone."""
    found: set[CaseKey] = set()
    with workspace.read() as session:
        for some in batches(keys):
            query = (
                select(CaseRow.key)
                .join(ResponseRow, col(ResponseRow.case_id) == col(CaseRow.id))
                .join(DecisionRow, col(DecisionRow.response_id) == col(ResponseRow.id))
                .where(col(ResponseRow.run_id) == run_id, col(CaseRow.key).in_(some))
            )
            found.update(CaseKey(key) for key in session.exec(query))
    return found


def responses_to(workspace: Workspace, request_hashes: Sequence[str], but_run: int) -> dict[str, Response]:
    """Request hash → a finished response of another run to that request, the newest; those without one are left out."""
    query = (
        select(ResponseRow, CaseRow.key)
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.request_hash).in_(request_hashes), col(ResponseRow.run_id) != but_run)
        .where(col(ResponseRow.state) != ResponseState.ERROR.value)
        .order_by(col(ResponseRow.id))
    )
    with workspace.read() as session:
        rows = session.exec(query).all()
        return {
            row.request_hash: replace(mapping.response(row, key), raw_body=mapping.raw_body(row.raw_body))
            for row, key in rows
        }


_OBSERVED: tuple[Any, ...] = (
    CaseRow.key,
    CaseRow.label,
    CaseRow.band,
    CaseRow.status,
    CaseRow.category,
    CaseRow.tags,
    CaseRow.pair,
    CaseRow.segment,
    CaseRow.source,
    CaseRow.message_hash,
    ResponseRow.repeat,
    ResponseRow.state,
    ResponseRow.final_action,
    ResponseRow.final_source,
    ResponseRow.unscored_reason,
    ResponseRow.automatic_action,
    ResponseRow.reviewed,
)


def observed(workspace: Workspace, run_id: int) -> Observed:
    """The responses of a run with the labels and bands that their cases have now."""
    by_status: dict[str, list[Observation]] = {}
    with workspace.read() as session:
        query = (
            select_columns(*_OBSERVED)
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id)
        )
        for row in session.connection().execute(query):
            by_status.setdefault(row.status if row.label else CaseStatus.UNREVIEWED, []).append(_observation(row))
        plan = _plan(session, run_id)
        again = _asked_again(session, run_id)
    return Observed(
        labelled=tuple(by_status.pop(CaseStatus.LABELLED, [])),
        disputed=tuple(by_status.pop(CaseStatus.DISPUTED, [])),
        not_scored={status: len({item.case for item in items}) for status, items in sorted(by_status.items())},
        plan=plan,
        asked_again=again,
    )


def _asked_again(session: Session, run_id: int) -> int:
    query = select(ResponseRow.traces).where(
        ResponseRow.run_id == run_id, col(ResponseRow.traces).contains(f'"{mapping.EARLIER}"')
    )
    return sum(map(mapping.asked_again, session.exec(query)))


_PLANNED: tuple[Any, ...] = (
    CaseRow.key,
    ResponseRow.repeat,
    ReviewPlanItemRow.position,
    ReviewPlanItemRow.inclusion_probability,
)


def _plan(session: Session, run_id: int) -> dict[tuple[CaseKey, int], tuple[int, float]]:
    latest = select(func.max(ReviewPlanRow.id)).where(ReviewPlanRow.run_id == run_id).scalar_subquery()
    query = (
        select_columns(*_PLANNED)
        .join(ResponseRow, col(ReviewPlanItemRow.response_id) == col(ResponseRow.id))
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ReviewPlanItemRow.plan_id) == latest)
    )
    found = session.connection().execute(query)
    return {(CaseKey(key), repeat): (position, probability) for key, repeat, position, probability in found}


def _observation(row: Row[Any]) -> Observation:
    return Observation(
        case=CaseKey(row.key),
        label=ActionId(row.label or ""),
        final=mapping.final(row.final_action, row.final_source, row.unscored_reason),
        repeat=row.repeat,
        band=mapping.band_from_text(row.band),
        state=ResponseState(row.state),
        automatic=row.automatic_action,
        reviewed=bool(row.reviewed),
        pair=row.pair,
        category=row.category,
        tags=tuple(json.loads(row.tags)),
        segment=row.segment,
        source=row.source,
        message_hash=row.message_hash,
    )


def endpoints(workspace: Workspace) -> list[Endpoint]:
    with workspace.read() as session:
        return [mapping.endpoint(row) for row in session.exec(select(EndpointRow).order_by(col(EndpointRow.name)))]


def endpoint_named(workspace: Workspace, name: str) -> Endpoint:
    """Raises InputError that names the endpoints there are."""
    found = {endpoint.name: endpoint for endpoint in endpoints(workspace)}
    if name not in found:
        there = ", ".join(found) or "none yet"
        raise InputError(f"There is no endpoint {name!r} in this workspace.", f"Endpoints: {there}.")
    return found[name]


def model_versions(workspace: Workspace) -> list[ModelVersion]:
    """All model versions, newest first."""
    with workspace.read() as session:
        query = (
            select(ModelVersionRow, EndpointRow)
            .join(EndpointRow, col(ModelVersionRow.endpoint_id) == col(EndpointRow.id))
            .order_by(col(ModelVersionRow.id).desc())
        )
        return [mapping.model_version(version, endpoint) for version, endpoint in session.exec(query)]


def iterate_responses(workspace: Workspace, run_id: int, *, raw: bool = False) -> Iterator[Response]:
    """All responses of a run in case-key and repeat order, with their raw bodies only if asked for."""
    with workspace.read() as session:
        query = (
            select(ResponseRow, CaseRow.key)
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id)
            .order_by(col(CaseRow.key), col(ResponseRow.repeat))
            .execution_options(yield_per=200)
        )
        for row, key in session.exec(query):
            response = mapping.response(row, key)
            yield replace(response, raw_body=mapping.raw_body(row.raw_body)) if raw else response


def iterate_verdicts(workspace: Workspace, run_id: int) -> Iterator[tuple[CaseKey, int, str, str, Verdict]]:
    """(case key, repeat, response hash, time, verdict) of every verdict on the run's responses, oldest first."""
    with workspace.read() as session:
        query = (
            select(CaseRow.key, ResponseRow.repeat, VerdictRow)
            .join(ResponseRow, col(VerdictRow.response_id) == col(ResponseRow.id))
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id)
            .order_by(col(VerdictRow.id))
        )
        for key, repeat, row in session.exec(query):
            yield CaseKey(key), repeat, row.response_hash, row.at, mapping.verdict(row)


def iterate_decisions(workspace: Workspace, run_id: int) -> Iterator[tuple[str, int, Decision]]:
    """(case key, repeat, event) of every event on the run's responses, oldest first."""
    with workspace.read() as session:
        query = (
            select(CaseRow.key, ResponseRow.repeat, DecisionRow, AdjudicationRow.cause)
            .join(ResponseRow, col(DecisionRow.response_id) == col(ResponseRow.id))
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .outerjoin(AdjudicationRow, col(AdjudicationRow.decision_id) == col(DecisionRow.id))
            .where(col(ResponseRow.run_id) == run_id)
            .order_by(col(DecisionRow.id))
        )
        for key, repeat, row, cause in session.exec(query):
            yield key, repeat, mapping.decision(row, cause)


def unclassified_ids(workspace: Workspace, run_id: int, classifier: str) -> list[int]:
    """Ids of the run's responses on which this classifier version has said nothing about the text they have now."""
    with workspace.read() as session:
        said = (
            select_columns(literal(1))
            .where(col(VerdictRow.classifier) == classifier, col(VerdictRow.response_hash) == ResponseRow.hash)
            .where(col(VerdictRow.response_id) == ResponseRow.id)
            .exists()
        )
        query = select(ResponseRow.id).where(col(ResponseRow.run_id) == run_id, ~said).order_by(col(ResponseRow.id))
        return [row_id(key) for key in session.exec(query)]
