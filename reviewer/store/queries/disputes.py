"""Responses on which reviewers differ, and disputed labels, open and settled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import UnscoredReason, standing_decisions, standing_events
from reviewer.core.errors import InputError
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.disputes import DisputedResponse, LabelDispute, LabelSettled, ProposedLabel
from reviewer.store.finals import batches, events
from reviewer.store.mapping import row_id
from reviewer.store.review_rows import LabelDisputeRow, LabelSettlingRow
from reviewer.store.rows import CaseRow, ResponseRow, RunCaseRow

_BOTH: tuple[Any, ...] = (LabelDisputeRow, LabelSettlingRow, CaseRow)


def _disputes() -> Select[Any]:
    return (
        select_columns(*_BOTH)
        .join(CaseRow, col(LabelDisputeRow.case_id) == col(CaseRow.id))
        .outerjoin(LabelSettlingRow, col(LabelSettlingRow.dispute_id) == col(LabelDisputeRow.id))
        .order_by(col(CaseRow.key), col(LabelDisputeRow.id))
    )


def disputes_of_run(workspace: Workspace, run_id: int, *, open_only: bool = True) -> list[LabelDispute]:
    """Of the case versions that a run is over, in key order."""
    of_run = select(RunCaseRow.case_id).where(RunCaseRow.run_id == run_id)
    return _found(workspace, _disputes().where(col(CaseRow.id).in_(of_run)), open_only=open_only)


def disputes_of_suite(workspace: Workspace, suite_id: int, *, open_only: bool = True) -> list[LabelDispute]:
    """Of all versions of a suite's cases, in key order."""
    return _found(workspace, _disputes().where(col(CaseRow.suite_id) == suite_id), open_only=open_only)


def _found(workspace: Workspace, query: Select[Any], *, open_only: bool) -> list[LabelDispute]:
    wanted = query.where(col(LabelSettlingRow.dispute_id).is_(None)) if open_only else query
    with workspace.read() as session:
        return [_dispute(*row) for row in session.execute(wanted)]


def dispute(workspace: Workspace, dispute_id: int) -> LabelDispute:
    """Raises InputError if there is none."""
    with workspace.read() as session:
        row = session.execute(_disputes().where(col(LabelDisputeRow.id) == dispute_id)).first()
    if row is None:
        raise InputError(f"There is no label dispute {dispute_id}.", "List them with `reviewer label --disputes`.")
    return _dispute(*row)


def _dispute(row: LabelDisputeRow, settled: LabelSettlingRow | None, case: CaseRow) -> LabelDispute:
    return LabelDispute(
        id=row_id(row.id),
        uid=row.uid,
        case_id=row.case_id,
        key=CaseKey(case.key),
        label_version=row.label_version,
        proposed=_label(row.label, row.band),
        present=_label(case.label, case.band),
        reviewer=row.reviewer,
        reason=row.reason,
        at=row.at,
        settled=None
        if settled is None
        else LabelSettled(settled.label_version, settled.author, settled.reason, settled.at),
    )


def _label(label: str | None, band: str) -> ProposedLabel:
    return ProposedLabel(ActionId(label) if label else None, mapping.band_from_text(band))


def label_versions(workspace: Workspace, run_id: int) -> dict[int, int]:
    """Label version → how many cases of the run have their label in it now."""
    counted: tuple[Any, ...] = (CaseRow.label_version, func.count())
    query = (
        select_columns(*counted)
        .join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
        .where(col(RunCaseRow.run_id) == run_id, col(CaseRow.label).is_not(None))
        .group_by(col(CaseRow.label_version))
        .order_by(col(CaseRow.label_version))
    )
    with workspace.read() as session:
        return {version: n for version, n in session.connection().execute(query)}


_DISPUTED: tuple[Any, ...] = (ResponseRow.id, CaseRow.key, ResponseRow.repeat, ResponseRow.hash)
_IS_DISPUTED = col(ResponseRow.unscored_reason) == UnscoredReason.DISPUTED


def disputed_responses(workspace: Workspace, run_id: int) -> list[DisputedResponse]:
    """The responses of a run on which reviewers differ, in case-key and repeat order."""
    query = (
        select_columns(*_DISPUTED)
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id, _IS_DISPUTED)
        .order_by(col(CaseRow.key), col(ResponseRow.repeat))
    )
    with workspace.read() as session:
        rows = list(session.connection().execute(query))
        said = {key: each for ids in batches([row[0] for row in rows]) for key, each in events(session, ids).items()}
    return [
        DisputedResponse(
            response_id,
            CaseKey(key),
            repeat,
            {
                name: decision.action
                for name, decision in standing_decisions(standing_events(said[response_id], hash_)).items()
            },
        )
        for response_id, key, repeat, hash_ in rows
    ]


def disputed_by_run(workspace: Workspace) -> dict[int, int]:
    """Run id → responses on which its reviewers differ; runs without any are left out."""
    counts: tuple[Any, ...] = (ResponseRow.run_id, func.count())
    query = select_columns(*counts).where(_IS_DISPUTED).group_by(col(ResponseRow.run_id))
    with workspace.read() as session:
        return {run_id: n for run_id, n in session.connection().execute(query)}


def disputed_labels_by_run(workspace: Workspace) -> dict[int, int]:
    """Run id → disputes of its labels that nobody has settled; runs without any are left out."""
    counts: tuple[Any, ...] = (RunCaseRow.run_id, func.count())
    query = (
        select_columns(*counts)
        .join(LabelDisputeRow, col(LabelDisputeRow.case_id) == col(RunCaseRow.case_id))
        .outerjoin(LabelSettlingRow, col(LabelSettlingRow.dispute_id) == col(LabelDisputeRow.id))
        .where(col(LabelSettlingRow.dispute_id).is_(None))
        .group_by(col(RunCaseRow.run_id))
    )
    with workspace.read() as session:
        return {run_id: n for run_id, n in session.connection().execute(query)}
