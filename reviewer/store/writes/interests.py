"""Append what a person says of their own interests."""

from __future__ import annotations

from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.facts.interests import DeclaredInterest
from reviewer.store.review_rows import DeclaredInterestRow


def add_interest(workspace: Workspace, *, said: DeclaredInterest) -> Changes:
    """What was said before stays in the history."""
    with workspace.write() as session:
        session.add(DeclaredInterestRow(reviewer=said.reviewer, statement=said.statement, at=said.at))
    return Changes(decisions=True, run_ids=frozenset(), case_ids=frozenset())
