"""A connection to an endpoint that takes JSON over HTTP; what it is asked and how its answer is read is a `Wire`.

States of what came back, first match: a safety filter's mark → `filtered`; no visible text → `tool_call_only` where
there are tool calls, else `empty` (also where the limit of tokens went into reasoning: there is nothing to classify);
stopped by the limit → `truncated`; ended in a way that is not known → `unknown_end`; else `ok`. A response that the
server broke off is none: it is asked for again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from reviewer.core.finish import Finish, end_words
from reviewer.core.models import Endpoint
from reviewer.core.received import received
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.addresses import cut_path
from reviewer.endpoints.faults import MAX_KEPT_ERROR_BYTES, Inquiry, filtered, status_fault, with_words
from reviewer.endpoints.keys import find_key, resolved_headers
from reviewer.endpoints.leaving import faults_leaving, leaving
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.quirks import STREAM, WITHOUT, asked_without, refused, wants_stream, without_fields
from reviewer.endpoints.said import (
    ServerSaid,
    folded,
    json_within,
    looks_like_html,
    says_failed,
    stopped_by_filter,
)
from reviewer.endpoints.streams import Stream, events_of
from reviewer.endpoints.transport import MAX_BODY_BYTES, Address, HttpAnswer, Transport
from reviewer.endpoints.turns import abbreviated
from reviewer.endpoints.untrusted import parsed_json, storable

_MAX_TOKENS = 2**63 - 1
_LABEL_CHARACTERS = 200
_TRACED = re.compile(r"request-id$|^x-ratelimit-remaining|^openai-processing-ms$|^server$|^x-ms-region$")
"""Headers that help to find a request again in the provider's log, or to see how near its limits are."""

_FAULT_NAMES = ("x-amzn-errortype", "x-ms-error-code")
"""Headers that name a fault whose body does not."""
_GUARDRAIL, _INTERVENED = "amazon-bedrock-guardrailAction", "INTERVENED"
"""Says beside a message in any form that it stands in the place of the model's."""

Quirks = frozenset[str]
"""What a server has said that it wants otherwise; each wire has its own words for it beside those of `quirks.py`."""
Document = Mapping[str, object]


@dataclass(frozen=True)
class ReadAnswer:
    """What an answer holds. `finish` is what its finish reason means; texts are as they came."""

    text: str = ""
    reasoning: str = ""
    calls_tools: bool = False
    finish_reason: str = ""
    finish: Finish = Finish.UNSAID
    usage: Mapping[str, int] = field(default_factory=dict)
    model: str = ""
    fingerprint: str = ""

    @property
    def state(self) -> ResponseState:
        if self.finish is Finish.FILTERED:
            return ResponseState.FILTERED
        if self.finish is Finish.BROKEN_OFF:
            return ResponseState.ERROR
        if not self.text.strip():
            return ResponseState.TOOL_CALL_ONLY if self.calls_tools else ResponseState.EMPTY
        return _STATES.get(self.finish, ResponseState.OK)

    @property
    def why(self) -> str:
        """What is wrong with its end, in a sentence; empty where nothing is."""
        return end_words(self.finish, self.finish_reason)


_STATES = {Finish.CUT: ResponseState.TRUNCATED, Finish.UNKNOWN: ResponseState.UNKNOWN_END}


