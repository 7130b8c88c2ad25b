"""Put the rows of a bundle into an empty workspace, where its figures are computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.store.chain import EVENTS
from reviewer.store.database import Workspace
from reviewer.store.review_rows import metadata

Row = dict[str, Any]
_T = metadata.tables
_TABLES = (
    "suite", "endpoint", "model_version", "case", "run", "run_case", "response", "run_count", "judge_run",
    "review_plan", "review_plan_item", "review_assignment", *EVENTS,
)  # fmt: skip
"""Each behind those that it refers to."""
_NOT_TOLD: Mapping[str, Row] = {"response": {"raw_body": b""}}
"""What a bundle's rows do not have as the database does."""
_MAY_BE_AWAY = {"judge_run": "control_run_id", "review_plan": "against_run_id", "decision": "carried_from"}
"""References to what may not be in the bundle."""


def take_rows(workspace: Workspace, *, rows: Mapping[str, Sequence[Row]]) -> Changes:
    """Put rows of a bundle into an empty workspace. Raises InputError where they do not fit together."""
    try:
        _take(workspace, rows)
    except (SQLAlchemyError, OverflowError) as error:
        raise InputError(f"The rows of the bundle do not fit together ({error}).", "Get the bundle again.") from error
    return Changes(suites=True, cases=True, labels=True, responses=True, verdicts=True, decisions=True)


def _take(workspace: Workspace, rows: Mapping[str, Sequence[Row]]) -> None:
    with workspace.write() as session:
        connection = session.connection()
        for table in _TABLES:
            here = [_fitting(table, row, rows) for row in rows.get(table, ())]
            if here:
                connection.execute(insert(_T[table]), here)
        causes = [
            {"decision_id": row["id"], "cause": row["cause"]} for row in rows.get("decision", ()) if "cause" in row
        ]
        if causes:
            connection.execute(insert(_T["adjudication"]), causes)


def _fitting(table: str, row: Row, rows: Mapping[str, Sequence[Row]]) -> Row:
    kept = {name: value for name, value in row.items() if name not in ("of", "cause")} | _NOT_TOLD.get(table, {})
    away = _MAY_BE_AWAY.get(table)
    if away and kept[away] is not None:
        there = rows["decision" if table == "decision" else "run"]
        kept[away] = kept[away] if any(other["id"] == kept[away] for other in there) else None
    return kept
