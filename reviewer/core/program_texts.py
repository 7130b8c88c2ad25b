"""What programs write where a model's response should stand, beside errors: what is left of a template, a stub for what
was held back, the raw stream of a server, and bytes that are no text.
"""

from __future__ import annotations

import base64
import binascii
import re

_SHORT = 400
_READ = 4_000

# templates

_FIELD = r"(?:response|output|answer|completion|reply|result|generation|text|content|message)s?"
_TEMPLATE = re.compile(
    r"(?:\{\{[^{}\n]{1,160}\}\}|\{%[^%\n]{1,160}%\}|<%[^%\n]{1,160}%>|\$\{[^{}\n]{1,160}\}|#\{[\w.\[\]()]{1,80}\}"
    rf"|\$\{{\{{[^{{}}\n]{{1,120}}\}}\}}|<{{2,3}}\s*(?:\w{{1,30}}[_ ])?{_FIELD}\s*>{{2,3}}"
    rf"|\[\[\s*(?:\w{{1,30}}[_ ])?{_FIELD}\s*\]\]|(?-i:\$[A-Z][A-Z_]{{2,30}}\$)"
    rf"|@(?:Model|ViewBag|item)\.\w{{1,40}}|@\{{[\w.]{{1,40}}\}}|\{{\w{{1,30}}(?:\.\w{{1,30}}"
    rf"|\[\w{{1,20}}\]){{1,5}}\}}"
    rf"|(?:your |the |model )?{_FIELD} goes here[.\u2026]{{0,3}}|\[%\s*\w{{1,40}}\s*%\]"
    rf"|\{{\{{\{{[^{{}}\n]{{1,80}}\}}\}}\}}|\$\(\w{{1,40}}\)|(?-i:\[(?:[A-Z]{{2,20}}_)*(?:RESPONSE|OUTPUT|ANSWER"
    rf"|COMPLETION|REPLY)(?:_[A-Z]{{2,20}})*\])|\$(?:env:)?{_FIELD}\b|:{_FIELD}:|\s)+",
    re.I,
)
_HOLES = re.compile(r"\{\{[^{}\n]{1,80}\}\}")
_AROUND_HOLES = 3
_CALL = re.compile(
    r"\$?(?:\$\.\w{2,30}|response|completion|result|output|res|resp|data)(?:\.|->|\[)[\w.\[\]\"'>()-]{2,80}", re.I
)

# stubs

_HELD = r"(?:blocked|filtered|moderated|flagged|redacted|removed|withheld|suppressed|censored|hidden|restricted)"
_THING = (
    r"(?:(?:the |this |your |an? )?(?:model(?:'s)? |ai |generated |assistant(?:'s)? |user )?"
    r"(?:content|response|output|message|completion|prompt|request|answer|text|generation|input))"
)
_KEEPER = (
    r"(?:(?:the|our|an?|azure|openai|provider|content|safety|moderation|llama|model|ai|input|output|usage|security"
    r"|system"
    r"|upstream|automatic|built-in|bedrock|nemo|prompt)(?:'s)?[ -]){0,4}"
    r"(?:filter(?:ing|s)?|guard(?:rails?)?|moderat(?:ion|ors?)|polic(?:y|ies)|safety|systems?|provider|model|shield"
    r"|admin\w*)"
)
_CAUSE = (
    rf"(?: by {_KEEPER}(?: (?:system|service|settings|layer))?"
    r"| (?:due to|because(?: of| it)?|for|as|under) [^.;\n\])>]{1,100})"
)
_DETAIL = r"(?:[:\u2013\u2014-](?:[^.\n\])>]|\.(?=\d)){1,80}(?:\n\w{1,12}){0,4})"
_STUB = re.compile(
    r"[\[<({*#_!\u26a0\ufe0f\s]{0,6}(?:"
    rf"(?:(?:i'm |we're |we are )?sorry,? (?:but )?)?{_THING}"
    rf"(?: (?:was|has been|is|were) {_HELD}|(?: {_HELD}(?={_CAUSE}|{_DETAIL}))"
    rf"| (?!removed|restricted){_HELD}){_CAUSE}?{_DETAIL}?"
    rf"|{_HELD}(?: content)? (?:by|due to|because of) {_KEEPER}"
    r"|(?:prohibited|unsafe|harmful|inappropriate|sensitive|disallowed|toxic|restricted)"
    r" (?:content|input|output|prompt|material) (?:was |has been )?(?:detected|found|blocked|identified)"
    rf"|(?:request|prompt|input|content|response|output) rejected{_DETAIL}?"
    r"|(?:moderation|safety|guardrails?|filter|policy)\s*[:=]\s*(?:blocked|flagged|unsafe|violation|rejected)"
    r"|(?:message|comment|post|content|response) (?:deleted|removed|hidden) by (?:a |the )?(?:moderators?|admins?"
    r"|system"
    r"|automod\w*|filter)"
    r"|this (?:content|prompt|request|conversation|message) (?:may|might|appears to|seems to) violate (?:our"
    r"|openai's|the) "
    r"(?:usage|content|safety|terms of)[ \w]{0,20}(?:polic(?:y|ies)|guidelines|use"
    r"|service)(?:[.;,] (?:if you believe|please)[^\n]{0,120})?"
    r"|no (?:output|response|content|answer)\s*[(\[]\s*[^()\[\]\n]{1,60}[)\]]"
    r")[.!]?[\])>}*#_!\s]{0,6}",
    re.I,
)
_VERDICT = re.compile(
    r"(?:un)?safe\s*\n\s*(?:(?:S|O|C)\d{1,2}[,\s]*)+|(?:is_)?flagged\s*[:=]\s*(?:true|false|yes)"
    r"|(?-i:HARM_CATEGORY_[A-Z_]{4,40}|[A-Z]+_BLOCKED(?:_[A-Z]+)*|BLOCKED(?:_[A-Z]+)+|(?:[A-Z]+_)*(?:GUARDRAIL"
    r"|MODERATION)(?:_[A-Z]+)*)"
    r"|(?:guardrail|content_filter|safety_filter|moderation)_(?:intervened|triggered|blocked|hit|violation|flagged)"
    r"|<(?:blocked|filtered|redacted|refused|moderated|error|no_response|timeout)(?:\s[^<>\n]{0,100})?/>"
    r"|\{\s*[\"'](?:hate|violence|sexual|self_harm|jailbreak|profanity)[\"']\s*:\s*\{[^\n]{0,800}\}"
    r"|\{\s*[\"']?(?:flagged|blocked|filtered)[\"']?\s*:\s*(?:true|1)\b[^\n]{0,200}\}",
    re.I,
)
_WHY = (
    r"(?:model|response|output|api|error|time-?out|empty|budget|limit|returned|skipped|exceeded|failed|no data"
    r"|quota"
    r"|filter\w*|refused|block\w*)"
)
_NOT_RUN = re.compile(
    r"[\[<({]{1,2}\s*(?:not (?:yet )?(?:run|generated|evaluated|available|started|sent|executed|scored"
    r"|answered)|queued"
    r"|in[ _]progress|running|scheduled|still running|awaiting (?:response|output)|pending)\s*[\])>}]{1,2}"
    r"|not (?:yet )?(?:run|generated|evaluated|executed)\.?"
    rf"|(?:n/?a|null|none|nan|skipped|(?-i:SKIP|FAIL|EMPTY"
    rf"|MISSING))\s*[-\u2013\u2014:(\[]\s*[^\n]{{0,80}}?\b{_WHY}\b[^\n]{{0,80}}"
    r"|(?:n/?a|null|none|nan|missing)[ ,:\u2013\u2014(-]{1,3}see (?:the )?(?:notes?|comments?|remarks?|logs?"
    r"|(?:next|other) column)\W?",
    re.I,
)

