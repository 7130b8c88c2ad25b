"""What people say of their own interests, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DeclaredInterest:
    """A person's own statement; an empty one takes the one before back. `at` is "" where nobody kept the time."""

    reviewer: str
    statement: str
    at: str = ""
