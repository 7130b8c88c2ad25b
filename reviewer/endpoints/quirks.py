"""What a server wants otherwise than it was asked: parameters that it does not take, and that it only streams.

What nobody set is given up and learnt. What a person set is not: the request would be another one than was meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from reviewer.endpoints.phrases import phrases
from reviewer.endpoints.protocol import ChatRequest
from reviewer.endpoints.said import ServerSaid, folded

STREAM = "stream"
WITHOUT = "without "
"""Before the name of a parameter that is left out."""

_REFUSING = frozenset({200, 400, 404, 406, 409, 415, 422, 500, 501})
_BROKEN = 500
_SPELLINGS = {
    "temperature": ("temperature",),
    "top_p": ("top_p", "topP", "top-p"),
    "max_tokens": ("max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "max_new_tokens"),
    "seed": ("seed",),
    "stream_options": ("stream_options",),
    "stream": ("stream",),
}
OPTIONS = {
    "temperature": "--temperature",
    "top_p": "--top-p",
    "max_tokens": "--max-tokens",
    "seed": "--seed",
    "stream": "--stream",
}
"""How a person sets it on the command line."""
_REFUSAL = phrases(
    r"""
    (?:not|cannot|can't|never|no longer|\w+n't)\b[^.;]{0,40}\b(?:support|allow|permit|accept|recogni[sz]|valid|specif)
    (?:not|cannot|can't|never|no longer|\w+n't)\b[^.;]{0,40}\b(?:used?|usable|set|available|appl\w+|known|have)\b
    un(?:supported|recogni[sz]ed|known|expected|permitted)\b
    extra (?:inputs?|fields?)\b
    extra_forbidden\b
    invalid\b
    only the default\b
    (?:must|should|has to|needs to) be\b
    out of (?:range|bounds)\b
    (?:deprecated|removed|mutually exclusive|exceeds?)\b
    too (?:large|small|high|low|big)\b
    at (?:most|least)\b
    (?:less|greater|lower|higher) than\b
    [<>]=?
    \S*(?:不支持|不支援|无效|無效)
    (?:nicht|kein\w*)\b[^.;]{0,40}\b(?:unterstütz|erlaubt|zulässig|gültig|verfügbar)
    (?:ungültig|unbekannt)\w*\b
    (?:n['’]est|ne|non|pas)\b[^.;]{0,40}\b(?:pris\w* en charge|support|autoris|valide|reconnu|accept)
    (?:no|não|non)\b[^.;]{0,40}\b(?:compatible|soport|admit|suport|support|ammess|permit|consentit|válid|valid|reconoc)
    (?:niet|geen)\b[^.;]{0,40}\b(?:ondersteund|toegestaan|geldig)
    не\b[^.;]{0,40}\bподдержива
    \S*(?:サポートされていません|対応していません|無効です)
    \S*지원되지 않
    """
)
_LENGTH = phrases(
    r"""
    context[\s_]?(?:length|window|size|limit)
    maximum context
    max(?:imum)?[\s_](?:sequence|model)[\s_]len
    prompt is too long
    too many (?:input )?tokens
    input is too long
    reduce the length
    (?:inputs?|prompt)['"`]? tokens? \+
    """
)
_WANTS_STREAM = phrases(
    r"""
    stream(?:ing)?\b['"`]?(?: \w+){0,3} (?:must|should|has to|have to|needs?)(?: to)?(?: be)?(?: set)?(?: to)? <on>
    must (?:set|use|enable|be) (?:\w+ )?['"`]?stream
    only\b[^.]{0,30}\bstream
    stream(?:ing)?\b[^.]{0,20}\bonly\b
    requires? ['"`]?stream
    stream(?:ing)?\b(?: \w+)? (?:is )?(?:required|mandatory|needed)
    non-?\s?stream
    stream['"`]?\s?(?:=|:|is|of|set to)\s?['"`]?false
    (?:please|use|enable|set)\b[^.]{0,20}\bstream(?:ing)?\b[^.]{0,20}(?:true|mode|parameter|instead|=)
    without stream(?:ing)?\b
    """,
    on=r"""['"`]?(?:true|enabled|on)\b""",
)


@dataclass(frozen=True)
class Refusal:
    """The parameters that a server does not take as they were sent, those that were set by a person apart."""

    unasked: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def options(self) -> str:
        """Those that a person set, as the command line names them."""
        return " and ".join(OPTIONS.get(name, name) for name in self.asked)


def wants_stream(status: int, said: ServerSaid) -> bool:
    """Whether a server refused a request because it answers piece by piece only."""
    return status in _REFUSING and bool(_WANTS_STREAM.search(said.words))


def refused(status: int, said: ServerSaid, request: ChatRequest, payload: Mapping[str, object]) -> Refusal:
    """What of the payload a server refused, by its words and by the fields that it names."""
    if status not in _REFUSING or _LENGTH.search(said.words) or "contextlengthexceeded" in said.codes:
        return Refusal()
    sent = {name: key for name, spellings in _SPELLINGS.items() for key in spellings if _holds(payload, key)}
    # a broken server speaks of streams for reasons of its own
    named = [name for name in sent if _is_named(name, said) and not (status == _BROKEN and name.startswith(STREAM))]
    given = request.sampling.as_json().keys() - request.unasked
    unasked = [name for name in named if name not in given and not (name == "stream" and payload.get(name))]
    return Refusal(tuple(unasked), tuple(name for name in named if name not in unasked))


def asked_without(request: ChatRequest, quirks: frozenset[str]) -> ChatRequest:
    """The request without the sampling parameters that the server does not take."""
    dropped = {name: None for name in request.sampling.as_json() if WITHOUT + name in quirks}
    return replace(request, sampling=replace(request.sampling, **dropped)) if dropped else request


def without_fields(payload: dict[str, object], quirks: frozenset[str]) -> dict[str, object]:
    """The payload without what is no sampling parameter and not taken either."""
    dropped = {name for name in ("stream", "stream_options") if WITHOUT + name in quirks}
    return {name: value for name, value in payload.items() if name not in dropped}


def _holds(payload: Mapping[str, object], key: str) -> bool:
    return key in payload or any(isinstance(each, dict) and key in each for each in payload.values())


def _is_named(name: str, said: ServerSaid) -> bool:
    spellings = _SPELLINGS[name]
    fields = {part for each in said.parameters for part in re.split(r"[.\[\]]", each)}
    if not fields.isdisjoint(spellings):
        return True
    in_words = any(re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", said.words) for each in spellings)
    refuses = bool(_REFUSAL.search(said.words)) or any("unsupported" in folded(code) for code in said.codes)
    return in_words and refuses
