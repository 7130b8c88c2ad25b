"""Everything that a run's figures are made of, as rows that another workspace can take up with the same ids."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, true

from reviewer.core.event_chain import Entry, split_leaves
from reviewer.store.chain import EVENTS, events
from reviewer.store.database import Workspace
from reviewer.store.facts.review import THRESHOLD
from reviewer.store.review_rows import metadata

Row = dict[str, Any]
_T = metadata.tables
NO_EVENTS = (
    "suite", "endpoint", "model_version", "case", "run", "run_case", "response", "run_count", "judge_run",
    "review_assignment", "origin", "case_origin", "response_origin", "setting",
)  # fmt: skip
"""Tables whose rows are no events."""
SETTINGS = (THRESHOLD,)
"""What a workspace remembers and a report rests on or says."""
LEFT_OUT: Mapping[str, Row] = {
    "endpoint": {"headers": "{}", "key_env": "", "key_service": "", "network": "{}"},
    "response": {"raw_body": b""},
}
"""What a bundle does not tell: where keys are, and the bytes that came over the wire."""


def bundled_rows(workspace: Workspace, run_ids: Sequence[int]) -> dict[str, list[Row]]:
    """Table → its rows that belong to these runs, in the order of their ids; an event as its leaf is made of it."""
    with workspace.read() as session:
        connection = session.connection()
        belongs = _belonging(run_ids)
        found = {table: _rows(connection, table, belongs[table]) for table in NO_EVENTS}
        return found | {table: _events(connection, table, belongs[table]) for table in EVENTS}


def _belonging(run_ids: Sequence[int]) -> dict[str, ColumnElement[bool]]:
    run = _T["run"].c
    ours = run.id.in_(run_ids)
    suites, versions = select(run.suite_id).where(ours), select(run.model_version_id).where(ours)
    cases = select(_T["run_case"].c.case_id).where(_T["run_case"].c.run_id.in_(run_ids))
    responses = select(_T["response"].c.id).where(_T["response"].c.run_id.in_(run_ids))
    plans = select(_T["review_plan"].c.id).where(_T["review_plan"].c.run_id.in_(run_ids))
    judgings = select(_T["judge_run"].c.id).where(_T["judge_run"].c.run_id.in_(run_ids))
    endpoints = select(_T["model_version"].c.endpoint_id).where(_T["model_version"].c.id.in_(versions))
    disputes = select(_T["label_dispute"].c.id).where(_T["label_dispute"].c.case_id.in_(cases))
    by: dict[str, ColumnElement[bool]] = {
        "suite": _T["suite"].c.id.in_(suites),
        "endpoint": _T["endpoint"].c.id.in_(endpoints),
        "model_version": _T["model_version"].c.id.in_(versions),
        "case": _T["case"].c.id.in_(cases),
        "run": ours,
        "label_settling": _T["label_settling"].c.dispute_id.in_(disputes),
        "judge_reply": _T["judge_reply"].c.judge_run_id.in_(judgings) & _T["judge_reply"].c.response_id.in_(responses),
    }
    of_runs = ("run_case", "response", "run_count", "judge_run", "review_plan")
    by |= {table: _T[table].c.run_id.in_(run_ids) for table in of_runs}
    by |= {table: _T[table].c.plan_id.in_(plans) for table in ("review_plan_item", "review_assignment")}
    by |= {table: _T[table].c.response_id.in_(responses) for table in ("verdict", "decision", "review_event")}
    by |= {table: _T[table].c.case_id.in_(cases) for table in ("label_event", "label_dispute", "case_origin")}
    by |= {"response_origin": _T["response_origin"].c.response_id.in_(responses), "origin": _origins(cases, responses)}
    by["setting"] = _T["setting"].c.key.in_(SETTINGS)
    by["guideline_text"] = _T["guideline_text"].c.suite_id.in_(suites)
    by["judge_admission"] = _T["judge_admission"].c.judge_run_id.in_(judgings)
    people = select(_T["decision"].c.reviewer).where(_T["decision"].c.response_id.in_(responses))
    by["declared_interest"] = _T["declared_interest"].c.reviewer.in_(people)
    by["tombstone"] = true()
    return by | {table: _T[table].c.suite_id.in_(suites) for table in ("rescaling", "policy_lock")}


def _origins(cases: Select[Any], responses: Select[Any]) -> ColumnElement[bool]:
    of_cases, of_responses = _T["case_origin"].c, _T["response_origin"].c
    return _T["origin"].c.id.in_(
        select(of_cases.origin_id)
        .where(of_cases.case_id.in_(cases))
        .union(select(of_responses.origin_id).where(of_responses.response_id.in_(responses)))
    )


def _rows(connection: Connection, table: str, belongs: ColumnElement[bool]) -> list[Row]:
    chosen = select(_T[table]).where(belongs).order_by(*_T[table].primary_key.columns)
    away = LEFT_OUT.get(table, {})
    return [{"of": table, **row, **away} for row in connection.execute(chosen).mappings()]


def _events(connection: Connection, table: str, belongs: ColumnElement[bool]) -> list[Row]:
    key = _T[table].c[EVENTS[table][0]]
    ids = set(connection.execute(select(key).where(belongs)).scalars())
    if not ids:
        return []
    return [event for event in events(connection, table, min(ids), max(ids)) if event[key.name] in ids]


def chain_lines(workspace: Workspace, rows: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """Every entry of the chain; with `own` ids of bundled events and then all `leaves`, where it has any."""
    ids = {table: sorted(row[EVENTS[table][0]] for row in rows[table]) for table in EVENTS}
    with workspace.read() as session:
        for row in session.connection().execute(select(_T["chain_entry"]).order_by(_T["chain_entry"].c.sequence)):
            entry = Entry(*row)
            known = ids.get(entry.source, [])
            own = known[bisect_left(known, entry.first) : bisect_right(known, entry.last)]
            leaves = [leaf.hex() for leaf in split_leaves(entry.leaves)] if own or not entry.sequence else []
            yield {**entry._asdict(), "leaves": leaves, "own": own}
