"""Endpoints, model versions, runs, responses and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import select as select_columns
from sqlalchemy import update
from sqlmodel import Session, col, select

from reviewer.core.cases import CaseKey
from reviewer.core.changes import Changes
from reviewer.core.decisions import Verdict
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.received import received
from reviewer.core.responses import Earlier, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.store import mapping
from reviewer.store.called import planned
from reviewer.store.counts import CountedPlace, Moved
from reviewer.store.database import Workspace
from reviewer.store.dialects import insert_many, insert_rows
from reviewer.store.facts.runs import Classified, ResponsesAdded
from reviewer.store.finals import about, batches, events, refresh_finals
from reviewer.store.mapping import row_id
from reviewer.store.rows import (
    CaseRow,
    EndpointRow,
    ModelVersionRow,
    ResponseRow,
    RunCaseRow,
    RunRow,
)

_AT_ONCE = 20_000
"""Rows that are made before they are stored, of as many as there may be."""


def save_endpoint(workspace: Workspace, *, endpoint: Endpoint, at: str) -> tuple[int, Changes]:
    """Add the endpoint, or change the one of its name. Runs keep their model version's own hash either way."""
    with workspace.write() as session:
        return _save_endpoint(session, endpoint, at), Changes(endpoints=True)


def _save_endpoint(session: Session, endpoint: Endpoint, at: str) -> int:
    values = mapping.endpoint_values(endpoint)
    row = session.exec(select(EndpointRow).where(EndpointRow.name == endpoint.name)).first()
    if row is None:
        row = EndpointRow(**values, created_at=at)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row_id(row.id)


def ensure_model_version(workspace: Workspace, *, version: ModelVersion, at: str) -> tuple[int, Changes]:
    """The id of the model version of this name and hash, made with its endpoint where it does not exist."""
    with workspace.write() as session:
        row = session.exec(
            select(ModelVersionRow).where(ModelVersionRow.name == version.name, ModelVersionRow.hash == version.hash)
        ).first()
        endpoint_id = _save_endpoint(session, version.endpoint, at)
        if row is None:
            row = ModelVersionRow(
                endpoint_id=endpoint_id,
                name=version.name,
                protocol=version.endpoint.protocol,
                base_url=version.endpoint.base_url,
                responses_file=version.endpoint.responses_file,
                template=version.endpoint.template,
                model=version.model,
                system=version.system,
                sampling=canonical_json(version.sampling.as_json()),
                hash=version.hash,
                created_at=at,
            )
            session.add(row)
            session.flush()
        return row_id(row.id), Changes(endpoints=True)


def create_run(
    workspace: Workspace,
    *,
    name: str,
    suite_id: int,
    model_version_id: int,
    case_ids: Sequence[int],
    repeats: int,
    at: str,
    status: RunStatus = RunStatus.NEW,
) -> tuple[int, Changes]:
    """Make a run over these case versions, in this order. Raises InputError if the name is taken or empty."""
    if not name.strip():
        raise InputError("The run has no name.", "Give it one.")
    with workspace.write() as session:
        if session.exec(select(RunRow.id).where(RunRow.name == name)).first() is not None:
            raise InputError(f"A run named {name!r} exists.", "Resume it, or give the new run another name.")
        row = RunRow(
            name=name,
            suite_id=suite_id,
            model_version_id=model_version_id,
            repeats=repeats,
            status=status,
            created_at=at,
        )
        session.add(row)
        session.flush()
        _add_run_cases(session, row_id(row.id), case_ids)
        return row_id(row.id), Changes(runs=True, run_ids=frozenset({row_id(row.id)}))


def _add_run_cases(session: Session, run_id: int, case_ids: Sequence[int]) -> None:
    if case_ids:
        start = session.exec(select(RunRow.case_count).where(RunRow.id == run_id)).one()
        for some in range(0, len(case_ids), _AT_ONCE):
            placed = enumerate(case_ids[some : some + _AT_ONCE], start=start + some)
            rows = [(run_id, case_id, position) for position, case_id in placed]
            insert_rows(session.connection(), "run_case", ("run_id", "case_id", "position"), rows)
        counted = update(RunRow).where(col(RunRow.id) == run_id).values(case_count=start + len(case_ids))
        session.connection().execute(counted)


