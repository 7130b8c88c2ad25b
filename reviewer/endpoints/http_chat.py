"""A connection to an endpoint that takes JSON over HTTP; what it is asked and how its answer is read is a `Wire`.

States of what came back, first match: a safety filter's mark → `filtered`; no visible text → `tool_call_only` where
there are tool calls, else `empty` (also where the limit of tokens went into reasoning: there is nothing to classify);
stopped by the limit → `truncated`; else `ok`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from reviewer.core.models import Endpoint
from reviewer.core.received import received
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.faults import MAX_KEPT_ERROR_BYTES, ServerSaid, looks_like_html, status_fault
from reviewer.endpoints.keys import find_key, resolved_headers
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.transport import MAX_BODY_BYTES, Address, HttpAnswer, Transport
from reviewer.endpoints.untrusted import parsed_json, storable

_FILTER_STATUSES = (400, 403, 422)
_MAX_TOKENS = 2**63 - 1
_LABEL_CHARACTERS = 200
_TRACED = re.compile(r"request-id$|^x-ratelimit-remaining|^openai-processing-ms$|^server$|^x-ms-region$")
"""Headers that help to find a request again in the provider's log, or to see how near its limits are."""

Quirks = frozenset[str]
"""What a server has said that it wants otherwise; each wire has its own words for it."""
Document = Mapping[str, object]


@dataclass(frozen=True)
class ReadAnswer:
    """What an answer holds. `filtered` and `truncated` are the server's own marks; texts are as they came."""

    text: str = ""
    reasoning: str = ""
    calls_tools: bool = False
    finish_reason: str = ""
    filtered: bool = False
    truncated: bool = False
    usage: Mapping[str, int] = field(default_factory=dict)
    model: str = ""
    fingerprint: str = ""

    @property
    def state(self) -> ResponseState:
        if self.filtered:
            return ResponseState.FILTERED
        if not self.text.strip():
            return ResponseState.TOOL_CALL_ONLY if self.calls_tools else ResponseState.EMPTY
        return ResponseState.TRUNCATED if self.truncated else ResponseState.OK


