"""What judges were asked about a run, what became of it, and their verdicts on the control set."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, false, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision, JudgeAdmission, JudgeOutcome, JudgeReply, JudgeRunStatus
from reviewer.core.responses import ResponseState
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import (
    ControlVerdict,
    DecidedReply,
    JudgeKey,
    JudgeRunLine,
    StoredText,
    used_tokens,
)
from reviewer.store.finals import batches
from reviewer.store.mapping import row_id
from reviewer.store.rescaled import readings_of_responses
from reviewer.store.review_rows import DecisionRow
from reviewer.store.rows import CaseRow, JudgeReplyRow, JudgeRunRow, ResponseRow, RunRow, SuiteRow, VerdictRow


def judge_runs(workspace: Workspace, run_id: int) -> list[JudgeRunLine]:
    """The judgings of a run, newest first."""
    with workspace.read() as session:
        query = select(JudgeRunRow).where(JudgeRunRow.run_id == run_id).order_by(col(JudgeRunRow.id).desc())
        return [_line(session, row) for row in session.exec(query)]


def judge_run(workspace: Workspace, judge_run_id: int) -> JudgeRunLine:
    with workspace.read() as session:
        return _line(session, session.get_one(JudgeRunRow, judge_run_id))


def judge_runs_of(workspace: Workspace, key: JudgeKey) -> list[JudgeRunLine]:
    """The judgings by this judge under this prompt, of whatever run, oldest first."""
    with workspace.read() as session:
        query = select(JudgeRunRow).where(
            JudgeRunRow.judge_hash == key.judge_hash, JudgeRunRow.prompt_hash == key.prompt_hash
        )
        return [_line(session, row) for row in session.exec(query.order_by(col(JudgeRunRow.id)))]


def _line(session: Session, row: JudgeRunRow) -> JudgeRunLine:
    return _with_replies(session, _without_replies(session, row))


def _without_replies(session: Session, row: JudgeRunRow) -> JudgeRunLine:
    control = session.get(RunRow, row.control_run_id) if row.control_run_id else None
    return JudgeRunLine(
        id=row_id(row.id),
        run_id=row.run_id,
        run=session.get_one(RunRow, row.run_id).name,
        version=mapping.judge_version(row),
        classifier=row.classifier,
        prompt_hash=row.prompt_hash,
        rubric_version=row.rubric_version,
        status=JudgeRunStatus(row.status),
        message=row.message,
        control_run_id=row.control_run_id,
        control_run=control.name if control else "",
        drift=json.loads(row.drift) if row.drift else None,
        accepted_by=row.accepted_by,
        accepted_at=row.accepted_at,
        created_at=row.created_at,
        finished_at=row.finished_at,
        admission=JudgeAdmission(row.admission),
        measured=json.loads(row.measured) if row.measured else None,
        admitted_by=row.admitted_by,
        admitted_why=row.admitted_why,
        admitted_at=row.admitted_at,
    )


_COUNTED: tuple[Any, ...] = (
    JudgeReplyRow.response_id,
    JudgeReplyRow.control,
    JudgeReplyRow.outcome,
    JudgeReplyRow.returned_model,
    JudgeReplyRow.fingerprint,
    JudgeReplyRow.usage,
)


def _with_replies(session: Session, line: JudgeRunLine) -> JudgeRunLine:
    latest: dict[tuple[bool, int], JudgeOutcome] = {}
    models: dict[str, None] = {}
    fingerprints: dict[str, None] = {}
    tokens = 0
    query = select_columns(*_COUNTED).where(col(JudgeReplyRow.judge_run_id) == line.id).order_by(col(JudgeReplyRow.id))
    for response_id, control, outcome, model, fingerprint, usage in session.connection().execute(query):
        latest[bool(control), response_id] = JudgeOutcome(outcome)
        models.update({model: None} if model else {})
        fingerprints.update({fingerprint: None} if fingerprint else {})
        tokens += used_tokens(json.loads(usage))
    counts = {True: Counter[JudgeOutcome](), False: Counter[JudgeOutcome]()}
    for (control, _), outcome in latest.items():
        counts[control][outcome] += 1
    return replace(
        line,
        outcomes=dict(counts[False]),
        control_outcomes=dict(counts[True]),
        returned_models=tuple(models),
        fingerprints=tuple(fingerprints),
        tokens=tokens,
    )


def stored_texts(workspace: Workspace, run_id: int) -> list[StoredText]:
    """Every stored response of the run in case-key and repeat order."""
    columns: tuple[Any, ...] = (
        ResponseRow.id,
        CaseRow.key,
        ResponseRow.repeat,
        ResponseRow.state,
        ResponseRow.hash,
    )
    with workspace.read() as session:
        query = (
            select_columns(*columns)
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id)
            .order_by(col(CaseRow.key), col(ResponseRow.repeat))
        )
        return [StoredText(*row) for row in session.connection().execute(query)]


def answered(workspace: Workspace, run_id: int, key: JudgeKey) -> set[tuple[int, str]]:
    """(response id, response hash) of the run's responses that this judge has replied to under this prompt."""
    query = (
        _replies(JudgeReplyRow.response_id, JudgeReplyRow.response_hash)
        .where(col(JudgeRunRow.run_id) == run_id, col(JudgeReplyRow.control) == false())
        .where(col(JudgeRunRow.judge_hash) == key.judge_hash, col(JudgeRunRow.prompt_hash) == key.prompt_hash)
    )
    with workspace.read() as session:
        return {(response_id, hash_) for response_id, hash_ in session.connection().execute(query)}


