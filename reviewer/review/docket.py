"""What is to be settled on a run: responses on which reviewers differ and disputed labels, one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewer.core.actions import ActionId
from reviewer.core.bands import fitted_band
from reviewer.core.cases import Case, SuiteHead
from reviewer.core.changes import Changes
from reviewer.core.decisions import (
    Cause,
    Decision,
    DecisionKind,
    DecisionOrigin,
    standing_decisions,
    standing_events,
)
from reviewer.core.errors import InputError
from reviewer.core.reasons import says_why
from reviewer.host.clock import now
from reviewer.review.disputes import labelled_case, settle_label
from reviewer.store.database import Workspace
from reviewer.store.facts.disputes import DisputedResponse, LabelDispute, ProposedLabel
from reviewer.store.facts.review import NewDecision, ReviewItem
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import disputes, review, runs, suites
from reviewer.store.writes.decisions import append_decision, undo_decision


@dataclass(frozen=True)
class OpenRun:
    """A run with something to settle, and how much."""

    run: RunLine
    responses: int
    labels: int


@dataclass(frozen=True)
class Docket:
    """What is to be settled on a run: first what this person is no party to. `runs` are all with anything open."""

    run: RunLine | None
    suite: SuiteHead | None = None
    responses: tuple[DisputedResponse, ...] = ()
    labels: tuple[LabelDispute, ...] = ()
    runs: tuple[OpenRun, ...] = ()


@dataclass(frozen=True)
class OnTheTable:
    """One matter as it is shown: a response with its decisions, or, where `dispute` is set, a case with its label."""

    case: Case
    item: ReviewItem | None = None
    dispute: LabelDispute | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Which matter it is, whatever else changes about it."""
        if self.dispute is not None:
            return ("label", self.dispute.id)
        return ("response", self.item.response_id if self.item else 0)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What each reviewer says of the response now, by name."""
        return () if self.item is None else tuple(said for _, said in sorted(parties(self.item).items()))


def parties(item: ReviewItem) -> Mapping[str, Decision]:
    """Who differs on a response, with what they say of its present text."""
    return standing_decisions(standing_events(item.events, item.response.hash))


def majority(decisions: Sequence[Decision]) -> ActionId | None:
    """The action that more than half of them say, None where there is none."""
    said = Counter(decision.action for decision in decisions)
    action, n = said.most_common(1)[0] if said else (None, 0)
    return action if 2 * n > len(decisions) else None


def needs_note(decisions: Sequence[Decision], action: ActionId | None) -> bool:
    """Whether settling so goes against what most of them say, for which a reason is due."""
    most = majority(decisions)
    return most is not None and most != action


def read_docket(workspace: Workspace, run_id: int | None, reviewer: str) -> Docket:
    """Of that run, else of the newest one with anything to settle, else of no run."""
    lines = runs.runs(workspace)
    responses, labels = disputes.disputed_by_run(workspace), disputes.disputed_labels_by_run(workspace)
    opened = tuple(
        OpenRun(line, responses.get(line.id, 0), labels.get(line.id, 0))
        for line in lines
        if line.id in responses or line.id in labels
    )
    asked = next((line for line in lines if line.id == run_id), None)
    line = asked or (opened[0].run if opened else None)
    if line is None:
        return Docket(None)
    found = disputes.disputed_responses(workspace, line.id)
    said_against = disputes.disputes_of_run(workspace, line.id)
    return Docket(
        run=line,
        suite=suites.suite_named(workspace, line.suite).head,
        responses=tuple(sorted(found, key=lambda each: reviewer in each.said)),
        labels=tuple(sorted(said_against, key=lambda each: each.reviewer == reviewer)),
        runs=opened,
    )


def read_response(workspace: Workspace, response_id: int) -> OnTheTable:
    item = review.review_item(workspace, response_id)
    return OnTheTable(item.case, item)


def read_label(workspace: Workspace, dispute_id: int) -> OnTheTable:
    dispute = disputes.dispute(workspace, dispute_id)
    return OnTheTable(suites.case_detail(workspace, dispute.case_id).case, None, dispute)


@dataclass(frozen=True)
class Ruling:
    """What a person settles a response as: `anyway` where they are a party and mean it."""

    action: ActionId | None
    cause: Cause | None
    note: str
    reviewer: str
    seconds_spent: float | None = None
    anyway: bool = False


def check_ruling(item: ReviewItem, ruling: Ruling) -> None:
    """Raises InputError for a party that does not mean it, and where a reason is due and missing."""
    differ = parties(item)
    if ruling.reviewer in differ and not ruling.anyway:
        raise InputError(
            f"{ruling.reviewer} is one of those who differ.", "Have another person settle it, or say that it is meant."
        )
    if needs_note(tuple(differ.values()), ruling.action) and not says_why(ruling.note):
        raise InputError("Most of the reviewers say something else.", "Say in a note why that is not to count.")


def rule_on(workspace: Workspace, shown: ReviewItem, ruling: Ruling) -> tuple[int, Changes]:
    """Settle a response as it was shown; the adjudication's id.

    Raises InputError where anything about it is not as it was shown any more, where a reason is due and missing, and
    for a party that does not mean it.
    """
    before = parties(shown)
    with workspace.write():
        item = review.review_item(workspace, shown.response_id)
        if item.response.hash != shown.response.hash or parties(item) != before or not item.final.disputed:
            raise InputError(
                f"Something was decided on {shown.case.key} meanwhile, so nothing was settled.", "Look at it again."
            )
        check_ruling(item, ruling)
        new = NewDecision(
            response_id=shown.response_id,
            reviewer=ruling.reviewer,
            action=ruling.action,
            kind=DecisionKind.ADJUDICATION,
            note=ruling.note.strip(),
            seconds_spent=ruling.seconds_spent,
            cause=ruling.cause,
            # nobody knows whether the verdict, which is not on that page, was in sight before
            hidden=None,
            origin=DecisionOrigin.WINDOW,
        )
        return append_decision(workspace, decision=new, at=now())


def take_back_ruling(workspace: Workspace, event_id: int, reviewer: str) -> tuple[int, Changes]:
    """Undo an adjudication. Raises InputError where it does not stand any more."""
    return undo_decision(workspace, decision_id=event_id, reviewer=reviewer, at=now(), origin=DecisionOrigin.WINDOW)


def rule_on_label(
    workspace: Workspace, shown: LabelDispute, action: ActionId | None, note: str, reviewer: str, *, anyway: bool
) -> tuple[LabelDispute, Changes]:
    """Settle a disputed label: with this action as the label, or, None, by leaving it as it is.

    As it was proposed, its reason is the dispute's own and its band the proposed one; anything else needs a note, and
    keeps of the band what still lies around the new label. Raises InputError as `settle_label`, and where the label is
    not as it was shown any more.
    """
    proposed = shown.proposed
    as_proposed = action is not None and action == proposed.label
    reason = note.strip() or (f"as {shown.reviewer} proposed: {shown.reason}" if as_proposed else "")
    label = proposed if as_proposed else None
    if action is not None and not as_proposed:
        scale = labelled_case(workspace, shown.case_id).scale
        label = ProposedLabel(action, fitted_band(action, shown.present.band, scale))
    with workspace.write():
        if disputes.dispute(workspace, shown.id) != shown:
            raise InputError(f"The label of {shown.key} was changed meanwhile.", "Look at it again.")
        return settle_label(workspace, shown.id, label, reviewer, reason, anyway=anyway)
