"""Suites and cases as lists, pages and single facts."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, text
from sqlalchemy import case as case_expression
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from reviewer.core.actions import ActionId
from reviewer.core.cases import Case, CaseKey, CaseStatus
from reviewer.core.errors import InputError
from reviewer.core.message_forms import stored_message
from reviewer.core.rescaling import Readings
from reviewer.store import mapping
from reviewer.store.called import planned
from reviewer.store.database import Workspace
from reviewer.store.dialects.dialect import Dialect
from reviewer.store.facts.suites import (
    PREVIEW_CHARACTERS,
    CaseDetail,
    CaseFilter,
    CaseLine,
    CaseSlices,
    CaseSort,
    CaseVersion,
    LabelEvent,
    StoredSuite,
    SuiteLine,
)
from reviewer.store.finals import BATCH, batches
from reviewer.store.mapping import row_id
from reviewer.store.queries.case_order import case_order
from reviewer.store.rescaled import readings_of_suite
from reviewer.store.rows import CaseRow, LabelEventRow, ResponseRow, RunCaseRow, RunRow, SuiteRow


def suites(workspace: Workspace) -> list[SuiteLine]:
    """All suites by name, with their cases counted: `stored_suites` where nobody asks how many."""
    with workspace.read() as session:
        counts: dict[int, dict[str, int]] = {}
        query = (
            select(CaseRow.suite_id, CaseRow.status, func.count())
            .where(col(CaseRow.current))
            .group_by(col(CaseRow.suite_id), col(CaseRow.status))
        )
        for suite_id, status, count in session.exec(query):
            counts.setdefault(suite_id, {})[status] = count
        rows = session.exec(select(SuiteRow).order_by(col(SuiteRow.name))).all()
        return [
            SuiteLine(row_id(row.id), mapping.suite_head(row), row.content_hash, counts.get(row_id(row.id), {}))
            for row in rows
        ]


def stored_suites(workspace: Workspace) -> list[StoredSuite]:
    """All suites by name, in one statement that reads no case."""
    with workspace.read() as session:
        rows = session.exec(select(SuiteRow).order_by(col(SuiteRow.name)))
        return [StoredSuite(row_id(row.id), mapping.suite_head(row), row.content_hash) for row in rows]


def suite_named(workspace: Workspace, name: str) -> StoredSuite:
    """The suite without its cases. Raises InputError that names the suites there are."""
    found = stored_suites(workspace)
    for suite in found:
        if suite.name == name:
            return suite
    there = ", ".join(suite.name for suite in found) or "none yet"
    raise InputError(f"There is no suite {name!r} in this workspace.", f"Suites: {there}.")


def case_ids(workspace: Workspace, wanted: CaseFilter) -> array[int]:
    """Ids of the current cases that match, in order: small enough to hold for a million rows."""
    with workspace.read() as session:
        query = _filtered(wanted, workspace.dialect)
        match = workspace.dialect.match_expression(wanted.words)
        parameters = {"match": match} if match else {}
        ids = array("q", session.connection().execute(query, parameters).scalars())
    if wanted.sort is not CaseSort.KEY:
        return ids
    rank = case_order(workspace, wanted.suite_id).rank
    return array("q", sorted(ids, key=rank.__getitem__, reverse=wanted.descending))


_ID: tuple[Any, ...] = (CaseRow.id,)


def _filtered(wanted: CaseFilter, dialect: Dialect) -> Select[Any]:
    query: Select[Any] = select_columns(*_ID).where(col(CaseRow.suite_id) == wanted.suite_id, col(CaseRow.current))
    for name in ("label", "category", "status"):
        if value := getattr(wanted, name):
            query = query.where(getattr(CaseRow, name) == value)
    if not wanted.retired and wanted.status != CaseStatus.RETIRED:
        query = query.where(col(CaseRow.status) != CaseStatus.RETIRED)
    if dialect.match_expression(wanted.words):
        query = query.where(col(CaseRow.id).in_(text(dialect.matching_ids("case"))))
    column: Any = col(getattr(CaseRow, wanted.sort.value))
    if wanted.sort is CaseSort.LABEL and wanted.label_order:
        ranks = {str(action): rank for rank, action in enumerate(wanted.label_order)}
        column = case_expression(ranks, value=column, else_=len(ranks))
    if wanted.sort is CaseSort.KEY:
        return query  # the database does not sort keys as people count
    return query.order_by(column.desc() if wanted.descending else column, col(CaseRow.id))


_LINE_COLUMNS: tuple[Any, ...] = (
    CaseRow.id,
    CaseRow.key,
    func.substr(CaseRow.request, 1, PREVIEW_CHARACTERS),
    CaseRow.label,
    CaseRow.band,
    CaseRow.status,
    CaseRow.category,
    CaseRow.pair,
    CaseRow.borderline,
    func.json_array_length(CaseRow.messages),
)


def case_lines(workspace: Workspace, ids: Sequence[int]) -> list[CaseLine]:
    """One page of a list, in the order of `ids`; ids that are gone are left out."""
    with workspace.read() as session:
        counts = dict(
            session.exec(
                select(ResponseRow.case_id, func.count())
                .where(col(ResponseRow.case_id).in_(ids))
                .group_by(col(ResponseRow.case_id))
            ).all()
        )
        found = {}
        for row in session.connection().execute(select_columns(*_LINE_COLUMNS).where(col(CaseRow.id).in_(ids))):
            case_id, key, preview, label, band, status, category, pair, borderline, turns = row
            found[case_id] = CaseLine(
                id=case_id,
                key=key,
                untrusted_preview=preview,
                label=label,
                band=mapping.band_from_text(band),
                status=status,
                category=category,
                pair=pair,
                borderline=borderline,
                turns=turns,
                responses=counts.get(case_id, 0),
            )
        return [found[case_id] for case_id in ids if case_id in found]


def case_detail(workspace: Workspace, case_id: int) -> CaseDetail:
    """Raises InputError if the case does not exist."""
    with workspace.read() as session:
        row = session.get(CaseRow, case_id)
        if row is None:
            raise InputError("The case does not exist any more.", "Reload the list.")
        answered = session.exec(select(ResponseRow.id).where(ResponseRow.case_id == case_id).limit(1)).first()
        return CaseDetail(
            id=case_id,
            suite_id=row.suite_id,
            case=mapping.case(row),
            version=row.version,
            has_responses=answered is not None,
            history=_history(session, case_id, readings_of_suite(session, row.suite_id)),
            twin_ids=_twins(session, row),
        )


def _history(session: Session, case_id: int, readings: Readings) -> tuple[LabelEvent, ...]:
    query = select(LabelEventRow).where(LabelEventRow.case_id == case_id).order_by(col(LabelEventRow.label_version))
    return tuple(label_event(row, readings) for row in session.exec(query))


def label_event(row: LabelEventRow, readings: Readings) -> LabelEvent:
    return LabelEvent(
        version=row.label_version,
        label=ActionId(row.label) if row.label else None,
        band=mapping.band_from_text(row.band),
        status=row.status,
        author=row.author,
        reason=row.reason,
        at=row.at,
        guideline_version=row.guideline_version,
        former_scale=readings.scale_of_label(row_id(row.id)),
    )


def iterate_labels(workspace: Workspace, suite_id: int) -> Iterator[tuple[CaseKey, int, LabelEvent]]:
    """(case key, version of the case, event) of a suite's label histories, in key order, oldest first."""
    with workspace.read() as session:
        readings = readings_of_suite(session, suite_id)
        query = (
            select(CaseRow.key, CaseRow.version, LabelEventRow)
            .join(LabelEventRow, col(LabelEventRow.case_id) == col(CaseRow.id))
            .where(CaseRow.suite_id == suite_id)
            .order_by(col(CaseRow.key), col(LabelEventRow.id))
        )
        for key, version, row in session.exec(query):
            yield CaseKey(key), version, label_event(row, readings)


