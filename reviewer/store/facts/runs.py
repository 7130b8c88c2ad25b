"""What the workspace knows of runs, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band
from reviewer.core.cases import Case, CaseKey
from reviewer.core.changes import Changes
from reviewer.core.decisions import Decision, Verdict
from reviewer.core.models import ModelVersion
from reviewer.core.responses import Response, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.core.scoring.credit import Observation
from reviewer.store.facts.review import StoredPlan


@dataclass(frozen=True)
class RunLine:
    """A run in a list. `states` counts stored responses by state, `planned` is cases × repeats."""

    id: int
    name: str
    suite_id: int
    suite: str
    scale: ActionScale
    version: ModelVersion
    status: RunStatus
    message: str
    repeats: int
    planned: int
    states: Mapping[str, int]
    reviewed: int
    created_at: str
    finished_at: str

    @property
    def stored(self) -> int:
        return sum(self.states.values())

    @property
    def missing(self) -> int:
        """Requests that a resumed run would send: without a response, or with a failed one."""
        return self.planned - self.stored + self.states.get(ResponseState.ERROR, 0)


@dataclass(frozen=True)
class OnFormerScale:
    """Responses of a run whose final action was said before its suite got its scale of now, by people and by
    classifiers; it reads through the answers that were given then."""

    decided: int = 0
    classified: int = 0


@dataclass(frozen=True)
class Observed:
    """What a run is scored from: labelled cases' responses, disputed cases' ones apart, the other cases counted."""

    labelled: tuple[Observation, ...]
    disputed: tuple[Observation, ...]
    not_scored: Mapping[str, int]
    plan: Mapping[tuple[CaseKey, int], tuple[int, float]] = field(default_factory=dict)
    """Of the review plan that was worked furthest: (case, repeat) → place and inclusion probability."""
    rests_on: StoredPlan | None = None
    """That plan."""
    asked_again: int = 0
    """Responses that took the place of finished ones."""
    on_former_scale: OnFormerScale = OnFormerScale()
    doubted: tuple[tuple[str, str, str, int], ...] = ()
    """(state, why, finish reason, how many) of the responses in doubt."""
    damaged: tuple[str, ...] = ()
    """What is wrong with the stored values that the figures rest on, a phrase each."""


@dataclass(frozen=True)
class Classified:
    """A response and the verdicts on it."""

    response: Response
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class ResponsesAdded:
    added: int
    replaced: int
    unchanged: int
    conflicts: tuple[CaseKey, ...]
    changes: Changes


@dataclass(frozen=True)
class SaidSoFar:
    """A response with the latest verdict of each classifier on its text, and the decisions that stand."""

    response_id: int
    case: Case
    response: Response
    verdicts: tuple[Verdict, ...]
    standing: tuple[Decision, ...]


@dataclass(frozen=True)
class Earning:
    """What a response to a labelled case earns by; `action` is its final one, None where it is unscored."""

    response_id: int
    case_id: int
    label: ActionId
    band: Band
    action: ActionId | None
