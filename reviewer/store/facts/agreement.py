"""What classifiers and people said of a run, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewer.core.actions import ActionId
from reviewer.core.bands import NO_BAND, Band
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision, VerdictSource
from reviewer.core.responses import ResponseState


@dataclass(frozen=True)
class ClassifiedResponse:
    """The latest verdict of a classifier on a response: its versioned name, what it is, its action or None."""

    name: str
    source: VerdictSource
    action: ActionId | None


@dataclass
class Said:
    """One response and everything said of the text that it has now; `events` as they were appended.

    `automatic` is the action that the verdicts came to, `label` and `band` are the case's where it is scored.
    """

    response_id: int
    key: CaseKey
    repeat: int
    state: ResponseState
    hash: str
    automatic: ActionId | None = None
    label: ActionId | None = None
    band: Band = field(default_factory=lambda: NO_BAND)
    pair: str = ""
    verdicts: Mapping[str, ClassifiedResponse] = field(default_factory=dict)
    events: list[Decision] = field(default_factory=list)
