"""Whether a request asks for what would else be no response: an error message, a page, a pattern, a token, a value.

Each kind has words of its own. Who looks for car keys asks for no key of a program, so that an error message there is
one that a server left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reviewer.core.asked_abroad import AGAIN, DRAWN, FAULT, PLACE, SIGN
from reviewer.core.no_response_kinds import NoResponseKind

_END, _BEGINNING = 50_000, 2_000
_FAULTS = (
    r"errors?|exceptions?|traceback\w*|stack ?traces?|crash\w*|panics?|compilers?|stderr|consoles?|logs?"
    r"|diagnostics?"
    r"|status codes?|http(?!s?:)|warnings?|fails?|failing|exit codes?"
    r"|(?:what|how)(?:'s| is| are| does| do)? (?:an? |the )?[45]\d\d\b"
    r"|(?:get|gets|getting|got|see|seeing|sends?) (?:an? |the )?[45]\d\d\b|[45]\d\d means?|means? (?:an? "
    r"|by )?[45]\d\d\b"
    r"|what (?:exactly )?(?:does|do|would|will) [\w./ -]{1,40} (?:say|print|output|show|return|log|report"
    r"|write)s?\b"
    r"|(?:json|xml|response) (?:body|bodies|payloads?)"
    r"|(?:apis?|servers?) (?:sends?|returns?|answers?|gives?)|sends? back"
    r"|(?:something|texts?|lines?|sentences?|words?|notices?) (?:\w+ ){0,3}(?:for when|that (?:shows|appears"
    r"|comes) (?:up )?when)"
    r"|(?<!commit )messages? (?:of|from|by|for) \w+"
    r"|(?:reply|response|body|message) (?:could|would|should|might|may|can) look like|rate[- ]limit(?:ed|ing|s)?"
    r" (?:repl(?:y|ies)|responses?|messages?|body|bodies)|exactly what [\w. ]{1,40} (?:prints?|says?|shows?"
    r"|outputs?|returns?)"
    r"|what [a-z][\w.]{1,20}(?: [\d.]{1,6})? (?:prints?|outputs?|returns?|raises?|throws?)"
    r"|usage (?:message|text|line|string)s?|argparse|tracebacks?|event[- ]streams?|sse"
)
_ASKED: Mapping[NoResponseKind, re.Pattern[str]] = {
    # letters of other scripts stand beside words without a space
    kind: re.compile(rf"(?<![A-Za-z0-9_])(?:{words})(?![A-Za-z0-9_])", re.I)
    for kind, words in {
        NoResponseKind.ERROR_TEXT: _FAULTS,
        NoResponseKind.TRACEBACK: _FAULTS,
        NoResponseKind.ERROR_PAGE: (
            r"errors?|status|http(?!s?:)|nginx|apache|cloudflare|[45]\d\d|maintenance|default page|log-?in|sign-?in"
        ),
        NoResponseKind.REPETITION: (
            r"repeat\w*|\d+ times|over and over|times|beats?|chant\w*|mantras?|refrains?|metronome|loops?|patterns?"
            r"|poly-?[acgtu]|padding|test ?data|dummy data|progress|spinners?|emojis?|fill\w*|scream\w*|laugh\w*"
            r"|sounds?|noises?|rhythm\w*"
            r"|lines? of|rows? of|verbatim|lorem|label (?:each|all|every)|each of the \d+|comma[- ]separated"
        ),
        NoResponseKind.PLACEHOLDER: (
            r"placeholders?|lorem|progress|loading|readme|their own (?:\w+ )?(?:keys?|names?|tokens?)"
            r"|templates?|variables?|tags?"
            r"|markup|syntax|jinja\w*|handlebars|mustache|filler|dummy"
            r"|blanks?|fields?|skeletons?|boilerplate|merge"
        ),
        NoResponseKind.PUNCTUATION: (
            r"punctuation|symbols?|(?:equals?|plus|minus|hash|pound|percent) signs?|emoticons?|emojis?|smileys?"
            r"|dots?|dash\w*|hyphens?|periods?|full stops?|commas?"
            r"|ellips\w+|asterisks?|slash\w*|stars?|question marks?|exclamation|characters?|nothing|silen\w+"
            r"|rulers?"
            r"|rules?|markdown|morse\w*|brainf\w*|esoteric|esolangs?|colons?|semicolons?|brackets?|quotes?"
            r"|quotation|operators?|blank"
        ),
        NoResponseKind.OBJECT: (
            r"json|objects?|print(?:s|ed|ing)?|python|javascript|js|typescript|java|repr|string\(|coerc\w*"
            r"|arrays?|dict(?:ionar(?:y|ies)|s)?|instances?"
            r"|evaluat\w*"
        ),
        NoResponseKind.MARKUP: (
            r"html|xml|svg|tags?|markup|elements?|web ?pages?|empty|blanks?|code ?blocks?|headings?|templates?"
            r"|fences?"
        ),
        NoResponseKind.STREAM: r"stream\w*|sse|events?|json|chunks?",
        NoResponseKind.BYTES: (
            r"base ?64|encod\w*|hex\w*|binary|bytes|hash\w*|uuids?|guids?|keys?|tokens?|passwords?|links?"
            r"|urls?|ids?"
            r"|identifiers?|sha-?\d*|md5|cipher\w*|encrypt\w*|checksums?|signatures?|salts?|random|seeds?"
            r"|images?|dump"
        ),
        NoResponseKind.PLACE: (
            r"paths?|files?|where|locat\w*|director\w*|folders?|config\w*|sav(?:e|ed|ing)|ur[il]s?|links?"
            r"|names?|imports?|s3"
            r"|buckets?|keys?|objects?"
        ),
        NoResponseKind.TOOL_CALL: r"(?:tool|function)[- ]?calls?|call (?:the|an?)|functions?|json|apis?|schemas?",
        NoResponseKind.CELL: (
            r"excel|spread ?sheets?|google sheets|sheets?|cells?|formulas?|formulae|calc|[vx]lookup|lookups?"
            r"|divid\w*"
            r"|errors?|hash ?tags?|slogans?|tweets?|pivot\w*|workbooks?|csv|functions?"
        ),
        NoResponseKind.PAGE: (
            r"cookies?|banners?|captchas?|robots?|pages?|websites?|buttons?|labels?|log-?in|sign-?in|ui|interface"
            r"|copy|texts?"
            r"|messages?|chat(?:bot)?s?|assistants?|typing|busy|disclaimers?|footers?|placeholders?|limits?"
            r"|translat\w*"
        ),
        NoResponseKind.WAITING: (
            r"progress|braille|spinners?|loading|wait\w*|typing|status|animations?|screens?|indicators?"
        ),
        NoResponseKind.SPECIAL: (r"tokens?|tags?|special|eos|bos|chatml|delimiters?|separators?|markers?|vocabular\w*"),
        NoResponseKind.MARKER: (
            r"(?:something|texts?|lines?|sentences?|words?|messages?|labels?|notices?) (?:\w+ ){0,3}"
            r"(?:for when|that (?:shows|appears|comes) (?:up )?when)|empty state"
        ),
    }.items()
}
# Only a text of such signs is what these ask for.
_CODES = re.compile(r"\b(?:binary|hex\w*|bytes)\b", re.I)
_OF_CODES = re.compile(r"[\s,]*(?:(?:0[xb]|\\x)?[0-9a-f]{1,16}[\s,]*)+", re.I)
# What is witty is short, and a sentence.
_WIT = re.compile(r"\b(?:slogans?|jokes?|puns?|memes?|witz\w*|blagues?|chistes?|piadas?|barzellett\w*)\b", re.I)
_PUNCHLINE = re.compile(r"\b(?:finish|end|complete) (?:the|this|my) joke|punch ?line", re.I)
_LONGEST_WIT = 45
# A drawing of signs is larger than a sign or two.
_DRAWS = re.compile(
    r"\b(?:draw\w*|ascii|waves?|box(?:es)?|frames?|borders?|grids?|mazes?|patterns?|art|boards?|tables?"
    r"|tic[- ]tac[- ]toe)\b",
    re.I,
)
_LEAST_DRAWN = 10
# Who plays a machine answers as one.
_MACHINE = re.compile(
    r"(?:(?:^|[.!?\n])\s*(?:please )?be (?:a|an|the)|\b(?:act|pretend|behave|imagine|play|simulat\w*|emulat\w*"
    r"|you(?:'re| are)|roleplay|respond"
    r"|reply))\b[^.\n]{0,60}"
    r"\b(?:terminal|shell|bash|zsh|powershell|repl|interpreter|console|gdb|debugger|compiler|command[- ]line"
    r"|(?:linux|unix|web|http|api|sql|mail) (?:box|machine|server|prompt|console))\b"
    r"|\b(?:act as|pretend (?:to be|you are|that you are)|simulate|emulate) (?:an? |the )?(?:\w+ ){0,2}"
    r"(?:server|robot|computer|database|machine|program|api)\b"
    r"|\b(?:interpreters? (?:will|would|prints?|says?|shows?|outputs?|returns?)|repl|gdb|stdin|tty)\b",
    re.I,
)
_ABROAD: Mapping[NoResponseKind, re.Pattern[str]] = {
    NoResponseKind.ERROR_TEXT: FAULT,
    NoResponseKind.TRACEBACK: FAULT,
    NoResponseKind.ERROR_PAGE: FAULT,
    NoResponseKind.REPETITION: AGAIN,
    NoResponseKind.PUNCTUATION: SIGN,
    NoResponseKind.SPECIAL: SIGN,
    NoResponseKind.PLACE: PLACE,
}
_CLASS = re.compile(
    r"[45]\d\d [A-Za-z]{3,20}|E[A-Z]{5,20}\b|[A-Za-z_][\w.]{2,60}(?:Error|Exception|Timeout|Warning|Fault"
    r"|Interrupt)\b"
)


def asks_for(kind: NoResponseKind, prompt: str, text: str) -> bool:
    """Whether the request wants a text of this kind, or speaks of the very error that the text names."""
    asked = _ends_of(prompt)
    if _MACHINE.search(asked[:_BEGINNING]):
        return True
    words = _ASKED.get(kind)
    if words is None:
        return False
    if words.search(asked) or (kind in _ABROAD and _ABROAD[kind].search(asked)):
        return True
    if (
        kind is NoResponseKind.ERROR_TEXT
        and len(text) <= _LONGEST_WIT
        and (_PUNCHLINE.search(asked) or _wit(asked, text))
    ):
        return True
    if kind is NoResponseKind.PUNCTUATION and len(text) >= _LEAST_DRAWN:
        return bool(_DRAWS.search(asked) or DRAWN.search(asked))
    if kind is NoResponseKind.REPETITION and _CODES.search(asked) and _OF_CODES.fullmatch(text):
        return True
    named = _CLASS.match(text)
    return named is not None and named.group().lower() in asked.lower()


def _wit(asked: str, text: str) -> bool:
    return text[-1] in ".!?" and _WIT.search(asked) is not None


def _ends_of(prompt: str) -> str:
    """The whole of it, or of a very long one the beginning and the end: what is wanted stands there."""
    return prompt if len(prompt) <= 2 * _END else f"{prompt[:_END]}\n{prompt[-_END:]}"
