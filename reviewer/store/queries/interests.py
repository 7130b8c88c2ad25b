"""What people have said of their own interests, and what they said before."""

from __future__ import annotations

from sqlmodel import col, select

from reviewer.store.database import Workspace
from reviewer.store.facts.interests import DeclaredInterest
from reviewer.store.review_rows import DeclaredInterestRow


def declared_interests(workspace: Workspace) -> dict[str, tuple[DeclaredInterest, ...]]:
    """Name → every statement, the newest first; also of people whose last one is empty."""
    found: dict[str, tuple[DeclaredInterest, ...]] = {}
    with workspace.read() as session:
        for row in session.exec(select(DeclaredInterestRow).order_by(col(DeclaredInterestRow.id))):
            said = DeclaredInterest(row.reviewer, row.statement, row.at)
            found[row.reviewer] = (said, *found.get(row.reviewer, ()))
    return found
