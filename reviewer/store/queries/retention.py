"""How long suites are kept, and which are kept too long."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from reviewer.store.bin_rows import RetentionRow
from reviewer.store.database import Workspace
from reviewer.store.facts.bin import KEPT_BY_DEFAULT, Retention
from reviewer.store.mapping import row_id
from reviewer.store.rows import SettingRow, SuiteRow


def retentions(workspace: Workspace, today: date) -> list[Retention]:
    """Of each suite, by name."""
    with workspace.read() as session:
        days, deletes = _default(session)
        query = (
            select(SuiteRow, RetentionRow)
            .outerjoin(RetentionRow, col(RetentionRow.suite_id) == col(SuiteRow.id))
            .order_by(col(SuiteRow.name))
        )
        found = []
        for suite, own in session.exec(query).all():
            if own is not None:
                until, then = date.fromisoformat(own.until), own.deletes
            else:
                until, then = _after(suite.created_at, days), deletes
            passed = until is not None and until < today
            found.append(Retention(row_id(suite.id), suite.name, until, then, own is not None, passed))
        return found


def default_retention(workspace: Workspace) -> tuple[int | None, bool]:
    """Days from when a suite was made, and whether it is deleted then; None: without end."""
    with workspace.read() as session:
        return _default(session)


def _default(session: Session) -> tuple[int | None, bool]:
    kept = session.get(SettingRow, KEPT_BY_DEFAULT)
    said = json.loads(kept.value) if kept else None
    return (int(said["days"]), bool(said["deletes"])) if said else (None, False)


def _after(made: str, days: int | None) -> date | None:
    try:
        return None if days is None else datetime.fromisoformat(made).date() + timedelta(days=days)
    except OverflowError:
        return date.max
