"""What a person says of their own interests."""

from __future__ import annotations

from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.interests import DeclaredInterest
from reviewer.store.queries.interests import declared_interests
from reviewer.store.writes.interests import add_interest

MOST_CHARACTERS = 2000


def declare_interest(workspace: Workspace, *, reviewer: str, untrusted_text: str) -> Changes:
    """Keep a person's own statement; "" takes the one before back, and it stays in the history.

    What stands already is not said again. Raises InputError for a name that is empty or a statement that is too long.
    """
    workspace.check_writable()
    name, text = reviewer.strip(), untrusted_text.strip()
    if not name:
        raise InputError("Nobody is named.", "Say who declares it.")
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"The statement has {len(text):,} characters.", f"Keep it to {MOST_CHARACTERS:,}.")
    before = declared_interests(workspace).get(name, ())
    if text == (before[0].statement if before else ""):
        return Changes()
    return add_interest(workspace, said=DeclaredInterest(name, text, now()))


def statements(workspace: Workspace) -> dict[str, tuple[DeclaredInterest, ...]]:
    """By the name that people gave, each with their newest statement first."""
    return declared_interests(workspace)
