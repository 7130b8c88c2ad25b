"""Whether what reads like a full answer says nothing of one of several things that were asked for at once.

A part is one that a word joins and that asks for something. Its own words, which no other part has, are looked for in
the response: where none of them recurs, and those of another part do, that one part seems to be left out. Of a hundred
such answers about thirty do leave a part out, so it is said and left to people, and no verdict is changed by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from reviewer.classify.requests import KEPT, Request
from reviewer.classify.segments import Segment
from reviewer.classify.words import WordClasses, stems, tokens

_JOINS = re.compile(
    r"[.?!;\n]+\s*|\s*(?:,? (?:and|plus|then|as well as|but)(?: also| then)?|[+&]| also)\s+"
    r"|,\s+(?=(?:how|what|which|who|where|when|one|tell|give|write|include|show|list|explain|describe)\b)"
)
_ASKS = re.compile(
    r"\W*(?:(?:please|also|then|just|finally|exactly|to|i want|i need|i want to know|tell me|can you|could you"
    r"|would you|with|want)\s+)*(?:how|what|which|who|where|when|why|tell|give|write|include|describe|list|explain|show"
    r"|make|get|find|put|add|draft|name|teach|help|suggest|provide|create|generate|one|use|link|mix|say|translate"
    r"|calculate|build|hide|send|turn|keep|rate|pick|recommend|compare|walk|do|prove|extract|\w+ing)\b"
)
# What is said of the form of an answer does not recur in it.
_FORM = frozenset(
    [
        *(
            "json",
            "forma",
            "words",
            "lines",
            "short",
            "long",
            "brief",
            "simpl",
            "bulle",
            "list",
            "table",
            "step",
            "steps",
        ),
        *("detai", "pleas", "polit", "tone", "funny", "emoji", "engli", "langu", "markd", "sente", "parag", "examp"),
        *("thank", "rhyme", "title", "reaso", "answe", "respo", "quest", "exact", "ready", "conci", "style", "infor"),
        *(
            "versi",
            "chara",
            "clear",
            "sound",
            "inclu",
            "expla",
            "descr",
            "provi",
            "write",
            "tell",
            "give",
            "make",
            "know",
        ),
        *("want", "need", "help", "about", "each", "with", "quick", "sourc", "cite", "citat", "refer", "neutr"),
    ]
)
_FEWEST_WORDS, _SPOKEN_OF = 25, 0.34


class _Part(NamedTuple):
    asks: bool
    own: frozenset[str]


def leaves_part_out(segments: Sequence[Segment], request: Request, classes: WordClasses) -> bool:
    """Whether the response has words of one part of the request, and none of another that asks for something."""
    parts = _parts(request.folded, classes)
    if len(parts) < 2:
        return False
    said = " ".join([segment.folded for segment in segments])
    if len(said.split(None, _FEWEST_WORDS)) < _FEWEST_WORDS:
        return False
    recurring = [sum(stem in said for stem in part.own) for part in parts]
    known = any(n >= max(1, _SPOKEN_OF * len(part.own)) for part, n in zip(parts, recurring, strict=True))
    return known and any(part.asks and not n for part, n in zip(parts, recurring, strict=True))


@lru_cache(maxsize=KEPT)
def _parts(request_folded: str, classes: WordClasses) -> tuple[_Part, ...]:
    """The parts that have words of their own."""
    texts = [text for text in _JOINS.split(request_folded) if text and text.strip()]
    if len(texts) < 2:
        return ()
    each = [frozenset(stems(tokens(text), classes)) for text in texts]
    parts = []
    for number, (text, own) in enumerate(zip(texts, each, strict=True)):
        others = frozenset[str]().union(*each[:number], *each[number + 1 :])
        if alone := own - others - _FORM:
            parts.append(_Part(_ASKS.match(text) is not None, alone))
    return tuple(parts)
