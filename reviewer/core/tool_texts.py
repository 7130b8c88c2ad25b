"""What tools leave in a response's place: a constant in capitals, a line of a daemon's log, buttons, an annotation
without a value, the messages that were sent.
"""

from __future__ import annotations

import ast
import json
import re
from contextlib import suppress

from reviewer.core.error_texts import explains

_SHORT = 400
_LONGEST = 4_000
_FAULT_WORD = (
    r"(?:ERRORS?|FAILURE|FAILED|EXCEPTION|EXCEEDED|EXHAUSTED|INVALID|DENIED|TIME_?OUT|UNAVAILABLE|NOT_FOUND|ABORTED"
    r"|CANCELL?ED|OVERLOADED|REFUSED|EXPIRED|REJECTED|UNAUTHENTICATED|DISCONNECTED|CLOSED|RESET|UNREACHABLE|PARSING)"
)
# OUTPUT_PARSING_FAILURE: …, 429 RESOURCE_EXHAUSTED. {…}, … ERR_NGROK_3200
_CAPITALS = re.compile(
    rf"(?:(?:[A-Z]\w{{2,30}}: )?[45]\d\d (?:[A-Z]+_){{0,5}}|(?:[A-Z]+_){{1,5}}|(?={_FAULT_WORD}_)){_FAULT_WORD}"
    r"(?:_[A-Z]+){0,4}(?:(?:: ?|\. ?|\s*-\s*)\S[^\0]{0,2000})?"
    r"|(?:[^\n]{1,160}\s)?\bERR_[A-Z]+(?:_[A-Z0-9]+)+\W{0,2}"
)
_SPEAKS = re.compile(r"\bI(?:['\u2019]m|['\u2019]ll| am| can| cannot| will| won| do)\b")
_PHRASE = re.compile(
    r"(?:bad request|unauthorized|forbidden|not found|internal server error|too many requests|service unavailable"
    r"|gateway timeout|bad gateway|unprocessable entity|conflict)\s*[:\u2013\u2014-]\s*[{\[].*",
    re.I | re.S,
)
_SAYS_FAULT = re.compile(
    r"connection errored out\W*|[\"'](?:actual_output|expected_output|input|retrieval_context|context)[\"'] cannot be"
    r" (?:None|empty)\b[^\n]{0,120}"
    r"|\S{1,80}: line \d{1,6}:\s+\d{1,8} (?:Killed|Segmentation fault|Aborted|Terminated|Bus error"
    r"|Illegal instruction)\b[^\0]{0,400}"
    r"|(?:tunnel|host|upstream|backend|service|channel) \S{1,120} (?:not found|is offline|went away)\b[^\0]{0,200}"
    r"|ERR_[A-Z]+(?:_[A-Z0-9]+)*\W{0,2}|OOM command not allowed\b[^\n]{0,80}",
    re.I,
)
# as glog writes it: I0301 09:14:22.118 71 server.cc:674]
_GLOG = re.compile(
    r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} +\d{1,8} [\w./-]{1,80}:\d{1,6}\]"
    r"|(?:INFO|WARNING|ERROR|DEBUG|CRITICAL) \d\d-\d\d \d\d:\d\d:\d\d \[?[\w./-]{1,80}\.\w{1,4}:\d{1,6}\]"
)
_JOB = re.compile(
    r"(?:job |batch |run )?(?:status|state)\s*[:=]\s*[\"']?(?:in[_ -]?progress|validating|queued|pending"
    r"|running|finali[sz]ing"
    r"|scheduled|starting|submitted|waiting|not[_ -]?started)[\"']?(?:\s*[(\[{][^\n]{0,160})?\.?",
    re.I,
)
# what stands in a repository for a large file
_POINTER = re.compile(r"version https://git-lfs\.github\.com/spec/v1\noid sha256:[0-9a-f]{6,64}(?:\nsize \d{1,15})?\s*")
_CUT = re.compile(
    r"[\[<({*]{1,2}\s*(?:output |response |content |text |value |field )?(?:truncated|omitted|elided|clipped|dropped"
    r"|stripped|redacted)(?: (?:due to|because of|for|by|:)[^<>\[\](){}\n]{1,80})?\s*[\]>)}*]{1,2}",
    re.I,
)
_BUTTON = (
    r"(?:copy(?: (?:code|text|response|message))?|re-?generate(?: response)?|retry|share|like|dislike|edit"
    r"|read aloud|report"
    r"|thumbs (?:up|down)|good response|bad response|stop generating|continue generating|export|more|listen|save|delete"
    r"|bookmark|feedback|try again|\d{1,2} ?/ ?\d{1,2}"
    r"|[\U0001f44d\U0001f44e\U0001f4cb\U0001f501\U0001f504\U0001f50a\u2b06\u2b07\s]+)"
)
_BUTTONS = re.compile(
    rf"\s*{_BUTTON}(?:[\s|\u00b7\u2022]*[\n|\u00b7\u2022][\s|\u00b7\u2022]*{_BUTTON}){{1,8}}\s*", re.I
)
_ROLE = re.compile(
    r"\W{0,3}(?:user|assistant|human|system|ai|bot|model|response|answer|question|instruction|q|a|assistent|assistente|asistente"
    r"|utilisateur|usu[aá]rio|utente|benutzer|nutzer|gebruiker|пользователь|ассистент|助手|用[户戶]|ユーザー|アシスタント|사용자"
    r"|어시스턴트)\W{0,2}[:\uff1a]\W{0,3}",
    re.I,
)
_FIELDS = re.compile(r"(?:\s*\[\[ ## \w{1,40} ## \]\]\s*){1,20}")
_EMPTY_PATCH = re.compile(
    r"(?:diff --git a/ b/|--- a/\n\+\+\+ b/|<patch>\s*</patch>|--- /dev/null\n\+\+\+ /dev/null)\s*"
)
_STOPS = re.compile(r"(?:TERMINATE|FINISH|EXIT|STOP|END_OF_TURN|NO_OUTPUT|NO_REPLY|SKIP_TURN)\W{0,2}")
_SENTINEL = re.compile(r"#[A-Z][A-Z_]{3,16}[#!?]|@@[A-Z_]{3,20}@@|~~[A-Z_]{4,16}~~")
_CLOUD = re.compile(r"(?:gs|s3|abfss?|wasbs?|hdfs|dbfs|minio|oss)://[^\s<>\"|]{3,300}", re.I)
_ANSI = re.compile(r"\x1b\[[0-9;?]{0,12}[A-Za-z]")
_SPINS = re.compile(r"[\u2800-\u28ff\u25d0-\u25d3|/\\\s-]+")
_SYSTEM = re.compile(
    r"(?P<open><<SYS>>|<system>|<\|im_start\|>system|<\|system\|>|<start_of_turn>system|\[SYSTEM\]|### System:)"
    r".{0,4000}?(?:<</SYS>>|</system>|<\|im_end\|>|<\|end\|>|<end_of_turn>|\[/SYSTEM\]|(?=### User:)|(?=<\|user\|>))",
    re.I | re.S,
)
_BEFORE_SYSTEM = len("<s>[INST] <|begin_of_text|>")
_TAGS = re.compile(
    r"</?s>|\[/?INST\]|<\|[\w ]{2,30}\|>(?:user|assistant)?|</?(?:user|assistant|human|prompt|question)>"
    r"|<(?:start|end)_of_turn>(?:user|model)?|\[/?(?:USER|ASSISTANT)\]|### (?:User|Assistant):",
    re.I,
)


