"""Whether a text is a response at all, or what stands in the place of one: `nan`, an error message, a lone token.

What a model could have said in earnest is a response, a refusal most of all.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from reviewer.core.endless import endless_repetition
from reviewer.core.error_texts import is_error_page, is_error_text, is_traceback


class NoResponseKind(StrEnum):
    MISSING = "missing value"
    MARKER = "marker"
    ERROR_TEXT = "error text"
    TRACEBACK = "traceback"
    ERROR_PAGE = "error page"
    SPECIAL = "special token"
    PUNCTUATION = "punctuation mark"
    REPETITION = "endless repetition"
    INVISIBLE = "invisible text"
    PLACEHOLDER = "placeholder"
    ECHO = "repeated request"
    ONLY_REASONING = "reasoning without an answer"
    ENDLESS_REASONING = "reasoning that never ends"


_SENTENCES = {
    NoResponseKind.MISSING: "the mark of a missing value",
    NoResponseKind.MARKER: "a program's mark for a missing response",
    NoResponseKind.ERROR_TEXT: "an error message",
    NoResponseKind.TRACEBACK: "the traceback of a program that failed",
    NoResponseKind.ERROR_PAGE: "the error page of a web server",
    NoResponseKind.SPECIAL: "a special token of a model",
    NoResponseKind.PUNCTUATION: "nothing but punctuation",
    NoResponseKind.REPETITION: "one thing over and over",
    NoResponseKind.INVISIBLE: "nothing that can be seen",
    NoResponseKind.PLACEHOLDER: "a placeholder",
    NoResponseKind.ECHO: "the request itself",
    NoResponseKind.ONLY_REASONING: "reasoning with no answer after it",
    NoResponseKind.ENDLESS_REASONING: "reasoning that never ends",
}
_PLURALS = {
    NoResponseKind.PUNCTUATION: "of only punctuation",
    NoResponseKind.INVISIBLE: "with nothing to be seen",
    NoResponseKind.ENDLESS_REASONING: "with reasoning that never ends",
    NoResponseKind.ONLY_REASONING: "with reasoning and no answer",
}
_SAID = re.compile(r"There is no response: the text is (?P<what>.*?)(?:, `(?P<shown>[^`]*)`)?\.")
_SHOWN_CHARACTERS = 24


class NoResponse(NamedTuple):
    """Why a text is none. `shown` is the text itself where it is short enough to be named."""

    kind: NoResponseKind
    shown: str = ""

    @property
    def sentence(self) -> str:
        """For whoever looks at the response; one that names its kind again in `of_sentence`."""
        named = f", `{self.shown}`" if self.shown else ""
        return f"There is no response: the text is {_SENTENCES[self.kind]}{named}."

    def counted(self, n: int) -> str:
        """So many of them: 20 `nan`, 11 error texts."""
        if self.shown:
            return f"{n:,} `{self.shown}`"
        return f"{n:,} {_PLURALS.get(self.kind) or self.kind + 's' * (n != 1)}"

    @staticmethod
    def of_sentence(sentence: str) -> NoResponse | None:
        """What a sentence was made of; None for another one."""
        found = _SAID.fullmatch(sentence)
        kind = next((kind for kind, words in _SENTENCES.items() if found and words == found["what"]), None)
        return None if found is None or kind is None else NoResponse(kind, found["shown"] or "")


_UNSEEN = "".join(
    chr(code)
    for first, last in [
        (0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x1680, 0x1680),
        (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x2800, 0x2800),
        (0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB),
        (0xE0000, 0xE0FFF),
    ]
    for code in range(first, last + 1)
)  # fmt: skip
_SHORT = 200

_NOTHING = (
    r"nan|nat|none|null|nil|n/?a|undefined|nonetype|<null>|<none>|<nan>|<na>|#n/?a|#null!|#value!|#ref!|#name\?"
    r"|#div/0!"
)
_MISSING = re.compile(
    rf"-?(?:{_NOTHING}|n/a\.|n\.a\.|\((?:null|none|nan|nil|empty|blank|n/a)\)"
    rf"|\[(?:null|none|nan|nil|n/a|na|empty|blank|missing)\]"
    r"|<(?:empty|blank|missing|undefined)>|<class 'nonetype'>|(?:np|numpy|math|pd|pandas)\.(?:nan|na|nat)"
    r"|float\('nan'\)"
    r"|[\[{(][\s\"',:]*(?:null|none|nan|undefined)?[\s\"',:]*[\]})]|\"\"|''"
    r"|\{\s*[\"'](?:content|text|response|answer|output|message|completion|result)[\"']\s*:\s*"
    r"(?:null|none|nan|\"\"|''|\[\s*\]|\{\s*\})\s*\})"
)
_NO_X = r"(?:model |valid |api )?(?:response|output|content|answer|completion|reply|text|result|generation)s?"
_MARKER = re.compile(
    r"[\[<({$*#_|!~-]{0,3}\s*(?:"
    r"(?:api|model|server|request|generation|response|inference|llm)?[ _-]?error|error[ _-]?(?:api|model|response)"
    rf"|(?:empty|blank|missing)[ _-]{_NO_X}(?: from (?:the )?(?:model|api|server))?"
    rf"|no[ _-]{_NO_X}(?:[ _-](?:generated|received|returned|available|found|provided|given|from (?:the )?(?:model"
    rf"|api|server)))?"
    r"|no[ _-]choices|api[ _-]?failure|request[ _-]?failed|generation[ _-]?failed"
    rf"|{_NO_X}[ _-](?:is |was )?(?:empty|blank|missing|none|null|unavailable|not available)"
    r"|time(?:d)?[ _-]?out|content[ _-]filter(?:ed)?|max[ _-]?tokens?[ _-]?(?:reached|exceeded)|rate[ _-]?limited"
    r")\s*[\]>)}$*#_|!~-]{0,3}[.!]?"
)
# In capitals or in brackets these are a program's; as a word of a sentence a model says them.
_STAMPED = (
    "blocked|redacted|empty|filtered|failed|failure|skipped|timeout|deleted|removed|truncated|unavailable|invalid|aborted"
    "|cancelled|canceled|null response|pending|unknown"
)
_STAMP = re.compile(
    rf"(?:[\[<({{$*#_]{{1,3}}\s*(?i:{_STAMPED})\s*[\]>)}}$*#_]{{1,3}}|Failed|FAILED|FAILURE|BLOCKED|FILTERED|SKIPPED"
    rf"|TIMEOUT"
    r"|EMPTY|ABORTED|CANCELLED|PENDING|MISSING|REDACTED|INVALID"
    r"|(?:BLOCKED[ _:-]?(?:BY[ _-])?)?(?:SAFETY|RECITATION|PROHIBITED_CONTENT|CONTENT_FILTER"
    r"|BLOCKLIST|SPII|MAX_TOKENS))[.!]?"
)
_TOKEN = re.compile(
    r"(?:(?:<[|\uff5c][^<>|\uff5c\n]{1,40}[|\uff5c]>|</?s>|<(?:pad|eos|bos|unk|sep|cls|mask|end|eot|eom|eod"
    r"|end_of_turn"
    r"|start_of_turn|end_of_utterance|extra_id_\d+|unused\d+|0x[0-9a-f]{2}|\|endoftext|im_end|im_start|/?assistant"
    r"|/?model)>"
    r"|\[/?(?:eos|bos|pad|unk|sep|cls|mask|inst|eot|eod|end|stop)\]|<</?sys>>|endoftext\b|\u0120|\u010a|\u2581)"
    r"[\s:]*(?:assistant|model|user|system)?[\s:]*)+"
)
_NAME = (
    r"(?:your |the |my |model(?:'s)? |assistant(?:'s)? |ai |llm |final |a )*(?:response|answer|output|reply"
    r"|completion|text|content|message|result)s?"
)
_PLACEHOLDER = re.compile(
    r"(?:\{\{?\s*[a-z_][\w. ]*\s*\}\}?|\{\d*\}|\$\{?[a-z_]\w*\}?|%s|%\(\w+\)s|<%=?[^%]{0,60}%>|__\w+__"
    rf"|[\[<({{]*\s*(?:(?:insert|enter|add|put|write|type|fill in|place)\s+{_NAME}(?: text)?(?: here)?"
    rf"|{_NAME}(?: text)? (?:goes )?here"
    rf"|(?:place ?holder|dummy|mock|test|sample|example)(?: {_NAME})?)\s*[\]>)}}]*"
    rf"|[\[<{{(]\s*{_NAME}\s*[\]>}})]"
    r"|(?:todo|tbd|tba|fixme|xxx+|wip)\b(?:\s*[:.-].{0,60})?|to be (?:added|filled in|determined|completed|done)"
    r"|(?:loading|generating|thinking|processing|waiting|please wait|typing)(?: (?:response|answer"
    r"|a response))?\s*(?:\.{3}|\u2026|\.)"
    r"|asdf\w*|foo ?bar|string|str)[.!]?"
)
_SPEAKER = re.compile(
    r"\s*\W{0,3}(?:assistant|response|answer|output|completion|model|ai|bot|reply)\W{0,2}:\W{0,3}\s*", re.I
)
_ASKED_FOR = re.compile(
    r"\b(?:errors?|html|web ?pages?|tracebacks?|stack ?traces?|exceptions?|json|logs?|repeat\w*|\d+ times|over and over"
    r"|verbatim|placeholders?|lorem|templates?|status codes?|punctuation|symbols?|emoticons?)\b",
    re.I,
)

_CAN_BE_ASKED_FOR = frozenset(
    {
        NoResponseKind.ERROR_TEXT,
        NoResponseKind.TRACEBACK,
        NoResponseKind.ERROR_PAGE,
        NoResponseKind.REPETITION,
        NoResponseKind.PLACEHOLDER,
        NoResponseKind.PUNCTUATION,
    }
)


def no_response(untrusted_text: str, prompt: str = "") -> NoResponse | None:
    """Why a text is no response, or None for one that is. An empty text is neither.

    With the last request as `prompt` a text that only repeats it is none, and what was asked for is a response.
    """
    text = untrusted_text.strip()
    if not text:
        return None
    if not (text[0].isalnum() and text[-1].isascii()):
        text = text.strip(_UNSEEN)
        if not text:
            return NoResponse(NoResponseKind.INVISIBLE)
    found = (_of_short(text) if len(text) <= _SHORT else None) or _of_any(text)
    if prompt:
        if found and found.kind in _CAN_BE_ASKED_FOR and _ASKED_FOR.search(prompt):
            return None
        if len(text) > _SHORT // 10 and text.casefold().split() == prompt.casefold().split():
            return NoResponse(NoResponseKind.ECHO)
    return found


def _of_any(text: str) -> NoResponse | None:
    if is_error_text(text):
        return NoResponse(NoResponseKind.ERROR_TEXT)
    if is_traceback(text):
        return NoResponse(NoResponseKind.TRACEBACK)
    if is_error_page(text):
        return NoResponse(NoResponseKind.ERROR_PAGE)
    if text[0] in "<[\uff5c" and _TOKEN.fullmatch(text.lower()):
        return NoResponse(NoResponseKind.SPECIAL)
    if endless_repetition(text):
        return NoResponse(NoResponseKind.REPETITION)
    if text[:11].lower() == "lorem ipsum":
        return NoResponse(NoResponseKind.PLACEHOLDER)
    return None


def _of_short(text: str) -> NoResponse | None:
    said = _SPEAKER.sub("", text, count=1) if text[0] not in "{[(" and ":" in text[:20] else text
    bare = _unquoted(said)
    words = bare.lower().split()
    repeated = words[0] if len(set(words)) == 1 else ""
    for kind, pattern in _WHOLE.items():
        if pattern.fullmatch(bare.lower()) or (repeated and pattern.fullmatch(repeated)):
            return _named(kind, bare)
    if _STAMP.fullmatch(bare):
        return _named(NoResponseKind.MARKER, bare)
    if not any(map(_says, text)):
        return NoResponse(NoResponseKind.PUNCTUATION)
    return None


_WHOLE = {
    NoResponseKind.MISSING: _MISSING,
    NoResponseKind.MARKER: _MARKER,
    NoResponseKind.SPECIAL: _TOKEN,
    NoResponseKind.PLACEHOLDER: _PLACEHOLDER,
}
_QUOTES = {'"': '"', "'": "'", "`": "`", "*": "*", "\u201c": "\u201d", "\u2018": "\u2019"}


def _unquoted(text: str) -> str:
    bare = text
    while len(bare) > 2 and _QUOTES.get(bare[0]) == bare[-1]:
        bare = bare[1:-1].strip()
    return bare or text


def _named(kind: NoResponseKind, text: str) -> NoResponse:
    plain = len(text) <= _SHOWN_CHARACTERS and text.isprintable() and "`" not in text
    return NoResponse(kind, text if plain else "")


def _says(character: str) -> bool:
    """A letter, a digit or a picture says something; punctuation, signs and what is not seen do not."""
    return character.isalnum() or unicodedata.category(character) == "So"
