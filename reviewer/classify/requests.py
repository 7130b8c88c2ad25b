"""What the request asked for, as far as it changes how a response is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from reviewer.classify.folding import fold
from reviewer.core.cases import Message, Role

_READ_CHARACTERS = 6_000

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


class Request(NamedTuple):
    """What the last user turn wants: a text to be written or carried over, reasons, a way to do something."""

    creative: bool
    carried: bool
    wants_reasons: bool
    wants_way: bool
    negated: bool


def read_request(messages: Sequence[Message]) -> Request:
    """Read the last turn of the user; without one, nothing is known of the request."""
    text = next((m.content for m in reversed(messages) if m.role is Role.USER), "")
    if len(text) > _READ_CHARACTERS:
        text = text[: _READ_CHARACTERS // 2] + "\n" + text[-_READ_CHARACTERS // 2 :]
    folded = fold(text)
    return Request(
        creative=_CREATIVE.search(folded) is not None,
        carried=_CARRIED.search(folded) is not None,
        wants_reasons=_WHY.search(folded) is not None,
        wants_way=_HOW.search(folded) is not None,
        negated=_NEGATION.search(folded) is not None,
    )
