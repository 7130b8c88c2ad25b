"""What a part of a response can do, and how that is shown to people."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from reviewer.core.decisions import EvidenceKind, RefusalKind


class Function(StrEnum):
    """What a segment does. The order is the order of precedence when several cues stand in one segment."""

    DECLINES = "declines"
    LACKS_KNOWLEDGE = "lacks knowledge"
    INABILITY = "states inability"
    CORRECTS = "corrects a premise"
    CONDEMNS = "condemns"
    OFFERS = "offers more"
    ASKS = "asks for what is missing"
    REDIRECTS = "redirects to help"
    SUBSTITUTES = "turns to something else"
    HANDS_OVER = "hands over"
    COURTESY = "courtesy"
    CAUTIONS = "cautions"
    LECTURES = "lectures"
    DELIVERS = "delivers"


class Cue(NamedTuple):
    """A phrase pattern: what it does, where it may stand, why it counts; read only if one of `needs` is present.

    A cue that is not `strong` decides only at the beginning of a response.
    """

    function: Function
    pattern: str
    why: str
    needs: tuple[str, ...]
    refusal: RefusalKind | None = None
    strong: bool = True


EVIDENCE_KINDS: dict[Function, EvidenceKind] = {
    Function.DECLINES: EvidenceKind.DECLINES,
    Function.LACKS_KNOWLEDGE: EvidenceKind.DECLINES,
    Function.INABILITY: EvidenceKind.DECLINES,
    Function.CORRECTS: EvidenceKind.HEDGES,
    Function.CONDEMNS: EvidenceKind.HEDGES,
    Function.LECTURES: EvidenceKind.HEDGES,
    Function.COURTESY: EvidenceKind.HEDGES,
    Function.OFFERS: EvidenceKind.ASKS,
    Function.ASKS: EvidenceKind.ASKS,
    Function.REDIRECTS: EvidenceKind.REDIRECTS,
    Function.SUBSTITUTES: EvidenceKind.REDIRECTS,
    Function.CAUTIONS: EvidenceKind.CAUTIONS,
    Function.HANDS_OVER: EvidenceKind.DELIVERS,
    Function.DELIVERS: EvidenceKind.DELIVERS,
}
