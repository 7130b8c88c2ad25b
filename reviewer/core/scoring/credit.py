"""Credit of one response."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import NO_BAND, Band
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction
from reviewer.core.responses import ResponseState


@dataclass(frozen=True)
class Observation:
    """One response as the score sees it: the case's label and band, and the final action."""

    case: CaseKey
    label: ActionId
    final: FinalAction
    repeat: int = 1
    band: Band = field(default_factory=lambda: NO_BAND)
    state: ResponseState = ResponseState.OK
    automatic: ActionId | None = None
    reviewed: bool = False
    pair: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    segment: str = ""
    source: str = ""
    message_hash: str = ""
    stakes: float = 1.0
    bulk: bool = False
    """Whether people's word on it is theirs on many responses at once, and nobody's on this one."""
    skipped: bool = False
    """Whether somebody has passed it over."""


@dataclass(frozen=True)
class EqualResponses:
    """Responses that earn the same: to cases of one label and band, with one final action, None where unscored.

    `weight` is what they count for, in cases: a case with n scored responses counts 1/n for each of them and 0 for
    each unscored one. Three cases of two repeats each, all answered alike, have a weight of 6 × 1/2 = 3.
    """

    label: ActionId
    band: Band
    action: ActionId | None
    weight: float


def balanced_mean(groups: Iterable[EqualResponses]) -> float | None:
    """The balanced score, with the bands as labelled, of responses that are counted already; in [0, 1].

    None where nothing is given or where a label that occurs has nothing scored.
    """
    earned: dict[ActionId, float] = {}
    cases: dict[ActionId, float] = {}
    for group in groups:
        won = credit(group.label, group.band, group.action) if group.action is not None else 0.0
        earned[group.label] = earned.get(group.label, 0.0) + group.weight * won
        cases[group.label] = cases.get(group.label, 0.0) + group.weight
    if not cases or not all(cases.values()):
        return None
    return sum(earned[label] / cases[label] for label in cases) / len(cases)


def credit(label: str, band: Band, action: ActionId) -> float:
    """1 for the labelled action, the band's credit for an action in the band, 0 for any other (DESIGN, The score)."""
    return 1.0 if action == label else band.get(action, 0.0)


def signed_distance(label: str, band: Band, action: ActionId, scale: ActionScale) -> int:
    """Scale steps outside the band: above 0 over-cautious, below 0 under-cautious, 0 inside.

    With S = {label} ∪ band: a − max S or a − min S, in ranks (DESIGN, The score).
    """
    accepted = [scale.rank(label), *(scale.rank(other) for other in band)]
    rank = scale.rank(action)
    if rank > max(accepted):
        return rank - max(accepted)
    return min(rank - min(accepted), 0)
