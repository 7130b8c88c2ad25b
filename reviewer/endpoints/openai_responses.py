"""The OpenAI Responses protocol. Nothing is kept at the provider: every request says `store: false`.

It has no seed: one that is set is not sent.
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
from reviewer.endpoints.streams import responses_document
from reviewer.endpoints.turns import response_items


class OpenAIResponsesWire:
    """`{base_url}/responses`; messages go as input items with their roles."""

    models_path = "/models"
    headers: Mapping[str, str] = {}
    stream_fields: Mapping[str, object] = {"stream": True}

    def key_header(self, key: str) -> tuple[str, str]:
        return "Authorization", f"Bearer {key}"

    def path(self, request: ChatRequest) -> str:
        return "/responses"

    def stream_path(self, path: str) -> str:
        return path

    def payload(self, request: ChatRequest, quirks: Quirks) -> dict[str, object]:
        sampling = request.sampling.as_json()
        sampling.pop("seed", None)
        if "max_tokens" in sampling:
            sampling["max_output_tokens"] = sampling.pop("max_tokens")
        return {"model": request.model, "input": response_items(request.messages), "store": False, **sampling}

    def quirk(self, status: int, untrusted_body: bytes, request: ChatRequest) -> str:
        return ""

    def read(self, untrusted_document: Document) -> ReadAnswer | None:
        output, status = untrusted_document.get("output"), untrusted_document.get("status")
        if not isinstance(output, list) or (status == "failed" and untrusted_document.get("error")):
            return None
        items = parts_of(output)
        messages = [item for item in items if item.get("type") == "message"]
        thought = [item for item in items if item.get("type") == "reasoning"]
        details = untrusted_document.get("incomplete_details")
        reason = label(details.get("reason")) if isinstance(details, dict) else ""
        return ReadAnswer(
            text="".join(text_of(item.get("content"), ("output_text", "text", "refusal")) for item in messages),
            reasoning="\n".join(_thought(item) for item in thought),
            calls_tools=any(str(item.get("type", "")).endswith("_call") for item in items),
            finish_reason=reason or label(status),
            finish=finish_of(reason or label(status)),
            usage=token_counts(untrusted_document.get("usage")),
            model=label(untrusted_document.get("model")),
        )

    def read_stream(self, untrusted_events: Sequence[Document]) -> ReadAnswer | None:
        return self.read(responses_document(untrusted_events))

    def model_ids(self, untrusted_document: Document) -> list[str]:
        return listed_ids(untrusted_document.get("data"))


def _thought(untrusted_item: Mapping[str, object]) -> str:
    return text_of(untrusted_item.get("content"), ("reasoning_text", "text")) or text_of(
        untrusted_item.get("summary"), ("summary_text",)
    )


WIRE = OpenAIResponsesWire()
