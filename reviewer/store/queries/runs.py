"""Runs, endpoints and model versions; the observations a score is computed from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, literal, text
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.actions import ActionId
from reviewer.core.bands import Band
from reviewer.core.cases import CaseKey, CaseStatus
from reviewer.core.decisions import Decision, Verdict, standing_events
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.core.scoring.credit import EqualResponses, Observation
from reviewer.store import mapping
from reviewer.store.called import answered
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Earning, Observed, RunLine, SaidSoFar
from reviewer.store.finals import batches, events, latest_verdicts
from reviewer.store.mapping import row_id
from reviewer.store.queries.doubts import doubted_in
from reviewer.store.queries.plans import bulk_ids, places_of, plan_of, resting_plan, skipped_ids
from reviewer.store.queries.soundness import run_damages
from reviewer.store.rescaled import readings_of_run, said_on_former_scale
from reviewer.store.review_rows import AdjudicationRow, DecisionRow
from reviewer.store.rows import (
    FAILED,
    CaseRow,
    EndpointRow,
    JudgeReplyRow,
    JudgeRunRow,
    ModelVersionRow,
    ResponseRow,
    RunCountRow,
    RunRow,
    SuiteRow,
    VerdictRow,
)


def runs(workspace: Workspace) -> list[RunLine]:
    """All runs, newest first, in two statements: nothing is counted for it."""
    with workspace.read() as session:
        return _run_lines(session, _RUNS.order_by(col(RunRow.id).desc()), _COUNTS)


def run_named(workspace: Workspace, name: str) -> RunLine:
    """Raises InputError that names the runs there are."""
    with workspace.read() as session:
        ids = select(RunRow.id).where(RunRow.name == name)
        found = _run_lines(
            session, _RUNS.where(col(RunRow.name) == name), _COUNTS.where(col(RunCountRow.run_id).in_(ids))
        )
        if found:
            return found[0]
        there = ", ".join(session.exec(select(RunRow.name).order_by(col(RunRow.id)))) or "none yet"
    raise InputError(f"There is no run {name!r} in this workspace.", f"Runs: {there}.")


def run_line(workspace: Workspace, run_id: int) -> RunLine:
    """One run, in two statements however much it holds: what to ask where one run is meant.

    Raises InputError if it does not exist.
    """
    with workspace.read() as session:
        found = _run_lines(
            session, _RUNS.where(col(RunRow.id) == run_id), _COUNTS.where(col(RunCountRow.run_id) == run_id)
        )
    if not found:
        raise InputError("The run does not exist any more.", "Reload the list.")
    return found[0]


# columns and not the row itself: a session that is writing would give the row as it first read it
_OF_RUN: tuple[Any, ...] = (
    RunRow.id,
    RunRow.name,
    RunRow.suite_id,
    RunRow.status,
    RunRow.message,
    RunRow.repeats,
    (col(RunRow.case_count) * col(RunRow.repeats)).label("planned"),
    RunRow.created_at,
    RunRow.finished_at,
    col(SuiteRow.name).label("suite"),
    SuiteRow.scale,
)
_RUNS: Select[Any] = (
    select_columns(*_OF_RUN, ModelVersionRow, EndpointRow)
    .join(SuiteRow, col(RunRow.suite_id) == col(SuiteRow.id))
    .join(ModelVersionRow, col(RunRow.model_version_id) == col(ModelVersionRow.id))
    .join(EndpointRow, col(ModelVersionRow.endpoint_id) == col(EndpointRow.id))
)
_COUNTED: tuple[Any, ...] = (RunCountRow.run_id, RunCountRow.state, RunCountRow.responses, RunCountRow.reviewed)
_COUNTS = select_columns(*_COUNTED).where(col(RunCountRow.responses) > 0)


def _run_lines(session: Session, wanted: Select[Any], counts: Select[Any]) -> list[RunLine]:
    """The runs that `wanted` selects, in its order; `counts` has at least their counts."""
    states: dict[int, dict[str, int]] = {}
    reviewed: Counter[int] = Counter()
    for run_id, state, responses, decided_on in session.connection().execute(counts):
        states.setdefault(run_id, {})[state] = responses
        reviewed[run_id] += decided_on
    lines = []
    for row in session.execute(wanted):
        *_, version, endpoint = row
        values = {name: mapping.filled(f"run.{name}", getattr(row, name)) for name in _FILLED}
        status = RunStatus(row.status)
        scale, model = mapping.scale_from_text(row.scale), mapping.model_version(version, endpoint)
        lines.append(
            RunLine(
                **values,
                status=status,
                scale=scale,
                version=model,
                states=states.get(row.id, {}),
                reviewed=reviewed.get(row.id, 0),
            )
        )
    return lines


_FILLED = ("id", "name", "suite_id", "suite", "message", "repeats", "planned", "created_at", "finished_at")


def error_groups(workspace: Workspace, run_id: int, limit: int = 50) -> list[tuple[str, int, CaseKey]]:
    """(sentence, how many, first case by key) of the run's failed responses, the most frequent first, `limit` at most.

    Reads failed responses only; `doubts` has those in doubt.
    """
    count = func.count()
    with workspace.read() as session:
        query = (
            select(ResponseRow.error, count, func.min(CaseRow.key))
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id, text(FAILED))
            .group_by(col(ResponseRow.error))
            .order_by(count.desc(), col(ResponseRow.error))
            .limit(limit)
        )
        return [(sentence, n, CaseKey(key)) for sentence, n, key in session.exec(query)]


def stored_states(workspace: Workspace, run_id: int) -> dict[tuple[CaseKey, int], ResponseState]:
    """(case key, repeat from 1) → state of every stored response of the run. Reads the whole run, without texts."""
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
                .where(answered(run_id, some))
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
    ResponseRow.id,
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
    """The responses of a run with the labels and bands that their cases have now, one observation for each.

    Reads the whole run, without texts: for a score, not for a list. A case without a label counts as unreviewed.
    """
    by_status: dict[str, list[Observation]] = {}
    with workspace.read() as session:
        skipped, bulk = skipped_ids(session, run_id), bulk_ids(session, run_id)
        query = (
            select_columns(*_OBSERVED)
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id)
        )
        # a few bands and lists of tags stand in all of the rows
        band, tags = cache(mapping.band_from_text), cache(mapping.tags_and_stakes)
        for row in session.connection().execute(query):
            found = by_status.setdefault(row.status if row.label else CaseStatus.UNREVIEWED, [])
            said = {**tags(row.tags), "skipped": row.id in skipped, "bulk": row.id in bulk}
            found.append(_observation(row, band(row.band), said))
        rests_on = resting_plan(session, run_id)
        plan = places_of(session, rests_on)
        again = _asked_again(session, run_id)
        on_former_scale = said_on_former_scale(session, run_id)
        doubted = doubted_in(session, run_id)
        damaged = () if workspace.is_of_bundle else run_damages(session, run_id)
    return Observed(
        labelled=tuple(by_status.pop(CaseStatus.LABELLED, [])),
        disputed=tuple(by_status.pop(CaseStatus.DISPUTED, [])),
        not_scored={status: len({item.case for item in items}) for status, items in sorted(by_status.items())},
        plan=plan,
        rests_on=plan_of(workspace, rests_on) if rests_on is not None else None,
        asked_again=again,
        on_former_scale=on_former_scale,
        doubted=doubted,
        damaged=damaged,
    )


_ACTION: tuple[Any, ...] = (ResponseRow.run_id, ResponseRow.final_action)


def actions_on(workspace: Workspace, case_id: int) -> dict[int, list[ActionId | None]]:
    """Run id → the final actions of its responses to this version of a case, None for an unscored one."""
    query = select_columns(*_ACTION).where(col(ResponseRow.case_id) == case_id).order_by(col(ResponseRow.id))
    found: dict[int, list[ActionId | None]] = {}
    with workspace.read() as session:
        for run_id, action in session.connection().execute(query):
            found.setdefault(run_id, []).append(action)
    return found


def equal_responses(workspace: Workspace, suite_id: int, but_case: int) -> dict[int, list[EqualResponses]]:
    """Run id → its responses to labelled cases other than one, counted by what they earn: some tens of groups a run.

    The database counts, so that a suite with a hundred thousand responses hands over a few hundred rows. A label that
    occurs has a group also where nothing of it is scored.
    """
    one_by_one = _EARNING.where(col(CaseRow.suite_id) == suite_id, col(CaseRow.id) != but_case).subquery()
    same = [*one_by_one.c]
    query: Select[Any] = select_columns(*same, func.count()).group_by(*same).order_by(*same)
    found: dict[int, list[EqualResponses]] = {}
    with workspace.read() as session:
        for run_id, label, band, action, scored, n in session.connection().execute(query):
            weight = n / scored if action is not None else 0.0
            found.setdefault(run_id, []).append(EqualResponses(label, mapping.band_from_text(band), action, weight))
    return found


_EARNING_COLUMNS: tuple[Any, ...] = (
    ResponseRow.run_id,
    CaseRow.label,
    CaseRow.band,
    ResponseRow.final_action,
    func.count(col(ResponseRow.final_action))
    .over(partition_by=(col(ResponseRow.run_id), col(ResponseRow.case_id)))
    .label("scored"),
)
_EARNING: Select[Any] = (
    select_columns(*_EARNING_COLUMNS)
    .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
    .where(col(CaseRow.status) == CaseStatus.LABELLED, col(CaseRow.label).is_not(None))
)


def _asked_again(session: Session, run_id: int) -> int:
    query = select(ResponseRow.traces).where(
        ResponseRow.run_id == run_id, col(ResponseRow.traces).contains(f'"{mapping.EARLIER}"')
    )
    return sum(map(mapping.asked_again, session.exec(query)))


def _observation(row: Row[Any], band: Band, said: dict[str, Any]) -> Observation:
    return Observation(
        case=CaseKey(row.key),
        label=ActionId(row.label or ""),
        final=mapping.final(row.final_action, row.final_source, row.unscored_reason),
        repeat=row.repeat,
        band=band,
        state=ResponseState(row.state),
        automatic=row.automatic_action,
        reviewed=bool(row.reviewed),
        pair=row.pair,
        category=row.category,
        **said,
        segment=row.segment,
        source=row.source,
        message_hash=row.message_hash,
    )


def endpoints(workspace: Workspace) -> list[Endpoint]:
    """All endpoints by name, without their keys, which are not kept here."""
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
        readings = readings_of_run(session, run_id)
        query = (
            select(CaseRow.key, ResponseRow.repeat, VerdictRow, JudgeRunRow.admission)
            .outerjoin(JudgeReplyRow, col(JudgeReplyRow.verdict_id) == col(VerdictRow.id))
            .outerjoin(JudgeRunRow, col(JudgeRunRow.id) == col(JudgeReplyRow.judge_run_id))
            .join(ResponseRow, col(VerdictRow.response_id) == col(ResponseRow.id))
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id)
            .order_by(col(VerdictRow.id))
        )
        for key, repeat, row, admission in session.exec(query):
            yield CaseKey(key), repeat, row.response_hash, row.at, mapping.verdict(row, readings, admission)


def iterate_decisions(workspace: Workspace, run_id: int) -> Iterator[tuple[str, int, Decision]]:
    """(case key, repeat, event) of every event on the run's responses, oldest first."""
    with workspace.read() as session:
        readings = readings_of_run(session, run_id)
        query = (
            select(CaseRow.key, ResponseRow.repeat, DecisionRow, AdjudicationRow.cause)
            .join(ResponseRow, col(DecisionRow.response_id) == col(ResponseRow.id))
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .outerjoin(AdjudicationRow, col(AdjudicationRow.decision_id) == col(DecisionRow.id))
            .where(col(ResponseRow.run_id) == run_id)
            .order_by(col(DecisionRow.id))
        )
        for key, repeat, row, cause in session.exec(query):
            yield key, repeat, mapping.decision(row, cause, readings)


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


