"""What scripts that ask a model write into its place: how they are called, a line of their log, a file's name, the
template of the request, what a library raised.
"""

from __future__ import annotations

import re

from reviewer.core.error_texts import explains

_LONGEST = 2_000
_ENDING = r"(?:txt|jsonl?|csv|tsv|md|log|out|parquet|pkl|npy|html?|xml|ya?ml|gz|zip|wav|mp3|png|jpe?g|pdf)"
_PLACE = re.compile(
    rf"(?:/|~/|\.{{1,2}}/|[A-Za-z]:\\|\\\\|file://|s3://|gs://|hdfs://)[^\s<>\"|]{{3,300}}\.{_ENDING}", re.I
)
_USAGE_LINE = re.compile(r"usage: [\w./-]{1,80}\b.*|\s+\S.*|[\w./-]{1,80}: error: .*", re.I)
_USAGE_SIGN = re.compile(r"^[\w./-]{1,80}: error: ", re.M)
_LOG_LINE = re.compile(
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]{0,8}\S{0,6}[\s|:\[(-]{1,4}(?:INFO|DEBUG|TRACE|WARN(?:ING)?"
    r"|ERROR)\b.*"
)
# `str()` of Python's KeyError is the key in quotation marks, and nothing else.
_KEY = re.compile(
    r"'(?:choices|content|message|messages|text|response|responses|candidates|outputs?|completion|generated_text|data"
    r"|error|delta|usage|results?|parts|predictions)'"
)
_LIBRARY = re.compile(
    r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN)\b|(?:TypeError: )?Cannot (?:read|set) propert(?:y|ies) (?:of|')"
    r"|(?:undefined|null) is not an? (?:object|function)\b"
    r"|[\w$]{1,40}(?:\.[\w$\[\]]{1,40}){1,5} is not (?:a function|a constructor|iterable)\W*\Z"
    r"|\[SSL: [A-Z_]{4,60}\]|(?:SSL: )?certificate verify failed\b"
    r"|probability tensor contains|Expected all tensors to be on|(?:mat1|self) and mat2\b|The size of tensor a\b"
    r"|Expected tensor for argument|Input type \(|index \d+ is out of bounds|Boolean value of Tensor"
    r"|size mismatch, |shape '\[[\d, -]+\]' is invalid|could not broadcast input array"
    r"|operands could not be broadcast"
    # browsers that are driven, speech and pages that are read, queues, notebooks, pipelines, translators
    r"|(?:locator|page|frame|elementHandle)\.\w{2,30}: Timeout \d+ ?ms exceeded|Message: (?:stale element"
    r"|no such element"
    r"|timeout|unknown error|session not created|element \w+ interactable)\b|waiting for (?:locator|selector) "
    r"|\[(?:BLANK_AUDIO|NO_SPEECH|SILENCE|INAUDIBLE|MUSIC|NOISE)\]\W*\Z|RecognitionStatus: (?!Success)\w+"
    r"|Empty page!!"
    r"|No speech (?:was )?(?:detected|recognized)\W*\Z|IOPub data rate exceeded|##\[(?:error|warning|group|command)\]"
    r"|section_(?:start|end):\d{9,11}:|::(?:error|warning|group)\b"
    r"|\d{1,4} validation errors? for \w{1,80}\n|jq: error\b"
    r"|Token indices sequence length is longer|Setting `?pad_token_id`? to|The attention mask (?:and|is not set)"
    r"|Special tokens have been added|MYMEMORY WARNING:|translation missing: "
    r"|\[missing \\?\"[\w.]+\\?\" translation\]"
    r"|java\.(?:net|io|lang|util|nio)\.(?:\w+\.){0,3}\w+(?:Exception|Error)\b"
    r"|(?:json\.)?(?:decoder\.)?JSONDecodeError: |[A-Z]\w{2,40}(?:Exception|Error): (?:Expecting|Unable|No "
    r"|Failed|Could not)"
    r"|\*{0,2}NETWORK ERROR DUE TO HIGH TRAFFIC"
    r"|[A-Z][a-z]+-[A-Z]\w+ ?: [^\n]{1,400}\n\s*At \S{1,200}(?: line)?:"
    r"|(?:ERROR|ERREUR|FEHLER|ERRORE|ERRO|ОШИБКА|FOUT|BŁĄD)\s*\n+[^\n]{0,80}\bURL\b"
)


def is_place(text: str) -> bool:
    """The path or the address of a file in place of what is in it."""
    return len(text) <= _LONGEST and _PLACE.fullmatch(text) is not None


def is_script_text(text: str) -> bool:
    """How a script is called, one line of its log, or the words of a library that failed under it."""
    if len(text) > _LONGEST:
        return False
    if text[0] == "'":
        return _KEY.fullmatch(text) is not None
    if text[:6].lower() == "usage:":
        lines = filter(str.strip, text.split("\n"))
        return _USAGE_SIGN.search(text) is not None and all(map(_USAGE_LINE.fullmatch, lines))
    if (text[0].isdigit() or text[:2] == "[2") and _LOG_LINE.match(text):
        return all(map(_LOG_LINE.fullmatch, filter(str.strip, text.split("\n"))))
    return _LIBRARY.match(text) is not None and not explains(text.replace(" to resolve ", " "))
