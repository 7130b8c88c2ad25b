"""What is done to cases, from the window or the command line: add, edit, label, retire, bring back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band, checked_band, fitted_band
from reviewer.core.cases import Case, CaseStatus, SuiteHead, check_pair_stakes
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import CaseDetail, OnConflict
from reviewer.store.finals import batches
from reviewer.store.queries import suites
from reviewer.store.writes import suites as writes

FIRST_SUITE = "My cases"


@dataclass(frozen=True)
class StatusChange:
    """What a change of status took: the status that each case had before."""

    before: Mapping[int, str]
    retired: bool

    @property
    def sentence(self) -> str:
        n = len(self.before)
        what = f"{n} case{'s' if n != 1 else ''}"
        if not n:
            return "Nothing to retire."
        return f"Retired {what}." if self.retired else f"Brought {what} back."


def retire_or_bring_back(workspace: Workspace, ids: Sequence[int], author: str) -> tuple[StatusChange, Changes]:
    """Retire the cases; where all of them are retired, bring them back to the status they had."""
    before = _statuses(workspace, ids)
    if before and all(status == CaseStatus.RETIRED for status in before.values()):
        return bring_back(workspace, ids, "brought back", author)
    return retire(workspace, ids, "retired", author)


def retire(workspace: Workspace, ids: Sequence[int], reason: str, author: str) -> tuple[StatusChange, Changes]:
    """Retire those of the cases that are not retired."""
    standing = {id_: status for id_, status in _statuses(workspace, ids).items() if status != CaseStatus.RETIRED}
    changes = _set(workspace, dict.fromkeys(standing, CaseStatus.RETIRED), reason, author)
    return StatusChange(standing, retired=True), changes


def bring_back(workspace: Workspace, ids: Sequence[int], reason: str, author: str) -> tuple[StatusChange, Changes]:
    """Give those of the cases that are retired the status again that they had before."""
    retired = {id_: status for id_, status in _statuses(workspace, ids).items() if status == CaseStatus.RETIRED}
    targets = {case_id: _status_before_retiring(workspace, case_id) for case_id in retired}
    return StatusChange(retired, retired=False), _set(workspace, targets, reason, author)


def take_back(workspace: Workspace, change: StatusChange, author: str) -> tuple[StatusChange, Changes]:
    """Give the cases the status again that they had before the change."""
    targets = {case_id: CaseStatus(status) for case_id, status in change.before.items()}
    return change, _set(workspace, targets, "undone", author)


def _statuses(workspace: Workspace, ids: Sequence[int]) -> dict[int, str]:
    return {line.id: line.status for page in batches(ids) for line in suites.case_lines(workspace, page)}


def _status_before_retiring(workspace: Workspace, case_id: int) -> CaseStatus:
    history = suites.case_detail(workspace, case_id).history
    earlier = [event.status for event in history if event.status != CaseStatus.RETIRED]
    return CaseStatus(earlier[-1]) if earlier else CaseStatus.LABELLED


def _set(workspace: Workspace, targets: Mapping[int, CaseStatus], reason: str, author: str) -> Changes:
    changes, at = Changes(), now()
    with workspace.write():
        for status in dict.fromkeys(targets.values()):
            ids = [case_id for case_id, target in targets.items() if target is status]
            changes |= writes.set_status(workspace, case_ids=ids, status=status, reason=reason, author=author, at=at)
    return changes


@dataclass(frozen=True)
class Saved:
    """Where a saved case is now: an edit of messages that were answered makes a new case version with its own id."""

    suite_id: int
    case_id: int


def save_edit(workspace: Workspace, detail: CaseDetail, case: Case, reason: str, author: str) -> tuple[Saved, Changes]:
    """Store an edited case. Raises InputError for a label changed without a reason and for stakes unlike the pair's."""
    check_pair_stakes(case, suites.stakes_of_pair(workspace, detail.suite_id, case))
    changes = writes.edit_case(workspace, case_id=detail.id, case=case, reason=reason, author=author, at=now())
    case_id = suites.case_id_of(workspace, detail.suite_id, detail.case.key)
    return Saved(detail.suite_id, case_id), changes


def add_case(workspace: Workspace, suite_id: int | None, case: Case, author: str) -> tuple[Saved, Changes]:
    """Store a new case, in a first suite if there is none yet.

    Raises InputError as `save_edit`, and where its key is taken.
    """
    at, changes = now(), Changes()
    with workspace.write():
        if suite_id is None:
            suite_id, changes = writes.ensure_suite(workspace, head=SuiteHead(FIRST_SUITE), at=at)
        check_pair_stakes(case, suites.stakes_of_pair(workspace, suite_id, case))
        added = writes.add_cases(
            workspace, suite_id=suite_id, cases=[case], at=at, author=author, on_conflict=OnConflict.REPORT
        )
        if not added.added:
            raise InputError(f"The key {case.key!r} is taken.", "Give the case another key.")
    return Saved(suite_id, suites.case_id_of(workspace, suite_id, case.key)), changes | added.changes


def label_differs(before: Case, after: Case) -> bool:
    """Whether label, band or status change, which needs a reason on a labelled case."""
    return (before.label, dict(before.band), before.status) != (after.label, dict(after.band), after.status)


def needs_reason(before: Case | None, after: Case) -> bool:
    return before is not None and before.label is not None and label_differs(before, after)


def check_case(before: Case | None, case: Case, reason: str) -> None:
    """Raises InputError for a case without the label or the band that it must have, or a change without a reason."""
    if case.status is CaseStatus.LABELLED and case.label is None:
        raise InputError("The case has no label.", "Choose an action, or set the status to unreviewed.")
    if case.borderline and case.label is not None and not case.band:
        raise InputError(
            "A borderline case has an acceptable neighbour.", "Give one credit, or take the borderline mark away."
        )
    if needs_reason(before, case) and not reason.strip():
        raise InputError("A changed label, band or status needs a reason.", "Say in a few words why.")


def relabelled(case: Case, label: ActionId | None, band: Band | None, scale: ActionScale) -> Case:
    """The case with another label or band. What is None stays; a band that stays is fitted to a new label.

    A first label makes an unreviewed case labelled. Raises InputError for a case that would have no label and for a
    band that cannot be.
    """
    chosen = label or case.label
    if chosen is None:
        raise InputError("The case has no label.", "Give --label too.")
    checked = fitted_band(chosen, case.band, scale) if band is None else checked_band(chosen, band, scale)
    status = CaseStatus.LABELLED if case.status is CaseStatus.UNREVIEWED else case.status
    return replace(case, label=chosen, band=checked, status=status)


def all_categories(workspace: Workspace) -> list[str]:
    """The categories of all suites, by name; none twice."""
    found = {name for suite in suites.stored_suites(workspace) for name in suites.categories(workspace, suite.id)}
    return sorted(name for name in found if name)
