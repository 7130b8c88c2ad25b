"""What classifiers and people said of a run's responses, side by side, without the texts."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Select, union_all
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey, CaseStatus
from reviewer.core.decisions import VerdictSource
from reviewer.core.responses import ResponseState
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.agreement import ClassifiedResponse, Said
from reviewer.store.queries.plans import resting_plan
from reviewer.store.rescaled import readings_of_run
from reviewer.store.review_rows import AdjudicationRow, DecisionRow, ReviewPlanItemRow
from reviewer.store.rows import CaseRow, ResponseRow, VerdictRow


def said_of_run(workspace: Workspace, run_id: int) -> list[Said]:
    """The responses of the run on which a decision stands, in case-key and repeat order, with the latest verdict of
    each classifier.
    """
    with workspace.read() as session:
        found = _reviewed(session, run_id)
        for response_id, verdicts in _latest(session, run_id).items():
            found[response_id].verdicts = verdicts
        _add_events(session, run_id, found)
    return list(found.values())


def classifiers_of_run(workspace: Workspace, run_id: int) -> list[tuple[str, VerdictSource]]:
    """The judges that have said something of the run's responses, and the version of the rules that spoke last."""
    with workspace.read() as session:
        return [(name, VerdictSource(source)) for name, source in session.connection().execute(_names(run_id))]


def _names(run_id: int) -> Select[Any]:
    columns: tuple[Any, ...] = (VerdictRow.classifier, VerdictRow.source)
    of_run = (
        select_columns(*columns)
        .join(ResponseRow, col(VerdictRow.response_id) == col(ResponseRow.id))
        .where(col(ResponseRow.run_id) == run_id)
    )
    judges = of_run.where(col(VerdictRow.source) == VerdictSource.JUDGE.value).distinct()
    rules = of_run.where(col(VerdictRow.source) == VerdictSource.RULES.value).order_by(col(VerdictRow.id).desc())
    spoke_last = rules.limit(1).subquery()
    # one statement, so that both are of the same moment
    return select_columns(union_all(select_columns(spoke_last), judges).subquery())


def _reviewed(session: Session, run_id: int) -> dict[int, Said]:
    columns: tuple[Any, ...] = (
        *(ResponseRow.id, CaseRow.key, ResponseRow.repeat, ResponseRow.state, ResponseRow.hash),
        *(ResponseRow.automatic_action, CaseRow.label, CaseRow.band, CaseRow.pair, CaseRow.status),
    )
    query = (
        select_columns(*columns)
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id, col(ResponseRow.reviewed))
        .order_by(col(CaseRow.key), col(ResponseRow.repeat))
    )
    found: dict[int, Said] = {}
    for key, case_key, repeat, state, hash_, automatic, label, band, pair, status in session.connection().execute(
        query
    ):
        said = Said(key, CaseKey(case_key), repeat, ResponseState(state), hash_, automatic, pair=pair)
        if status == CaseStatus.LABELLED:
            said.label, said.band = label, mapping.band_from_text(band)
        found[key] = said
    return found


def scored_by_label(workspace: Workspace, run_id: int) -> dict[ActionId, int]:
    """Label → how many scored responses of the run its cases have; the database counts."""
    columns: tuple[Any, ...] = (CaseRow.label, func.count())
    query = (
        select_columns(*columns)
        .join(ResponseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id, col(ResponseRow.final_action).is_not(None))
        .where(col(CaseRow.status) == CaseStatus.LABELLED.value)
        .group_by(col(CaseRow.label))
    )
    with workspace.read() as session:
        return {ActionId(label): n for label, n in session.connection().execute(query)}


def read_by_label(workspace: Workspace, run_id: int) -> dict[ActionId, int]:
    """Label → how many responses of the run to its cases have an automatic action; the database counts."""
    columns: tuple[Any, ...] = (CaseRow.label, func.count())
    query = (
        select_columns(*columns)
        .join(ResponseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(ResponseRow.run_id) == run_id, col(ResponseRow.automatic_action).is_not(None))
        .where(col(CaseRow.status) == CaseStatus.LABELLED.value)
        .group_by(col(CaseRow.label))
    )
    with workspace.read() as session:
        return {ActionId(label): n for label, n in session.connection().execute(query)}


def sample_order(workspace: Workspace, run_id: int) -> list[int]:
    """The responses of the review plan that the corrected score rests on, in its order; empty where there is none."""
    with workspace.read() as session:
        plan_id = resting_plan(session, run_id)
        query = select(ReviewPlanItemRow.response_id).where(col(ReviewPlanItemRow.plan_id) == plan_id)
        return list(session.exec(query.order_by(col(ReviewPlanItemRow.position))))


def hidden_at_decisions(workspace: Workspace, run_id: int) -> dict[int, frozenset[str] | None]:
    """Event id → what was out of sight at each decision on the run; None where nobody knows."""
    columns: tuple[Any, ...] = (DecisionRow.id, DecisionRow.hidden)
    query = select_columns(*columns).join(ResponseRow, col(DecisionRow.response_id) == col(ResponseRow.id))
    with workspace.read() as session:
        rows = session.connection().execute(query.where(col(ResponseRow.run_id) == run_id))
        return {id_: None if hidden is None else frozenset(json.loads(hidden)) for id_, hidden in rows}


def _latest(session: Session, run_id: int) -> dict[int, dict[str, ClassifiedResponse]]:
    """Reviewed response's id → the latest verdicts on its text.

    A later version of the rules replaces an earlier one; every judge stands for itself.
    """
    columns: tuple[Any, ...] = (
        *(VerdictRow.id, VerdictRow.response_id, VerdictRow.classifier),
        *(VerdictRow.source, VerdictRow.action),
    )
    readings = readings_of_run(session, run_id)
    query = (
        select_columns(*columns)
        .join(ResponseRow, col(VerdictRow.response_id) == col(ResponseRow.id))
        .where(col(ResponseRow.run_id) == run_id, col(ResponseRow.reviewed))
        .where(col(VerdictRow.response_hash) == col(ResponseRow.hash))
        .order_by(col(VerdictRow.id))
    )
    latest: dict[int, dict[str, ClassifiedResponse]] = {}
    for verdict_id, response_id, name, source, action in session.connection().execute(query):
        classifier = name.partition("/")[0] if source == VerdictSource.RULES else name
        verdict = ClassifiedResponse(name, VerdictSource(source), readings.of_verdict(action, verdict_id))
        latest.setdefault(response_id, {})[classifier] = verdict
    return latest


def _add_events(session: Session, run_id: int, found: dict[int, Said]) -> None:
    readings = readings_of_run(session, run_id)
    query = (
        select(DecisionRow, AdjudicationRow.cause)
        .join(ResponseRow, col(DecisionRow.response_id) == col(ResponseRow.id))
        .outerjoin(AdjudicationRow, col(AdjudicationRow.decision_id) == col(DecisionRow.id))
        .where(col(ResponseRow.run_id) == run_id, col(ResponseRow.reviewed))
        .order_by(col(DecisionRow.id))
    )
    for row, cause in session.exec(query):
        found[row.response_id].events.append(mapping.decision(row, cause, readings))
