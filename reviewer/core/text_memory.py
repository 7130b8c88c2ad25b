"""What is remembered of people's texts while a workspace is open, and forgotten when one is closed or locked."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
_forgets: list[Callable[[], None]] = []


def remembered(of_text: Callable[[str], T], most: int) -> Callable[[str], T]:
    """The same function, which knows again what it said of the last `most` texts."""
    known = lru_cache(maxsize=most)(of_text)
    _forgets.append(known.cache_clear)
    return known


def forget_texts() -> None:
    """Keep no text in memory that was remembered so."""
    for forget in _forgets:
        forget()
