"""What a write touched. One signal carries it; each model decides from it whether it is stale."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Changes:
    """One flag for each kind of fact; `a | b` is what both touched."""

    suites: bool = False
    cases: bool = False
    labels: bool = False
    endpoints: bool = False
    runs: bool = False
    responses: bool = False
    verdicts: bool = False
    decisions: bool = False
    queues: bool = False

    def __or__(self, other: Changes) -> Changes:
        return Changes(*(getattr(self, f.name) or getattr(other, f.name) for f in fields(self)))

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))
