"""Batch files: the requests of a run for a hosted batch service, or for a machine that this one cannot reach.

OpenAI's format is one request a line; hosted services and vLLM's `run-batch` read it. Anthropic's is one document with
all requests. The results of both are one line a request, in any order. A request's id says which case and repeat it is
of, and what exactly was asked, so that an answer to another request is never taken for this one's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.core.errors import InputError
from reviewer.core.hashing import content_hash
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest
from reviewer.endpoints.untrusted import excerpt, parsed_json

if TYPE_CHECKING:
    from reviewer.endpoints.http_chat import Wire

MAX_LINE_BYTES = 20_000_000
_ID_CHARACTERS = 20
"""Of each half of an id: together they fit the 64 that services allow."""
OPENAI, ANTHROPIC = "openai", "anthropic"
FORMATS = {"openai-chat": OPENAI, "azure-openai": OPENAI, "openai-responses": OPENAI, "anthropic-messages": ANTHROPIC}
"""By the endpoint's protocol."""
_OF_ANSWER = frozenset({"body", "message", "error", "type"})
_URLS = {"openai-responses": "/v1/responses"}
_CHAT_URL = "/v1/chat/completions"


@dataclass(frozen=True)
class BatchId:
    """`place` stands for run, case and repeat, `request` for everything that is sent."""

    place: str
    request: str

    @staticmethod
    def of(run: str, request: ChatRequest) -> BatchId:
        place = content_hash({"run": run, "case": request.case, "repeat": request.repeat})
        return BatchId(place[:_ID_CHARACTERS], request.hash[:_ID_CHARACTERS])

    @staticmethod
    def read(untrusted_id: str) -> BatchId:
        place, _, request = untrusted_id.partition("-")
        return BatchId(place, request)

    def __str__(self) -> str:
        return f"{self.place}-{self.request}"


def batch_format(protocol: str) -> str:
    """Raises InputError for a protocol that has none."""
    if protocol not in FORMATS:
        raise InputError(
            f"There is no batch format for the protocol {protocol!r}.", f"Protocols with one: {', '.join(FORMATS)}."
        )
    return FORMATS[protocol]


def batch_lines(protocol: str, run: str, requests: Iterable[ChatRequest], wire: Wire) -> Iterator[str]:
    """The lines of the file, each with its end. Raises InputError for a protocol that has no batch format."""
    form = batch_format(protocol)
    if form == ANTHROPIC:
        yield '{"requests": [\n'
    before = ""
    for request in requests:
        body, name = wire.payload(request, frozenset()), str(BatchId.of(run, request))
        if form == ANTHROPIC:
            yield f"{before}{json.dumps({'custom_id': name, 'params': body})}"
            before = ",\n"
        else:
            url = _URLS.get(protocol, _CHAT_URL)
            yield f"{json.dumps({'custom_id': name, 'method': 'POST', 'url': url, 'body': body})}\n"
    if form == ANTHROPIC:
        yield "\n]}\n"


@dataclass(frozen=True)
class BatchResult:
    """One line of a result file: the answer's document, or what went wrong with it in words."""

    id: str
    document: dict[str, object] | None
    error: str
    filtered: bool
    raw_body: bytes
    beside: Mapping[str, object] = field(default_factory=dict)
    """What the line says besides the answer."""

    def response(self, request: ChatRequest, wire: Wire) -> Response:
        """As if the answer had come over the network."""
        from reviewer.endpoints.http_chat import response_of

        read = wire.read(self.document) if self.document is not None else None
        if read is not None:
            return response_of(request, read, self.raw_body)
        none = Response(request.case, request.repeat, raw_body=self.raw_body, request_hash=request.hash)
        if self.filtered:
            return replace(none, state=ResponseState.FILTERED, finish_reason="content_filter")
        error = self.error or "The batch's answer holds no message. Check that it was asked by the run's protocol."
        return replace(none, state=ResponseState.ERROR, model=request.model, error=error)


def read_result(untrusted_line: bytes) -> BatchResult:
    """One line of a result file. Raises ValueError, with a few words why, for what is none."""
    if len(untrusted_line) > MAX_LINE_BYTES:
        raise ValueError(f"longer than {MAX_LINE_BYTES // 1_000_000} MB")
    try:
        found = parsed_json(untrusted_line)
    except ValueError:
        raise ValueError("not JSON") from None
    fields = found if isinstance(found, dict) else {}
    name, result, response = fields.get("custom_id"), fields.get("result"), fields.get("response")
    if not name or str(name) != name:
        raise ValueError("no custom_id")
    name = str(name)
    if isinstance(result, dict):
        read, answer = _anthropic(name, result), ("result", result)
    else:
        outer = response if isinstance(response, dict) else {}
        read, answer = _openai(name, outer, fields.get("error")), ("response", outer)
    above, held = answer
    inner = {f"{above}.{name}": value for name, value in held.items() if name not in _OF_ANSWER}
    outer_fields = {name: value for name, value in fields.items() if name not in ("custom_id", "error", above)}
    return replace(read, beside={**outer_fields, **inner})


def _openai(name: str, response: dict[str, object], error: object) -> BatchResult:
    body, status = response.get("body"), response.get("status_code", 200)
    raw = json.dumps(body).encode("ascii") if body is not None else b""
    if isinstance(body, dict) and status == 200:
        return BatchResult(name, body, "", False, raw)
    return _failed(name, body if isinstance(body, dict) else {"error": error}, f" with status {status}", raw)


def _anthropic(name: str, result: dict[str, object]) -> BatchResult:
    message, kind = result.get("message"), excerpt(str(result.get("type", "")))
    raw = json.dumps(message if message is not None else result).encode("ascii")
    if isinstance(message, dict):
        return BatchResult(name, message, "", False, raw)
    outer = result.get("error")
    return _failed(name, outer if isinstance(outer, dict) else {}, f": {kind}", raw)


def _failed(name: str, document: dict[str, object], how: str, raw: bytes) -> BatchResult:
    from reviewer.endpoints.said import ServerSaid

    said = ServerSaid.read(json.dumps(document).encode("ascii"))
    words = f" It said: “{said.message}”" if said.message and said.message != "None" else ""
    sentence = f"The batch service did not answer this request{how}.{words} Resume the run to ask again."
    return BatchResult(name, None, sentence, said.filtered, raw)
