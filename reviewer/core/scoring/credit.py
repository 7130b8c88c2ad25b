"""Credit of one response and the averages of one case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True)
class CaseOutcome:
    """One case's averages over its scored responses; None where none of them is scored.

    `credit_low` and `credit_high` take every unscored response as 0 and as 1.
    """

    case: CaseKey
    label: ActionId
    scored: int
    unscored: int
    credit: float | None
    credit_low: float
    credit_high: float
    exact: float
    in_band: float
    over: float
    under: float
    distance: float
    held_back: float
    actions: tuple[ActionId, ...]
    first: Observation


def case_outcomes(
    observations: Iterable[Observation], scale: ActionScale, hold_back: Iterable[str]
) -> list[CaseOutcome]:
    """Group responses by case, in case-key order, so that the order of the input never matters."""
    by_case: dict[CaseKey, list[Observation]] = {}
    for observation in observations:
        by_case.setdefault(observation.case, []).append(observation)
    holding = frozenset(hold_back)
    return [_outcome(sorted(by_case[key], key=lambda o: o.repeat), scale, holding) for key in sorted(by_case)]


def _outcome(group: Sequence[Observation], scale: ActionScale, hold_back: frozenset[str]) -> CaseOutcome:
    first = group[0]
    actions = tuple(o.final.action for o in group if o.final.action is not None)
    credits_ = [credit(first.label, first.band, action) for action in actions]
    distances = [signed_distance(first.label, first.band, action, scale) for action in actions]
    scored, unscored = len(actions), len(group) - len(actions)

    def share(count: int) -> float:
        return count / scored if scored else 0.0

    return CaseOutcome(
        case=first.case,
        label=first.label,
        scored=scored,
        unscored=unscored,
        credit=sum(credits_) / scored if scored else None,
        credit_low=sum(credits_) / len(group),
        credit_high=(sum(credits_) + unscored) / len(group),
        exact=share(sum(action == first.label for action in actions)),
        in_band=share(sum(action in first.band for action in actions)),
        over=share(sum(distance > 0 for distance in distances)),
        under=share(sum(distance < 0 for distance in distances)),
        distance=sum(distances) / scored if scored else 0.0,
        held_back=share(sum(action in hold_back for action in actions)),
        actions=actions,
        first=first,
    )
