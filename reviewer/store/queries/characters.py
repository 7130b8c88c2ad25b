"""Which characters the workspace's texts are written with."""

from __future__ import annotations

from sqlmodel import col, select

from reviewer.store.database import Workspace
from reviewer.store.rows import CaseRow, ResponseRow

AT_ONCE = 400
KINDS: tuple[type[CaseRow] | type[ResponseRow], ...] = (CaseRow, ResponseRow)


def characters_after(workspace: Workspace, what: type[CaseRow] | type[ResponseRow], after: int) -> tuple[set[str], int]:
    """The characters of the next texts behind an id, and the id of the last one; that is 0 where there are no more."""
    text = CaseRow.request if what is CaseRow else ResponseRow.text
    query = select(what.id, text).where(col(what.id) > after).order_by(col(what.id)).limit(AT_ONCE)
    with workspace.read() as session:
        rows = session.exec(query).all()
    found: set[str] = set()
    for _, each in rows:
        if not each.isascii():
            found.update(each)
    return found, rows[-1][0] or 0 if rows else 0
