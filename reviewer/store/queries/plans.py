"""Stored review plans: whose part is what, how far each was worked, and on which of them a corrected score rests."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, exists
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import DecisionKind, ReviewEventKind, standing_decisions, standing_events
from reviewer.core.errors import InputError
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.packets import PlacedResponse, Share
from reviewer.store.facts.review import QueueCount, StoredPlan
from reviewer.store.finals import batches, events
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import (
    DecisionRow,
    ReviewAssignmentRow,
    ReviewEventRow,
    ReviewPlanItemRow,
    ReviewPlanRow,
)
from reviewer.store.rows import CaseRow, ResponseRow, RunRow


def plans(workspace: Workspace, run_id: int | None = None) -> list[StoredPlan]:
    """The run's review plans, or those of all runs, the newest first."""
    query = select(ReviewPlanRow).order_by(col(ReviewPlanRow.id).desc())
    with workspace.read() as session:
        return _plans(session, session.exec(query if run_id is None else query.where(_of_run(run_id))).all())


def plan_called(workspace: Workspace, wanted: str, run: str = "") -> StoredPlan:
    """The plan of that name or number; the latest where several have the name, and of the run where one is given.

    Without a name the run's latest. Raises InputError that names the plans there are.
    """
    there = plans(workspace)
    with workspace.read() as session:
        run_id = session.exec(select(RunRow.id).where(RunRow.name == run)).first() if run else None
    for plan in there:
        if (
            (wanted or run)
            and (not run or plan.run_id == run_id)
            and (not wanted or wanted in (plan.name, str(plan.id)))
        ):
            return plan
    what = f"There is no review plan {wanted!r}." if wanted else "It is not said which review plan."
    known = ", ".join(f"{plan.id}{f' ({plan.name})' if plan.name else ''}" for plan in reversed(there))
    raise InputError(what, f"Plans: {known or 'none yet; make one with `reviewer plan`'}.")


def plan_of(workspace: Workspace, plan_id: int) -> StoredPlan:
    """Raises InputError where there is none of that number."""
    with workspace.read() as session:
        row = session.get(ReviewPlanRow, plan_id)
        if row is None:
            raise InputError(f"There is no review queue {plan_id}.", "Choose another queue.")
        return _plans(session, [row])[0]


def latest_plan(workspace: Workspace, run_id: int, design: str | None = None) -> int | None:
    """Id of the run's latest review plan, of this design where one is named."""
    query = select(func.max(ReviewPlanRow.id)).where(ReviewPlanRow.run_id == run_id)
    with workspace.read() as session:
        return session.exec(query if design is None else query.where(ReviewPlanRow.design == design)).one()


def shares(workspace: Workspace, plan: StoredPlan) -> dict[str, tuple[int, ...]]:
    """Which positions of the plan each of its reviewers was given; empty where it was not split."""
    found: dict[str, list[int]] = {}
    query = select_columns(*_SHARE).where(col(ReviewAssignmentRow.plan_id) == plan.id).order_by(*_SHARE)
    with workspace.read() as session:
        for reviewer, position in session.connection().execute(query):
            found.setdefault(reviewer, []).append(position)
    return {reviewer: tuple(positions) for reviewer, positions in found.items()}


def _of_run(run_id: int) -> ColumnElement[bool]:
    return col(ReviewPlanRow.run_id) == run_id


def _plans(session: Session, rows: Sequence[ReviewPlanRow]) -> list[StoredPlan]:
    ids = [row_id(row.id) for row in rows]
    parts, sizes = _reviewers(session, ids), _sizes(session, ids)
    return [
        StoredPlan(
            id=id_,
            run_id=row.run_id,
            name=row.name,
            design=row.design,
            seed=row.seed,
            budget=row.budget,
            needed=row.needed,
            author=row.author,
            at=row.at,
            size=sizes.get(id_, 0),
            reviewers=parts.get(id_, ()),
        )
        for id_, row in zip(ids, rows, strict=True)
    ]


def _sizes(session: Session, plan_ids: Sequence[int]) -> dict[int, int]:
    sized: tuple[Any, ...] = (ReviewPlanItemRow.plan_id, func.count())
    query = select_columns(*sized).where(col(ReviewPlanItemRow.plan_id).in_(plan_ids)).group_by(sized[0])
    return {plan_id: size for plan_id, size in session.connection().execute(query)}


_PART: tuple[Any, ...] = (ReviewAssignmentRow.plan_id, ReviewAssignmentRow.reviewer)
_SHARE: tuple[Any, ...] = (ReviewAssignmentRow.reviewer, ReviewAssignmentRow.position)


