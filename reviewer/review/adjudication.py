"""What people said of one response: taking it back, and settling where reviewers differ."""

from __future__ import annotations

from dataclasses import dataclass

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.decisions import (
    Cause,
    Decision,
    DecisionKind,
    DecisionOrigin,
    standing_decisions,
    standing_events,
)
from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.review.docket import Ruling, check_ruling
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision, QueueFilter, ReviewItem
from reviewer.store.queries import review, runs
from reviewer.store.writes.decisions import append_decision, undo_decision


@dataclass(frozen=True)
class Place:
    """One response of a run, as a person names it."""

    run: str
    case: str
    repeat: int = 1


@dataclass(frozen=True)
class Spoken:
    """What was appended on a response: the event's id, the response before and after it, and the suite's scale."""

    event_id: int
    before: ReviewItem
    after: ReviewItem
    scale: ActionScale


def standing_of(item: ReviewItem) -> list[Decision]:
    """Decisions and adjudications on the text that the response has now, those taken back left out, oldest first."""
    return standing_events(item.events, item.response.hash)


def disputes(workspace: Workspace, run: str) -> list[ReviewItem]:
    """The responses of a run on which reviewers differ, in case-key order. Raises InputError for an unknown run."""
    line = runs.run_named(workspace, run)
    ids = review.response_ids(workspace, line.id, QueueFilter.DISPUTED)
    return [review.review_item(workspace, response_id) for response_id in ids]


def decide(workspace: Workspace, place: Place, action: str, note: str, reviewer: str) -> Spoken:
    """Append a decision; `action` is one of the scale, or `cannot-decide`. Raises InputError for one that is not."""
    return _append(workspace, place, NewDecision(0, reviewer, None, note=note, origin=DecisionOrigin.COMMAND), action)


def settle(
    workspace: Workspace, place: Place, action: str, note: str, reviewer: str, cause: Cause | None, *, anyway: bool
) -> Spoken:
    """Append an adjudication. Raises InputError where nobody differs, a party would settle it, or a reason is due and
    missing, and it is not to be `anyway`.
    """
    decision = NewDecision(
        0, reviewer, None, DecisionKind.ADJUDICATION, note, cause=cause, origin=DecisionOrigin.COMMAND
    )
    return _append(workspace, place, decision, action, must_be_disputed=not anyway)


def _append(
    workspace: Workspace, place: Place, decision: NewDecision, action: str, *, must_be_disputed: bool = False
) -> Spoken:
    from dataclasses import replace

    scale, before = _found(workspace, place)
    chosen = parsed_action(action, scale)
    if must_be_disputed and not before.final.disputed:
        raise InputError(
            f"Nobody differs on the case {place.case!r}, repeat {place.repeat}.",
            "Decide on it instead, or give --anyway to settle it all the same.",
        )
    if must_be_disputed:
        check_ruling(before, Ruling(chosen, decision.cause, decision.note, decision.reviewer))
    said = replace(decision, response_id=before.response_id, action=chosen)
    event_id, _ = append_decision(workspace, decision=said, at=now())
    return Spoken(event_id, before, review.review_item(workspace, before.response_id), scale)


def take_back(workspace: Workspace, place: Place, reviewer: str, decision_id: int | None) -> tuple[Decision, Spoken]:
    """Undo the reviewer's latest word that stands on a response, or the one of that id; returns what was undone.

    Raises InputError where there is none.
    """
    scale, before = _found(workspace, place)
    standing = standing_of(before)
    if decision_id is None:
        found = [event for event in standing if event.reviewer == reviewer]
        missing = f"Nothing of {reviewer!r} stands on the case {place.case!r}, repeat {place.repeat}."
    else:
        found = [event for event in standing if event.id == decision_id]
        missing = f"No decision {decision_id} stands on the case {place.case!r}, repeat {place.repeat}."
    if not found:
        there = ", ".join(f"{event.id} by {event.reviewer}" for event in standing) or "none"
        raise InputError(missing, f"Decisions that stand there: {there}.")
    event_id, _ = undo_decision(
        workspace, decision_id=found[-1].id, reviewer=reviewer, at=now(), origin=DecisionOrigin.COMMAND
    )
    return found[-1], Spoken(event_id, before, review.review_item(workspace, before.response_id), scale)


def settled_by(spoken: Spoken) -> list[Decision]:
    """The decisions that an adjudication settles: each reviewer's latest that stood before it."""
    return list(standing_decisions(standing_of(spoken.before)).values())


def parsed_action(text: str, scale: ActionScale) -> ActionId | None:
    """Raises InputError for what is neither an action of the scale nor `cannot-decide`."""
    return None if text.replace("-", "_") == "cannot_decide" else scale.parse(text)


def _found(workspace: Workspace, place: Place) -> tuple[ActionScale, ReviewItem]:
    line = runs.run_named(workspace, place.run)
    response_id = review.response_of(workspace, line.id, place.case, place.repeat)
    return line.scale, review.review_item(workspace, response_id)
