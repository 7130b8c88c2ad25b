"""The OpenAI chat-completions protocol, as OpenAI and the many servers that imitate it speak it.

The base URL is used as given, with or without a trailing slash: `{base_url}/chat/completions`; a whole address is cut
to its base. Nothing is guessed; the sentence for a 404 suggests adding `/v1`. Answers of Ollama's and Cohere's form,
with the message at the top, are read too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reviewer.core.cases import Role
from reviewer.core.finish import Finish, finish_of
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
from reviewer.endpoints.streams import chat_document
from reviewer.endpoints.turns import chat_messages

_OTHER_LIMIT = "max_completion_tokens"
_DEVELOPER, _SYSTEM = "developer role", "system role"


class OpenAIChatWire:
    """Servers differ: some want `max_completion_tokens` in place of `max_tokens`, some a developer in place of a
    system message. They say so when they refuse the first request.
    """

    models_path = "/models"
    headers: Mapping[str, str] = {}
    stream_fields: Mapping[str, object] = {"stream": True, "stream_options": {"include_usage": True}}

    def key_header(self, key: str) -> tuple[str, str]:
        return "Authorization", f"Bearer {key}"

    def path(self, request: ChatRequest) -> str:
        return "/chat/completions"

    def stream_path(self, path: str) -> str:
        return path

    def payload(self, request: ChatRequest, quirks: Quirks) -> dict[str, object]:
        sampling = request.sampling.as_json()
        if _OTHER_LIMIT in quirks and "max_tokens" in sampling:
            sampling[_OTHER_LIMIT] = sampling.pop("max_tokens")
        instructing = "system" if _SYSTEM in quirks else "developer" if _DEVELOPER in quirks else ""
        messages = chat_messages(request.messages, instructing=instructing)
        return {"model": request.model, "messages": messages, "stream": False, **sampling}

    def quirk(self, status: int, untrusted_body: bytes, request: ChatRequest) -> str:
        if status != 400:
            return ""
        if request.sampling.max_tokens is not None and _OTHER_LIMIT.encode() in untrusted_body:
            return _OTHER_LIMIT
        has_system = any(message.role is Role.SYSTEM for message in request.messages)
        has_developer = any(message.role is Role.DEVELOPER for message in request.messages)
        if has_developer and any(word in untrusted_body.lower() for word in (b"developer", b"role")):
            return _SYSTEM
        return _DEVELOPER if has_system and b"developer" in untrusted_body else ""

    def read(self, untrusted_document: Document) -> ReadAnswer | None:
        untrusted_document = _told_plainly(untrusted_document)
        choice = next(iter(parts_of(untrusted_document.get("choices"))), untrusted_document)
        message = choice.get("message")
        if message is None and isinstance(choice.get("text"), str):
            message = {"content": choice["text"]}
        if message is None and choice is not untrusted_document and _ending(choice)[0]:
            message = {}
        if not isinstance(message, dict):
            return None
        content = message.get("content")
        text = text_of(content, ("text", "output_text", "refusal")) or text_of(message.get("refusal"), ())
        text = text or _spoken(message.get("audio"))
        reasoning = text_of(
            message.get("reasoning_content") or message.get("reasoning") or message.get("thinking"), ("text",)
        )
        reason, finish = _ending(choice)
        return ReadAnswer(
            text=text,
            reasoning=reasoning or text_of([] if isinstance(content, str) else content, ("thinking", "reasoning")),
            calls_tools=bool(message.get("tool_calls") or message.get("function_call")),
            finish_reason=reason,
            finish=finish,
            usage=token_counts(untrusted_document.get("usage")),
            model=label(untrusted_document.get("model")),
            fingerprint=label(untrusted_document.get("system_fingerprint")),
        )

    def read_stream(self, untrusted_events: Sequence[Document]) -> ReadAnswer | None:
        return self.read(chat_document(untrusted_events))

    def model_ids(self, untrusted_document: Document) -> list[str]:
        return listed_ids(untrusted_document.get("data") or untrusted_document.get("models"))


_BARE_TEXTS = {
    "generated_text": ("generated_text",),
    "result": ("finish_reason", "is_truncated"),
    "response": ("done", "done_reason"),
    "content": ("stop", "stop_type"),
}
"""Where servers' own forms have the text, and what beside it shows that it is one."""


def _told_plainly(document: Document) -> Document:
    """A server's own form as the protocol's: DashScope's output, a bare text of TGI, Ollama, llama.cpp or ERNIE."""
    output = document.get("output")
    if isinstance(output, dict) and "choices" not in document:
        document = {**document, **output}
    if "choices" in document or "message" in document or document.get("error"):
        return document
    for name, beside in _BARE_TEXTS.items():
        text = document.get(name)
        if isinstance(text, str) and any(each in document for each in beside):
            details = document.get("details")
            return {"text": text, **(details if isinstance(details, dict) else {}), **_without(document, "content")}
    return document


def _without(document: Document, name: str) -> Document:
    return {key: value for key, value in document.items() if key != name}


_REASONS = ("finish_reason", "done_reason", "stop_reason", "stop_type")
_SURER = frozenset({Finish.FILTERED, Finish.CUT})
"""What a provider itself says so of an end is so, also where a gateway in between calls it a good one."""


def _ending(choice: Document) -> tuple[str, Finish]:
    """The finish reason as it was given, and what it means; the provider's own where it says more."""
    reason = next(filter(None, (label(choice.get(name)) for name in _REASONS)), "") or _detailed(choice)
    native = label(choice.get("native_finish_reason"))
    found, own = finish_of(reason), finish_of(native)
    if own in _SURER and found is not own and found is not Finish.FILTERED:
        return native, own
    if found in (Finish.UNSAID, Finish.UNKNOWN) and own not in (Finish.UNSAID, Finish.UNKNOWN):
        return native, own
    return reason, found


def _detailed(choice: Document) -> str:
    """The reason as the first models that saw pictures gave it."""
    details = choice.get("finish_details")
    return label(details.get("type")) if isinstance(details, dict) else ""


def _spoken(untrusted_audio: object) -> str:
    """What an answer that is a sound says."""
    return text_of(untrusted_audio.get("transcript"), ()) if isinstance(untrusted_audio, dict) else ""


class AzureOpenAIWire(OpenAIChatWire):
    """Azure OpenAI: the base URL ends with `/openai/deployments/NAME?api-version=…` or `/openai/v1`, and the key has a
    header of its own.
    """

    def key_header(self, key: str) -> tuple[str, str]:
        return "api-key", key


WIRE = OpenAIChatWire()
AZURE = AzureOpenAIWire()