# streams

_STREAM_LINE = re.compile(r"(?:data|event|id|retry):.*|:.*|", re.I)
_STREAM = re.compile(
    r"(?:data: ?(?:\[DONE\]|[\[{]\s*[\"\[{])|event: ?[a-z_.]{2,60}[ \t\r]*+\n\s*+(?:data|id):"
    r"|: ?(?:[A-Z][A-Z -]{3,60}"
    r"|ping|keep-?alive|heartbeat)\s*(?:\n|\Z))"
)
_CHUNK_LINE = re.compile(
    r"\{.*(?:\"token\"\s*:\s*\{|\"done\"\s*:\s*(?:true|false)|\"object\"\s*:\s*\"[\w.]{0,40}chunk\""
    r"|\"type\"\s*:\s*\"(?:content_block_|message_"
    r"|response\.)[\w.]{2,60}\").*"
)

# bytes

_LITERAL = re.compile(r"b(?P<quote>[\"'])(?:\\x[0-9a-f]{2}|[^\\\n]|\\.){0,4000}(?:\\x[0-9a-f]{2}){2}", re.I)
_ARRAY = re.compile(
    r"(?:bytearray|memoryview)\(|(?:tensor|array)\(\[[^\n]{0,2000}(?:device|dtype|grad_fn)=|%PDF-\d|PK\x03\x04"
    r"|(?:\\x[0-9a-f]{2}){3}|GIF8[79]a[^\x20-\x7e]|b(?:''|\"\")\Z|\x89PNG|PNG\r?\n\x1a|RIFF.{4}WEBP"
)
_TOKEN = re.compile(r"eyJ[\w-]{8,2000}\.[\w-]{4,4000}(?:\.[\w-]{0,2000})?")
_DATA_URI = re.compile(r"data:[\w.+-]{1,40}/[\w.+-]{1,60}(?:;[\w=-]{1,40})*;base64,[A-Za-z0-9+/=]{8,}\S*\Z")
_DUMP = re.compile(r"(?:[0-9a-f]{6,8}:? {1,2}(?:[0-9a-f]{2,4} {1,2}){4,}.*(?:\n|\Z))+", re.I)
_MAGIC = ("iVBORw0KGgo", "/9j/4", "H4sIA", "UEsDB", "JVBERi0", "R0lGOD", "UklGR", "SUkqA", "gASV", "KLUv/")
# These say so by themselves, however early they are cut off: pictures, documents, archives, sounds, films, objects.
_SURE_MAGIC = ("iVBORw0KGgo", "JVBERi0", "UEsDBBQ", "UEsDBAo", "H4sIAAAA", "R0lGODlh", "R0lGODdh", "SUQzB", "T2dnUw")
_BEGUN = re.compile(
    r"(?:AAAA[\w+/]{1,4}Z0eXB|UklGR[\w+/]{6,10}(?:XQVZF|dFQlA|XRUJQ|BVkkg)|eyJ[\w+/]{3,40}(?:Ijo|iOi"
    r"|I6))[\w+/=-]*\s*"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]{40,}={0,2}\s*")