class Wire(Protocol):
    """One wire protocol: pure, without a connection. Paths are added to the base URL."""

    @property
    def models_path(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Sent with every request beside the key."""
        ...

    @property
    def stream_fields(self) -> Mapping[str, object]:
        """What a payload says to be answered piece by piece."""
        ...

    def key_header(self, key: str) -> tuple[str, str]:
        """Name and value of the header that carries the key."""
        ...

    def path(self, request: ChatRequest) -> str: ...
    def stream_path(self, path: str) -> str:
        """The path for an answer piece by piece."""
        ...

    def payload(self, request: ChatRequest, quirks: Quirks) -> dict[str, object]: ...
    def quirk(self, status: int, untrusted_body: bytes, request: ChatRequest) -> str:
        """What the server wants otherwise, where it refused the request for that; else an empty text."""
        ...

    def read(self, untrusted_document: Document) -> ReadAnswer | None:
        """None where the answer holds no message."""
        ...

    def read_stream(self, untrusted_events: Sequence[Document]) -> ReadAnswer | None:
        """As `read`, of an answer that came piece by piece."""
        ...

    def model_ids(self, untrusted_document: Document) -> list[str]: ...


@dataclass(frozen=True)
class _Taken:
    """What was read in an answer; `failed`: it says itself that it is an error, whatever there is beside that."""

    read: ReadAnswer | None = None
    failed: bool = False
    value: Document | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it holds neither a message nor an error."""
        return self.read is None and self.value is not None and not self.value.get("error")


class HttpChat:
    """One endpoint. Nothing is sent until the first request."""

    def __init__(self, endpoint: Endpoint, wire: Wire, *, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        """Raises InputError for a wrong address, header or missing key, EnvironmentFault without a keyring."""
        address = address_of(endpoint)
        headers, secrets = resolved_headers(endpoint.headers)
        key = find_key(endpoint)
        if key is not None:
            headers = dict([wire.key_header(key)]) | headers
            secrets = [key, *secrets]
        self._wire = wire
        self._key_from = key_from(endpoint)
        self._transport = Transport(
            address,
            headers={**wire.headers, **headers},
            secrets=secrets,
            timeout_s=endpoint.timeout_s,
            max_body_bytes=max_body_bytes,
            network=endpoint.network,
        )
        self._quirks: Quirks = first_quirks(endpoint)
        self._asked_to_stream = endpoint.network.stream

    async def send(self, request: ChatRequest) -> Response:
        """See ChatProtocol. Where a server wants something otherwise it is asked again, and always so after that."""
        with faults_leaving(self._transport.redaction):
            return leaving(await self._sent(request), self._transport.redaction)

    async def list_models(self) -> list[str]:
        """See ChatProtocol."""
        with faults_leaving(self._transport.redaction):
            return [self._transport.redaction.text(model) for model in await self._listed()]

    async def aclose(self) -> None:
        """See ChatProtocol."""
        await self._transport.aclose()

    async def _sent(self, request: ChatRequest) -> Response:
        quirks = self._quirks
        while True:
            path, payload = sent_as(self._wire, request, quirks)
            answer = await self._transport.post(path, payload)
            taken = self._taken(answer, path)
            if taken.read is not None and not taken.failed and taken.read.finish is not Finish.BROKEN_OFF:
                return _over_http(request, answer, taken.read)
            said = ServerSaid.of(taken.value, self._transport.secrets) if answer.is_success else self._said(answer)
            status = _status_within(taken.value) if answer.is_success else answer.status
            told = answer.status if answer.is_success and status == _UNNAMED else status
            if filtered(told, said):
                return _over_http(request, answer, _as_filtered(taken.read))
            if taken.is_silent and not said.words:
                raise _no_message(answer)
            if taken.read is not None and not taken.failed:
                raise _broken_off(taken.read, answer, said)
            wish = self._wish(request, payload, told, answer, said, quirks)
            if not wish:
                raise self._fault(answer, status, said, path, request.model)
            quirks |= {wish}
            self._quirks |= quirks

    async def _listed(self) -> list[str]:
        path = self._wire.models_path
        answer = await self._transport.get(path)
        if not answer.is_success:
            raise self._fault(answer, answer.status, self._said(answer), path, "")
        value = self._value(answer, path)
        listed = {"data": value, "models": value} if isinstance(value, list) else value
        ids = self._wire.model_ids(listed) if isinstance(listed, dict) else []
        if not ids and isinstance(value, dict) and value.get("error"):
            said = ServerSaid.of(value, self._transport.secrets)
            raise self._fault(answer, _status_within(value), said, path, "")
        return ids

    def _said(self, answer: HttpAnswer) -> ServerSaid:
        said = ServerSaid.read(answer.untrusted_body, self._transport.secrets)
        named = {folded(answer.headers[name].partition(":")[0]) for name in _FAULT_NAMES if name in answer.headers}
        return replace(said, codes=said.codes | (named - {""}))

    def _taken(self, answer: HttpAnswer, path: str) -> _Taken:
        """Raises EndpointError for a success that is neither JSON nor a stream."""
        if not answer.is_success:
            return _Taken()
        value = self._value(answer, path)
        if isinstance(value, Stream):
            read = self._wire.read_stream(value.events)
            if read is not None and read.finish is Finish.UNSAID and not value.is_whole:
                read = replace(read, finish=Finish.BROKEN_OFF)
            if read is None and not value.failed and not value.is_whole:
                read = ReadAnswer(finish=Finish.BROKEN_OFF)
            return _Taken(read, value.failed or read is None, value.error)
        document = value if isinstance(value, dict) else {}
        read = self._wire.read(document)
        if read is not None and (
            document.get(_GUARDRAIL) == _INTERVENED or (not read.text.strip() and stopped_by_filter(document))
        ):
            read = replace(read, finish=Finish.FILTERED)
        failed = read is None or bool((document.get("error") or says_failed(document)) and not read.text)
        return _Taken(read, failed, {**document, "choices": _errors_of(document)})

    def _value(self, answer: HttpAnswer, path: str) -> object:
        """A JSON object, a list of some, or a stream. Raises EndpointError for all else."""
        body = answer.untrusted_body
        if looks_like_html(answer.headers, body):
            raise EndpointError(
                FaultKind.STOP_RUN,
                with_words(f"{self._shown(path)} answers with a web page instead of JSON.", self._said(answer)),
                "Check the base URL: it must be the address of the API, which often ends with /v1.",
                status=answer.status,
                raw_body=body[:MAX_KEPT_ERROR_BYTES],
            )
        try:
            value = parsed_json(body)
        except ValueError:
            value = events_of(body)
        if isinstance(value, str):
            value = json_within(value)
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and "generated_text" in value[0]:
            return value[0]
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            return Stream(tuple(value), is_whole=False)
        if isinstance(value, dict | Stream):
            return value
        raise self._no_json(answer, path)

    def _no_json(self, answer: HttpAnswer, path: str) -> EndpointError:
        body = answer.untrusted_body
        said = ServerSaid() if body.lstrip().startswith((b"{", b"[")) else self._said(answer)
        fault = self._fault(answer, _UNNAMED, said, path, "")
        if fault.kind is FaultKind.STOP_RUN:
            return fault
        what = "is empty" if not body.strip() else "is not a whole JSON object"
        return EndpointError(
            FaultKind.RETRY,
            with_words(f"The answer of {self._shown(path)} {what}.", said),
            "Look at the server or at what stands before it, then resume the run.",
            status=answer.status,
            raw_body=body[:MAX_KEPT_ERROR_BYTES],
        )

    def _wish(
        self,
        request: ChatRequest,
        payload: Mapping[str, object],
        status: int,
        answer: HttpAnswer,
        said: ServerSaid,
        quirks: Quirks,
    ) -> str:
        """What the server wants otherwise and was not given yet; else empty. Raises EndpointError where a person set
        what it does not take.
        """
        own = self._wire.quirk(status, answer.untrusted_body, request)
        stream = STREAM if wants_stream(status, said) else ""
        refusal = refused(status, said, request, payload)
        wishes = (own, stream, *(WITHOUT + name for name in refusal.unasked))
        wish = next((each for each in wishes if each and each not in quirks), "")
        asked = [name for name in refusal.asked if name != STREAM or self._asked_to_stream]
        if wish or not (asked or stream) or own:
            return wish
        names = " and ".join(name.replace("_", " ") for name in asked)
        what, remedy = f"The endpoint does not take the {names} that was set", f"Leave out {refusal.options}"
        if stream:
            what, remedy = "The endpoint wants to stream and does not when it is asked to", "Look at its address"
        raise EndpointError(
            FaultKind.STOP_RUN,
            with_words(f"{what} ({answer.status}).", said),
            f"{remedy}, or give a value that it takes." if asked else f"{remedy} and its documentation.",
            status=status,
            raw_body=answer.untrusted_body[:MAX_KEPT_ERROR_BYTES],
        )

    def _fault(self, answer: HttpAnswer, status: int, said: ServerSaid, path: str, model: str) -> EndpointError:
        asked = Inquiry(self._shown(path), model, self._key_from, self._transport.secrets, answer.status)
        return status_fault(status, answer.headers, answer.untrusted_body, asked, said)

    def _shown(self, path: str) -> str:
        return self._transport.address.shown(path)


def address_of(endpoint: Endpoint) -> Address:
    """The base address; what was pasted as a whole address is cut. Raises InputError for a wrong one."""
    return Address.parse(endpoint.base_url).with_path(lambda path: cut_path(path, endpoint.protocol))


def first_quirks(endpoint: Endpoint) -> Quirks:
    """What is known of an endpoint before it has answered."""
    return frozenset({STREAM} if endpoint.network.stream else ())


def key_from(endpoint: Endpoint) -> str:
    """Where to look when the key is not accepted; empty where none is named."""
    places = endpoint.key_places
    places += [f"the environment variable {value[1:]}" for value in endpoint.headers.values() if value.startswith("$")]
    return f"Check {' and '.join(places)}, where the key is taken from, then resume the run." if places else ""


def sent_as(wire: Wire, request: ChatRequest, quirks: Quirks) -> tuple[str, dict[str, object]]:
    """Path and payload of a request to a server of which that is known."""
    kept = asked_without(request, quirks)
    path, payload = wire.path(kept), wire.payload(kept, quirks)
    if STREAM in quirks:
        path, payload = wire.stream_path(path), {**payload, **wire.stream_fields}
    return path, without_fields(payload, quirks)


def shown_request(endpoint: Endpoint, wire: Wire, request: ChatRequest) -> str:
    """The request as it will be sent, with a word in place of the key. Raises InputError for a wrong address."""
    path, payload = sent_as(wire, request, first_quirks(endpoint))
    head = [f"POST {address_of(endpoint).join(path)}"]
    if places := endpoint.key_places:
        name, value = wire.key_header(f"(the key from {' or '.join(places)})")
        head.append(f"{name}: {value}")
    head += [f"{name}: {value}" for name, value in {**wire.headers, **endpoint.headers}.items()]
    if endpoint.network.proxy:
        head.append(f"(by the proxy {endpoint.network.proxy})")
    if not endpoint.network.verify_tls:
        head.append("(the server's certificate is NOT checked: anybody in between can read and change this)")
    body = json.dumps(abbreviated(payload), ensure_ascii=False, indent=2)
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
        error=read.why,
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


def _as_filtered(read: ReadAnswer | None) -> ReadAnswer:
    """What had come before the filter stopped it is kept."""
    reason = (read.finish_reason if read else "") or "content_filter"
    return replace(read or ReadAnswer(), finish=Finish.FILTERED, finish_reason=reason)


def _no_message(answer: HttpAnswer) -> EndpointError:
    return EndpointError(
        FaultKind.GIVE_UP,
        "The endpoint's answer holds no message.",
        "Check that it speaks the protocol that was chosen for it.",
        status=answer.status,
        raw_body=answer.untrusted_body[:MAX_KEPT_ERROR_BYTES],
    )


def _broken_off(read: ReadAnswer, answer: HttpAnswer, said: ServerSaid) -> EndpointError:
    return EndpointError(
        FaultKind.RETRY,
        with_words(read.why, said),
        "Resume the run to ask again, with fewer requests at once if it goes on.",
        status=answer.status,
        broke_off=True,
        raw_body=answer.untrusted_body[:MAX_KEPT_ERROR_BYTES],
    )


def _errors_of(document: Document) -> list[object]:
    """What the choices of an answer say of errors."""
    return [{"error": choice["error"]} for choice in parts_of(document.get("choices")) if choice.get("error")]


_UNNAMED = 502
"""Taken for the status of an error that comes in an answer marked 200 and names none."""
_PASSING_CODES = ("server_error", "rate_limit_exceeded", "overloaded", "overloaded_error", "api_error", "timeout")
_BASE_STATUSES = {1000: 500, 1001: 504, 1002: 429, 1013: 500, 1024: 500, 1033: 500, 1039: 429, 1041: 429}
"""MiniMax's own numbers, of faults that pass."""


def _status_within(document: Document | None) -> int:
    """The status that a server reports inside an answer marked as a success; 502 where it names none."""
    if document is None:
        return _UNNAMED
    base = document.get("base_resp")
    if isinstance(base, dict):
        number = base.get("status_code")
        return _BASE_STATUSES.get(number, 400) if isinstance(number, int) else 400
    error = document.get("error")
    fields = error if isinstance(error, dict) else document
    codes = [fields.get(name) for name in ("code", "status", "status_code", "type") if fields.get(name)]
    numbers = [int(str(code)) for code in codes if str(code).isascii() and str(code).isdecimal()]
    if named := [number for number in numbers if 400 <= number < 600]:
        return named[0]
    words = [code for code in codes[:1] if isinstance(code, str) and code not in _PASSING_CODES]
    return 400 if numbers or words or not error else _UNNAMED


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
            # a part holds its text under "text" or under the name of its type; a "thinking" part nests text parts, a
            # "reasoning" part those of its summary
            held = part.get("text") or part.get(str(kind)) or part.get("summary")
            texts.append(text_of(held, ("text", "summary_text")))
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