def _twins(session: Session, row: CaseRow) -> tuple[int, ...]:
    if not row.pair:
        return ()
    query = select(CaseRow.id).where(
        CaseRow.suite_id == row.suite_id, CaseRow.pair == row.pair, col(CaseRow.current), CaseRow.id != row.id
    )
    return tuple(row_id(case_id) for case_id in session.exec(query))


def stakes_of_pair(workspace: Workspace, suite_id: int, case: Case) -> dict[CaseKey, float]:
    """The stakes of the other current cases of the case's pair."""
    if not case.pair:
        return {}
    query = select(CaseRow.key, CaseRow.tags).where(
        CaseRow.suite_id == suite_id, CaseRow.pair == case.pair, col(CaseRow.current), CaseRow.key != case.key
    )
    with workspace.read() as session:
        return {CaseKey(key): mapping.tags_and_stakes(tags)["stakes"] for key, tags in session.exec(query)}


def case_id_of(workspace: Workspace, suite_id: int, key: str) -> int:
    """Raises InputError if the suite has no current case of that key."""
    with workspace.read() as session:
        query = select(CaseRow.id).where(CaseRow.suite_id == suite_id, CaseRow.key == key, col(CaseRow.current))
        found = session.exec(query).first()
    if found is None:
        raise InputError(f"There is no case {key!r} in the suite.", "Check the key.")
    return found