def control_verdicts(workspace: Workspace, judge_run_ids: Collection[int]) -> list[ControlVerdict]:
    """What was replied on the control set in these judgings, oldest first; failed requests are left out."""
    query = (
        _replies(
            JudgeReplyRow.response_id,
            CaseRow.key,
            ResponseRow.repeat,
            JudgeReplyRow.response_hash,
            JudgeReplyRow.action,
        )
        .join(ResponseRow, col(JudgeReplyRow.response_id) == col(ResponseRow.id))
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(JudgeReplyRow.judge_run_id).in_(list(judge_run_ids)), col(JudgeReplyRow.control) == true())
    )
    with workspace.read() as session:
        return [ControlVerdict(*row) for row in session.connection().execute(query)]


def _replies(*columns: Any) -> Select[Any]:  # noqa: ANN401 columns of any type
    return (
        select_columns(*columns)
        .join(JudgeRunRow, col(JudgeReplyRow.judge_run_id) == col(JudgeRunRow.id))
        .where(col(JudgeReplyRow.outcome) != JudgeOutcome.FAILED.value)
        .order_by(col(JudgeReplyRow.id))
    )


_DECIDED: tuple[Any, ...] = (
    ResponseRow.id,
    CaseRow.key,
    JudgeReplyRow.control,
    ResponseRow.state,
    ResponseRow.hash,
    JudgeReplyRow.action,
    SuiteRow.scale_hash,
)


def decided_replies(workspace: Workspace, key: JudgeKey) -> list[DecidedReply]:
    """What this judge said last under this prompt of each response on whose present text people have decided.

    Failed requests are left out. Of the control set and of the judged runs of all suites; where a response is both, it
    is of a control set.
    """
    query = (
        _replies(*_DECIDED)
        .join(ResponseRow, col(JudgeReplyRow.response_id) == col(ResponseRow.id))
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .join(SuiteRow, col(CaseRow.suite_id) == col(SuiteRow.id))
        .where(col(JudgeRunRow.judge_hash) == key.judge_hash, col(JudgeRunRow.prompt_hash) == key.prompt_hash)
        .where(col(JudgeReplyRow.response_hash) == col(ResponseRow.hash), col(ResponseRow.reviewed))
    )
    found: dict[int, tuple[Any, ...]] = {}
    with workspace.read() as session:
        for row in session.connection().execute(query):
            control = bool(row[2]) or (row[0] in found and found[row[0]][2])
            found[row[0]] = (*row[:2], control, *row[3:])
        said = {row_: events for some in batches([*found]) for row_, events in _on_scale(session, some).items()}
    return [
        DecidedReply(
            response_id=key_,
            key=CaseKey(case),
            control=control,
            state=ResponseState(state),
            hash=hash_,
            action=ActionId(action) if action else None,
            events=tuple(event for event, scale in said.get(key_, ()) if scale == scale_hash),
        )
        for key_, case, control, state, hash_, action, scale_hash in found.values()
    ]


def _on_scale(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[Decision, str]]]:
    """Response id → its decisions, oldest first, each with the hash of the scale that it was made on."""
    query = select(DecisionRow).where(col(DecisionRow.response_id).in_(list(ids))).order_by(col(DecisionRow.id))
    found: dict[int, list[tuple[Decision, str]]] = {}
    for row in session.exec(query):
        found.setdefault(row.response_id, []).append((mapping.decision(row, None), row.scale_hash))
    return found


def mean_latency_ms(workspace: Workspace, judge_hash: str) -> float | None:
    """How long this judge has taken for a reply so far, on average; None where it was never asked."""
    with workspace.read() as session:
        query = (
            select(func.avg(JudgeReplyRow.latency_ms))
            .join(JudgeRunRow, col(JudgeReplyRow.judge_run_id) == col(JudgeRunRow.id))
            .where(JudgeRunRow.judge_hash == judge_hash)
        )
        mean = session.exec(query).one()
        return None if mean is None else float(mean)


def replies_in_full(workspace: Workspace, response_id: int) -> list[tuple[JudgeRunLine, JudgeReply]]:
    """Each reply on one response with the judging that it came in, whose counts are left empty; oldest first."""
    with workspace.read() as session:
        readings = readings_of_responses(session, [response_id])[response_id]
        query = (
            select(JudgeReplyRow, JudgeRunRow, VerdictRow)
            .join(JudgeRunRow, col(JudgeReplyRow.judge_run_id) == col(JudgeRunRow.id))
            .outerjoin(VerdictRow, col(JudgeReplyRow.verdict_id) == col(VerdictRow.id))
            .where(col(JudgeReplyRow.response_id) == response_id, col(JudgeReplyRow.control) == false())
            .order_by(col(JudgeReplyRow.id))
        )
        return [
            (_without_replies(session, judging), mapping.judge_reply(row, verdict, judging.admission, readings))
            for row, judging, verdict in session.exec(query)
        ]
