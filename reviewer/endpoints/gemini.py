"""The Google Gemini protocol, generateContent: the model is part of the path, an assistant turn is the model's.

The base URL ends with the version, such as `/v1beta`. A prompt that was blocked, or a response that was cut off for
safety, is `filtered`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from reviewer.core.finish import Finish, finish_of
from reviewer.endpoints.http_chat import Document, Quirks, ReadAnswer, label, listed_ids, parts_of, token_counts
from reviewer.endpoints.protocol import ChatRequest
from reviewer.endpoints.streams import generated_document
from reviewer.endpoints.turns import gemini_turns

_NAMES = {"max_tokens": "maxOutputTokens", "top_p": "topP"}
_PREFIX = "models/"
_COLLECTIONS = (_PREFIX, "tunedModels/", "publishers/", "projects/", "endpoints/")
_ASK, _ASK_STREAM = ":generateContent", ":streamGenerateContent?alt=sse"


class GeminiWire:
    """`{base_url}/models/{model}:generateContent`; a model's name may say the collection that it is in."""

    models_path = "/models"
    headers: Mapping[str, str] = {}
    stream_fields: Mapping[str, object] = {}

    def key_header(self, key: str) -> tuple[str, str]:
        return "x-goog-api-key", key

    def path(self, request: ChatRequest) -> str:
        model = request.model.strip("/")
        if not model.startswith(_COLLECTIONS):
            return f"/{_PREFIX}{quote(model, safe='')}{_ASK}"
        return f"/{'/'.join(quote(part, safe='') for part in model.split('/'))}{_ASK}"

    def stream_path(self, path: str) -> str:
        return path.removesuffix(_ASK) + _ASK_STREAM

    def payload(self, request: ChatRequest, quirks: Quirks) -> dict[str, object]:
        config = {_NAMES.get(name, name): value for name, value in request.sampling.as_json().items()}
        return {**gemini_turns(request.messages), **({"generationConfig": config} if config else {})}

    def quirk(self, status: int, untrusted_body: bytes, request: ChatRequest) -> str:
        return ""

    def read(self, untrusted_document: Document) -> ReadAnswer | None:
        usage = token_counts(untrusted_document.get("usageMetadata"))
        model = label(untrusted_document.get("modelVersion"))
        feedback = untrusted_document.get("promptFeedback")
        blocked = label(feedback.get("blockReason")) if isinstance(feedback, dict) else ""
        candidates = parts_of(untrusted_document.get("candidates"))
        if blocked and not candidates:
            return ReadAnswer(finish=Finish.FILTERED, finish_reason=blocked, usage=usage, model=model)
        if not candidates:
            return None
        content, reason = candidates[0].get("content"), label(candidates[0].get("finishReason"))
        parts = parts_of(content.get("parts") if isinstance(content, dict) else None)
        return ReadAnswer(
            text=_joined(part for part in parts if not part.get("thought")),
            reasoning=_joined(part for part in parts if part.get("thought")),
            calls_tools=any("functionCall" in part for part in parts),
            finish_reason=reason,
            finish=finish_of(reason),
            usage=usage,
            model=model,
        )

    def read_stream(self, untrusted_events: Sequence[Document]) -> ReadAnswer | None:
        return self.read(generated_document(untrusted_events))

    def model_ids(self, untrusted_document: Document) -> list[str]:
        return [name.removeprefix(_PREFIX) for name in listed_ids(untrusted_document.get("models"))]


def _joined(untrusted_parts: Iterable[Mapping[str, object]]) -> str:
    texts = (part.get("text") for part in untrusted_parts)
    return "".join(text for text in texts if isinstance(text, str))


WIRE = GeminiWire()
