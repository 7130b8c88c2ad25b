"""Whether a full answer carries a caution that the person should act on, or only passing boilerplate."""

from __future__ import annotations

import re
from typing import NamedTuple

from reviewer.classify.functions import Function
from reviewer.classify.reading import Part, Reading
from reviewer.classify.segments import Shape

_STRONG = re.compile(
    r"\b(?:warning|caution|caveat|careful|do not|don't|never|stop (?:and|if|taking|using)|unless"
    r"|only if|before you|make sure|be aware"
    r"|the risk|risks?|get (?:medical|legal)|see (?:a|your|the|someone)|call|straight away"
    r"|immediately|right away|tonight|today"
    r"|emergency|check (?:with|whether|that|first)|ask (?:a|your|the)|one (?:condition|thing|limit)"
    r"|conditions?|please)\b"
)
_CONDITION = re.compile(r"\b(?:if|unless|until|before|should you|when|as long as|provided)\b")
_BOILERPLATE = re.compile(
    r"\b(?:always (?:best|a good idea)|(?:consult|consulting|seek)[^.!?\n]{0,40}(?:professional"
    r"|expert|lawyer|doctor|advice)"
    r"|not (?:legal|medical|financial) advice|i'm not a|i am not a|general information|may vary"
    r"|keep in mind that|stay safe|be safe"
    r"|have fun|enjoy)\b"
)
_NOT_CAUTION = (Function.OFFERS, Function.ASKS, Function.DECLINES, Function.COURTESY)
STRONG_SCORE = 2.4
# Within this distance of it people would disagree.
CLOSE_SCORE = 0.8


class Caution(NamedTuple):
    """The parts that make a substantive caution (none where it is not), and whether that was close."""

    parts: tuple[Part, ...]
    close: bool


NO_CAUTION = Caution((), close=False)


def read_caution(reading: Reading) -> Caution:
    """Weigh every part; the heaviest three are the evidence."""
    scored = [(part, score) for part in reading.parts if (score := _score(part)) > 0]
    total = sum(score for _, score in scored)
    close = abs(total - STRONG_SCORE) < CLOSE_SCORE
    if total < STRONG_SCORE:
        return Caution((), close)
    return Caution(tuple(part for part, _ in sorted(scored, key=lambda pair: -pair[1])[:3]), close)


def _score(part: Part) -> float:
    if part.function in _NOT_CAUTION or part.segment.shape is Shape.CODE:
        return 0.0
    folded = part.segment.folded
    strong = len(set(_STRONG.findall(folded)))
    conditional = bool(_CONDITION.search(folded))
    score = 0.5 * strong + (0.7 if conditional else 0.0)
    return score * (0.4 if _BOILERPLATE.search(folded) else 1.0)