def case_versions(workspace: Workspace, suite_id: int, key: str) -> list[CaseVersion]:
    """Every version of a case, the oldest first; none where the suite has no such case."""
    columns: tuple[Any, ...] = (CaseRow.id, CaseRow.version, CaseRow.current, RunRow.name)
    query = (
        select_columns(*columns)
        .outerjoin(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
        .outerjoin(RunRow, col(RunRow.id) == col(RunCaseRow.run_id))
        .where(col(CaseRow.suite_id) == suite_id, col(CaseRow.key) == key)
        .order_by(col(CaseRow.version), col(RunRow.id))
    )
    with workspace.read() as session:
        rows = session.connection().execute(query).all()
    found: dict[int, CaseVersion] = {}
    for case_id, version, is_current, run in rows:
        known = found.get(case_id, CaseVersion(case_id, version, is_current, ()))
        found[case_id] = known if run is None else replace(known, runs=(*known.runs, run))
    return list(found.values())


def categories(workspace: Workspace, suite_id: int) -> list[str]:
    with workspace.read() as session:
        query = select(CaseRow.category).where(CaseRow.suite_id == suite_id, col(CaseRow.current)).distinct()
        return sorted(category for category in session.exec(query) if category)


def current_case_ids(workspace: Workspace, suite_id: int, *, retired: bool = False) -> dict[str, int]:
    """Key → id of the current cases, in key order; the retired ones only if asked for."""
    with workspace.read() as session:
        query = select(CaseRow.key, CaseRow.id).where(CaseRow.suite_id == suite_id, col(CaseRow.current))
        if not retired:
            query = query.where(CaseRow.status != CaseStatus.RETIRED)
        query = query.order_by(col(CaseRow.key))
        return {key: row_id(case_id) for key, case_id in session.exec(query)}


def content_hashes(workspace: Workspace, suite_id: int) -> dict[str, str]:
    """Key → content hash of the current cases, the retired ones too."""
    with workspace.read() as session:
        query = select(CaseRow.key, CaseRow.content_hash).where(CaseRow.suite_id == suite_id, col(CaseRow.current))
        return dict(session.exec(query).all())


def iterate_cases(workspace: Workspace, suite_id: int) -> Iterator[Case]:
    """All current cases of a suite in the plain order of their keys, which files keep, one page at a time."""
    query = _filtered(CaseFilter(suite_id, retired=True), workspace.dialect).order_by(col(CaseRow.key))
    with workspace.read() as session:
        ids = session.connection().execute(query).scalars().all()
    for start in range(0, len(ids), BATCH):
        with workspace.read() as session:
            page = ids[start : start + BATCH]
            rows = session.exec(select(CaseRow).where(col(CaseRow.id).in_(page)).order_by(col(CaseRow.key))).all()
            found = [mapping.case(row) for row in rows]
        yield from found


def suites_with_keys(workspace: Workspace, keys: Collection[str]) -> list[str]:
    """Names of the suites that have all of these case keys, up to the first 500: where an imported run belongs."""
    wanted = sorted(set(keys))[:BATCH]
    with workspace.read() as session:
        query = (
            select(SuiteRow.name)
            .join(CaseRow, col(CaseRow.suite_id) == col(SuiteRow.id))
            .where(col(CaseRow.key).in_(wanted), col(CaseRow.current))
            .group_by(col(SuiteRow.name))
            .having(func.count() == len(wanted))
        )
        return sorted(session.exec(query).all())


def characters_of(workspace: Workspace, case_ids: Sequence[int]) -> int:
    """Of all messages of these cases."""
    total = 0
    with workspace.read() as session:
        for ids in batches(case_ids):
            query = select(CaseRow.messages).where(col(CaseRow.id).in_(ids))
            total += sum(map(_characters, session.exec(query)))
    return total


def characters_of_run(workspace: Workspace, run_id: int, one: CaseKey | None = None) -> dict[CaseKey, int]:
    """Of the messages of each case that a run is over, or of one of them."""
    with workspace.read() as session:
        query = (
            select(CaseRow.key, CaseRow.messages)
            .join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
            .where(RunCaseRow.run_id == run_id)
        )
        if one is not None:
            query = query.where(planned(run_id, [one]))
        return {CaseKey(key): _characters(messages) for key, messages in session.exec(query)}


_HAS_PARTS = col(CaseRow.messages).contains('"type":"', autoescape=True)
"""Only a field has no backslashes before its quotes: in a text each of them is escaped."""
_HAS_ASSISTANT = col(CaseRow.messages).contains('"role":"assistant"', autoescape=True)


def keys_with_parts(workspace: Workspace, run_id: int) -> list[CaseKey]:
    """Cases of a run whose messages hold more than texts: pictures, files, calls of tools."""
    return _keys_of_run(workspace, run_id, _HAS_PARTS)


def keys_with_assistant_turns(workspace: Workspace, run_id: int) -> list[CaseKey]:
    """Cases of a run in whose conversation the assistant has spoken."""
    return _keys_of_run(workspace, run_id, _HAS_ASSISTANT)


def _keys_of_run(workspace: Workspace, run_id: int, condition: ColumnElement[bool]) -> list[CaseKey]:
    with workspace.read() as session:
        query = (
            select(CaseRow.key)
            .join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
            .where(RunCaseRow.run_id == run_id, condition)
            .order_by(col(CaseRow.key))
        )
        return [CaseKey(key) for key in session.exec(query)]


def cases_with_parts(workspace: Workspace, case_ids: Sequence[int]) -> list[Case]:
    """Those of the cases whose messages hold more than texts, in no certain order."""
    found: list[Case] = []
    with workspace.read() as session:
        for ids in batches(case_ids):
            rows = session.exec(select(CaseRow).where(col(CaseRow.id).in_(ids), _HAS_PARTS))
            found += map(mapping.case, rows)
    return found


def stored_lengths(workspace: Workspace, run_id: int, keys: Sequence[CaseKey]) -> dict[CaseKey, int]:
    """Characters that the messages of these cases of a run take in the store, pictures and files whole."""
    found: dict[CaseKey, int] = {}
    with workspace.read() as session:
        for some in batches(keys):
            query = (
                select(CaseRow.key, func.length(CaseRow.messages))
                .join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
                .where(planned(run_id, some))
            )
            found.update((CaseKey(key), length) for key, length in session.exec(query))
    return found


def _characters(messages: str) -> int:
    return sum(stored_message(turn).length for turn in json.loads(messages))


def case_keys_of_run(workspace: Workspace, run_id: int) -> list[CaseKey]:
    """The keys of the cases that a run is over, in the run's order."""
    with workspace.read() as session:
        query = (
            select(CaseRow.key)
            .join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
            .where(RunCaseRow.run_id == run_id)
            .order_by(col(RunCaseRow.position))
        )
        return [CaseKey(key) for key in session.exec(query)]


def cases_of_run(workspace: Workspace, run_id: int, keys: Sequence[CaseKey] | None = None) -> list[Case]:
    """The case versions that a run is over, in the run's order; only those with `keys` where some are given."""
    with workspace.read() as session:
        query = (
            select(CaseRow)
            .join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
            .where(RunCaseRow.run_id == run_id)
            .order_by(col(RunCaseRow.position))
        )
        if keys is not None:
            query = query.where(planned(run_id, keys))
        return [mapping.case(row) for row in session.exec(query)]


_PLANNED: tuple[Any, ...] = (
    CaseRow.key,
    CaseRow.label,
    CaseRow.category,
    CaseRow.source,
    CaseRow.segment,
    CaseRow.tags,
    CaseRow.status,
)


def labels_and_slices(workspace: Workspace, suite_id: int) -> list[CaseSlices]:
    """What a run over the suite would ask, in its order, without the texts; `label` is None where none counts."""
    query = (
        select_columns(*_PLANNED)
        .where(col(CaseRow.suite_id) == suite_id, col(CaseRow.current), col(CaseRow.status) != CaseStatus.RETIRED)
        .order_by(col(CaseRow.key))
    )
    with workspace.read() as session:
        return [
            CaseSlices(
                ActionId(label) if label and status == CaseStatus.LABELLED else None,
                (("category", category), ("source", source), ("segment", segment)),
                mapping.tags_and_stakes(tags)["tags"],
            )
            for _, label, category, source, segment, tags, status in session.connection().execute(query)
        ]
