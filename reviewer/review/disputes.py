"""Disputed labels as people work on them: said against a case, listed, settled."""

from __future__ import annotations

from dataclasses import dataclass

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band
from reviewer.core.cases import Case
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.disputes import LabelDispute, ProposedLabel
from reviewer.store.queries import disputes, suites
from reviewer.store.writes.disputes import dispute_label, settle_dispute


def say_against(
    workspace: Workspace, case_id: int, label: ActionId | None, band: Band, reviewer: str, reason: str
) -> tuple[LabelDispute, Changes]:
    """Dispute the label of a case version. Raises InputError as `dispute_label`."""
    proposed = ProposedLabel(label, band)
    id_, changes = dispute_label(
        workspace, case_id=case_id, proposed=proposed, reviewer=reviewer, reason=reason, at=now()
    )
    return disputes.dispute(workspace, id_), changes


def settle_label(
    workspace: Workspace, dispute_id: int, label: ProposedLabel | None, author: str, reason: str, *, anyway: bool
) -> tuple[LabelDispute, Changes]:
    """Settle a dispute: with the label that is to hold, or None where it stays.

    Raises InputError as `settle_dispute`, and where its own author would settle it and that is not meant (`anyway`).
    """
    found = disputes.dispute(workspace, dispute_id)
    if found.reviewer == author and not anyway:
        raise InputError(
            f"{author} disputed this label and would settle it too.",
            "Have another person do it, or say that it is meant.",
        )
    _, changes = settle_dispute(workspace, dispute_id=dispute_id, label=label, author=author, reason=reason, at=now())
    return disputes.dispute(workspace, dispute_id), changes


@dataclass(frozen=True)
class LabelledCase:
    """A case version with its label as it is now, and the scale that it is on."""

    case_id: int
    case: Case
    scale: ActionScale
    label_version: int


def labelled_case(workspace: Workspace, case_id: int) -> LabelledCase:
    """Raises InputError if the case does not exist."""
    detail = suites.case_detail(workspace, case_id)
    scale = next(suite.scale for suite in suites.stored_suites(workspace) if suite.id == detail.suite_id)
    return LabelledCase(case_id, detail.case, scale, detail.history[-1].version)
