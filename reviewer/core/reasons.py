"""What counts as saying why."""

from __future__ import annotations


def says_why(words: str) -> bool:
    """Whether there are words at all: a number that was typed in haste, for an action, is no reason."""
    return any(map(str.isalpha, words))
