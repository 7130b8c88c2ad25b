"""Suites and cases: import, edit, label, retire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import exists
from sqlmodel import Session, col, func, select

from reviewer.core.bands import checked_band
from reviewer.core.cases import Case, CaseStatus, SuiteHead, sorted_suite_hash, suite_hash
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.dialects import insert_many
from reviewer.store.facts.suites import CasesAdded, OnConflict, check_scale, merged_head
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import GuidelineTextRow
from reviewer.store.rows import CaseRow, LabelEventRow, ResponseRow, SuiteRow

_AT_ONCE = 2_000


def ensure_suite(workspace: Workspace, *, head: SuiteHead, at: str, guideline_version: int = 1) -> tuple[int, Changes]:
    """The id of the suite of that name, made if there is none; its guideline's versions count on from the one given.

    Raises InputError if a suite of that name has another scale: its labels would mean something else.
    """
    with workspace.write() as session:
        row = session.exec(select(SuiteRow).where(SuiteRow.name == head.name)).first()
        if row is None:
            row = SuiteRow(
                name=head.name,
                version=head.version,
                description=head.description,
                licence=head.licence,
                guideline=head.guideline,
                guideline_version=guideline_version,
                scale=mapping.scale_to_text(head.scale),
                scale_hash=head.scale.hash,
                content_hash=suite_hash(head.scale, []),
                created_at=at,
            )
            session.add(row)
            session.flush()
            if row.guideline:
                keep_guideline(session, row, at)
            return row_id(row.id), Changes(suites=True)
        check_scale(mapping.suite_head(row), head.scale)
        changed = _take_head(session, row, head, at)
        session.add(row)
        return row_id(row.id), Changes(suites=changed)


def _take_head(session: Session, row: SuiteRow, head: SuiteHead, at: str) -> bool:
    """Fill what the suite did not say before; a guideline that differs becomes its next version."""
    before = mapping.suite_head(row)
    merged = merged_head(before, head)
    if merged.guideline != before.guideline:
        row.guideline_version += 1 if row.guideline else 0
        row.guideline = merged.guideline
        keep_guideline(session, row, at)
    row.description, row.licence = merged.description, merged.licence
    return merged != before


def keep_guideline(session: Session, suite: SuiteRow, at: str) -> None:
    """Append the suite's guideline as it is now to its history."""
    version, text = suite.guideline_version, suite.guideline
    session.add(GuidelineTextRow(suite_id=row_id(suite.id), version=version, text=text, at=at))


def add_cases(
    workspace: Workspace, *, suite_id: int, cases: Sequence[Case], at: str, author: str, on_conflict: OnConflict
) -> CasesAdded:
    """Add cases in one transaction. Equal content adds nothing; other content under a taken key follows `on_conflict`.

    With REPORT, conflicting cases are left out and listed; nothing of them is written.
    """
    with workspace.write() as session:
        present = {
            key: (case_id, content)
            for case_id, key, content in session.exec(
                select(CaseRow.id, CaseRow.key, CaseRow.content_hash).where(
                    CaseRow.suite_id == suite_id, col(CaseRow.current)
                )
            )
        }
        fresh = [case for case in cases if case.key not in present]
        _insert_cases(session, suite_id, fresh, at, author)
        differing = [
            (position, row_id(present[case.key][0]), case)
            for position, case in enumerate(cases)
            if case.key in present and present[case.key][1] != case.content_hash
        ]
        if on_conflict is OnConflict.NEW_VERSION:
            for _, case_id, case in differing:
                _replace_case(
                    session, _case_row(session, case_id), case, at, author, "imported again with other content"
                )
        written = bool(fresh or (differing and on_conflict is OnConflict.NEW_VERSION))
        if written:
            rehash(session, suite_id)
    return CasesAdded(
        added=len(fresh),
        unchanged=len(cases) - len(fresh) - len(differing),
        updated=len(differing) if on_conflict is OnConflict.NEW_VERSION else 0,
        skipped=len(differing) if on_conflict is OnConflict.SKIP else 0,
        conflicts=tuple(p for p, _, _ in differing) if on_conflict is OnConflict.REPORT else (),
        changes=Changes(suites=written, cases=written, labels=written),
    )


def add_new_cases(workspace: Workspace, *, suite_id: int, cases: Sequence[Case], at: str, author: str) -> Sequence[int]:
    """The ids of cases whose keys the suite does not have; whoever adds a suite's last ones calls `rehash_suite`."""
    with workspace.write() as session:
        return _insert_cases(session, suite_id, cases, at, author)


def rehash_suite(workspace: Workspace, *, suite_id: int) -> None:
    """Make the suite's content hash that of its cases."""
    with workspace.write() as session:
        rehash(session, suite_id)


