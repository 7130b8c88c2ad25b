"""Cases that are looked for while one reviews, and where in the review they are."""

from __future__ import annotations

from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import FoundCase
from reviewer.store.queries import finding, review


def find_cases(workspace: Workspace, words: str, limit: int) -> list[FoundCase]:
    """By a part of their key or words of their request, with a slip in the key if need be."""
    return finding.find_cases(workspace, words, limit)


def response_in_run(workspace: Workspace, run_id: int, key: str) -> int | None:
    """Id of the run's response to a case, None where it has none."""
    try:
        return review.response_of(workspace, run_id, key)
    except InputError:
        return None  # the run did not ask this case