class Wire(Protocol):
    """One wire protocol: pure, without a connection. Paths are added to the base URL."""

    @property
    def models_path(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Sent with every request beside the key."""
        ...

    def key_header(self, key: str) -> tuple[str, str]:
        """Name and value of the header that carries the key."""
        ...

    def path(self, request: ChatRequest) -> str: ...
    def payload(self, request: ChatRequest, quirks: Quirks) -> dict[str, object]: ...
    def quirk(self, status: int, untrusted_body: bytes, request: ChatRequest) -> str:
        """What the server wants otherwise, where it refused the request for that; else an empty text."""
        ...

    def read(self, untrusted_document: Document) -> ReadAnswer | None:
        """None where the answer holds no message."""
        ...

    def model_ids(self, untrusted_document: Document) -> list[str]: ...


class HttpChat:
    """One endpoint. Nothing is sent until the first request."""

    def __init__(self, endpoint: Endpoint, wire: Wire, *, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        """Raises InputError for a wrong address, header or missing key, EnvironmentFault without a keyring."""
        address = Address.parse(endpoint.base_url)
        headers, secrets = resolved_headers(endpoint.headers)
        key = find_key(endpoint)
        if key is not None:
            headers = dict([wire.key_header(key)]) | headers
            secrets = [key, *secrets]
        self._wire = wire
        self._transport = Transport(
            address,
            headers={**wire.headers, **headers},
            secrets=secrets,
            timeout_s=endpoint.timeout_s,
            max_body_bytes=max_body_bytes,
            network=endpoint.network,
        )
        self._quirks: Quirks = frozenset()

    async def send(self, request: ChatRequest) -> Response:
        """See ChatProtocol. Where a server wants something otherwise it is asked again, and always so after that."""
        path, quirks = self._wire.path(request), self._quirks
        answer = await self._transport.post(path, self._wire.payload(request, quirks))
        while answer.status != 200 and (quirk := self._wire.quirk(answer.status, answer.untrusted_body, request)):
            if quirk in quirks:
                break
            quirks |= {quirk}
            self._quirks |= quirks
            answer = await self._transport.post(path, self._wire.payload(request, quirks))
        if answer.status != 200:
            return self._refused(request, answer, answer.status, path)
        document = self._document(answer, path)
        read = self._wire.read(document)
        if read is None and document.get("error"):
            return self._refused(request, answer, _status_within(document), path)
        if read is None:
            raise EndpointError(
                FaultKind.GIVE_UP,
                "The endpoint's answer holds no message.",
                "Check that it speaks the protocol that was chosen for it.",
                status=answer.status,
                raw_body=answer.untrusted_body[:MAX_KEPT_ERROR_BYTES],
            )
        return _over_http(request, answer, read)

    async def list_models(self) -> list[str]:
        """See ChatProtocol."""
        path = self._wire.models_path
        answer = await self._transport.get(path)
        if answer.status != 200:
            raise self._fault(answer, answer.status, path, "")
        return self._wire.model_ids(self._document(answer, path))

    async def aclose(self) -> None:
        """See ChatProtocol."""
        await self._transport.aclose()

    def _refused(self, request: ChatRequest, answer: HttpAnswer, status: int, path: str) -> Response:
        if status in _FILTER_STATUSES and ServerSaid.read(answer.untrusted_body).filtered:
            return _over_http(request, answer, ReadAnswer(filtered=True, finish_reason="content_filter"))
        raise self._fault(answer, status, path, request.model)

    def _fault(self, answer: HttpAnswer, status: int, path: str, model: str) -> EndpointError:
        return status_fault(
            status,
            answer.headers,
            answer.untrusted_body,
            address=self._transport.address.shown(path),
            model=model,
            secrets=self._transport.secrets,
        )

    def _document(self, answer: HttpAnswer, path: str) -> dict[str, object]:
        body = answer.untrusted_body
        address = self._transport.address.shown(path)
        if looks_like_html(answer.headers, body):
            raise EndpointError(
                FaultKind.STOP_RUN,
                f"{address} answers with a web page instead of JSON.",
                "Check the base URL: it must be the address of the API, which often ends with /v1.",
                status=answer.status,
                raw_body=body[:MAX_KEPT_ERROR_BYTES],
            )
        try:
            document = parsed_json(body)
        except ValueError:
            document = None
        if isinstance(document, dict):
            return document
        what = "is empty" if not body.strip() else "is not a whole JSON object"
        raise EndpointError(
            FaultKind.RETRY,
            f"The answer of {address} {what}.",
            "Look at the server or at what stands before it, then resume the run.",
            status=answer.status,
            raw_body=body[:MAX_KEPT_ERROR_BYTES],
        )


def shown_request(endpoint: Endpoint, wire: Wire, request: ChatRequest) -> str:
    """The request as it will be sent, with a word in place of the key. Raises InputError for a wrong address."""
    head = [f"POST {Address.parse(endpoint.base_url).join(wire.path(request))}"]
    places = [f"the variable {endpoint.key_env}"] * bool(endpoint.key_env)
    places += [f"the keyring entry {endpoint.key_service}"] * bool(endpoint.key_service)
    if places:
        name, value = wire.key_header(f"(the key from {' or '.join(places)})")
        head.append(f"{name}: {value}")
    head += [f"{name}: {value}" for name, value in {**wire.headers, **endpoint.headers}.items()]
    if endpoint.network.proxy:
        head.append(f"(by the proxy {endpoint.network.proxy})")
    if not endpoint.network.verify_tls:
        head.append("(the server's certificate is NOT checked: anybody in between can read and change this)")
    body = json.dumps(wire.payload(request, frozenset()), ensure_ascii=False, indent=2)
    return "\n".join((*head, "", body))


def response_of(request: ChatRequest, read: ReadAnswer, raw_body: bytes) -> Response:
    """What a wire read in an answer, however that came."""
    came = Response(
        request.case,
        request.repeat,
        text=storable(read.text),
        reasoning=storable(read.reasoning),
        state=read.state,
        finish_reason=read.finish_reason,
        usage=read.usage,
        model=read.model,
        raw_body=raw_body,
        fingerprint=read.fingerprint,
        request_hash=request.hash,
    )
    return received(came)


def _over_http(request: ChatRequest, answer: HttpAnswer, read: ReadAnswer) -> Response:
    traced = {name: label(value) for name, value in answer.headers.items() if _TRACED.search(name)}
    return replace(response_of(request, read, answer.untrusted_body), latency_ms=answer.latency_ms, headers=traced)


def _status_within(document: Document) -> int:
    """The status that a gateway reports inside an answer marked 200; 502 where it names none."""
    error = document["error"]
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and 400 <= code < 600:
        return code
    return 400 if isinstance(code, str) and code not in _PASSING_CODES else 502


_PASSING_CODES = ("server_error", "rate_limit_exceeded", "overloaded")


# what wires read answers with


def text_of(untrusted_content: object, part_types: tuple[str, ...]) -> str:
    """A string as it is, or the texts of those parts of a list whose type is one of `part_types`, joined."""
    if isinstance(untrusted_content, str):
        return untrusted_content
    if not isinstance(untrusted_content, list):
        return ""
    texts = []
    for part in untrusted_content:
        if isinstance(part, dict) and (kind := part.get("type")) in part_types:
            # a part holds its text under "text" or under the name of its type; a "thinking" part nests text parts
            texts.append(text_of(part.get("text") or part.get(str(kind)), ("text",)))
    return "".join(texts)


def token_counts(untrusted_usage: object) -> dict[str, int]:
    """Token counts by name, those of nested details too; what is not a count is left out."""
    if not isinstance(untrusted_usage, dict):
        return {}
    counts: dict[str, int] = {}
    for name, value in untrusted_usage.items():
        if isinstance(value, dict):
            counts = {**token_counts(value), **counts}
        elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_TOKENS:
            counts[label(name)] = value
    return counts


def label(untrusted_value: object) -> str:
    """A name that the server gave, short; empty where it gave none."""
    return storable(untrusted_value)[:_LABEL_CHARACTERS] if isinstance(untrusted_value, str) else ""


def listed_ids(untrusted_listed: object) -> list[str]:
    """Model ids of a list of names, or of objects that hold one as `id` or `name`."""
    ids = []
    for item in untrusted_listed if isinstance(untrusted_listed, list) else []:
        name = (item.get("id") or item.get("name")) if isinstance(item, dict) else item
        if found := label(name):
            ids.append(found)
    return ids


def parts_of(untrusted_value: object) -> list[dict[str, object]]:
    """The objects of a list; nothing where it is none."""
    return [part for part in untrusted_value if isinstance(part, dict)] if isinstance(untrusted_value, list) else []