def extend_run(workspace: Workspace, *, run_id: int, case_ids: Sequence[int]) -> Changes:
    """Add case versions that the run does not have yet; used where an imported run arrives in parts."""
    with workspace.write() as session:
        present = set(session.exec(select(RunCaseRow.case_id).where(RunCaseRow.run_id == run_id)))
        fresh = [case_id for case_id in case_ids if case_id not in present]
        _add_run_cases(session, run_id, fresh)
    return Changes(runs=bool(fresh), run_ids=frozenset({run_id}))


def set_repeats(workspace: Workspace, *, run_id: int, repeats: int) -> Changes:
    """How often each case is asked in a run, from 1; responses that are stored stay."""
    with workspace.write() as session:
        session.connection().execute(update(RunRow).where(col(RunRow.id) == run_id).values(repeats=repeats))
    return Changes(runs=True, run_ids=frozenset({run_id}))


def set_run_status(workspace: Workspace, *, run_id: int, status: RunStatus, message: str = "", at: str = "") -> Changes:
    """Why a run stands as it does, in a sentence, and when it ended; both empty till then."""
    with workspace.write() as session:
        session.connection().execute(
            update(RunRow).where(col(RunRow.id) == run_id).values(status=status, message=message, finished_at=at)
        )
    return Changes(runs=True, run_ids=frozenset({run_id}))


def add_responses(
    workspace: Workspace, *, run_id: int, responses: Sequence[Classified], at: str, again: bool = False
) -> ResponsesAdded:
    """Store responses with their verdicts, durable when this returns.

    A failed response (state `error`) is replaced by a later one; any other stored response stays as it is: an equal
    one counts as unchanged, another text is a conflict and is left out. With `again` a finished response takes the
    place of another one and keeps it as an earlier one, unless somebody has decided on that. Raises InputError for a
    case that is not in the run.
    """
    responses = [_as_received(item) for item in responses]
    with workspace.write() as session:
        case_ids = _case_ids(session, run_id, [item.response.case for item in responses])
        stored = _stored(session, run_id, list(case_ids.values()))
        fresh: list[tuple[Classified, dict[str, Any]]] = []
        retried: list[tuple[StoredResponse, Classified]] = []
        places: set[tuple[int, int]] = set()
        unchanged, conflicts = 0, []
        for item in responses:
            case_id = case_ids[item.response.case]
            known = stored.get((case_id, item.response.repeat))
            if known is None or known.state == ResponseState.ERROR:
                _take_place(places, (case_id, item.response.repeat))
            if known is None:
                values = {"run_id": run_id, "case_id": case_id, **mapping.response_values(item.response, at)}
                fresh.append((item, values))
            elif known.state == ResponseState.ERROR:
                retried.append((known, item))
            elif known.hash == item.response.hash:
                unchanged += 1
            elif again and item.response.state is not ResponseState.ERROR and not events(session, [known.id]):
                retried.append((known, _with_earlier(session, known.id, item)))
            else:
                conflicts.append(item.response.case)
        touched = _insert_responses(session, run_id, fresh) + _replace_errors(session, retried, at)
        _count(session, run_id, fresh, retried)
        _insert_verdicts(session, touched, at)
        refresh_finals(session, [response_id for response_id, _ in touched])
    changed = bool(touched)
    changes = Changes(runs=changed, responses=changed, verdicts=changed)
    changes = changes.within(run_ids={run_id}, case_ids=case_ids.values())
    return ResponsesAdded(len(fresh), len(retried), unchanged, tuple(conflicts), changes)


def _as_received(item: Classified) -> Classified:
    """What is stored has gone through `received`; verdicts on a text that it changes are about another one."""
    response = received(item.response)
    return item if response is item.response else Classified(response, ())


def _count(
    session: Session,
    run_id: int,
    fresh: Sequence[tuple[Classified, object]],
    retried: Sequence[tuple[StoredResponse, Classified]],
) -> None:
    moved = Moved()
    moved.responses.update(CountedPlace(run_id, str(item.response.state)) for item, _ in fresh)
    for before, item in retried:
        moved.changed(run_id, before.state, str(item.response.state), reviewed=before.reviewed)
    moved.store(session)


def _with_earlier(session: Session, response_id: int, item: Classified) -> Classified:
    row = session.get_one(ResponseRow, response_id)
    before = mapping.response(row, item.response.case)
    last = Earlier(before.text, before.state, row.received_at, before.reasoning, before.model)
    return replace(item, response=replace(item.response, earlier=(*before.earlier, last)))


def _take_place(taken: set[tuple[int, int]], place: tuple[int, int]) -> None:
    if place in taken:
        raise InputError("One case has two responses with the same repeat number.", "Number the repeats from 1.")
    taken.add(place)


