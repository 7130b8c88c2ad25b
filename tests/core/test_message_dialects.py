"""Messages of other interfaces and of exports are read as chat messages; what is in no form stays refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from reviewer.core.cases import checked_messages
from reviewer.core.errors import InputError
from reviewer.core.messages import FilePart

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(60)).decode()
WAV = base64.b64encode(b"RIFF0000WAVE").decode()
PDF = base64.b64encode(b"%PDF-1.4 s").decode()
ASKED = [("user", "Hi"), ("assistant", "Yo"), ("user", "So?")]
CALLED = [("user", "Weather?"), ("assistant", "weather"), ("tool", "21 degrees")]
LANGCHAIN = {"name": "weather", "args": {"a": 1}, "id": "1", "type": "tool_call"}
PLAIN: dict[str, list[Any]] = {
    "capitals": [
        {"role": "User", "content": "Hi"},
        {"role": "ASSISTANT", "content": "Yo"},
        {"role": "user", "content": "So?"},
    ],
    "ShareGPT's models": [
        {"from": "Human", "value": "Hi"},
        {"from": "bing", "value": "Yo", "weight": 1},
        {"from": "prompter", "text": "So?"},
    ],
    "ShareGPT's parts": [
        {"from": "human", "value": [{"type": "text", "text": "Hi"}]},
        {"from": "gpt", "value": "Yo"},
        {"from": "human", "value": "So?"},
    ],
    "Gemini": [
        {"role": "user", "parts": ["Hi"]},
        {"role": "model", "parts": [{"text": "Hm.", "thought": True}, {"text": "Yo"}]},
        {"parts": [{"text": "So?"}]},
    ],
    "Bedrock": [
        {"role": "user", "content": [{"text": "Hi"}, {"cachePoint": {"type": "default"}}]},
        {"role": "assistant", "content": [{"reasoningContent": {"reasoningText": {"text": "Hm."}}}, {"text": "Yo"}]},
        {"role": "user", "content": [{"text": "So?"}]},
    ],
    "LangChain": [
        {"type": "human", "content": "Hi"},
        {"type": "ai", "data": {"content": "Yo", "type": "ai", "response_metadata": {"a": 1}}},
        {"lc": 1, "type": "constructor", "id": ["langchain", "HumanMessage"], "kwargs": {"content": "So?"}},
    ],
    "LangChain's pairs": [["human", "Hi"], ["ai", "Yo"], ["human", "So?"]],
    "Cohere": [
        {"role": "USER", "message": "Hi"},
        {"role": "CHATBOT", "message": "Yo"},
        {"role": "USER", "message": "So?"},
    ],
    "speakers": [
        {"speaker": "user", "text": "Hi"},
        {"sender": "assistant", "message": "Yo"},
        {"author": "human", "utterance": "So?"},
    ],
    "who speaks alone": [{"user": "Hi"}, {"assistant": "Yo"}, {"human": "So?"}],
    "ChatGPT's export": [
        {
            "author": {"role": role},
            "content": {"content_type": "text", "parts": [text]},
            "recipient": "all",
            "status": "x",
        }
        for role, text in ASKED
    ],
    "Claude's export": [
        {
            "sender": "human" if role == "user" else role,
            "text": text,
            "content": [{"type": "text", "text": text}],
            "uuid": "x",
        }
        for role, text in ASKED
    ],
}
WITH_TOOLS: dict[str, list[Any]] = {
    "Gemini": [
        {"role": "user", "parts": [{"text": "Weather?"}]},
        {"role": "model", "parts": [{"functionCall": {"name": "weather", "args": {"a": 1}}}]},
        {"role": "function", "parts": [{"functionResponse": {"name": "weather", "response": {"is": "21 degrees"}}}]},
    ],
    "Bedrock": [
        {"role": "user", "content": [{"text": "Weather?"}]},
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "1", "name": "weather", "input": {}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "1", "content": [{"json": {"is": "21 degrees"}}]}}]},
    ],
    "LangChain": [
        {"type": "human", "content": "Weather?"},
        {"type": "ai", "content": "", "tool_calls": [LANGCHAIN]},
        {"type": "tool", "content": "21 degrees", "tool_call_id": "1", "name": "weather"},
    ],
    "the AI SDK": [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": [{"type": "tool-call", "toolCallId": "1", "toolName": "weather", "args": {}}]},
        {
            "role": "tool",
            "content": [{"type": "tool-result", "toolCallId": "1", "toolName": "weather", "result": "21 degrees"}],
        },
    ],
    "Ollama": [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "weather", "arguments": {"a": 1}}}]},
        {"role": "tool", "tool_name": "weather", "content": "21 degrees"},
    ],
    "Cohere": [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "tool_plan": "I look.", "tool_calls": [{"id": "1", "function": {"name": "weather"}}]},
        {
            "role": "tool",
            "tool_call_id": "1",
            "content": [{"type": "document", "document": {"data": {"is": "21 degrees"}}}],
        },
    ],
}
WITH_FILES: dict[str, tuple[dict[str, Any], str]] = {
    "Gemini's picture": (
        {"parts": [{"text": "See"}, {"inlineData": {"mimeType": "image/png", "data": PNG}}]},
        "image/png",
    ),
    "Gemini's sound": (
        {"parts": [{"text": "See"}, {"inline_data": {"mime_type": "audio/wav", "data": WAV}}]},
        "audio/wav",
    ),
    "Gemini's address": (
        {"parts": [{"text": "See"}, {"fileData": {"mimeType": "image/png", "fileUri": "gs://b/a.png"}}]},
        "image/png",
    ),
    "Bedrock's picture": (
        {"content": [{"text": "See"}, {"image": {"format": "png", "source": {"bytes": PNG}}}]},
        "image/png",
    ),
    "Bedrock's document": (
        {"content": [{"text": "See"}, {"document": {"format": "pdf", "name": "a", "source": {"bytes": PDF}}}]},
        "application/pdf",
    ),
    "Ollama's picture": ({"content": "See", "images": [PNG]}, "image/png"),
}


@pytest.mark.parametrize("form", PLAIN)
def test_turns_are_read(form: str) -> None:
    turns = checked_messages(PLAIN[form])
    assert [str(turn.role) for turn in turns] == [role for role, _ in ASKED]
    assert all(text in turn.shown for turn, (_, text) in zip(turns, ASKED, strict=True))


@pytest.mark.parametrize("form", WITH_TOOLS)
def test_calls_and_their_results_are_turns(form: str) -> None:
    turns = checked_messages(WITH_TOOLS[form])
    assert [str(turn.role) for turn in turns] == [role for role, _ in CALLED]
    assert all(text in turn.shown for turn, (_, text) in zip(turns, CALLED, strict=True))
    assert turns[1].calls[0].name == turns[2].name == "weather"


@pytest.mark.parametrize("form", WITH_FILES)
def test_files_are_kept(form: str) -> None:
    given, media_type = WITH_FILES[form]
    (turn,) = checked_messages([{"role": "user", **given}])
    assert turn.shown.startswith("See")
    assert [part.media_type for part in turn.parts if isinstance(part, FilePart)] == [media_type]


def test_results_of_several_calls_go_by_their_names() -> None:
    calls: list[Any] = [{"functionCall": {"name": name, "args": {}}} for name in ("one", "two")]
    results = [{"functionResponse": {"name": name, "response": {"said": name}}} for name in ("two", "one")]
    asked = {"role": "user", "parts": [{"text": "Both?"}]}
    turns = checked_messages([asked, {"role": "model", "parts": calls}, {"role": "function", "parts": results}])
    assert [turn.name for turn in turns[2:]] == ["two", "one"]


@pytest.mark.parametrize(
    "item",
    [
        {"role": "user", "contnet": "Hi"},
        {"speaker": "Bob", "text": "Hi"},
        {"a": "b"},
        ["x", "y"],
        [1, 2],
        None,
        {"role": "user", "parts": []},
        {"role": "user", "parts": [{"weird": {"a": 1}}]},
        {"role": "user", "parts": [{"text": 5}]},
        {"role": "user", "parts": [{"functionCall": {"name": "f", "args": {}}}]},
        {"type": "human"},
        {"role": "user", "content": "Hi", "mood": "sad"},
        {"role": "user", "content": "Hi", "images": [5]},
        {"lc": 1, "type": "constructor", "id": ["x", "Other"], "kwargs": {}},
    ],
)
def test_what_is_in_no_form_is_refused_with_its_place(item: object) -> None:
    with pytest.raises(InputError, match=r"essage 1"):
        checked_messages([item])
