"""Decisions that hold for an equal response of another run. Plain facts."""

from __future__ import annotations

from dataclasses import dataclass, field

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision


@dataclass(frozen=True)
class AnsweredText:
    """A response of a run with everything that was said of it: which request it answers, and which text it is.

    `scales` has the hash of the scale that each event was said on, by event id.
    """

    response_id: int
    key: CaseKey
    repeat: int
    message_hash: str
    hash: str
    decidable: bool
    events: tuple[Decision, ...] = ()
    scales: dict[int, str] = field(default_factory=dict)
