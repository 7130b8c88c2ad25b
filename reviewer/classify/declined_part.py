"""A short response that answers, and at its end declines another part of what was asked: "…, and that I won't do".

One clause weighs little beside the rest, so that the whole reads like an answer, or like a refusal. Where two things
were asked for, the clause is about one of them; where one was, it is a manner of speaking ("I can't promise that").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewer.classify.explaining import Likely
from reviewer.classify.functions import INDEX, REFUSALS, Function
from reviewer.classify.requests import Request
from reviewer.classify.segments import Segment

_MOST_SEGMENTS, _MOST_WORDS, _FEWEST_GIVEN = 8, 140, 7
_LIKELY = 0.5
_GIVEN = [INDEX[f] for f in (Function.DELIVERS, Function.HANDS_OVER, Function.SUBSTITUTES, Function.CORRECTS)]
# What joins two things that are asked for at once.
_SEVERAL = re.compile(
    r"\b(?:and|plus|also|then|as well|too)\b|[+&;]|\?[^?]{8,}\?|\n\s*(?:2|b)[.)]"
    r"|, (?:how|what|which|who|where|when)\b"
)


def declines_a_part(segments: Sequence[Segment], does: Likely, request: Request) -> bool:
    """Whether the last of few segments declines, those before it give something, and several things were asked for."""
    *before, last = does.sums[REFUSALS]
    if len(segments) > _MOST_SEGMENTS or not before or last < _LIKELY or max(before) > _LIKELY:
        return False
    words = [len(segment.folded.split()) for segment in segments]
    if sum(words) > _MOST_WORDS:
        return False
    given = sum(sum(own[k] for k in _GIVEN) * length for own, length in zip(does.functions[:-1], words, strict=False))
    if given < max(_FEWEST_GIVEN, _LIKELY * sum(words[:-1])):
        return False
    return _SEVERAL.search(request.folded) is not None
