"""What the window remembers in the workspace: places, filters, drafts. It is nobody's fact and changes no score."""

from __future__ import annotations

import json

from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.rows import (
    SettingRow,
)


def recalled(workspace: Workspace, key: str) -> object:
    """The JSON value kept under a key by `remember`, or None."""
    with workspace.read() as session:
        row = session.get(SettingRow, key)
        return None if row is None else json.loads(row.value)


def remember(workspace: Workspace, *, key: str, value: object) -> Changes:
    """Keep a small JSON value under a key; of a workspace that can only be read nothing is remembered."""
    if workspace.read_only:
        return Changes()
    with workspace.write() as session:
        row = session.get(SettingRow, key) or SettingRow(key=key, value="")
        row.value = json.dumps(value)
        session.add(row)
    return Changes()
