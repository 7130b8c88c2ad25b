"""Tool turns, pictures, files and names on the wire of each protocol, and what a protocol has no form for."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import replace

import pytest
from hypothesis import given

from reviewer.core.cases import CaseKey, Message, Role, checked_messages
from reviewer.core.models import Endpoint, Sampling
from reviewer.core.responses import ResponseState
from reviewer.endpoints.protocol import ChatRequest, FaultKind, UnsendableError
from reviewer.endpoints.registry import open_protocol, protocol_entry
from reviewer.endpoints.turns import anthropic_turns, chat_messages, gemini_turns, response_items, template_values
from tests.core.strategies import PROPERTY
from tests.exchange.strategies import messages
from tests.support.loopback import LoopbackServer, completion, error, reply, say

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and so on").decode()
PDF = base64.b64encode(b"%PDF-1.4 small").decode()
SOUND = base64.b64encode(b"RIFF....WAVEfmt ").decode()
PNG_URL, PDF_URL = f"data:image/png;base64,{PNG}", f"data:application/pdf;base64,{PDF}"
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Bern"}'}}
TIME = {"id": "c2", "type": "function", "function": {"name": "time", "arguments": ""}}
AGENT = checked_messages(
    [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": "Sun in Bern?"},
        {"role": "assistant", "content": "I look.", "tool_calls": [CALL, TIME]},
        {"role": "tool", "tool_call_id": "c1", "content": '{"sky": "sun"}'},
        {"role": "tool", "tool_call_id": "c2", "content": "noon", "is_error": True},
        {"role": "user", "content": "And now?"},
    ]
)
PICTURED = checked_messages(
    [
        {
            "role": "user",
            "name": "p1",
            "content": [
                {"type": "text", "text": "What are these?"},
                {"type": "image_url", "image_url": {"url": PNG_URL, "detail": "low"}},
                {"type": "file", "file": {"filename": "plan.pdf", "file_data": PDF_URL}},
            ],
        }
    ]
)
DOCUMENTED: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "openai-chat": (
        {
            "messages": [
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": "Sun in Bern?"},
                {"role": "assistant", "content": "I look.", "tool_calls": [CALL, TIME]},
                {"role": "tool", "tool_call_id": "c1", "content": '{"sky": "sun"}'},
                {"role": "tool", "tool_call_id": "c2", "content": "The tool failed: noon"},
                {"role": "user", "content": "And now?"},
            ]
        },
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What are these?"},
                        {"type": "image_url", "image_url": {"url": PNG_URL, "detail": "low"}},
                        {"type": "file", "file": {"filename": "plan.pdf", "file_data": PDF_URL}},
                    ],
                    "name": "p1",
                }
            ]
        },
    ),
    "openai-responses": (
        {
            "input": [
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": "Sun in Bern?"},
                {"role": "assistant", "content": "I look."},
                {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": '{"city": "Bern"}'},
                {"type": "function_call", "call_id": "c2", "name": "time", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c1", "output": '{"sky": "sun"}'},
                {"type": "function_call_output", "call_id": "c2", "output": "The tool failed: noon"},
                {"role": "user", "content": "And now?"},
            ]
        },
        {
            "input": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "p1: What are these?"},
                        {"type": "input_image", "image_url": PNG_URL, "detail": "low"},
                        {"type": "input_file", "filename": "plan.pdf", "file_data": PDF_URL},
                    ],
                }
            ]
        },
    ),
    "anthropic-messages": (
        {
            "system": "Be brief.",
            "messages": [
                {"role": "user", "content": "Sun in Bern?"},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "text", "text": "I look."},
                        {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Bern"}},
                        {"type": "tool_use", "id": "c2", "name": "time", "input": {}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "c1", "content": '{"sky": "sun"}'},
                        {"type": "tool_result", "tool_use_id": "c2", "content": "noon", "is_error": True},
                        {"type": "text", "text": "And now?"},
                    ],
                },
            ],
            "tools": [
                {"name": "weather", "input_schema": {"type": "object"}},
                {"name": "time", "input_schema": {"type": "object"}},
            ],
            "tool_choice": {"type": "none"},
        },
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "p1: What are these?"},
                        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
                        {
                            "type": "document",
                            "source": {"type": "base64", "media_type": "application/pdf", "data": PDF},
                            "title": "plan.pdf",
                        },
                    ],
                }
            ]
        },
    ),
    "gemini": (
        {
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "contents": [
                {"role": "user", "parts": [{"text": "Sun in Bern?"}]},
                {
                    "role": "model",
                    "parts": [
                        {"text": "I look."},
                        {"functionCall": {"name": "weather", "args": {"city": "Bern"}}},
                        {"functionCall": {"name": "time", "args": {}}},
                    ],
                },
                {
                    "role": "user",
                    "parts": [
                        {"functionResponse": {"name": "weather", "response": {"sky": "sun"}}},
                        {"functionResponse": {"name": "time", "response": {"error": "noon"}}},
                    ],
                },
                {"role": "user", "parts": [{"text": "And now?"}]},
            ],
        },
        {
            "contents": [
                {
                    "role": "user",
                    "parts": [
                        {"text": "p1: What are these?"},
                        {"inlineData": {"mimeType": "image/png", "data": PNG}},
                        {"inlineData": {"mimeType": "application/pdf", "data": PDF}},
                    ],
                }
            ]
        },
    ),
}
SAID: dict[str, dict[str, object]] = {
    "openai-chat": completion("Yes."),
    "openai-responses": {
        "status": "completed",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "Yes."}]}],
    },
    "anthropic-messages": {"content": [{"type": "text", "text": "Yes."}], "stop_reason": "end_turn"},
    "gemini": {"candidates": [{"content": {"parts": [{"text": "Yes."}]}, "finishReason": "STOP"}]},
}
BESIDE = {"model", "stream", "store", "max_tokens"}


@pytest.mark.anyio
@pytest.mark.parametrize("protocol", list(DOCUMENTED))
async def test_tool_turns_and_pictures_are_sent_as_the_protocol_has_them(
    server: LoopbackServer, endpoint: Endpoint, protocol: str
) -> None:
    server.default = reply(SAID[protocol])
    client = open_protocol(replace(endpoint, protocol=protocol))
    for turns in (AGENT, PICTURED):
        response = await client.send(ChatRequest(CaseKey("c"), 1, turns, "m", Sampling()))
        assert (response.text, response.state) == ("Yes.", ResponseState.OK)
    await client.aclose()
    sent = [{name: value for name, value in each.body.items() if name not in BESIDE} for each in server.completions]
    assert sent == list(DOCUMENTED[protocol])


@pytest.mark.anyio
async def test_a_server_that_knows_no_developer_gets_system(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(error(400, "Unknown role: developer"), say("Yes."), say("Yes."))
    client = open_protocol(endpoint)
    for _ in range(2):
        assert (await client.send(ChatRequest(CaseKey("c"), 1, AGENT, "m"))).text == "Yes."
    await client.aclose()
    roles = [each.body["messages"][0]["role"] for each in server.completions if isinstance(each.body["messages"], list)]
    assert roles == ["developer", "system", "system"]


@pytest.mark.anyio
async def test_what_cannot_be_sent_is_said_and_nothing_is_asked(server: LoopbackServer, endpoint: Endpoint) -> None:
    sound = {"type": "input_audio", "input_audio": {"data": SOUND, "format": "wav"}}
    turns = checked_messages([{"role": "user", "content": [sound]}])
    client = open_protocol(replace(endpoint, protocol="anthropic-messages"))
    with pytest.raises(UnsendableError, match="Anthropic Messages cannot send an audio file") as caught:
        await client.send(ChatRequest(CaseKey("c"), 1, turns, "m"))
    await client.aclose()
    assert (caught.value.kind, caught.value.status) == (FaultKind.GIVE_UP, None)
    assert server.completions == []


def test_the_preview_of_a_request_cuts_the_data_of_a_picture(endpoint: Endpoint) -> None:
    large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(9_000)).decode()
    part = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{large}"}}
    turns = checked_messages([{"role": "user", "content": [{"type": "text", "text": "a" * 3_000 + "?"}, part]}])
    shown = protocol_entry("openai-chat").shown(endpoint, ChatRequest(CaseKey("c"), 1, turns, "m"))
    assert "a" * 3_000 in shown
    assert len(shown) < 3_600
    assert f"({len(large) + 22:,} characters)" in shown


OLDER = checked_messages(
    [
        {"role": "user", "content": "Sun?"},
        {"role": "assistant", "content": None, "function_call": {"name": "weather", "arguments": "{}"}},
        {"role": "function", "name": "weather", "content": "Rain."},
    ]
)


def test_calls_without_an_id_get_one_and_their_results_the_same() -> None:
    assert chat_messages(OLDER)[1:] == [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "Rain."},
    ]
    items = response_items(OLDER)[1:]
    assert [item["call_id"] for item in items] == ["call_1", "call_1"]


def test_a_result_with_a_picture_goes_where_results_can_hold_one() -> None:
    pictured = {"role": "tool", "tool_call_id": "c1", "content": [{"type": "image_url", "image_url": PNG_URL}]}
    turns = checked_messages(
        [{"role": "user", "content": "Draw."}, {"role": "assistant", "tool_calls": [CALL], "content": ""}, pictured]
    )
    with pytest.raises(UnsendableError, match="a picture in a tool's result"):
        chat_messages(turns)
    with pytest.raises(UnsendableError, match="a picture in a tool's result"):
        gemini_turns(turns)
    assert response_items(turns)[-1]["output"] == [{"type": "input_image", "image_url": PNG_URL, "detail": "auto"}]
    source = {"type": "base64", "media_type": "image/png", "data": PNG}
    assert str({"type": "image", "source": source}) in str(anthropic_turns(turns)["messages"])


def test_an_outside_address_is_sent_as_it_is_and_a_place_on_a_disk_never() -> None:
    def at(url: str) -> tuple[Message, ...]:
        return checked_messages([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}])

    web = at("https://example.org/x.png")
    assert chat_messages(web)[0]["content"] == [
        {"type": "image_url", "image_url": {"url": "https://example.org/x.png"}}
    ]
    assert anthropic_turns(web)["messages"] == [
        {
            "role": "user",
            "content": [{"type": "image", "source": {"type": "url", "url": "https://example.org/x.png"}}],
        }
    ]
    with pytest.raises(UnsendableError, match="address that is not Google's"):
        gemini_turns(web)
    for make in (chat_messages, response_items, anthropic_turns, gemini_turns):
        with pytest.raises(UnsendableError, match="only the place on a disk"):
            make(at("/etc/passwd"))


@pytest.mark.parametrize("make", [chat_messages, response_items, anthropic_turns, gemini_turns])
def test_a_part_that_is_only_kept_is_not_left_out_in_silence(make: object) -> None:
    turns = checked_messages([{"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "brain_wave"}]}])
    assert callable(make)
    with pytest.raises(UnsendableError, match="a part of the type 'brain_wave' in the user's turn"):
        make(turns)


def test_reasoning_of_earlier_turns_is_only_sent_where_it_is_taken_back() -> None:
    signed = {"type": "thinking", "thinking": "Hm.", "signature": "abc"}
    turns = checked_messages(
        [
            {"role": "user", "content": "One?"},
            {"role": "assistant", "content": [signed, {"type": "text", "text": "Yes."}]},
            {"role": "user", "content": "Two?"},
        ]
    )
    assert chat_messages(turns)[1] == {"role": "assistant", "content": "Yes."}
    assert response_items(turns)[1] == {"role": "assistant", "content": "Yes."}
    assert listed(gemini_turns(turns)["contents"])[1] == {"role": "model", "parts": [{"text": "Yes."}]}
    spoken = {"role": "assistant", "content": [signed, {"type": "text", "text": "Yes."}]}
    assert listed(anthropic_turns(turns)["messages"])[1] == spoken


def test_arguments_that_are_no_object_are_not_made_one() -> None:
    broken = {**CALL, "function": {"name": "weather", "arguments": "Bern!"}}
    turns = checked_messages(
        [
            {"role": "user", "content": "Sun?"},
            {"role": "assistant", "content": None, "tool_calls": [broken]},
            {"role": "tool", "tool_call_id": "c1", "content": "No."},
        ]
    )
    assert "Bern!" in str(chat_messages(turns))
    with pytest.raises(UnsendableError, match="arguments are no JSON object"):
        anthropic_turns(turns)


def test_a_template_takes_whole_conversations_or_says_that_it_cannot() -> None:
    values = template_values(AGENT, whole=True)
    assert values["prompt"] == "And now?"
    assert [turn["role"] for turn in listed(values["messages"])][:2] == ["system", "user"]
    for turns, what in ((AGENT, "calls of tools"), (PICTURED, "a picture")):
        with pytest.raises(UnsendableError, match=f"A template without {{{{messages}}}} cannot send {what}"):
            template_values(turns, whole=False)


@PROPERTY
@given(messages())
def test_every_conversation_is_sent_whole_or_refused_with_a_sentence(turns: tuple[Message, ...]) -> None:
    texts = [turn.content.split("\n")[0] for turn in turns if turn.role is not Role.TOOL]
    for make in (chat_messages, response_items, anthropic_turns, gemini_turns):
        with contextlib.suppress(UnsendableError):
            sent = strings(make(turns))
            assert all(any(line in text for text in sent) for line in texts)


def listed(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for each in inner for text in strings(each)]
