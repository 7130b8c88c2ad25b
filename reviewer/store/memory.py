"""What the window remembers in the workspace: places, filters, drafts. It is nobody's fact and changes no score."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, insert, update
from sqlmodel import col

from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.rows import (
    SettingRow,
)

_KEEP = update(SettingRow).where(col(SettingRow.key) == bindparam("name")).values(value=bindparam("kept"))
_BEGIN = insert(SettingRow).values(key=bindparam("name"), value=bindparam("kept"))


def recalled(workspace: Workspace, key: str) -> object:
    """The JSON value kept under a key by `remember`, or None."""
    with workspace.read() as session:
        row = session.get(SettingRow, key)
        return None if row is None else json.loads(row.value)


def remember(workspace: Workspace, *, key: str, value: object) -> Changes:
    """Keep a small JSON value under a key; of a workspace that can only be read nothing is remembered."""
    if workspace.read_only:
        return Changes()
    kept = {"name": key, "kept": json.dumps(value)}
    with workspace.write() as session:
        if not session.connection().execute(_KEEP, kept).rowcount:
            session.connection().execute(_BEGIN, kept)
    return Changes()