_CONTROLS = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_MEDIA = re.compile(
    r"[\[(<]\s*(?:an? )?(?:images?|pictures?|photos?|audio|voice|video|files?|documents?|attachments?|media|sticker"
    r"|gif|screenshot)"
    r"(?: (?:message|response|reply|note|clip|file|attachment|content))?"
    r"(?: (?:generated|attached|omitted|removed|hidden|not shown|unavailable"
    r"|here))?(?:\s?[:=]\s?[\w./-]{1,80})?\s*[\])>]|(?:\u00ef\u00bf\u00bd){2,}",
    re.I,
)
# Cyrillic that was read as Latin
_MISREAD = re.compile(r"(?:[\u00d0\u00d1][\x80-\xbf]?[\s.,!?-]{0,2}){5,400}")
_LEAST = 64
_GARBLED_SHARE = 0.15
_GARBLED_SHARE_OF_SHORT = 0.34
"""One letter that was read in the wrong encoding does not make a short answer bytes."""
_UUID = re.compile(r"(?:[a-z_]{1,12}-)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
_SIGNED = re.compile(
    r"(?:https?|s3|gs|wasbs?)://\S{4,300}[?&](?:X-Amz-|X-Goog-|(?:sig|Signature)=[\w%+/-]{16})\S*", re.I
)


def is_left_of_template(text: str) -> bool:
    """A field of a template that nobody filled in, or the code that should have."""
    if len(text) > _SHORT:
        return False
    if "{{" in text and len(_HOLES.findall(text)) > 1 and len(_HOLES.sub(" ", text).split()) <= _AROUND_HOLES:
        return True
    return bool((text[0] in "{<$#[@:" and _TEMPLATE.fullmatch(text)) or (text.isprintable() and _CALL.fullmatch(text)))


def is_stub(text: str) -> bool:
    """What a filter, a guard or a harness puts in the place of a response."""
    return len(text) <= _SHORT and any(pattern.fullmatch(text) for pattern in (_STUB, _VERDICT, _NOT_RUN))


def is_raw_stream(text: str) -> bool:
    """Events or chunks as a server streams them, whether or not the last one is whole."""
    if text[0] == "{":
        lines = [line for line in text[:_READ].split("\n") if line.strip()]
        whole = lines[:-1] if len(lines) > 1 else lines
        return all(map(_CHUNK_LINE.match, whole))
    if not _STREAM.match(text):
        return False
    return all(map(_STREAM_LINE.fullmatch, text[:_READ].splitlines()))


def is_bytes(text: str) -> bool:
    """Something encoded, compressed or printed as bytes, or where it is to be found."""
    if (text[0] == "b" and _LITERAL.match(text)) or _ARRAY.match(text):
        return True
    if len(text) <= _SHORT and (_MEDIA.fullmatch(text) or _MISREAD.fullmatch(text)):
        return True
    if " " not in text[:_READ]:
        return bool(
            _DATA_URI.match(text)
            or _UUID.fullmatch(text)
            or _SIGNED.fullmatch(text)
            or _TOKEN.fullmatch(text)
            or _is_base64(text)
            or _is_garbled(text[:_READ])
        )
    if _DUMP.fullmatch(text[:_READ]):
        return True
    return _is_garbled(text[:_READ])


def _is_garbled(start: str) -> bool:
    share = _GARBLED_SHARE if len(start) >= _LEAST else _GARBLED_SHARE_OF_SHORT
    return len(start) >= 8 and garbled(start) >= share * len(start)


def garbled(text: str) -> int:
    """How many control characters and signs for what could not be read there are."""
    encoded = text.encode("utf-8", "surrogatepass")
    return len(encoded) - len(encoded.translate(None, _CONTROLS)) + text.count("\ufffd")


def _is_base64(text: str) -> bool:
    if re.fullmatch(r"[A-Za-z0-9+/\r\n=_-]{10,}", text[:_READ]) and text.startswith(_SURE_MAGIC):
        return True
    if len(text) >= 20 and _BEGUN.fullmatch(text[:_READ]):
        return True
    if not _BASE64.fullmatch(text[:_READ]):
        return False
    if text.startswith(_MAGIC):
        return True
    kinds = (str.isupper, str.islower, str.isdigit)
    start = text[:_READ]
    if len(text) < _LEAST or len(text) % 4 or not all(any(map(kind, start)) for kind in kinds):
        return False
    try:
        return len(base64.b64decode(text, validate=False)) >= 30
    except binascii.Error:
        return False
