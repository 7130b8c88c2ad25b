"""The Anthropic Messages protocol: the system prompt is a field of its own, and a limit of tokens must be given.

The base URL ends with `/v1`. It has no seed: one that is set is not sent. `stop_reason: refusal` is the provider's
safety classifier that cut the response off, not a refusal that the model wrote: the state is `filtered`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reviewer.core.finish import finish_of
from reviewer.endpoints.http_chat import (
    Document,
    Quirks,
    ReadAnswer,
    label,
    listed_ids,
    parts_of,
    text_of,
    token_counts,
)
from reviewer.endpoints.protocol import ChatRequest
from reviewer.endpoints.streams import messages_document
from reviewer.endpoints.turns import anthropic_turns

VERSION = "2023-06-01"
"""The one version of the interface there is; a header `anthropic-version` of the endpoint takes its place."""
DEFAULT_MAX_TOKENS = 4096
"""Sent where no limit is set, for the protocol wants one."""


class AnthropicMessagesWire:
    """`{base_url}/messages`."""

    models_path = "/models"
    headers: Mapping[str, str] = {"anthropic-version": VERSION}
    stream_fields: Mapping[str, object] = {"stream": True}

    def key_header(self, key: str) -> tuple[str, str]:
        return "x-api-key", key

    def path(self, request: ChatRequest) -> str:
        return "/messages"

    def stream_path(self, path: str) -> str:
        return path

    def payload(self, request: ChatRequest, quirks: Quirks) -> dict[str, object]:
        sampling = {"max_tokens": DEFAULT_MAX_TOKENS, **request.sampling.as_json()}
        sampling.pop("seed", None)
        return {"model": request.model, **anthropic_turns(request.messages), **sampling}

    def quirk(self, status: int, untrusted_body: bytes, request: ChatRequest) -> str:
        return ""

    def read(self, untrusted_document: Document) -> ReadAnswer | None:
        content = untrusted_document.get("content")
        if not isinstance(content, list):
            return None
        reason = label(untrusted_document.get("stop_reason"))
        return ReadAnswer(
            text=text_of(content, ("text",)),
            reasoning=text_of(content, ("thinking",)),
            calls_tools=any(part.get("type") in ("tool_use", "server_tool_use") for part in parts_of(content)),
            finish_reason=reason,
            finish=finish_of(reason),
            usage=token_counts(untrusted_document.get("usage")),
            model=label(untrusted_document.get("model")),
        )

    def read_stream(self, untrusted_events: Sequence[Document]) -> ReadAnswer | None:
        return self.read(messages_document(untrusted_events))

    def model_ids(self, untrusted_document: Document) -> list[str]:
        return listed_ids(untrusted_document.get("data"))


WIRE = AnthropicMessagesWire()
