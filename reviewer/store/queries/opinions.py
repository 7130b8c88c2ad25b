"""What several people said of one run: its labellers' labels, and the responses on which its reviewers differ."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey, CaseStatus
from reviewer.core.decisions import standing_decisions, standing_events
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.opinions import AskedCase, GivenLabel, Opinions, ReviewedBy
from reviewer.store.finals import batches, events
from reviewer.store.mapping import row_id
from reviewer.store.queries.disputes import disputes_of_run, label_versions
from reviewer.store.rescaled import readings_of_suite
from reviewer.store.review_rows import DecisionRow
from reviewer.store.rows import CaseRow, LabelEventRow, ResponseRow, RunRow


def opinions(workspace: Workspace, run_id: int) -> Opinions:
    """Reads the label histories of the run's suite where more than one person has labelled it, and no response's text.

    Only responses on which two people have decided are looked at for a dispute.
    """
    versions, still_open = label_versions(workspace, run_id), len(disputes_of_run(workspace, run_id))
    with workspace.read() as session:
        suite_id = session.get_one(RunRow, run_id).suite_id
        return Opinions(_labels(session, suite_id), _disputed(session, run_id), versions, still_open)


_HISTORY: tuple[Any, ...] = (LabelEventRow.id, LabelEventRow.case_id, LabelEventRow.author)
_LABEL: tuple[Any, ...] = (LabelEventRow.label, LabelEventRow.band, CaseRow.key, CaseRow.message_hash)


def _labels(session: Session, suite_id: int) -> dict[str, dict[AskedCase, GivenLabel]]:
    """Each person's latest label of each case that they gave one; who only changed a status has labelled nothing."""
    found: dict[str, dict[AskedCase, GivenLabel]] = {name: {} for name in _authors(session, suite_id)}
    if len(found) < 2:
        return found
    query = (
        select_columns(*_HISTORY, *_LABEL)
        .join(CaseRow, col(LabelEventRow.case_id) == col(CaseRow.id))
        .where(col(CaseRow.suite_id) == suite_id, col(LabelEventRow.label).is_not(None))
        .order_by(col(LabelEventRow.id))
    )
    readings, stood = readings_of_suite(session, suite_id), dict[int, tuple[str, str]]()
    for id_, case_id, author, label, band, key, message_hash in session.connection().execute(query):
        if stood.get(case_id) != (label, band) and readings.scale_of_label(id_) is None:
            given = GivenLabel(ActionId(label), mapping.band_from_text(band))
            found[author][AskedCase(CaseKey(key), message_hash)] = given
        stood[case_id] = label, band
    return {author: labels for author, labels in found.items() if labels}


def _authors(session: Session, suite_id: int) -> list[str]:
    query = (
        select(LabelEventRow.author)
        .join(CaseRow, col(LabelEventRow.case_id) == col(CaseRow.id))
        .where(col(CaseRow.suite_id) == suite_id, col(LabelEventRow.label).is_not(None))
        .distinct()
    )
    return sorted(session.exec(query))


_PLACE: tuple[Any, ...] = (ResponseRow.id, ResponseRow.repeat, ResponseRow.hash, CaseRow.key)


def _disputed(session: Session, run_id: int) -> dict[tuple[CaseKey, int], frozenset[ActionId]]:
    several = (
        select(DecisionRow.response_id)
        .join(ResponseRow, col(DecisionRow.response_id) == col(ResponseRow.id))
        .where(col(ResponseRow.run_id) == run_id)
        .group_by(col(DecisionRow.response_id))
        .having(func.count(func.distinct(DecisionRow.reviewer)) > 1)
    )
    found: dict[tuple[CaseKey, int], frozenset[ActionId]] = {}
    for ids in batches([row_id(each) for each in session.exec(several)]):
        said = events(session, ids)
        query = select_columns(*_PLACE).join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        for id_, repeat, hash_, key in session.connection().execute(query.where(col(ResponseRow.id).in_(ids))):
            standing = standing_decisions(standing_events(said[id_], hash_)).values()
            actions = frozenset(decision.action for decision in standing if decision.action is not None)
            if len(actions) > 1:
                found[CaseKey(key), repeat] = actions
    return found


def reviewers(workspace: Workspace, run_id: int) -> dict[str, ReviewedBy]:
    """Whose decisions and adjudications stand on the run's labelled responses, by the name that each gave."""
    found: dict[str, ReviewedBy] = {}
    with workspace.read() as session:
        query = (
            select_columns(*_PLACE)
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .where(col(ResponseRow.run_id) == run_id, col(ResponseRow.reviewed))
            .where(col(CaseRow.status) == CaseStatus.LABELLED)
        )
        hashes = {id_: hash_ for id_, _, hash_, _ in session.connection().execute(query)}
        for ids in batches(sorted(hashes)):
            for id_, said in events(session, ids).items():
                standing = standing_events(said, hashes[id_])
                for name in {event.reviewer for event in standing}:
                    bulk = all(event.bulk for event in standing if event.reviewer == name)
                    before = found.get(name, ReviewedBy(0, 0))
                    found[name] = ReviewedBy(before.responses + 1, before.in_bulk + bulk)
    return dict(sorted(found.items()))
