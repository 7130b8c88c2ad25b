"""Dispute a label, and settle what was disputed: a new version of the label, or the word that it stays."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from reviewer.core.bands import checked_band
from reviewer.core.cases import CaseStatus
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.reasons import says_why
from reviewer.host.uids import new_uid
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.disputes import ProposedLabel
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import LabelDisputeRow, LabelSettlingRow
from reviewer.store.rows import CaseRow, SuiteRow
from reviewer.store.writes.suites import edit_case


def dispute_label(
    workspace: Workspace, *, case_id: int, proposed: ProposedLabel, reviewer: str, reason: str, at: str
) -> tuple[int, Changes]:
    """Append the word that a case's label is wrong. The label stays as it is until somebody settles it.

    Raises InputError without a reviewer or a reason, for a proposal off the scale, and for what the label is already.
    """
    _check_words(reviewer, reason)
    with workspace.write() as session:
        row = session.get(CaseRow, case_id)
        if row is None:
            raise InputError("The case does not exist any more.", "Reload the list.")
        _check_proposal(session, row, proposed)
        new = LabelDisputeRow(
            case_id=case_id,
            label_version=row.label_version,
            label=proposed.label,
            band=mapping.band_to_text(proposed.band),
            reviewer=reviewer,
            reason=reason.strip(),
            uid=new_uid(),
            at=at,
        )
        session.add(new)
        session.flush()
        return row_id(new.id), Changes(labels=True, case_ids=frozenset({case_id}))


def _check_words(person: str, reason: str) -> None:
    if not person.strip():
        raise InputError("It is not said who does it.", "Say under which name.")
    if not says_why(reason):
        raise InputError("It has no reason.", "Say in a few words why.")


def _check_proposal(session: Session, row: CaseRow, proposed: ProposedLabel) -> None:
    if proposed.label is None:
        return
    scale = mapping.scale_from_text(session.get_one(SuiteRow, row.suite_id).scale)
    checked_band(proposed.label, proposed.band, scale)
    if (proposed.label, dict(proposed.band)) == (row.label, mapping.band_from_text(row.band)):
        raise InputError(f"The case {row.key!r} is labelled so already.", "Propose another label or band.")


def settle_dispute(
    workspace: Workspace, *, dispute_id: int, label: ProposedLabel | None, author: str, reason: str, at: str
) -> tuple[int | None, Changes]:
    """Settle a disputed label: `label` is what holds from now on, None where it stays as it is.

    The label version that holds it, None where it stays. Raises InputError where it was settled before, without an
    author or a reason, and for a label that cannot be.
    """
    _check_words(author, reason)
    with workspace.write() as session:
        dispute = session.get(LabelDisputeRow, dispute_id)
        if dispute is None:
            raise InputError(f"There is no label dispute {dispute_id}.", "Reload the list.")
        if (before := session.get(LabelSettlingRow, dispute_id)) is not None:
            raise InputError(f"{before.author} has settled that dispute before.", "Dispute the label again.")
        changes, version = Changes(labels=True, case_ids=frozenset({dispute.case_id})), None
        if label is not None:
            changes |= _relabel(workspace, session, dispute.case_id, label, author, reason, at)
            version = session.get_one(CaseRow, dispute.case_id).label_version
        session.add(
            LabelSettlingRow(dispute_id=dispute_id, label_version=version, author=author, reason=reason.strip(), at=at)
        )
    return version, changes


def _relabel(
    workspace: Workspace, session: Session, case_id: int, label: ProposedLabel, author: str, reason: str, at: str
) -> Changes:
    case = mapping.case(session.get_one(CaseRow, case_id))
    status = CaseStatus.LABELLED if case.status is CaseStatus.UNREVIEWED else case.status
    edited = replace(case, label=label.label, band=label.band, status=status)
    if edited == case:
        return Changes()
    return edit_case(workspace, case_id=case_id, case=edited, reason=reason, author=author, at=at)
