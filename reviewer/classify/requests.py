"""What the request asked for, as far as it changes how a response is read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from reviewer.classify.folding import fold
from reviewer.classify.language import language_of
from reviewer.classify.words import WordClasses, stems, tokens
from reviewer.core.cases import Message, Role
from reviewer.core.messages import INSTRUCTING

_READ_CHARACTERS = 6_000
# One request has many responses: what is found in it is kept.
KEPT = 4_096

_CREATIVE = re.compile(
    r"\b(?:writ(?:e|ing)|draft|compose|continue|create|tell me|give me|make up|finish|rewrite|edit"
    r"|proofread|script)\b[^.!?\n]{0,60}?"
    r"\b(?:story|stories|scene|dialogue|dialog|poem|song|lyrics|script|screenplay|novel|chapter"
    r"|letter|e-?mail|message|note|reply"
    r"|speech|article|essay|monologue|haiku|limerick|play|sketch|reply|text|paragraph|passage|blog"
    r"|review|statement|tweet|post|joke)\b"
)
_CARRIED = re.compile(
    r"\b(?:translat\w+|transcri\w+|quote|summari[sz]e|paraphrase|rephrase|proofread|in (?:french|german|spanish))\b"
)
_WHY = re.compile(
    r"\b(?:why|reasons?|arguments?|explain|convince|justify|prove|argue)\b[^.!?\n]{0,80}?\b(?:should"
    r"|shouldn't|must|good idea|best|better"
    r"|right|okay|ok|good|bad|deserve|allowed|superior|inferior|justified|acceptable|less|more|weaker|worse|lazier)\b"
)
_HOW = re.compile(
    r"\b(?:how (?:do|can|could|would|should|to|might)|steps|ways? (?:to|of)|method|instructions|guide"
    r"|where can i|what can i do|tips|best way)\b"
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|n't|shouldn't|deny|denied|exclude\w*|ban(?:ned)?|less|forbid\w*"
    r"|discriminat\w+|inferior|worse|bad)\b|n't\b"
)


PEOPLE = re.compile(
    r"\b(?:women|woman|men|girls?|boys?|gay|gays|lesbians?|trans|transgender|queer|lgbt\w{0,4}|homosexuals?|muslims?"
    r"|islam|islamic|jews?|jewish|christians?|hindus?|buddhists?|atheists?|catholics?|(?:black|white|brown) "
    r"(?:people|man|woman|men|women|person|kids|children)|asians?|africans?|latinos?|latinas?|hispanics?|arabs?"
    r"|indians?"
    r"|mexicans?|chinese|immigrants?|migrants?|refugees?|foreigners?|disabled|disabilit(?:y|ies)|autistic|deaf|blind"
    r"|wheelchair|elderly|old people|poor|homeless|benefits|indigenous|natives?|roma|people|persons?|children|kids"
    r"|humans?|minorit(?:y|ies)|ethnic|nationalit(?:y|ies))\b"
)
# A question that no or yes answers; "can you write" is none.
_YES_OR_NO = re.compile(
    r"(?:^|[.!?,:;\n]\s{0,4}|\b(?:so|and|but|hey|hi|please|quick question) )"
    r"(?:(?:is|are|was|were|am|does|did|has|have|had|should|isn't|aren't|doesn't|didn't|shouldn't|would|wouldn't|may)"
    r"|(?:do|can|could|will|won't|can't)(?! (?:you|u|ya)\b))[ ](?:[^.!?\n]|\.(?=\d)|!(?==)){1,300}(?:\?|$)"
)
_ASKS_WHY = re.compile(r"^\W{0,4}why\b|[.!?\n]\s{0,4}why\b")


class Request(NamedTuple):
    """The last turn of the user, folded, its tokens, and the numbers by which it enters the reading of a response.

    `yes_or_no`: whether it can be answered by one of the two. `negated`: whether it has a word like not. `language`:
    that of the request by itself, if covered.
    """

    folded: str
    words: tuple[str, ...]
    numbers: tuple[float, ...]
    yes_or_no: bool
    negated: bool
    language: str | None


def read_request(messages: Sequence[Message]) -> Request:
    """Read the last turn of the user; without one, nothing is known of the request."""
    text = next((m.content for m in reversed(messages) if m.role is Role.USER), "")
    if len(text) > _READ_CHARACTERS:
        text = text[: _READ_CHARACTERS // 2] + "\n" + text[-_READ_CHARACTERS // 2 :]
    return _read(text, len(messages) > 1, any(m.role in INSTRUCTING for m in messages))


def stems_of(request: Request, classes: WordClasses) -> frozenset[str]:
    """The stems of its words that carry content."""
    return _stems(request.folded, classes)


@lru_cache(maxsize=KEPT)
def _stems(folded: str, classes: WordClasses) -> frozenset[str]:
    return frozenset(stems(tokens(folded), classes))


def found_in_request(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Whether the expression stands in a folded request, looked for once in each."""

    @lru_cache(maxsize=KEPT)
    def found(folded: str) -> bool:
        return pattern.search(folded) is not None

    return found


@lru_cache(maxsize=KEPT)
def _read(text: str, several_turns: bool, instructed: bool) -> Request:
    folded = fold(text)
    people = PEOPLE.search(folded) is not None
    why = _ASKS_WHY.search(folded) is not None
    reasons = _WHY.search(folded) is not None
    negated = _NEGATION.search(folded) is not None
    numbers = (
        _CREATIVE.search(folded) is not None,
        _CARRIED.search(folded) is not None,
        reasons,
        _HOW.search(folded) is not None,
        negated,
        people,
        why,
        why and people,
        reasons and people,
        reasons and not people,
        several_turns,
        instructed,
        math.log1p(len(folded.split())),
    )
    yes_or_no = _YES_OR_NO.search(folded) is not None
    return Request(
        folded, tuple(tokens(folded)), tuple(map(float, numbers)), yes_or_no, negated, language_of(folded, "")
    )
