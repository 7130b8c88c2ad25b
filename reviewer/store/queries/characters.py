"""Which characters the workspace's texts are written with."""

from __future__ import annotations

from sqlalchemy import LargeBinary, cast
from sqlmodel import col, func, select

from reviewer.store.database import Workspace
from reviewer.store.rows import CaseRow, ResponseRow

KINDS: tuple[type[CaseRow] | type[ResponseRow], ...] = (CaseRow, ResponseRow)


def characters_after(
    workspace: Workspace, what: type[CaseRow] | type[ResponseRow], after: int, most: int
) -> tuple[set[str], int]:
    """The characters of at most so many texts behind an id, and up to which id they were read; that is 0 at the end.

    The database leaves out what is ASCII: there as many bytes as characters are stored.
    """
    text = col(CaseRow.request) if what is CaseRow else col(ResponseRow.text)
    beyond = func.length(text) != func.length(cast(text, LargeBinary))
    with workspace.read() as session:
        last = session.exec(select(func.max(what.id))).one() or 0
        rows = session.exec(select(text).where(col(what.id) > after, col(what.id) <= after + most, beyond)).all()
    return set().union(*rows), after + most if after + most < last else 0