def _reviewers(session: Session, plan_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query = select_columns(*_PART).where(col(ReviewAssignmentRow.plan_id).in_(plan_ids)).distinct().order_by(*_PART)
    found: dict[int, tuple[str, ...]] = {}
    for plan_id, reviewer in session.connection().execute(query):
        found[plan_id] = (*found.get(plan_id, ()), reviewer)
    return found


def _items(columns: tuple[Any, ...], plan: StoredPlan, reviewer: str) -> Select[Any]:
    """The plan's places, or the reviewer's own where parts were given out and this reviewer has one."""
    item, part = ReviewPlanItemRow, ReviewAssignmentRow
    query = select_columns(*columns).select_from(item).where(col(item.plan_id) == plan.id)
    if reviewer not in plan.reviewers:
        return query
    mine = and_(col(part.plan_id) == col(item.plan_id), col(part.position) == col(item.position))
    return query.join(part, mine).where(col(part.reviewer) == reviewer)


_WITH_TEXTS: tuple[Any, ...] = (ReviewPlanItemRow, ResponseRow, CaseRow)
_RESPONSE: tuple[Any, ...] = (ReviewPlanItemRow.response_id,)
_WITH_PROBABILITY: tuple[Any, ...] = (ReviewPlanItemRow.response_id, ReviewPlanItemRow.inclusion_probability)


def plan_ids(workspace: Workspace, plan: StoredPlan, reviewer: str = "") -> array[int]:
    """The plan's responses in the order in which they are to be worked; of a reviewer with a part only that."""
    query = _items(_RESPONSE, plan, reviewer).order_by(col(ReviewPlanItemRow.position))
    with workspace.read() as session:
        return array("q", session.connection().execute(query).scalars())


def share_of(workspace: Workspace, plan: StoredPlan, reviewer: str) -> Share:
    """The reviewer's part of the plan, or all of it where it was not split, with its texts.

    Raises InputError for a reviewer who was given nothing.
    """
    if plan.reviewers and reviewer not in plan.reviewers:
        raise InputError(
            f"{reviewer!r} was given nothing of plan {plan.id}.", f"It was split between {', '.join(plan.reviewers)}."
        )
    query = (
        _items(_WITH_TEXTS, plan, reviewer)
        .join(ResponseRow, col(ReviewPlanItemRow.response_id) == col(ResponseRow.id))
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .order_by(col(ReviewPlanItemRow.position))
    )
    cases, responses = {}, []
    with workspace.read() as session:
        for item, response, case in session.execute(query):
            cases[case.key] = mapping.case(case)
            answer = mapping.response(response, case.key)
            responses.append(PlacedResponse(item.position, item.inclusion_probability, answer))
    return Share(tuple(cases.values()), tuple(responses))


def probabilities(workspace: Workspace, plan: StoredPlan) -> dict[int, float]:
    """Response id → the probability with which it came among the plan's first `budget`."""
    with workspace.read() as session:
        return {key: chance for key, chance in session.connection().execute(_items(_WITH_PROBABILITY, plan, ""))}


def plan_count(workspace: Workspace, plan: StoredPlan, reviewer: str = "") -> QueueCount:
    """How many of the places that are asked for the reviewer has, and on how many of them the work is done.

    Of one's own part that is where one has decided, else where anybody has. What was only decided in bulk is counted
    apart: it is no part of a sample.
    """
    mine = reviewer in plan.reviewers
    done: Any = col(ResponseRow.reviewed)
    if mine:
        done = and_(done, _decided_by(reviewer))
    counted: tuple[Any, ...] = (func.count(), func.sum(cast(done, Integer)))
    with workspace.read() as session:
        n, decided = session.connection().execute(_asked_for(counted, plan, reviewer)).one()
        bulk = bulk_ids(session, plan.run_id) if decided else set()
        there = session.connection().execute(_asked_for(_RESPONSE, plan, reviewer).where(done)) if bulk else None
        in_bulk = len(bulk.intersection(there.scalars())) if there is not None else 0
    return QueueCount(n, (decided or 0) - in_bulk, in_bulk)


def _asked_for(columns: tuple[Any, ...], plan: StoredPlan, reviewer: str) -> Select[Any]:
    """Of the reviewer's places those that the plan asks for, with their responses."""
    query = _items(columns, plan, reviewer).join(ResponseRow, col(ReviewPlanItemRow.response_id) == col(ResponseRow.id))
    return query.where(col(ReviewPlanItemRow.position) < plan.budget)


def _decided_by(reviewer: str) -> ColumnElement[bool]:
    said, undoing = DecisionRow, select(DecisionRow.undoes).where(col(DecisionRow.undoes).is_not(None))
    return exists().where(
        col(said.response_id) == col(ResponseRow.id),
        col(said.reviewer) == reviewer,
        col(said.kind) != DecisionKind.UNDO.value,
        col(said.response_hash) == col(ResponseRow.hash),
        col(said.id).not_in(undoing),
    )


# what the corrected score rests on

_PLACES: tuple[Any, ...] = (
    CaseRow.key,
    ResponseRow.repeat,
    ReviewPlanItemRow.position,
    ReviewPlanItemRow.inclusion_probability,
)


def places_of(session: Session, plan_id: int | None) -> dict[tuple[CaseKey, int], tuple[int, float]]:
    """(case, repeat) → its place in the plan and its inclusion probability; empty without a plan."""
    query = (
        select_columns(*_PLACES)
        .join(ResponseRow, col(ReviewPlanItemRow.response_id) == col(ResponseRow.id))
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ReviewPlanItemRow.plan_id) == plan_id)
    )
    found = session.connection().execute(query)
    return {(CaseKey(key), repeat): (position, probability) for key, repeat, position, probability in found}