def _insert_cases(session: Session, suite_id: int, cases: Sequence[Case], at: str, author: str) -> Sequence[int]:
    if not cases:
        return ()
    last = session.exec(select(func.max(CaseRow.id))).one() or 0
    guideline_version = session.get_one(SuiteRow, suite_id).guideline_version
    connection = session.connection()
    insert_many(connection, "case", [{**mapping.case_values(case, suite_id, at), "label_version": 1} for case in cases])
    ids = session.exec(select(CaseRow.id).where(col(CaseRow.id) > last).order_by(col(CaseRow.id))).all()
    events = [
        {
            "case_id": case_id,
            "label_version": 1,
            "label": case.label,
            "band": mapping.band_to_text(case.band),
            "status": str(case.status),
            "guideline_version": guideline_version,
            "author": author,
            "reason": "imported",
            "at": at,
        }
        for case_id, case in zip(ids, cases, strict=True)
    ]
    insert_many(connection, "label_event", events)
    return [row_id(case_id) for case_id in ids]


def rehash(session: Session, suite_id: int) -> None:
    suite = session.get_one(SuiteRow, suite_id)
    query = select(CaseRow.content_hash).where(CaseRow.suite_id == suite_id, col(CaseRow.current))
    hashes = session.exec(query.order_by(col(CaseRow.content_hash)).execution_options(yield_per=_AT_ONCE))
    suite.content_hash = sorted_suite_hash(mapping.scale_from_text(suite.scale), hashes)
    session.add(suite)


def _case_row(session: Session, case_id: int) -> CaseRow:
    row = session.get(CaseRow, case_id)
    if row is None:
        raise InputError("The case does not exist any more.", "Reload the list.")
    return row


def has_responses(session: Session, case_id: int) -> bool:
    return bool(session.exec(select(exists().where(col(ResponseRow.case_id) == case_id))).one())


def edit_case(workspace: Workspace, *, case_id: int, case: Case, reason: str, author: str, at: str) -> Changes:
    """Store an edited case under its old key.

    Messages that already have responses are kept: the edit makes a new case version. A changed label, band or status
    needs a reason and makes a new label version. Raises InputError without that reason or for a bad band.
    """
    with workspace.write() as session:
        row = _case_row(session, case_id)
        _check_edit(session, row, case, reason)
        _replace_case(session, row, replace(case, key=mapping.case(row).key), at, author, reason)
        rehash(session, row.suite_id)
    return Changes(suites=True, cases=True, labels=True)


def _check_edit(session: Session, row: CaseRow, case: Case, reason: str) -> None:
    if not row.current and row.message_hash != case.message_hash:
        raise InputError(f"The case {row.key!r} has a newer version.", "Reload the list and edit that one.")
    scale = mapping.scale_from_text(session.get_one(SuiteRow, row.suite_id).scale)
    if case.label is not None:
        checked_band(case.label, case.band, scale)
    elif case.status is CaseStatus.LABELLED:
        raise InputError("The case has no label.", "Choose an action, or set the status to unreviewed.")
    if _label_differs(row, case) and row.label is not None and not reason.strip():
        raise InputError("A changed label or band needs a reason.", "Say in a few words why it changes.")


def _label_differs(row: CaseRow, case: Case) -> bool:
    stored = (row.label, mapping.band_from_text(row.band), row.status)
    return stored != (case.label, dict(case.band), str(case.status))


def _replace_case(session: Session, row: CaseRow, case: Case, at: str, author: str, reason: str) -> None:
    if row.message_hash != case.message_hash and has_responses(session, row_id(row.id)):
        row.current = False
        session.add(row)
        new = CaseRow(**mapping.case_values(case, row.suite_id, at, row.version + 1))
        session.add(new)
        session.flush()
        session.add(_label_event(session, new, reason, author, at))
        return
    label_differs = _label_differs(row, case)
    values = mapping.case_values(case, row.suite_id, row.created_at, row.version)
    for name, value in {**values, "current": row.current}.items():
        setattr(row, name, value)
    if label_differs:
        row.label_version += 1
        session.add(_label_event(session, row, reason, author, at))
    session.add(row)
    session.flush()


def _label_event(session: Session, row: CaseRow, reason: str, author: str, at: str) -> LabelEventRow:
    return LabelEventRow(
        case_id=row_id(row.id),
        label_version=row.label_version,
        label=row.label,
        band=row.band,
        status=row.status,
        guideline_version=session.get_one(SuiteRow, row.suite_id).guideline_version,
        author=author,
        reason=reason,
        at=at,
    )


def set_status(
    workspace: Workspace, *, case_ids: Sequence[int], status: CaseStatus, reason: str, author: str, at: str
) -> Changes:
    """Retire cases, bring them back, mark them disputed. Nothing is deleted; each change is a label event.

    A case brought back without a label becomes unreviewed.
    """
    with workspace.write() as session:
        suites = set()
        for case_id in case_ids:
            row = _case_row(session, case_id)
            wanted = status if row.label or status is not CaseStatus.LABELLED else CaseStatus.UNREVIEWED
            if row.status == wanted:
                continue
            row.status, row.label_version = str(wanted), row.label_version + 1
            row.content_hash = mapping.case(row).content_hash
            session.add_all((row, _label_event(session, row, reason, author, at)))
            suites.add(row.suite_id)
        session.flush()
        for suite_id in suites:
            rehash(session, suite_id)
    return Changes(suites=bool(suites), cases=bool(suites), labels=bool(suites))
