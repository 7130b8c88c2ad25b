"""Judgings and what judges reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from reviewer.core.changes import Changes
from reviewer.core.decisions import COUNTED_ADMISSIONS, JudgeAdmission, JudgeReply, JudgeRunStatus
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import AdmissionWord, NewJudgeRun
from reviewer.store.finals import about, refresh_finals
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import JudgeAdmissionRow
from reviewer.store.rows import JudgeReplyRow, JudgeRunRow, VerdictRow
from reviewer.store.writes.runs import save_endpoint


def create_judge_run(workspace: Workspace, *, judging: NewJudgeRun, at: str) -> tuple[int, Changes]:
    """Store a judging and the judge's endpoint."""
    version = judging.version
    with workspace.write() as session:
        save_endpoint(workspace, endpoint=version.endpoint, at=at)
        row = JudgeRunRow(
            run_id=judging.run_id,
            control_run_id=judging.control_run_id,
            classifier=judging.classifier,
            endpoint_name=version.endpoint.name,
            protocol=version.endpoint.protocol,
            base_url=version.endpoint.base_url,
            responses_file=version.endpoint.responses_file,
            model=version.model,
            sampling=canonical_json(version.sampling.as_json()),
            judge_hash=version.hash,
            prompt_hash=judging.prompt_hash,
            rubric_version=judging.rubric_version,
            created_at=at,
        )
        session.add(row)
        session.flush()
        return row_id(row.id), Changes(runs=True, endpoints=True, run_ids=frozenset({judging.run_id}))


def set_judge_run_status(
    workspace: Workspace, *, judge_run_id: int, status: JudgeRunStatus, message: str = "", at: str = ""
) -> Changes:
    """`message` says why the judging stopped or waits; `at` is when it ended, "" while it goes on."""
    return _set(workspace, judge_run_id, {"status": str(status), "message": message, "finished_at": at})


def set_drift(workspace: Workspace, *, judge_run_id: int, drift: Mapping[str, object]) -> Changes:
    """Keep what the comparison with the former control verdicts found."""
    return _set(workspace, judge_run_id, {"drift": canonical_json(drift)})


def accept_drift(workspace: Workspace, *, judge_run_id: int, by: str, at: str) -> Changes:
    """A person's word that a judging may go on although its judge drifted. Raises InputError without a name."""
    if not by.strip():
        raise InputError("It is not said who accepts the drift.", "Give the reviewer's name.")
    return _set(workspace, judge_run_id, {"accepted_by": by, "accepted_at": at})


def set_admission(workspace: Workspace, *, judge_run_ids: Sequence[int], word: AdmissionWord) -> Changes:
    """Say whether the verdicts of these judgings count. Final actions follow in the same transaction.

    Raises InputError where a person's word has no name or no reason.
    """
    _check_word(word)
    values: dict[str, str] = {
        "admission": str(word.admission),
        "admitted_by": word.by,
        "admitted_why": word.why,
        "admitted_at": word.at if word.by else "",
    }
    if word.measured is not None:
        values["measured"] = canonical_json(word.measured)
    with workspace.write() as session:
        rows = [session.get_one(JudgeRunRow, each) for each in judge_run_ids]
        moved = [row for row in rows if (row.admission in COUNTED_ADMISSIONS) != (word.admission in COUNTED_ADMISSIONS)]
        for row in rows:
            for name, value in values.items():
                setattr(row, name, value)
            session.add(_admission(row, word.at))
        session.flush()
        touched = _judged_in(session, [row_id(row.id) for row in moved])
        refresh_finals(session, touched)
        _, case_ids = about(session, touched)
        run_ids = frozenset(row.run_id for row in rows)
    counted = bool(touched)
    return Changes(runs=bool(rows), verdicts=counted, responses=counted, run_ids=run_ids, case_ids=case_ids)


def _admission(row: JudgeRunRow, at: str) -> JudgeAdmissionRow:
    """What the judging says now, as the next entry of its history."""
    return JudgeAdmissionRow(
        judge_run_id=row_id(row.id),
        admission=row.admission,
        measured=row.measured,
        author=row.admitted_by,
        reason=row.admitted_why,
        at=at,
    )


def _judged_in(session: Session, judge_run_ids: Sequence[int]) -> list[int]:
    """Ids of the responses that have a verdict of these judgings."""
    column: Any = JudgeReplyRow.response_id
    query = select(column).where(
        col(JudgeReplyRow.judge_run_id).in_(judge_run_ids), col(JudgeReplyRow.verdict_id).is_not(None)
    )
    return sorted(set(session.connection().execute(query).scalars()))


def _check_word(word: AdmissionWord) -> None:
    if word.admission is not JudgeAdmission.PERSON:
        return
    if not word.by.strip():
        raise InputError("It is not said who lets the judge count.", "Give the reviewer's name.")
    if not word.why.strip():
        raise InputError("It is not said why the judge is to count.", "Give the reason in a few words.")


def _set(workspace: Workspace, judge_run_id: int, values: Mapping[str, str]) -> Changes:
    with workspace.write() as session:
        session.connection().execute(update(JudgeRunRow).where(col(JudgeRunRow.id) == judge_run_id).values(**values))
        run_id = session.get_one(JudgeRunRow, judge_run_id).run_id
    return Changes(runs=True, run_ids=frozenset({run_id}))


def add_replies(
    workspace: Workspace, *, judge_run_id: int, replies: Sequence[JudgeReply], control: bool, at: str
) -> Changes:
    """Append replies, durable when this returns.

    On the run's own responses each brings its verdict, from which the final actions are recomputed. Verdicts on the
    control set are kept with their judging only and count for nothing else.
    """
    with workspace.write() as session:
        for reply in replies:
            verdict_id = None if control else _add_verdict(session, reply, at)
            values: dict[str, Any] = mapping.judge_reply_values(reply, at)
            session.add(JudgeReplyRow(judge_run_id=judge_run_id, control=control, verdict_id=verdict_id, **values))
        session.flush()
        if not control:
            refresh_finals(session, [reply.response_id for reply in replies])
        run_id = session.get_one(JudgeRunRow, judge_run_id).run_id
        _, case_ids = about(session, [reply.response_id for reply in replies])
    counted = not control and any(reply.verdict for reply in replies)
    return Changes(runs=True, verdicts=counted, responses=counted, run_ids=frozenset({run_id}), case_ids=case_ids)


def _add_verdict(session: Session, reply: JudgeReply, at: str) -> int | None:
    if reply.verdict is None:
        return None
    values = mapping.verdict_values(reply.verdict, at)
    row = VerdictRow(response_id=reply.response_id, response_hash=reply.response_hash, **values)
    session.add(row)
    session.flush()
    return row_id(row.id)
