"""Credit of one response."""

from __future__ import annotations

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