def _case_ids(session: Session, run_id: int, keys: Sequence[CaseKey]) -> dict[CaseKey, int]:
    found: dict[CaseKey, int] = {}
    for start in range(0, len(keys), 500):
        query = (
            select(CaseRow.key, CaseRow.id)
            .join(RunCaseRow, col(RunCaseRow.case_id) == col(CaseRow.id))
            .where(planned(run_id, set(keys[start : start + 500])))
        )
        found.update({CaseKey(key): row_id(case_id) for key, case_id in session.exec(query)})
    missing = next((key for key in keys if key not in found), None)
    if missing is not None:
        raise InputError(
            f"The case {missing!r} is not part of the run.", "Import its suite first, or name the right run."
        )
    return found


class StoredResponse(NamedTuple):
    """What a write must know of a response that is there already."""

    id: int
    state: str
    hash: str
    reviewed: bool


_STORED_COLUMNS: tuple[Any, ...] = (
    ResponseRow.case_id,
    ResponseRow.repeat,
    ResponseRow.id,
    ResponseRow.state,
    ResponseRow.hash,
    ResponseRow.reviewed,
)


def _stored(session: Session, run_id: int, case_ids: Sequence[int]) -> Mapping[tuple[int, int], StoredResponse]:
    """(case id, repeat) → what the run has there, of these cases."""
    found: dict[tuple[int, int], StoredResponse] = {}
    for ids in batches(case_ids):
        query = select_columns(*_STORED_COLUMNS).where(
            col(ResponseRow.run_id) == run_id, col(ResponseRow.case_id).in_(ids)
        )
        for case_id, repeat, *known in session.connection().execute(query):
            found[case_id, repeat] = StoredResponse(*known)
    return found


def _insert_responses(
    session: Session, run_id: int, fresh: Sequence[tuple[Classified, dict[str, Any]]]
) -> list[tuple[int, Classified]]:
    if not fresh:
        return []
    insert_many(
        session.connection(), "response", [{**values, "unscored_reason": "", "reviewed": False} for _, values in fresh]
    )
    ids = _stored(session, run_id, [values["case_id"] for _, values in fresh])
    return [(ids[values["case_id"], values["repeat"]].id, item) for item, values in fresh]


def _replace_errors(
    session: Session, retried: Sequence[tuple[StoredResponse, Classified]], at: str
) -> list[tuple[int, Classified]]:
    for before, item in retried:
        values = mapping.response_values(item.response, at)
        attempts = ResponseRow.attempts + item.response.attempts
        statement = update(ResponseRow).where(col(ResponseRow.id) == before.id)
        session.connection().execute(statement.values({**values, "attempts": attempts}))
    return [(before.id, item) for before, item in retried]


def _insert_verdicts(session: Session, items: Sequence[tuple[int, Classified]], at: str) -> None:
    values = [
        {"response_id": response_id, "response_hash": item.response.hash, **mapping.verdict_values(verdict, at)}
        for response_id, item in items
        for verdict in item.verdicts
    ]
    if values:
        insert_many(session.connection(), "verdict", values)


def add_verdicts(workspace: Workspace, *, verdicts: Mapping[int, Sequence[Verdict]], at: str) -> Changes:
    """Append verdicts by response id and recompute the final actions that rest on them."""
    timed = [(response_id, verdict, at) for response_id, given in verdicts.items() for verdict in given]
    return append_verdicts(workspace, verdicts=timed)


def append_verdicts(workspace: Workspace, *, verdicts: Sequence[tuple[int, Verdict, str]]) -> Changes:
    """The same for (response id, verdict, time it was made)."""
    with workspace.write() as session:
        hashes: dict[int, str] = {}
        touched = list(dict.fromkeys(response_id for response_id, _, _ in verdicts))
        for ids in batches(touched):
            query = select(ResponseRow.id, ResponseRow.hash).where(col(ResponseRow.id).in_(ids))
            hashes.update({row_id(key): hash_ for key, hash_ in session.exec(query)})
        values = [
            {"response_id": key, "response_hash": hashes[key], **mapping.verdict_values(verdict, at)}
            for key, verdict, at in verdicts
        ]
        if values:
            insert_many(session.connection(), "verdict", values)
        refresh_finals(session, touched)
        run_ids, case_ids = about(session, touched)
    return Changes(verdicts=bool(values), responses=bool(values), run_ids=run_ids, case_ids=case_ids)
