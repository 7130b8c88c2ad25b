"""Keep what an import added: numbers are given once and in order, and an import is one transaction, so that the rows of
each table that it added are those between two numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import column, select, table

from reviewer.core.hashing import canonical_json
from reviewer.store.database import Workspace
from reviewer.store.going import put_row

_SEQUENCES = table("sqlite_sequence", column("name"), column("seq"))
_OWN = ("import_act", "tombstone", "bin_item", "bin_part", "origin")
Numbers = Mapping[str, int]


def last_numbers(workspace: Workspace) -> Numbers:
    """Table → the last number that it has given."""
    with workspace.read() as session:
        found = session.connection().execute(select(_SEQUENCES.c.name, _SEQUENCES.c.seq)).all()
    return {name: int(last) for name, last in found if name not in _OWN}


def add_import_act(
    workspace: Workspace,
    *,
    file: str,
    format_name: str,
    before: Numbers,
    extended: Sequence[tuple[int, int]],
    changed: int,
    author: str,
    at: str,
) -> int:
    """The number of the act; 0 where nothing was added. `before` are the last numbers from before the import."""
    with workspace.write() as session:
        now = last_numbers(workspace)
        added = {name: [before.get(name, 0) + 1, last] for name, last in now.items() if last > before.get(name, 0)}
        if not added and not extended:
            return 0
        values = {
            **{"file": file, "format": format_name, "author": author, "at": at, "changed": changed},
            "added": canonical_json(added),
            "extended": canonical_json([list(pair) for pair in extended]),
        }
        return put_row(session.connection(), "import_act", values)
