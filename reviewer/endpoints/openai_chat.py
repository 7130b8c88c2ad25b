"""The OpenAI chat-completions protocol, as OpenAI and the many servers that imitate it speak it.

The base URL is used as given, with or without a trailing slash: `{base_url}/chat/completions`. Nothing is guessed; the
sentence for a 404 suggests adding `/v1`.

States, first match: a safety filter's mark → `filtered`; no visible text → `tool_call_only` where there are tool calls,
else `empty` (also where the limit of tokens went into reasoning: there is nothing to classify); stopped by the limit →
`truncated`; else `ok`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from reviewer.core.models import Endpoint, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.faults import MAX_KEPT_ERROR_BYTES, ServerSaid, looks_like_html, status_fault
from reviewer.endpoints.keys import find_key, resolved_headers
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.transport import MAX_BODY_BYTES, Address, HttpAnswer, Transport
from reviewer.endpoints.untrusted import parsed_json, storable

COMPLETIONS = "/chat/completions"
MODELS = "/models"

_FILTER_STATUSES = (400, 403, 422)
_MAX_TOKENS = 2**63 - 1


class OpenAIChat:
    """One endpoint that speaks chat completions. Nothing is sent until the first request."""

    def __init__(self, endpoint: Endpoint, *, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        """Raises InputError for a wrong address, header or missing key, EnvironmentFault without a keyring."""
        address = Address.parse(endpoint.base_url)
        headers, secrets = resolved_headers(endpoint.headers)
        key = find_key(endpoint)
        if key is not None:
            headers = {"Authorization": f"Bearer {key}", **headers}
            secrets = [key, *secrets]
        self._transport = Transport(
            address, headers=headers, secrets=secrets, timeout_s=endpoint.timeout_s, max_body_bytes=max_body_bytes
        )
        self._limit_name = "max_tokens"

    async def send(self, request: ChatRequest) -> Response:
        """See ChatProtocol. A server that wants `max_completion_tokens` is asked once more, and always after that."""
        limit_name = self._limit_name
        answer = await self._transport.post(COMPLETIONS, _payload(request, limit_name))
        if _wants_other_limit_name(answer, request.sampling, limit_name):
            self._limit_name = "max_completion_tokens"
            answer = await self._transport.post(COMPLETIONS, _payload(request, self._limit_name))
        if answer.status != 200:
            return self._refused(request, answer, answer.status)
        document = self._document(answer, COMPLETIONS)
        if "error" in document and not document.get("choices"):
            return self._refused(request, answer, _status_within(document))
        return _response(request, answer, document)

    async def list_models(self) -> list[str]:
        """See ChatProtocol."""
        answer = await self._transport.get(MODELS)
        if answer.status != 200:
            raise self._fault(answer, answer.status, MODELS, "")
        return _model_ids(self._document(answer, MODELS))

    async def aclose(self) -> None:
        """See ChatProtocol."""
        await self._transport.aclose()

    def _refused(self, request: ChatRequest, answer: HttpAnswer, status: int) -> Response:
        if status in _FILTER_STATUSES and ServerSaid.read(answer.untrusted_body).filtered:
            return Response(
                request.case,
                request.repeat,
                state=ResponseState.FILTERED,
                finish_reason="content_filter",
                latency_ms=answer.latency_ms,
                raw_body=answer.untrusted_body,
            )
        raise self._fault(answer, status, COMPLETIONS, request.model)

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


def shown_request(endpoint: Endpoint, request: ChatRequest) -> str:
    """The request as it will be sent, with a word in place of the key. Raises InputError for a wrong address."""
    head = [f"POST {Address.parse(endpoint.base_url).join(COMPLETIONS)}"]
    places = [f"the variable {endpoint.key_env}"] * bool(endpoint.key_env)
    places += [f"the keyring entry {endpoint.key_service}"] * bool(endpoint.key_service)
    if places:
        head.append(f"Authorization: Bearer (the key from {' or '.join(places)})")
    head += [f"{name}: {value}" for name, value in endpoint.headers.items()]
    body = json.dumps(_payload(request, "max_tokens"), ensure_ascii=False, indent=2)
    return "\n".join((*head, "", body))


def _payload(request: ChatRequest, limit_name: str) -> dict[str, object]:
    sampling = request.sampling.as_json()
    if "max_tokens" in sampling:
        sampling[limit_name] = sampling.pop("max_tokens")
    messages = [message.as_json() for message in request.messages]
    return {"model": request.model, "messages": messages, "stream": False, **sampling}


def _wants_other_limit_name(answer: HttpAnswer, sampling: Sampling, limit_name: str) -> bool:
    return (
        answer.status == 400
        and limit_name == "max_tokens"
        and sampling.max_tokens is not None
        and b"max_completion_tokens" in answer.untrusted_body
    )


def _status_within(document: dict[str, object]) -> int:
    """The status that a gateway reports inside an answer marked 200; 502 where it names none."""
    error = document["error"]
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and 400 <= code < 600:
        return code
    return 400 if isinstance(code, str) else 502


@dataclass(frozen=True)
class _Said:
    """What one assistant message holds."""

    text: str
    reasoning: str
    calls_tools: bool


def _response(request: ChatRequest, answer: HttpAnswer, document: dict[str, object]) -> Response:
    choices = document.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise EndpointError(
            FaultKind.GIVE_UP,
            "The endpoint's answer holds no message.",
            "Check that it speaks the chat-completions protocol.",
            status=answer.status,
            raw_body=answer.untrusted_body[:MAX_KEPT_ERROR_BYTES],
        )
    said = _read_message(message)
    finish_reason = _label(choice.get("finish_reason"))
    return Response(
        request.case,
        request.repeat,
        text=said.text,
        reasoning=said.reasoning,
        state=_state(said, finish_reason),
        finish_reason=finish_reason,
        usage=_usage(document.get("usage")),
        model=_label(document.get("model")),
        latency_ms=answer.latency_ms,
        raw_body=answer.untrusted_body,
    )


def _state(said: _Said, finish_reason: str) -> ResponseState:
    if finish_reason == "content_filter":
        return ResponseState.FILTERED
    if not said.text.strip():
        return ResponseState.TOOL_CALL_ONLY if said.calls_tools else ResponseState.EMPTY
    return ResponseState.TRUNCATED if finish_reason == "length" else ResponseState.OK


def _read_message(message: dict[str, object]) -> _Said:
    content = message.get("content")
    text = _text(content, ("text", "output_text", "refusal"))
    if not text:
        text = _text(message.get("refusal"), ())
    reasoning = _text(message.get("reasoning_content") or message.get("reasoning"), ("text",))
    reasoning = reasoning or _text([] if isinstance(content, str) else content, ("thinking", "reasoning"))
    return _Said(storable(text), storable(reasoning), bool(message.get("tool_calls") or message.get("function_call")))


def _text(untrusted_content: object, part_types: tuple[str, ...]) -> str:
    """A string as it is, or the texts of those parts of a list whose type is one of `part_types`, joined."""
    if isinstance(untrusted_content, str):
        return untrusted_content
    if not isinstance(untrusted_content, list):
        return ""
    texts = []
    for part in untrusted_content:
        if isinstance(part, dict) and (kind := part.get("type")) in part_types:
            # a part holds its text under "text" or under the name of its type; a "thinking" part nests text parts
            texts.append(_text(part.get("text") or part.get(str(kind)), ("text",)))
    return "".join(texts)


def _usage(untrusted_usage: object) -> dict[str, int]:
    """Token counts by name, those of nested details too; what is not a count is left out."""
    if not isinstance(untrusted_usage, dict):
        return {}
    counts: dict[str, int] = {}
    for name, value in untrusted_usage.items():
        if isinstance(value, dict):
            counts = {**_usage(value), **counts}
        elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_TOKENS:
            counts[_label(name)] = value
    return counts


def _label(untrusted_value: object) -> str:
    return storable(untrusted_value)[:200] if isinstance(untrusted_value, str) else ""


def _model_ids(document: dict[str, object]) -> list[str]:
    listed = document.get("data") or document.get("models")
    ids = []
    for item in listed if isinstance(listed, list) else []:
        name = (item.get("id") or item.get("name")) if isinstance(item, dict) else item
        if label := _label(name):
            ids.append(label)
    return ids
