"""What a server said of a failure, from whatever body it sent: the words, and the codes beside them.

Servers put their words under a dozen names, in lists, in JSON inside a string, in a web page or in plain text. All
of it is gathered and cleaned; what echoes the request is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reviewer.endpoints.filters import filtered_by_provider
from reviewer.endpoints.streams import events_of, looks_like_events
from reviewer.endpoints.untrusted import cleaned, excerpt, parsed_json
from reviewer.endpoints.waits import named_wait_s, wait_in_words_s

MAX_WORDS = 3
MAX_GATHERED = 20
MAX_DEPTH = 8
MAX_VALUES = 500
MAX_NESTED_CHARACTERS = 100_000
_WORD_KEYS = (
    *("message", "msg", "errormessage", "errormsg", "errordescription", "statusmsg", "detail", "details"),
    *("description", "faultstring", "error", "errors", "err", "reason", "title", "raw", "cause", "reasons"),
)
_CODE_KEYS = frozenset(
    {"code", "type", "status", "reason", "statuscode", "errorcode", "errortype", "errcode", "error", "title", "kind"}
    | {"blockreason", "finishreason", "stopreason", "retcode"}
)
_PARAMETER_KEYS = frozenset({"param", "parameter", "field", "loc", "path"})
_ECHOES = frozenset({"input", "request", "prompt", "messages", "flaggedinput", "ctx", "usage", "headers", "content"})
_PAGE_WORDS = (
    re.compile(r"<message[^>]*>(.*?)</message", re.IGNORECASE | re.DOTALL),
    re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL),
    re.compile(r"<h1[^>]*>(.*?)</h1", re.IGNORECASE | re.DOTALL),
    re.compile(r"<body[^>]*>(.*)", re.IGNORECASE | re.DOTALL),
)
_PAGE_CODE = re.compile(r"<code[^>]*>([^<]{1,100})</code", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,1000}>")
_OTHER = re.compile(r"[^a-z0-9]+")
MAX_PAGE_CHARACTERS = 20_000
_MOST_UNREADABLE = 0.1


@dataclass(frozen=True)
class ServerSaid:
    """`words` are all that was said, `message` what of it is quoted: both on one line, without keys.

    `codes` are folded to small letters and digits (`content_filter` is `contentfilter`), numbers too; `parameters` are
    the fields of the request that it names. `wait_s` is the wait that it asks for in a field of its own, `headers` are
    those of a server behind it that it passes on. `page`: it came as a web page. Everything is empty where nothing
    was said.
    """

    words: str = ""
    message: str = ""
    codes: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    wait_s: float | None = None
    page: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def read(untrusted_body: bytes, secrets: Sequence[str] = ()) -> ServerSaid:
        """From JSON of any form, a stream of events, a page, XML or plain text."""
        try:
            value: object = parsed_json(untrusted_body)
        except ValueError:
            stream = events_of(untrusted_body)
            if stream is None:
                return _read_text(untrusted_body.decode("utf-8", errors="replace"), secrets)
            value = stream.error
        return ServerSaid.of(value, secrets)

    @staticmethod
    def of(untrusted_value: object, secrets: Sequence[str] = ()) -> ServerSaid:
        """From a JSON value."""
        found = _Gathered()
        found.take(untrusted_value)
        return found.said(secrets)

    @property
    def filtered(self) -> bool:
        """Whether the provider's safety filter stopped the request, where no status is known."""
        return filtered_by_provider(400, self.codes, self.words, page=self.page)


def folded(untrusted_code: object) -> str:
    """A code as it is compared: small letters and digits. Empty for what is none."""
    if isinstance(untrusted_code, bool) or not isinstance(untrusted_code, str | int):
        return ""
    return _OTHER.sub("", str(untrusted_code)[:100].lower())


def looks_like_html(headers: Mapping[str, str], untrusted_body: bytes) -> bool:
    start = untrusted_body[:200].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return True
    # what is marked as a page may be JSON or events all the same
    is_data = start.startswith((b"{", b"[")) or looks_like_events(untrusted_body)
    return "html" in headers.get("content-type", "") and bool(start) and not is_data


def _read_text(untrusted_text: str, secrets: Sequence[str]) -> ServerSaid:
    text = untrusted_text[:MAX_PAGE_CHARACTERS].strip().lstrip("\ufeff")
    if text.startswith("<"):
        inside = next((found[1] for pattern in _PAGE_WORDS if (found := pattern.search(text))), text)
        code = _PAGE_CODE.search(text)
        codes = frozenset({folded(code[1])}) if code else frozenset[str]()
        words = _TAG.sub(" ", inside)
        # a page's title says what, the text under it how long
        wait_s = wait_in_words_s(_TAG.sub(" ", text))
        return ServerSaid(cleaned(words, secrets), excerpt(words, secrets), codes, wait_s=wait_s, page=True)
    unreadable = sum(c == "\ufffd" or not (c.isprintable() or c.isspace()) for c in text)
    if unreadable > len(text) * _MOST_UNREADABLE:
        return ServerSaid()
    return ServerSaid(cleaned(text, secrets), excerpt(text, secrets))