def said_so_far(workspace: Workspace, ids: Sequence[int]) -> list[SaidSoFar]:
    """What classifiers and people have said of these responses, in the order of their ids; at most `BATCH` of them."""
    with workspace.read() as session:
        verdicts, decisions = latest_verdicts(session, ids), events(session, ids)
        query = (
            select(ResponseRow, CaseRow)
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.id).in_(ids))
            .order_by(col(ResponseRow.id))
        )
        found = []
        for row, case_row in session.exec(query):
            key = row_id(row.id)
            current = tuple(verdict for hash_, verdict in verdicts.get(key, ()) if hash_ == row.hash)
            standing = tuple(standing_events(decisions.get(key, ()), row.hash))
            response = mapping.response(row, case_row.key)
            found.append(SaidSoFar(key, mapping.case(case_row), response, current, standing))
        return found


_EARNED: tuple[Any, ...] = (
    ResponseRow.id,
    ResponseRow.case_id,
    CaseRow.label,
    CaseRow.band,
    ResponseRow.final_action,
)


def earnings(workspace: Workspace, run_id: int) -> list[Earning]:
    """What each response of the run to a labelled case earns by, without its text."""
    query: Select[Any] = (
        select_columns(*_EARNED)
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id, col(CaseRow.status) == CaseStatus.LABELLED)
    )
    with workspace.read() as session:
        return [
            Earning(key, case_id, label, mapping.band_from_text(band), action)
            for key, case_id, label, band, action in session.connection().execute(query)
        ]
