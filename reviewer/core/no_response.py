"""Whether a text is a response at all, or what stands in the place of one: `nan`, an error message, a lone token.

What a model could have said in earnest is a response, a refusal most of all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from reviewer.core.asked_abroad import EMPTY, NAME, TRANSLATE
from reviewer.core.asked_forms import asks_for
from reviewer.core.asked_values import asks_for_value, is_left_alone
from reviewer.core.client_errors import is_client_error, is_page_without_text
from reviewer.core.column_texts import is_of_another_column
from reviewer.core.east_texts import is_eastern_fault
from reviewer.core.empty_texts import is_empty_markup, is_empty_record, is_printed_object
from reviewer.core.endless import endless_repetition
from reviewer.core.error_texts import is_error_page, is_error_text
from reviewer.core.failed_texts import is_failed_job
from reviewer.core.foreign_texts import is_foreign_empty, is_foreign_error
from reviewer.core.harness_texts import is_place, is_script_text
from reviewer.core.no_response_kinds import NoResponse, NoResponseKind
from reviewer.core.page_texts import is_page_piece
from reviewer.core.plain_faults import is_plain_fault
from reviewer.core.program_texts import is_bytes, is_left_of_template, is_raw_stream, is_stub
from reviewer.core.sheet_texts import is_cell_error, is_cell_without_value, is_kept_back
from reviewer.core.tool_texts import is_job_state, is_left_by_tool, is_sent, is_tool_fault
from reviewer.core.tracebacks import is_traceback
from reviewer.core.waiting_texts import is_tool_call, is_waiting

_SHOWN_CHARACTERS = 24
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
# a drawing has more of them
_FEW_SIGNS, _LONG_SIGN = 3, 100

_NOTHING = (
    r"not available|not applicable|missing value|no value|void 0|nan|=na\(\)|#n/a n/a|nan\(ind\)|\\n|nat|none"
    r"|null|nil|n/?a|undefined"
    r"|k\. ?a\.|n\. ?d\.|s/d|b\. ?d\.|option::none|н/д|无数据|不适用|不適用|該当なし|해당 ?없음|لا ينطبق"
    r"|keine angabe|sans objet|no aplica"
    r"|nonetype|<null>|<none>|<nan>|<na>|#n/?a|#null!|#nv|#n/d|option\.none"
)
_MISSING = re.compile(
    rf"-?(?:{_NOTHING}|(?:nan|null|none|#?n/?a);|<nothing>|<nil>|[\[<(]not (?:generated|received|recorded"
    rf"|returned)[\])>]|n/a\.|n\.a\.|\((?:null|none|nan|nil|empty|blank|n/a)\)"
    rf"|\[(?:null|none|nan|nil|n/a|na|empty|blank|missing)\]"
    r"|[\[<({](?:empty|blank|null) (?:string|str|text|value|list|message)[\])>}]"
    r"|<(?:empty|blank|missing|undefined)>|<class 'nonetype'>|(?:np|numpy|math|pd|pandas)\.(?:nan|na|nat)"
    r"|float\('nan'\)"
    r"|[\[{(][\s\"',:]*(?:null|none|nan|undefined)?[\s\"',:]*[\]})]|\"\"|''"
    r"|\{\s*[\"'](?:content|text|response|answer|output|message|completion|result)[\"']\s*:\s*"
    r"(?:null|none|nan|\"\"|''|\[\s*\]|\{\s*\})\s*\})"
)
_NO_X = (
    r"(?:model |valid |api |assistant |text )?"
    r"(?:response|message|output|content|answer|completion|reply|text|result|generation)s?"
)
_MARKER = re.compile(
    r"[\[<({$*#_|!~-]{0,3}\s*(?:"
    r"(?:api|model|server|request|generation|response|inference|llm)?[ _-]?error|error[ _-]?(?:api|model|response)"
    rf"|(?:empty|blank|missing|null)[ _-]{_NO_X}(?: from (?:the )?(?:model|api|server))?"
    rf"|no[ _-]{_NO_X}(?:[ _-](?:generated|received|returned|available|found|provided|given|recorded|produced"
    rf"|obtained|saved|collected|from (?:the )?(?:model"
    rf"|api|server)))?"
    r"|no[ _-]choices|api[ _-]?failure|request[ _-]?failed|generation[ _-]?failed"
    rf"|{_NO_X}[ _-](?:is |was )?(?:empty|blank|missing|none|null|unavailable|not available)"
    r"|(?:model |api )?(?:response|output|completion|generation)s?[ _-](?:is |was )?not[ _-]"
    r"(?:found|generated|received|returned|provided|recorded)"
    r"|no[ _-]data(?: (?:available|returned|received|found))?|none_?type: none|(?:finish"
    r"|stop)_?reason[.=: ]{1,3}[\"']?\w{1,40}[\"']?"
    r"|time(?:d)?[ _-]?out|content[ _-]filter(?:ed)?|max[ _-]tokens?(?:[ _-](?:reached|exceeded|hit))?"
    r"|rate[ _-]?limited"
    r"|(?<=[\[<({])\s*(?:\w{2,20} ){0,2}(?:failed|failure"
    r"|timed out)[ :\u2013\u2014-][^\[\]<>{}()\n]{1,100}(?=[\]>})])"
    r")\s*[\]>)}$*#_|!~-]{0,3}[.!]?"
)
# What a program says of a model that gave nothing; models do not speak of themselves so.
_GAVE_NOTHING = re.compile(
    r"\W{0,3}(?:(?:the |an? )?(?:model|api|server|endpoint|assistant|llm|backend|provider|request"
    r"|call) (?:has )?(?:"
    rf"(?:returned|produced|gave|generated|sent|yielded) (?:nothing|none|(?:no|an?|0|zero)(?: empty)? {_NO_X}"
    rf"|(?:an? )?empty (?:string|list|{_NO_X}|choices))"
    rf"|(?:did(?: not|n't)|failed to) (?:return|produce|generate|give|send|yield) (?:an?|any) {_NO_X})"
    rf"|the {_NO_X} (?:is|was|came back) (?:empty|blank|missing)"
    rf"|(?:no|empty|received (?:0|no|zero)|0) (?:choices|candidates|generations|message content|{_NO_X})"
    r"(?: (?:was|were|is|are|has been|have been))?(?: (?:in (?:the )?response|generated|produced|returned"
    r"|received|given|found))?"
    r"(?: (?:by|from) (?:the )?(?:model|api|server|endpoint|llm))?"
    r"|model gave nothing\b[^\n.]{0,60}"
    r"|(?:annotator|rater|labell?er|reviewer|editor)(?:['\u2019]s note)?: (?:[^\n]{0,40}\b)?(?:missing|empty"
    r"|blank|nothing"
    r"|not (?:saved|recorded|there)|re-?run)\b[^\n]{0,60}"
    r"|(?:api |model |json |response |output )?(?:call|pars(?:e|ing)|inference|decoding|generation) (?:error"
    r"|failed|failure))"
    r"[\W]{0,3}"
)
# In capitals or in brackets these are a program's; as a word of a sentence a model says them.
# Codes of interfaces: names with underscores that tell of a fault.
_CODE = re.compile(
    r"(?i:(?:[a-z]{2,20}_){0,4}(?:errors?|exceeded|violations?|failed|failure|filter(?:ed)?|blocked|time_?out"
    r"|timed_out"
    r"|unavailable|overloaded|quota|invalid|denied|not_found|exhausted|cancel?led|blocklist|unsafe|truncated"
    r"|(?:invalid|malformed)_[a-z_]{2,40}|prohibited_content))"
)
_MODULE = re.compile(r"[\w.]{2,60}\.(?:errors?|exceptions?): ")
_STAMPED = (
    "blocked|redacted|empty|filtered|failed|failure|skipped|timeout|deleted|removed|truncated|unavailable|invalid"
    "|aborted"
    "|cancelled|canceled|null"
    " response|pending|unknown|censored|moderated|withheld|suppressed|typing|thinking|loading"
    "|generating|processing|waiting"
)
_STAMP = re.compile(
    rf"(?:[\[<({{$*#_]{{1,3}}\s*(?i:{_STAMPED})\s*[\]>)}}$*#_]{{1,3}}|Failed|FAILED|FAILURE|FAIL|[Ee]rr|ERR|BLOCKED"
    rf"|FILTERED|SKIPPED|[Ss]kipped"
    rf"|TIMEOUT"
    r"|EMPTY|ABORTED|CANCELLED|PENDING|MISSING|REDACTED|INVALID"
    rf"|[\[<({{]\s*(?i:{_STAMPED}|error|timed out)\s*[:\u2013\u2014-][^\[\]<>{{}}\n]{{1,120}}[\])>}}]"
    r"|[\[<({]\s*(?i:(?:model |api )?(?:response|output|completion|generation|answer|reply|message"
    r"|text)s? (?:is |was |has been )?"
    r"(?:truncated|removed|deleted|blocked|filtered|redacted|suppressed|withheld|skipped|aborted|failed|omitted"
    r"|cut off)"
    r"(?: (?:by|due to|because of|for|after|at) [^\[\]<>{}\n]{1,80})?)[.!]?\s*[\])>}]"
    r"|(?:(?i:blocked)[ _:-]{0,2}(?i:(?:by|due to|because of|reason)[ _:-]{0,2})?)?(?:SAFETY|RECITATION"
    r"|PROHIBITED_CONTENT|CONTENT_FILTER"
    r"|BLOCKLIST|SPII|MAX_TOKENS))[.!]?"
)
_TOKEN = re.compile(
    r"(?:(?:<[|\uff5c][^<>|\uff5c\n]{1,40}[|\uff5c]>|</?s>|<(?:pad|eos|bos|unk|sep|cls|mask|end|eot|eom|eod|image"
    r"|audio|video|img|reserved_\d+"
    r"|end_of_turn|sop|gmask|/(?:answer|response|output|reply|solution|final)"
    r"|start_of_turn|end_of_utterance|extra_id_\d+|unused\d+|0x[0-9a-f]{2}|\|endoftext|im_end|im_start|/?assistant"
    r"|/?model)>"
    r"|<\|[a-z_]{1,30}>|<[a-z_]{1,30}\|>|\[\|[a-z_]{1,30}\|\]|\[/?(?:tool_calls|tool_results|assistant|gmask|sop|s"
    r"|eos|bos|pad|unk|sep|cls|mask|inst|eot|eod|end|stop)\]|<</?sys>>"
    r"|endoftext\b"
    r"|[\u0120\u0121\u010a\u010b\u2581])"
    r"[\s:]*+(?:(?:assistant|model|user|system|final|analysis|commentary)[\s:]*+)?)++"
)
_AFTER_TOKEN = re.compile(r"(?<=>)[.,;:!?]+")
_NAME = (
    r"(?:your |the |my |model(?:'s)? |assistant(?:'s)? |ai |llm |final |a )*(?:response|answer|output|reply"
    r"|completion|text|content|message|result)s?"
)
_PLACEHOLDER = re.compile(
    r"(?:\{\{?\s*[a-z_][\w. ]*\s*\}\}?|\{\d*\}|\$\{?(?!(?:path|home|user|shell|pwd|lang|pythonpath|java_home|editor"
    r"|term|tmpdir)\b)[a-z_]\w*\}?|%s|%\(\w+\)s|<%=?[^%]{0,60}%>|__\w+__"
    rf"|[\[<({{]*\s*(?:(?:insert|enter|add|put|write|type|fill in|place)\s+{_NAME}(?: text)?(?: here)?"
    rf"|{_NAME}(?: text)? (?:goes )?here"
    rf"|(?:place ?holder|dummy|mock|test|sample|example)(?: {_NAME})?)\s*[\]>)}}]*"
    rf"|this is (?:an? |the )?(?:mock(?:ed)?|dummy|place ?holder|stub(?:bed)?|canned|simulated|fake) {_NAME}"
    rf"|[\[<{{(]\s*{_NAME}\s*[\]>}})]"
    r"|(?:todo|tbd|tba|fixme|xxx+|wip)\b(?:\s*[:.-].{0,60})?|to be (?:added|filled in|determined|completed|done)"
    r"|(?:loading|generating|thinking|processing|waiting|please wait|typing)(?: (?:response|answer"
    r"|a response))?\s*(?:\.{3}|\u2026|\.)"
    r"|(?:[a-z]{2,20}_){1,3}(?:response|output|answer|text|completion|reply|content|message|result)s?"
    r"|(?:[a-z]{2,20}_){1,3}placeholder|%{1,2}[a-z_]\w{0,40}%{1,2}"
    r"|<(?:[a-z]{2,20}_){1,3}(?:response|output|answer|text|completion|reply|content|message|result)s?>"
    r"|<(?:[a-z]{2,20}[ _-]){1,3}here>|<(?:fill|type|write|put|enter)[ _-]in(?:[ _-]\w{1,20})?>|\{%[^%\n]{1,60}%\}"
    r"|(?:your_"
    r"|my_)\w{2,20}_(?:here|goes_here)"
    r"|(?:response|output|answer|completion)_?\d{1,6}|asdf\w*|qwerty\w*|foo ?bar|string|str)[.!]?"
)
_BETWEEN_WORDS = re.compile(r"[\s,;]+")
# blanks as they are written in code, and colours of a terminal
_WRITTEN_BLANKS = re.compile(r"(?:\\[nrt0]|\\x00|\\u(?:200[b-f]|feff|00a0|0000)|\x1b\[[0-9;]{0,12}[a-zA-Z]|\s){1,100}")
# letters with both signs among them: "... --- ..."
_DOT, _DASH = "[.\u00b7\u2022]", "[-\u2212\u2013\u2014_]"
_MORSE = re.compile(
    rf"(?=.*{_DOT})(?=.*{_DASH})(?:(?:{_DOT}|{_DASH}){{1,6}}[\s/|]{{1,3}}){{2,200}}(?:{_DOT}|{_DASH}){{1,6}}", re.S
)
_AROUND = re.compile(
    r"\n[ \t]*(?:>[ \t]*)?(?:[*_#\[<|]{0,3}(?:user|human|assistant|prompt|question|instruction|model|ai|input|q|a)"
    r"[*_\]>|]{0,3}[ \t]*:[*_]{0,2})?"
)
_AROUND_ECHO = 8
_LONGEST_ASKED = 4
_TEMPLATE_MARKS = re.compile(
    r"\[/?inst\]|<\|[a-z_]{2,20}\|>|</?s>|<</?sys>>|<(?:start|end)_of_turn>"
    # what well-known templates put around a request
    r"|below is an instruction that describes a task(?:, paired with an input that provides further context)?\."
    r"|write a response that appropriately completes the request\."
    r"|a chat between a curious (?:user|human) and an artificial intelligence assistant\."
    r"|the assistant gives helpful, detailed, and polite answers to the (?:user|human)'s questions\."
    r"|you are a helpful(?:, respectful and honest)? assistant\."
    r"|#{2,4} ?(?:instruction|input|response|human|assistant|user|question|answer|system)\b:?"
)
_NAMED = r"(?:assistant|response|answer|output|completion|model|ai|bot|reply)\W{0,2}:"
# what may stand before it is tried at every character, which takes ten times as long as to look for the name
_SPEAKER, _SPEAKER_NAMED = re.compile(rf"\s*\W{{0,3}}{_NAMED}\W{{0,3}}\s*", re.I), re.compile(_NAMED, re.I)
# What a text of one word can be.
_VALUES = frozenset(
    {
        NoResponseKind.MISSING,
        NoResponseKind.MARKER,
        NoResponseKind.ERROR_TEXT,
        NoResponseKind.OBJECT,
        NoResponseKind.PLACEHOLDER,
    }
)
# Who wants the request itself back, or an object with nothing in it.
_WANTS_ECHO = re.compile(
    r"\b(?:word for word|verbatim|repeat|echo|this (?:whole )?(?:message|prompt)|back to me)\b", re.I
)
_WANTS_FORM = re.compile(r"\b(?:sample|example|mock|dummy|fixtures?|empty|blank|unit tests?)\b", re.I)
# Nothing may be found in a text; then an empty list is right.
_EXTRACTS = re.compile(
    r"\b(?:extract|list|find|get|return|give)\b[^.\n]{0,80}\b(?:in|from|named|mentioned)\b[^.\n]{0,60}\bas an? "
    r"(?:json |python |plain )?(?:list|array)\b",
    re.I,
)
_QUOTED = re.compile(
    r"[\"'\u201c\u2018\u00ab\u201e`](?P<said>[^\"\u201c\u201d\u00bb`\n]{2,300})[\"'\u201d\u2019\u00bb\u201c`]"
)
_REWORKS = re.compile(
    r"\b(?:translat\w+|correct|fix|spell\w*|proofread|typos?|rephrase|reword|rewrite|repeat|capitali[sz]e|shorten"
    r"|uppercase|lowercase|type|copy|say|what does)\b",
    re.I,
)
_LONE_WORDS = re.compile(r"[\w.'\u2019#!-]+(?:[ :_-]{1,2}[\w.'\u2019-]+){0,3}[.!]?")
_TOLD = re.compile(r"[:\uff1a]\s*|\n+")
_ALIKE = 0.75
# "a server error", in whatever language: what a program says has no article
_ONE_FAULT = re.compile(
    r"(?:an? (?:[\w-]+ ){0,2}(?:error|time-?out|failure|fault|exception)|eine? [\w-]*(?:fehler|überschreitung"
    r"|ausfall)"
    r"|een [\w-]*(?:fout|time-?out)"
    r"|(?:une?|uma?) (?:error|erreur|erro|errore|fallo|échec)(?: \w{2,12})?(?: (?:de|del|do|da|du|di) (?:la "
    r"|el |l['’])?\w{2,20})?)[.!]?",
    re.I,
)
_NAME_OF_FAULT = 45
_FAULT_KINDS = (NoResponseKind.ERROR_TEXT, NoResponseKind.MARKER)


def no_response(untrusted_text: str, prompt: str = "") -> NoResponse | None:
    """Why a text is no response, or None for one that is. An empty text is neither.

    With the last request as `prompt` a text that only repeats it is none, what was asked for is a response, and a
    lone value that does not answer it is none.
    """
    text = untrusted_text.strip()
    if not text:
        return None
    if not (text[0].isalnum() and text[-1].isascii()):
        text = text.strip(_UNSEEN)
        if not text:
            return NoResponse(NoResponseKind.INVISIBLE)
    found = (_of_short(text) if len(text) <= _SHORT else None) or _of_any(text) or _of_empty(text)
    if found and len(text) <= 2 * _NAME_OF_FAULT and _ONE_FAULT.fullmatch(text):
        return None
    if prompt:
        if found and asks_for(found.kind, prompt, text):
            return None
        if found and found.kind in _VALUES and _is_value(found, text) and asks_for_value(prompt, text):
            return None
        if found and found.kind in _FAULT_KINDS and len(text) <= _NAME_OF_FAULT and NAME.search(prompt[:_SHORT]):
            return None
        if found and (_is_reworked(text, prompt) or (text[0] in "{[" and _is_empty_form(found, prompt))):
            return None
        if not found and is_of_another_column(text, prompt):
            return _named(NoResponseKind.COLUMN, text)
        if not found and is_left_alone(prompt, text) and not asks_for_value(prompt, text):
            return _named(NoResponseKind.MARKER, text)
        if (
            len(text) > _SHORT // 10
            and (_repeats(text, prompt) or is_sent(text, prompt))
            and not _WANTS_ECHO.search(prompt[:_SHORT])
        ):
            return NoResponse(NoResponseKind.ECHO)
    return found


def _is_value(found: NoResponse, text: str) -> bool:
    """Whether it can be a value: of what programs say, and of what is shown while one waits, a lone word can."""
    if found.kind is NoResponseKind.PLACEHOLDER:
        return not text.endswith(("...", "\u2026"))
    return found.kind is not NoResponseKind.ERROR_TEXT or _LONE_WORDS.fullmatch(text) is not None


def _is_reworked(text: str, prompt: str) -> bool:
    """Whether it is what becomes of a text that the request quotes to have it translated or put right."""
    if len(text) > _SHORT or len(prompt) > 2 * _SHORT:
        return False
    translated = TRANSLATE.search(prompt) is not None
    if not (translated or _REWORKS.search(prompt)):
        return False
    quoted = [found["said"] for found in _QUOTED.finditer(prompt)]
    if translated:
        quoted.append(_TOLD.split(prompt, maxsplit=1)[-1])
    return any(
        no_response(one) or SequenceMatcher(None, one.casefold(), text.casefold()).ratio() >= _ALIKE for one in quoted
    )


def _is_empty_form(found: NoResponse, prompt: str) -> bool:
    """Whether a list or an object with nothing in it is what was asked for."""
    wanted = bool(_WANTS_FORM.search(prompt) or _EXTRACTS.search(prompt) or EMPTY.search(prompt))
    return wanted and found.kind in (NoResponseKind.MISSING, NoResponseKind.OBJECT)


def _repeats(text: str, prompt: str) -> bool:
    """Whether it is the request and nothing else, whatever marks of a quotation or of speakers stand around it."""
    folded, (asked, longest) = text.casefold(), _asked(prompt)
    # Marks only take away: each word of the request stands in a text that repeats it.
    if not all(map(folded.__contains__, longest)):
        return False
    said = _TEMPLATE_MARKS.sub(" ", folded).split()
    if not said or abs(len(said) - len(asked)) > _AROUND_ECHO:
        return False
    return said == asked or _AROUND.sub(" ", f"\n{folded}\n").split() == asked


@lru_cache(maxsize=1024)
def _asked(prompt: str) -> tuple[list[str], list[str]]:
    """The words of a request, folded, and the longest few of them."""
    asked = prompt.casefold().split()
    return asked, sorted(set(asked), key=len, reverse=True)[:_LONGEST_ASKED]


def _of_any(text: str) -> NoResponse | None:
    for kind, is_one in _PROGRAMS.items():
        if is_one(text):
            return NoResponse(kind)
    if text[0] in "<[\uff5c" and _TOKEN.fullmatch(_AFTER_TOKEN.sub(" ", text.lower())):
        return NoResponse(NoResponseKind.SPECIAL)
    if endless_repetition(text):
        return NoResponse(NoResponseKind.REPETITION)
    if len(text) >= _LONG_SIGN and len(set(text[:_LONG_SIGN])) <= _FEW_SIGNS:
        signs = set(text)
        if len(signs) <= _FEW_SIGNS and not any(map(str.isalnum, signs)):
            return NoResponse(NoResponseKind.REPETITION if any(map(_says, signs)) else NoResponseKind.PUNCTUATION)
    if text[:17].lower() == "lorem ipsum dolor" or text.strip("[]<>{}(). ").lower() == "lorem ipsum":
        return NoResponse(NoResponseKind.PLACEHOLDER)
    return None


def _of_empty(text: str) -> NoResponse | None:
    if is_empty_record(text):
        return NoResponse(NoResponseKind.MISSING)
    if is_printed_object(text):
        return NoResponse(NoResponseKind.OBJECT)
    if is_empty_markup(text):
        return NoResponse(NoResponseKind.MARKUP)
    for kind, is_one in _LEFT:
        if is_one(text):
            return _named(kind, text)
    return None


def _repeated_word(text: str) -> str:
    """The one word that a text is made of, "" where there are two."""
    first, *behind = _BETWEEN_WORDS.split(text, maxsplit=1)
    if behind and not behind[0].startswith(first):
        return ""
    return first if set(_BETWEEN_WORDS.split(text)) == {first} else ""


def _of_short(text: str) -> NoResponse | None:
    is_led = text[0] not in "{[(" and ":" in text[:20] and _SPEAKER_NAMED.search(text)
    said = _SPEAKER.sub("", text, count=1) if is_led else text
    bare = _unquoted(said)
    if _WRITTEN_BLANKS.fullmatch(text):
        return NoResponse(NoResponseKind.INVISIBLE)
    repeated = _repeated_word(bare.lower())
    if "_" in bare and _CODE.fullmatch(bare.rpartition(": ")[2] if _MODULE.match(bare) else bare):
        return _named(NoResponseKind.MARKER, bare)
    for kind, pattern in _WHOLE.items():
        if pattern.fullmatch(bare.lower()) or (repeated and pattern.fullmatch(repeated)):
            return _named(kind, bare)
    if _STAMP.fullmatch(bare):
        return _named(NoResponseKind.MARKER, bare)
    if not any(map(_says, text)) and not _MORSE.fullmatch(text):
        return _named(NoResponseKind.PUNCTUATION, text)
    return None


_PROGRAMS = {
    NoResponseKind.ERROR_TEXT: is_error_text,
    NoResponseKind.TRACEBACK: is_traceback,
    NoResponseKind.ERROR_PAGE: is_error_page,
}
_LEFT: Sequence[tuple[NoResponseKind, Callable[[str], bool]]] = (
    (NoResponseKind.CELL, is_cell_error),
    (NoResponseKind.MISSING, is_cell_without_value),
    (NoResponseKind.KEPT_BACK, is_kept_back),
    (NoResponseKind.PLACE, is_place),
    (NoResponseKind.ERROR_TEXT, is_script_text),
    (NoResponseKind.ERROR_TEXT, is_client_error),
    (NoResponseKind.ERROR_PAGE, is_page_without_text),
    (NoResponseKind.MARKER, is_stub),
    (NoResponseKind.PLACEHOLDER, is_left_of_template),
    (NoResponseKind.STREAM, is_raw_stream),
    (NoResponseKind.BYTES, is_bytes),
    (NoResponseKind.TOOL_CALL, is_tool_call),
    (NoResponseKind.WAITING, is_waiting),
    (NoResponseKind.PAGE, is_page_piece),
    (NoResponseKind.MISSING, is_foreign_empty),
    (NoResponseKind.ERROR_TEXT, is_foreign_error),
    (NoResponseKind.ERROR_TEXT, is_failed_job),
    (NoResponseKind.ERROR_TEXT, is_eastern_fault),
    (NoResponseKind.ERROR_TEXT, is_plain_fault),
    (NoResponseKind.ERROR_TEXT, is_tool_fault),
    (NoResponseKind.WAITING, is_job_state),
    (NoResponseKind.MARKER, is_left_by_tool),
)
_WHOLE = {
    NoResponseKind.MISSING: _MISSING,
    NoResponseKind.MARKER: re.compile(f"(?:{_MARKER.pattern})|(?:{_GAVE_NOTHING.pattern})"),
    NoResponseKind.SPECIAL: _TOKEN,
    NoResponseKind.PLACEHOLDER: _PLACEHOLDER,
}
# what stands for a character or an object that could not be written
_NO_PICTURE = "\ufffc\ufffd"
# beyond the keyboard's and the arrows
_MATHEMATICS = "\u2200"
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
    """A letter, a digit, a picture or a sign of mathematics says something; punctuation and what is not seen"
    " do not."""
    if character.isalnum():
        return True
    category = unicodedata.category(character)
    return (category == "So" and character not in _NO_PICTURE) or (category == "Sm" and character >= _MATHEMATICS)
