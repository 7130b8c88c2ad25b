"""How far a run has come."""

from __future__ import annotations

from enum import StrEnum


class RunStatus(StrEnum):
    """`running` also stands with a run whose program was killed; an `imported` one has no endpoint to ask."""

    NEW = "new"
    RUNNING = "running"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    FINISHED = "finished"
    IMPORTED = "imported"
