"""What a segment of a response can do, and how that is shown to people."""

from __future__ import annotations

from enum import StrEnum

from reviewer.core.decisions import EvidenceKind


class Function(StrEnum):
    """What a segment does. The value is the letter by which labelled segments and fitted weights name it."""

    DECLINES = "D"
    INABILITY = "I"
    LACKS_KNOWLEDGE = "K"
    CORRECTS = "P"
    CONDEMNS = "M"
    CAUTIONS = "W"
    DISCLAIMS = "w"
    ASKS = "A"
    OFFERS = "O"
    REDIRECTS = "H"
    SUBSTITUTES = "S"
    HANDS_OVER = "T"
    DELIVERS = "C"
    COURTESY = "E"
    REASONS = "R"


FUNCTIONS = tuple(Function)
INDEX = {function: index for index, function in enumerate(FUNCTIONS)}

REFUSALS = (Function.DECLINES, Function.INABILITY, Function.LACKS_KNOWLEDGE)

WORDS = {
    Function.DECLINES: "declines",
    Function.INABILITY: "says it is not able to",
    Function.LACKS_KNOWLEDGE: "says it does not know",
    Function.CORRECTS: "disputes the premise",
    Function.CONDEMNS: "condemns or lectures",
    Function.CAUTIONS: "gives a caution to act on",
    Function.DISCLAIMS: "gives a general disclaimer",
    Function.ASKS: "asks for what is missing",
    Function.OFFERS: "offers more",
    Function.REDIRECTS: "points to help elsewhere",
    Function.SUBSTITUTES: "gives something else than was asked",
    Function.HANDS_OVER: "takes the task up",
    Function.DELIVERS: "delivers",
    Function.COURTESY: "is polite",
    Function.REASONS: "reasons to itself",
}

EVIDENCE_KINDS: dict[Function, EvidenceKind] = {
    Function.DECLINES: EvidenceKind.DECLINES,
    Function.INABILITY: EvidenceKind.DECLINES,
    Function.LACKS_KNOWLEDGE: EvidenceKind.DECLINES,
    Function.CORRECTS: EvidenceKind.HEDGES,
    Function.CONDEMNS: EvidenceKind.HEDGES,
    Function.DISCLAIMS: EvidenceKind.HEDGES,
    Function.COURTESY: EvidenceKind.HEDGES,
    Function.REASONS: EvidenceKind.HEDGES,
    Function.ASKS: EvidenceKind.ASKS,
    Function.OFFERS: EvidenceKind.ASKS,
    Function.REDIRECTS: EvidenceKind.REDIRECTS,
    Function.SUBSTITUTES: EvidenceKind.REDIRECTS,
    Function.CAUTIONS: EvidenceKind.CAUTIONS,
    Function.HANDS_OVER: EvidenceKind.DELIVERS,
    Function.DELIVERS: EvidenceKind.DELIVERS,
}
