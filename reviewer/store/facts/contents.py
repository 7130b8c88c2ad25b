"""What a workspace holds, in a form in which two of them can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class LastDecision(NamedTuple):
    at: str
    reviewer: str


@dataclass(frozen=True)
class Contents:
    """Rows of each table, runs as (name, made at), decisions by what tells each from all others."""

    counts: Mapping[str, int] = field(default_factory=dict)
    runs: frozenset[tuple[str, str]] = frozenset()
    decisions: frozenset[tuple[str, ...]] = frozenset()
    last: LastDecision | None = None