def is_tool_fault(text: str) -> bool:
    """A constant that names a fault, a reason of HTTP before its body, or what a shell says of a process."""
    if len(text) > _LONGEST:
        return False
    found = _CAPITALS.fullmatch(text) or _PHRASE.fullmatch(text) or _SAYS_FAULT.fullmatch(text) or _GLOG.match(text)
    return found is not None and not explains(text) and not _SPEAKS.search(text)


def is_job_state(text: str) -> bool:
    """How far a job is, or what a terminal turns meanwhile."""
    if len(text) > _SHORT:
        return False
    if _JOB.fullmatch(text):
        return True
    plain = _ANSI.sub("", text)
    return plain != text and bool(_SPINS.fullmatch(plain))


def is_left_by_tool(text: str) -> bool:
    """A sentinel, buttons, roles and fields with nothing under them, a patch of nothing, a word that ends a talk."""
    if len(text) > _SHORT:
        return False
    if any(one.fullmatch(text) for one in (_CUT, _POINTER, _BUTTONS, _FIELDS, _EMPTY_PATCH, _STOPS, _SENTINEL, _CLOUD)):
        return True
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and all(map(_ROLE.fullmatch, lines))


def is_sent(text: str, prompt: str) -> bool:
    """The messages that were sent, as a program prints them or a template sets them, with nothing after them."""
    if len(text) > _LONGEST:
        return False
    if text[0] == "[" and "role" in text[:40]:
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
            read = json.loads(text) if '"role"' in text[:40] else ast.literal_eval(text)
            return (
                isinstance(read, list)
                and all(isinstance(one, dict) and {"role", "content"} <= one.keys() for one in read)
                and bool(read)
                and read[-1]["role"] in ("user", "human")
                and str(read[-1]["content"]).strip() == prompt.strip()
            )
        return False
    if not any(map(text[: _BEFORE_SYSTEM + 1].__contains__, "<[#")):
        return False
    opened = _SYSTEM.search(text)
    if opened is None or opened.start() > _BEFORE_SYSTEM:
        return False
    left = _TAGS.sub(" ", f"{text[: opened.start()]} {text[opened.end() :]}")
    return left.casefold().split() == prompt.casefold().split()
