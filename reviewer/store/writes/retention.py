"""How long suites are kept."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import delete
from sqlmodel import col

from reviewer.core.changes import Changes
from reviewer.store.bin_rows import RetentionRow
from reviewer.store.database import Workspace
from reviewer.store.facts.bin import KEPT_BY_DEFAULT
from reviewer.store.rows import SettingRow


def keep_until(
    workspace: Workspace, *, suite_id: int, until: date | None, deletes: bool, author: str, at: str
) -> Changes:
    """Give a suite a day of its own; None takes it away, and the workspace's default holds."""
    with workspace.write() as session:
        session.connection().execute(delete(RetentionRow).where(col(RetentionRow.suite_id) == suite_id))
        if until is not None:
            session.add(RetentionRow(suite_id=suite_id, until=until.isoformat(), deletes=deletes, author=author, at=at))
    return Changes(suites=True)


def keep_by_default(workspace: Workspace, *, days: int | None, deletes: bool) -> Changes:
    """How many days from when they were made suites are kept that have no day of their own; None: without end."""
    with workspace.write() as session:
        row = session.get(SettingRow, KEPT_BY_DEFAULT) or SettingRow(key=KEPT_BY_DEFAULT, value="")
        row.value = json.dumps(None if days is None else {"days": days, "deletes": deletes})
        session.add(row)
    return Changes(suites=True)
