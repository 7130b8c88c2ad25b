"""Give parts of a plan to reviewers, and take in what came back from other workspaces under the names it had there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session

from reviewer.core.changes import Changes
from reviewer.core.decisions import DecisionKind
from reviewer.core.errors import InputError
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.packets import TravellingDecision, TravellingDispute, TravellingMark
from reviewer.store.facts.review import StoredPlan
from reviewer.store.finals import about, refresh_finals
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import (
    AdjudicationRow,
    DecisionRow,
    LabelDisputeRow,
    ReviewAssignmentRow,
    ReviewEventRow,
    ReviewPlanItemRow,
    ReviewPlanRow,
)


def assign_plan(workspace: Workspace, *, plan: StoredPlan, shares: Sequence[Sequence[str]]) -> Changes:
    """Give the response at each position of a plan to these reviewers. Raises InputError where it was split before."""
    if plan.reviewers:
        raise InputError(
            f"Plan {plan.id} was split between {', '.join(plan.reviewers)} before.", "Make a new plan to split it anew."
        )
    with workspace.write() as session:
        session.add_all(
            ReviewAssignmentRow(plan_id=plan.id, position=position, reviewer=reviewer)
            for position, reviewers in enumerate(shares)
            for reviewer in reviewers
        )
    return Changes(queues=True, run_ids=frozenset({plan.run_id}))


def store_share(
    workspace: Workspace, *, plan: StoredPlan, items: Sequence[tuple[int, float]], reviewer: str
) -> tuple[int, Changes]:
    """Store a share that came from elsewhere as a plan of its own: (response id, inclusion probability) in order."""
    with workspace.write() as session:
        row = ReviewPlanRow(
            run_id=plan.run_id,
            design=plan.design,
            seed=plan.seed,
            budget=plan.budget,
            at=plan.at,
            name=plan.name,
            needed=plan.needed,
        )
        session.add(row)
        session.flush()
        id_ = row_id(row.id)
        for position, (response_id, probability) in enumerate(items):
            item = {"plan_id": id_, "position": position}
            session.add(ReviewPlanItemRow(**item, response_id=response_id, inclusion_probability=probability))
            session.add(ReviewAssignmentRow(**item, reviewer=reviewer))
    return id_, Changes(queues=True, run_ids=frozenset({plan.run_id}))


def take_in_decisions(
    workspace: Workspace,
    *,
    decisions: Iterable[tuple[int, TravellingDecision]],
    known: Mapping[str, int],
) -> Changes:
    """Append (response id, event) under their own names, what an undo takes back before it.

    `known` are the ids of events that are stored, by uid. The caller has checked that nothing contradicts.
    """
    ids, touched = dict(known), set[int]()
    with workspace.write() as session:
        for response_id, event in sorted(decisions, key=lambda pair: pair[1].uid):
            ids[event.uid] = _append(session, response_id, event, ids)
            touched.add(response_id)
        refresh_finals(session, sorted(touched))
        run_ids, case_ids = about(session, sorted(touched))
    return Changes(decisions=bool(touched), responses=bool(touched), run_ids=run_ids, case_ids=case_ids)


def _append(session: Session, response_id: int, event: TravellingDecision, ids: Mapping[str, int]) -> int:
    row = DecisionRow(
        response_id=response_id,
        response_hash=event.response_hash,
        scale_hash=event.scale_hash,
        reviewer=event.reviewer,
        action=event.action,
        kind=str(event.kind),
        undoes=ids[event.undoes] if event.undoes else None,
        note=event.note,
        blind=event.blind,
        bulk=event.bulk,
        seconds_spent=event.seconds_spent,
        at=event.at,
        hidden=None if event.hidden is None else json.dumps(list(event.hidden)),
        guideline_version=event.guideline_version,
        origin=event.origin,
        uid=event.uid,
    )
    session.add(row)
    session.flush()
    if event.kind is DecisionKind.ADJUDICATION:
        session.add(AdjudicationRow(decision_id=row_id(row.id), cause=event.cause and str(event.cause)))
        session.flush()
    return row_id(row.id)


def take_in_marks(workspace: Workspace, *, marks: Sequence[tuple[int, TravellingMark]]) -> Changes:
    """Append (response id, review event) in the order in which they were done."""
    with workspace.write() as session:
        session.add_all(
            ReviewEventRow(
                response_id=response_id,
                reviewer=each.reviewer,
                kind=str(each.kind),
                detail=json.dumps({} if each.revealed is None else {"revealed": list(each.revealed)}),
                at=each.at,
            )
            for response_id, each in marks
        )
        session.flush()
        run_ids, case_ids = about(session, sorted({response_id for response_id, _ in marks}))
    return Changes(queues=bool(marks), decisions=bool(marks), run_ids=run_ids, case_ids=case_ids)


def take_in_disputes(workspace: Workspace, *, disputes: Sequence[tuple[int, TravellingDispute]]) -> Changes:
    """Append (case id, dispute) under their own names."""
    with workspace.write() as session:
        session.add_all(
            LabelDisputeRow(
                case_id=case_id,
                label_version=each.label_version,
                label=each.label,
                band=mapping.band_to_text(each.band),
                reviewer=each.reviewer,
                reason=each.reason,
                uid=each.uid,
                at=each.at,
            )
            for case_id, each in disputes
        )
    return Changes(labels=bool(disputes), case_ids=frozenset(case_id for case_id, _ in disputes))