@dataclass
class _Gathered:
    """What was found in a JSON value so far."""

    words: list[str] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    waits: list[float] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    left: int = MAX_VALUES

    def said(self, secrets: Sequence[str]) -> ServerSaid:
        words = self.words or self.spare[:1]
        distinct = [each for n, each in enumerate(words) if not any(each in other for other in words[:n])]
        quoted = "; ".join(distinct[:MAX_WORDS])
        return ServerSaid(
            words=cleaned("; ".join(distinct), secrets),
            message=excerpt(quoted, secrets),
            codes=frozenset(self.codes - {""}),
            parameters=frozenset(self.parameters),
            wait_s=max(self.waits, default=None),
            headers=dict(self.headers),
        )

    def take(self, value: object, depth: int = 0) -> None:
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            return
        if isinstance(value, dict):
            self._take_fields({str(name): each for name, each in value.items()}, depth)
        elif isinstance(value, list):
            for each in value:
                self._take_words(each, depth)
        elif isinstance(value, str):
            self._take_words(value, depth)

    def _take_fields(self, fields: Mapping[str, object], depth: int) -> None:
        where = _location(fields.get("loc"))
        for name, value in _in_order(fields):
            if name in _CODE_KEYS:
                self._take_code(value)
            if name in _PARAMETER_KEYS:
                self.parameters.update(_names(value))
            if value is True or name == "flaggedinput":
                self.codes.add(name)
            if (wait_s := named_wait_s(name, value)) is not None:
                self.waits.append(wait_s)
            if name == "headers" and isinstance(value, dict):
                self.headers |= {str(key).lower(): str(each)[:100] for key, each in list(value.items())[:MAX_GATHERED]}
            if isinstance(value, str) and name in _WORD_KEYS:
                self._take_words(f"{where}{value}", depth)
            elif isinstance(value, dict | list) and name not in _ECHOES | _PARAMETER_KEYS:
                self._take_nested(name, value, depth)

    def _take_nested(self, name: str, value: object, depth: int) -> None:
        if isinstance(value, list) and name not in _WORD_KEYS:
            value = [each for each in value if not isinstance(each, str)]
        self.take(value, depth + 1)

    def _take_words(self, value: object, depth: int) -> None:
        if not isinstance(value, str):
            self.take(value, depth + 1)
        elif (inner := json_within(value)) is not None:
            self.take(inner, depth + 1)
        elif value.strip():
            is_code = " " not in value.strip() and value.isascii()
            kept = self.spare if is_code else self.words
            if len(kept) < MAX_GATHERED:
                kept.append(value.strip()[:MAX_NESTED_CHARACTERS])
            self._take_code(value if is_code else "")

    def _take_code(self, value: object) -> None:
        if not (isinstance(value, str) and " " in value.strip()):
            self.codes.add(folded(value))


def _in_order(fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The names of words first, as they are listed; then the rest."""
    names = {folded(name): value for name, value in fields.items()}
    for name in _WORD_KEYS:
        if name in names:
            yield name, names.pop(name)
    yield from names.items()


def json_within(text: str) -> object:
    """The JSON that a string holds; None where it holds none."""
    start = text.lstrip()
    if not start.startswith(("{", "[")) or len(text) > MAX_NESTED_CHARACTERS:
        return None
    try:
        return parsed_json(text.encode("utf-8", errors="replace"))
    except ValueError:
        return None


def says_failed(untrusted_document: Mapping[str, object]) -> bool:
    """Whether MiniMax's status beside the choices is one of a failure."""
    base = untrusted_document.get("base_resp")
    return isinstance(base, dict) and base.get("status_code") not in (None, 0)


def stopped_by_filter(untrusted_document: Mapping[str, object]) -> bool:
    """Whether a filter's results beside the first choice say that it was stopped."""
    choices = untrusted_document.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    results = first.get("content_filter_results") if isinstance(first, dict) else None
    found = results.values() if isinstance(results, dict) else ()
    return any(isinstance(each, dict) and each.get("filtered") is True for each in found)


def _names(value: object) -> set[str]:
    values = value if isinstance(value, list) else [value]
    return {each[:100] for each in values if isinstance(each, str)}


def _location(value: object) -> str:
    """Where in the request a fault is, as `seed: `; empty where that is not said."""
    places = [str(each) for each in value if each != "body"] if isinstance(value, list) else []
    return f"{'.'.join(places)}: " if places else ""
