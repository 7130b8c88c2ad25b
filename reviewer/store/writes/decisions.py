"""Decisions, adjudications, undoing, review plans, and what a workspace remembers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert
from sqlmodel import Session, col, func, select

from reviewer.core.changes import Changes
from reviewer.core.decisions import (
    MADE_ELSEWHERE,
    DecisionKind,
    DecisionOrigin,
    Hidden,
    standing_events,
)
from reviewer.core.errors import InputError
from reviewer.core.responses import UNSCORED_STATES, ResponseState
from reviewer.host.uids import new_uid
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.dialects import insert_many
from reviewer.store.facts.review import NO_TERMS, THRESHOLD, NewDecision, PlanTerms
from reviewer.store.finals import about, batches, events, refresh_finals
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import (
    AdjudicationRow,
    DecisionRow,
    ReviewAssignmentRow,
    ReviewPlanItemRow,
    ReviewPlanRow,
)
from reviewer.store.rows import ResponseRow, RunRow, SettingRow, SuiteRow

_MANY = 20
"""From so many on, decisions are read and written together; one by one each waits for statements of its own."""


def set_threshold(workspace: Workspace, *, threshold: float) -> Changes:
    """How sure an automatic action must be, or the response needs a person. Raises InputError outside [0, 1]."""
    if not 0 <= threshold <= 1:
        raise InputError(f"The threshold is {threshold:g}.", "Give a chance from 0 to 1, such as 0.6.")
    with workspace.write() as session:
        row = session.get(SettingRow, THRESHOLD) or SettingRow(key=THRESHOLD, value="")
        changed = row.value != str(float(threshold))
        row.value = str(float(threshold))
        session.add(row)
    return Changes(queues=changed)


def append_decision(workspace: Workspace, *, decision: NewDecision, at: str) -> tuple[int, Changes]:
    """Append one decision or adjudication and return its id; on disk when this returns.

    Raises InputError for an action off the suite's scale, a missing reviewer, or a response that has no text to judge.
    """
    ids, changes = append_decisions(workspace, decisions=[decision], at=at)
    return ids[0], changes


def append_decisions(workspace: Workspace, *, decisions: Sequence[NewDecision], at: str) -> tuple[list[int], Changes]:
    """Append many in one transaction: all of them, or none where one is wrong."""
    with workspace.write() as session:
        if len(decisions) < _MANY:
            ids = [_append(session, decision, decision.at or at) for decision in decisions]
        else:
            ids = _append_many(session, decisions, at)
        touched = sorted({decision.response_id for decision in decisions})
        refresh_finals(session, touched)
        run_ids, case_ids = about(session, touched)
    return ids, Changes(decisions=bool(ids), responses=bool(ids), run_ids=run_ids, case_ids=case_ids)


def _append(session: Session, decision: NewDecision, at: str) -> int:
    row = session.get(ResponseRow, decision.response_id)
    if row is None:
        raise _no_response()
    scale = _scale_row(session, row.run_id)
    _check(decision, row.state, scale)
    uid = event_uid(session, decision.response_id, decision.uid)
    new = DecisionRow(**_values(decision, row.hash, scale, uid, at))
    session.add(new)
    session.flush()
    if decision.kind is DecisionKind.ADJUDICATION:
        session.add(AdjudicationRow(decision_id=row_id(new.id), cause=_cause(decision)))
        session.flush()
    return row_id(new.id)


def _append_many(session: Session, decisions: Sequence[NewDecision], at: str) -> list[int]:
    """The same, read and written many at a time."""
    places = _places(session, sorted({decision.response_id for decision in decisions}))
    taken = _taken_uids(session, [decision.uid for decision in decisions if decision.uid])
    scales: dict[int, SuiteRow] = {}
    first = (session.exec(select(func.max(DecisionRow.id))).one() or 0) + 1
    rows, causes = list[dict[str, object]](), list[dict[str, object]]()
    for number, decision in enumerate(decisions, start=first):
        place = places.get(decision.response_id)
        if place is None:
            raise _no_response()
        if place.run_id not in scales:
            scales[place.run_id] = _scale_row(session, place.run_id)
        scale = scales[place.run_id]
        _check(decision, place.state, scale)
        uid = decision.uid if decision.uid and decision.uid not in taken else new_uid(place.last_uid)
        taken.add(uid)
        places[decision.response_id] = place._replace(last_uid=max(place.last_uid, uid))
        rows.append({"id": number, **_values(decision, place.hash, scale, uid, decision.at or at)})
        if decision.kind is DecisionKind.ADJUDICATION:
            causes.append({"decision_id": number, "cause": _cause(decision)})
    insert_many(session.connection(), "decision", rows)
    insert_many(session.connection(), "adjudication", causes)
    return [*range(first, first + len(rows))]


class _DecidedOn(NamedTuple):
    """What a decision on a response needs of it, and the name of the last event about it."""

    run_id: int
    state: str
    hash: str
    last_uid: str = ""


def _places(session: Session, response_ids: Sequence[int]) -> dict[int, _DecidedOn]:
    found: dict[int, _DecidedOn] = {}
    for some in batches(response_ids):
        query = select(ResponseRow.id, ResponseRow.run_id, ResponseRow.state, ResponseRow.hash)
        for response_id, run_id, state, hash_ in session.exec(query.where(col(ResponseRow.id).in_(some))):
            found[row_id(response_id)] = _DecidedOn(run_id, state, hash_)
        last = select(DecisionRow.response_id, func.max(DecisionRow.uid)).group_by(col(DecisionRow.response_id))
        for response_id, uid in session.exec(last.where(col(DecisionRow.response_id).in_(some))):
            found[response_id] = found[response_id]._replace(last_uid=uid)
    return found


def _taken_uids(session: Session, uids: Sequence[str]) -> set[str]:
    query = select(DecisionRow.uid)
    return {uid for some in batches(uids) for uid in session.exec(query.where(col(DecisionRow.uid).in_(some)))}


def _no_response() -> InputError:
    return InputError("The response does not exist any more.", "Reload the list.")


def _check(decision: NewDecision, state: str, suite: SuiteRow) -> None:
    if ResponseState(state) in UNSCORED_STATES:
        raise InputError(
            f"The response is {state.replace('_', ' ')} and has nothing to decide on.",
            "Resume its run to get a text.",
        )
    _check_reviewer(decision.reviewer)
    if decision.action is not None:
        mapping.scale_from_text(suite.scale).rank(decision.action)


def _values(decision: NewDecision, hash_: str, suite: SuiteRow, uid: str, at: str) -> dict[str, Any]:
    return {
        "response_id": decision.response_id,
        "response_hash": hash_,
        "scale_hash": suite.scale_hash,
        "reviewer": decision.reviewer,
        "action": decision.action,
        "kind": str(decision.kind),
        "note": decision.note,
        "blind": decision.blind or Hidden.VERDICT in (decision.hidden or ()),
        "bulk": decision.bulk,
        "seconds_spent": decision.seconds_spent,
        "at": at,
        "uid": uid,
        "hidden": mapping.hidden_text(decision.hidden),
        "guideline_version": _guideline_version(decision, suite),
        "origin": str(decision.origin),
    }


def _cause(decision: NewDecision) -> str | None:
    return decision.cause and str(decision.cause)


_LAST_UID = select(func.max(DecisionRow.uid)).where(col(DecisionRow.response_id) == bindparam("id"))
_SUITE_OF = (
    select(SuiteRow).join(RunRow, col(RunRow.suite_id) == col(SuiteRow.id)).where(col(RunRow.id) == bindparam("run_id"))
)


def event_uid(session: Session, response_id: int, wanted: str = "") -> str:
    """The name that an event came with, where nothing else has it; else one behind all events of the response."""
    if wanted and session.exec(select(DecisionRow.id).where(DecisionRow.uid == wanted)).first() is None:
        return wanted
    return new_uid(session.connection().execute(_LAST_UID, {"id": response_id}).scalar_one() or "")


def _guideline_version(decision: NewDecision, suite: SuiteRow) -> int | None:
    return decision.guideline_version if decision.origin in MADE_ELSEWHERE else suite.guideline_version


def _check_reviewer(reviewer: str) -> None:
    if not reviewer.strip():
        raise InputError("The decision has no reviewer.", "Say who decides.")


def _scale_row(session: Session, run_id: int) -> SuiteRow:
    return session.exec(_SUITE_OF, params={"run_id": run_id}).one()


def undo_decision(
    workspace: Workspace,
    *,
    decision_id: int,
    reviewer: str,
    at: str,
    uid: str = "",
    origin: DecisionOrigin = DecisionOrigin.UNKNOWN,
) -> tuple[int, Changes]:
    """Append the undoing of an event and return its id; `uid` is the name that it came with from elsewhere.

    Raises InputError if it does not stand or nobody undoes it.
    """
    _check_reviewer(reviewer)
    with workspace.write() as session:
        target = session.get(DecisionRow, decision_id)
        if target is None:
            raise InputError(f"There is no decision {decision_id}.", "Reload the history.")
        said = events(session, [target.response_id])[target.response_id]
        if any(event.lapsed for event in said if event.id == target.id):
            raise InputError(
                "That decision was made on a former scale and does not stand any more.", "Decide again on this one."
            )
        standing = standing_events(said)
        if target.kind == DecisionKind.UNDO or target.id not in [event.id for event in standing]:
            raise InputError("That decision was undone before.", "Decide again if you want it back.")
        undo = DecisionRow(
            response_id=target.response_id,
            response_hash=target.response_hash,
            scale_hash=target.scale_hash,
            reviewer=reviewer,
            kind=str(DecisionKind.UNDO),
            undoes=decision_id,
            at=at,
            origin=str(origin),
            # what it takes back comes before it
            uid=event_uid(session, target.response_id, uid if uid > target.uid else ""),
        )
        session.add(undo)
        session.flush()
        refresh_finals(session, [target.response_id])
        run_ids, case_ids = about(session, [target.response_id])
        return row_id(undo.id), Changes(decisions=True, responses=True, run_ids=run_ids, case_ids=case_ids)


def undo_decisions(
    workspace: Workspace,
    *,
    decision_ids: Sequence[int],
    reviewer: str,
    at: str,
    origin: DecisionOrigin = DecisionOrigin.UNKNOWN,
) -> tuple[list[int], Changes]:
    """Append the undoing of several events, all of them or none. Raises InputError as `undo_decision`."""
    ids, changes = [], Changes()
    with workspace.write():
        for decision_id in decision_ids:
            undone, touched = undo_decision(workspace, decision_id=decision_id, reviewer=reviewer, at=at, origin=origin)
            ids.append(undone)
            changes |= touched
    return ids, changes


def create_review_plan(
    workspace: Workspace,
    *,
    run_id: int,
    items: Sequence[tuple[int, float]],
    design: str,
    seed: int,
    at: str,
    terms: PlanTerms = NO_TERMS,
) -> tuple[int, Changes]:
    """Store a queue of (response id, inclusion probability) in the order in which it is to be worked."""
    if not items:
        raise InputError("The queue would be empty.", "Choose another run or another queue.")
    with workspace.write() as session:
        plan = ReviewPlanRow(
            run_id=run_id,
            against_run_id=terms.against_run_id,
            design=design,
            seed=seed,
            budget=terms.budget or len(items),
            at=at,
            name=terms.name,
            author=terms.author,
            needed=terms.needed,
        )
        session.add(plan)
        session.flush()
        plan_id = row_id(plan.id)
        places = [
            {"plan_id": plan_id, "position": position, "response_id": response_id, "inclusion_probability": chance}
            for position, (response_id, chance) in enumerate(items)
        ]
        session.connection().execute(insert(ReviewPlanItemRow), places)
        parts = [
            {"plan_id": plan_id, "position": position, "reviewer": reviewer}
            for position, reviewers in enumerate(terms.parts)
            for reviewer in reviewers
        ]
        if parts:
            session.connection().execute(insert(ReviewAssignmentRow), parts)
        return plan_id, Changes(queues=True, run_ids=frozenset({run_id}))
