"""Texts in which a program wrote down that nothing came: an object as it prints it, fields and marks with nothing in
them.
"""

from __future__ import annotations

import ast
import html
import json
import re
from contextlib import suppress

_LONGEST = 2_000
# a heading or the name of a field is no longer
_NAME = 60

_AT = re.compile(
    r"<[^<>\n]{1,160}(?:<[^<>\n]{1,80}>?)?[^<>\n]{0,40} at 0x[0-9a-f]+>+(?: JSON: \{\s*\})?|<(?:Future|Task"
    r"|_GatheringFuture)\b[^\n]{0,200}>|<Response \[\d{3}[^\]\n]{0,40}\]>|<(?:class|function"
    r"|module) '?[\w.]+'?[^<>\n]{0,80}>"
    r"|\[object [A-Z]\w*\](?:[,\s]{1,2}\[object [A-Z]\w*\]){0,200}"
    r"|\[(?:Async)?(?:Generator)?Function(?:[: ][^\]\n]{0,60})?\]"
    r"|Promise ?\{[^{}]{0,200}\}|(?:Readable|Async)\w* ?\{[^{}]{0,200}\}|#<[A-Z][\w:]*(?:[: ][^<>\n]{0,200})?>"
    r"|(?:[a-z_][\w$]*\.)+[A-Z][\w$]*@[0-9a-f]{4,16}(?:\[[^\[\]\n]{1,60}\])?|&?\{(?:0x[0-9a-f]+|<nil>|\{\}|\s)+\}"
    r"|<_io\.[^<>\n]{1,160}>|<(?:chr|dbl|int|lgl|list|tibble|data\.frame)(?: ?\[[\d, x\u00d7]{1,12}\])>|list\(\)"
    r"|character\(0\)"
    r"|<QuerySet \[[^\n]{0,200}\]>|<[A-Z]\w{1,40}(?: object)? at 0x[0-9a-f]{4,16}[^<>\n]{0,60}>|Optional\(nil\)"
    r"|\.none"
    r"|(?:HBox|VBox|FloatProgress|IntProgress|Label)\([^\n]{0,400}\)"
    r"|function \w{0,40}\(\) ?\{ \[native code\] \}"
    r"|dict_(?:keys|values|items)\([^\n]{0,300}\)|<[\w.]{2,80} object>"
    r"|<bound method [^<>\n]{1,120}(?:<[^<>\n]{1,120}>)?>|Symbol\(\w{1,40}\.[\w.]{1,40}\)"
    r"|System\.(?:\w{1,30}\.){0,5}(?:Object|String|Byte|Char|Int\d\d"
    r"|Threading\.(?:\w{2,40}\.){0,3}\w{2,40}(?:`\d(?:\[[\w.`\[\],]{1,200}\])?)?)(?:\[\])?"
    r"|\[Circular(?: \*\d)?\]|(?:Right|Left|Success|Just)\((?:None|Nothing|null|\(\))\)"
    r"|Optional\.empty|Optional\[\]|(?:&\{?|\{|\()\(?0x[0-9a-f]{6,16}\)?\}?|%!\w?\((?:<nil>|MISSING"
    r"|EXTRA [^\n]{0,60}|\w{2,20}=[^\n]{0,60})\)|"
    r"<[A-Z]\w{2,60}(?:: ?(?:None|null|\[\])"
    r"|(?: \w{1,40}=(?:None|null|\[\]|''|\"\"))+)>"
)
_FIELDS = (
    r"(?:(?:raw_llm|validated)_output|matches|content|text|choices|candidates|outputs?|generations?|completions?|parts"
    r"|message|response|answer)"
)
_NIL = r"(?:''|\"\"|None|null|\[\s*(?:\[\s*\]\s*,?\s*)*\]|\(\s*\)|\{\s*\})"
# A client's object whose fields are empty; `content=''` is how LangChain prints its messages.
_CALLED = re.compile(
    r"(?:[\w.]*\.)?(?:[A-Z]\w*)?(?:Response|Message|Chunk|Completion|Result|Outcome|Output|Generation|Choice"
    r"|Candidate"
    r"|Prediction|Namespace|SimpleNamespace|namespace)\w*"
    r"\(.*\)",
    re.S,
)
_EMPTY_FIELD = re.compile(rf"\b{_FIELDS}={_NIL}(?=[\s,)]|$)")
_FULL_FIELD = re.compile(rf"\b{_FIELDS}=(?!{_NIL})(?:[\[(]\s*)?[frbu]?[\"'](?=\s*\S)")
_TYPED = re.compile(rf"{_FIELDS}={_NIL}(?:\s+[a-z]\w*=.*)?", re.S)