def skipped_ids(session: Session, run_id: int, among: Collection[int] | None = None) -> set[int]:
    """The run's responses, or of `among` those, that somebody passed over without a decision, in whatever queue."""
    if among is not None and not among:
        return set()  # SQLite goes through the whole run to find that nothing is in an empty list
    skipped: tuple[Any, ...] = (ReviewEventRow.response_id,)
    query = (
        select_columns(*skipped)
        .join(ResponseRow, col(ReviewEventRow.response_id) == col(ResponseRow.id))
        .where(col(ReviewEventRow.kind) == ReviewEventKind.SKIPPED.value, _within(run_id, among))
    )
    return set(session.connection().execute(query).scalars())


def _within(run_id: int, among: Collection[int] | None) -> ColumnElement[bool]:
    of_run = col(ResponseRow.run_id) == run_id
    return of_run if among is None else and_(of_run, col(ResponseRow.id).in_(among))


def bulk_ids(session: Session, run_id: int, among: Collection[int] | None = None) -> set[int]:
    """The run's responses, or of `among` those, whose standing decisions were all made on many at once."""
    in_bulk: tuple[Any, ...] = (DecisionRow.response_id,)
    query = (
        select_columns(*in_bulk)
        .join(ResponseRow, col(DecisionRow.response_id) == col(ResponseRow.id))
        .where(_within(run_id, among), col(ResponseRow.reviewed), col(DecisionRow.bulk))
    )
    found: set[int] = set()
    for ids in batches(sorted(set(session.connection().execute(query).scalars()))):
        said = events(session, ids)
        hashes = dict(session.exec(select(ResponseRow.id, ResponseRow.hash).where(col(ResponseRow.id).in_(ids))).all())
        for response_id in ids:
            standing = standing_events(said[response_id], hashes[response_id])
            settled = [event for event in standing if event.kind is DecisionKind.ADJUDICATION]
            counting = settled[-1:] or standing_decisions(standing).values()
            if counting and all(event.bulk for event in counting):
                found.add(response_id)
    return found


def resting_plan(session: Session, run_id: int) -> int | None:
    """Of the run's plans the one that was worked furthest from its top without a gap; of equals the newest.

    What counts is how far, never what was decided there, so that the choice favours no result.
    """
    ids = session.exec(
        select(ReviewPlanRow.id).where(ReviewPlanRow.run_id == run_id).order_by(col(ReviewPlanRow.id).desc())
    ).all()
    if len(ids) < 2:
        return ids[0] if ids else None
    skipped = skipped_ids(session, run_id)
    return max(ids, key=lambda plan_id: _worked(session, row_id(plan_id), skipped))  # the first of equals


def _worked(session: Session, plan_id: int, skipped: set[int]) -> int:
    """How many scored responses of the plan have been looked at before the first one that has not."""
    columns: tuple[Any, ...] = (ReviewPlanItemRow.response_id, ResponseRow.reviewed)
    query = (
        select_columns(*columns)
        .join(ResponseRow, col(ReviewPlanItemRow.response_id) == col(ResponseRow.id))
        .where(col(ReviewPlanItemRow.plan_id) == plan_id, col(ResponseRow.automatic_action).is_not(None))
        .order_by(col(ReviewPlanItemRow.position))
    )
    worked = 0
    for response_id, reviewed in session.connection().execute(query):
        if not reviewed and response_id not in skipped:
            break
        worked += 1
    return worked