_SAID = frozenset(
    (
        *("content", "text", "response", "answer", "output", "outputs", "message", "completion", "result", "reply"),
        *(
            "matches",
            "documents",
            "hits",
            "reasoning",
            "reasoning_content",
            "choices",
            "candidates",
            "parts",
            "delta",
            "generated_text",
        ),
        *("output_text", "generation", "generations", "thinking", "refusal", "predictions", "value", "values"),
        *("results", "annotations"),
        *("promptfeedback", "prompt_feedback", "data", "body"),
    )
)
_BESIDE = frozenset(
    (
        *("role", "type", "finish_reason", "finishreason", "stop_reason", "stop", "id", "object", "created", "model"),
        *("usage", "index", "logprobs", "tool_calls", "function_call", "created_at", "done", "annotations", "audio"),
        *("status", "total_tokens", "prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "name"),
        *("system_fingerprint", "stop_sequence", "provider", "safety_ratings", "additional_kwargs", "tokens"),
        *(
            "response_metadata",
            "usage_metadata",
            "usagemetadata",
            "prompttokencount",
            "totaltokencount",
            "modelversion",
        ),
        *(
            "candidatestokencount",
            "safetyratings",
            "blockreason",
            "block_reason",
            "stopreason",
            "responseid",
            "metrics",
        ),
        *("latencyms", "inputtokens", "outputtokens", "totaltokens", "service_tier", "eval_count", "total_duration"),
        *("was_cancelled", "lead_time", "user_id", "custom_id", "was_postponed", "ground_truth", "safety_feedback"),
        "filters",
        *("incomplete_details", "prompt_eval_count", "load_duration", "namespace", "took", "timed_out"),
    )
)

_TAG = r"[a-z][\w:.-]{0,40}"
_PAIR = re.compile(
    rf"<(?:none|null|empty|blank|response|answer|output|text|message|content|result|completion) ?/>"
    rf"|<(?P<tag>{_TAG})(?:\s[^<>]{{0,200}})?>\s*</(?P=tag)\s*>",
    re.I,
)
_UNSEEN_TAG = re.compile(r"</?(?:br|p|div|span|wbr|b|i|em|strong|body|html|head|ul|li|pre|code)\b[^<>]{0,200}>", re.I)
_EMPTY_LIST = re.compile(r"(?:(?:\d{1,3}[.)]|[-*])[ \t]*(?:\n\s*|\Z)){3,}")
# a member of an enumeration, as Python prints it
_MEMBER = re.compile(r"<[A-Z]\w{1,40}\.\w{1,40}: [^<>\n]{1,40}>")
_CLOSERS = {"{": "}", "[": "]"}
_OPEN = re.compile(r"\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?|[\[\]{}]", re.S)
_FENCES = re.compile(r"(?P<fence>`{3,}|~{3,})[ \t]*+[\w+-]{0,20}+\s*+(?P=fence)")
_HEADING = re.compile(
    r"(?:\W{0,4}(?:the |my |final )?(?:assistant|response|answer|output|completion|model|ai|bot|reply"
    r"|human|user|system|instructions?|input|prompt|q|a"
    r"|assistent(?:in)?|assistente?|asistente|assistant|utilisateur|usu[aá]rio|utente|benutzer(?:in)?|nutzer|gebruiker|asystent"
    r"|użytkownik|ассистент|пользователь|antwort|réponse|respuesta|resposta|risposta|antwoord|odpowiedź|ответ|yanıt|助手|助理"
    r"|用[户戶]|回[答复覆]|アシスタント|ユーザー|어시스턴트|사용자|답변|المساعد|المستخدم)(?:\W{0,2}[:\uff1a]\W{0,3})"
    r"|#{1,6} ?(?:the |my |final )?(?:assistant|response|answer|output|completion|reply)\W{0,4}|(?-i:assistant))",
    re.I,
)


def is_printed_object(text: str) -> bool:
    """What a program prints of an object in place of the text in it; one with a text in it is none."""
    if len(text) > _LONGEST or not (
        text[-1] in ">])}" or text[:4] in ("Syst", "Opti", ".non") or "=" in text[:_NAME] or "@" in text
    ):
        return False
    if _AT.fullmatch(text):
        return True
    called = _CALLED.fullmatch(text) if text[-1] == ")" else None
    if called or text[:1].islower():
        empty = _EMPTY_FIELD.search(text) if called else _TYPED.fullmatch(text)
        return empty is not None and not _FULL_FIELD.search(text)
    return False


def is_empty_markup(text: str) -> bool:
    """Tags, fences and a heading for a response, and nothing between them."""
    if len(text) <= _NAME and _HEADING.fullmatch(text):
        return True
    if text[0] in "1-*" and len(text) <= _LONGEST and _EMPTY_LIST.fullmatch(text):
        return True
    if len(text) > _LONGEST or text[0] not in "<&`~":
        return False
    left = html.unescape(text) if "&" in text else text
    for pattern in (_FENCES, _PAIR, _PAIR, _UNSEEN_TAG):
        left = pattern.sub("", left)
    # a tag alone says something, a greeting in angle brackets most of all
    return left != text and not left.strip("\u200b\u200c\u200d\u2060\ufeff\u00ad \t\r\n\xa0")


def is_empty_record(text: str) -> bool:
    """A record as JSON or as Python writes it, cut off or whole, all of whose fields for a text are empty."""
    if len(text) > _LONGEST or text[0] not in "{[" or not re.search(r"\b\w+[\"']\s*:", text):
        return False
    found = _read(text if text[-1] in "]}" else _closed(text))
    return isinstance(found, dict | list) and _names_text(found) and not _says(found)


def _closed(text: str) -> str:
    """A record that is cut off, with what is open in it closed."""
    ends: list[str] = []
    tail = ""
    for token in _OPEN.finditer(text):
        sign = token.group()
        if sign in _CLOSERS:
            ends.append(_CLOSERS[sign])
        elif sign in "]}":
            if not ends or ends.pop() != sign:
                return ""
        elif len(sign) == 1 or sign[-1] != sign[0]:
            tail = sign[0]
            before = text[: token.start()].rstrip()
            if before.endswith((",", "{")) and ends and ends[-1] == "}":
                # the name of a field, and nothing in it yet
                text, tail = before, ""
    dangling = re.search(r":\s*\Z", text)
    bare = re.sub(r",\s*\Z", "", text + tail)
    return bare + ("null" if dangling and not tail else "") + "".join(reversed(ends))


def _read(text: str) -> object:
    """What it holds as JSON, else as Python writes it; None where it is neither."""
    text = _MEMBER.sub("None", text)
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    with suppress(ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ast.literal_eval(text)
    return None


def _names_text(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_names_text, value))
    if not isinstance(value, dict):
        return False
    return any(str(name).lower() in _SAID for name in value) or any(map(_names_text, value.values()))


def _says(value: object) -> bool:
    """Whether anything is said in it beside what clients note down of every response."""
    if isinstance(value, list):
        return any(map(_says, value))
    if isinstance(value, dict):
        return any(_says(inner) for name, inner in value.items() if str(name).lower() not in _BESIDE)
    return value is not None and value != ""
