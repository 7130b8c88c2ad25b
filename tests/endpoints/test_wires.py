"""Every wire protocol against a real server: what is sent, how each kind of answer is read, how failures are said."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.models import Endpoint, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.registry import PROTOCOLS, open_protocol, protocol_entry
from tests.support.loopback import LoopbackServer, error, reply, say

pytestmark = pytest.mark.anyio

KEY = "sk-secret-0123456789"
SYSTEM, FIRST, ANSWER, LAST = "Be brief.", "Hi", "Hello", "And Grüße \U0001f600?"
MESSAGES = (
    Message(Role.SYSTEM, SYSTEM),
    Message(Role.USER, FIRST),
    Message(Role.ASSISTANT, ANSWER),
    Message(Role.USER, LAST),
)
SAMPLING = Sampling(temperature=0.5, top_p=0.9, max_tokens=64, seed=7)
OK, FILTERED, TRUNCATED = ResponseState.OK, ResponseState.FILTERED, ResponseState.TRUNCATED
EMPTY, TOOLS = ResponseState.EMPTY, ResponseState.TOOL_CALL_ONLY


def over_http() -> list[str]:
    return [name for name, entry in PROTOCOLS.items() if not entry.replays and not entry.takes_template]


def asked(sampling: Sampling = SAMPLING, messages: tuple[Message, ...] = MESSAGES) -> ChatRequest:
    return ChatRequest(CaseKey("c1"), 2, messages, "a-model", sampling)


@pytest.fixture
def keyed(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    monkeypatch.setenv("TEST_KEY", KEY)
    return replace(endpoint, key_env="TEST_KEY")


async def sent(endpoint: Endpoint, request: ChatRequest | None = None) -> Response:
    client = open_protocol(endpoint)
    try:
        return await client.send(request or asked())
    finally:
        await client.aclose()


TURNS = [
    {"role": "user", "content": FIRST},
    {"role": "assistant", "content": ANSWER},
    {"role": "user", "content": LAST},
]
WHOLE = [{"role": "system", "content": SYSTEM}, *TURNS]
SENT: dict[str, tuple[str, tuple[str, str], dict[str, object]]] = {
    "openai-chat": (
        "/v1/chat/completions",
        ("authorization", f"Bearer {KEY}"),
        {"model": "a-model", "messages": WHOLE, "stream": False, **SAMPLING.as_json()},
    ),
    "azure-openai": (
        "/v1/chat/completions",
        ("api-key", KEY),
        {"model": "a-model", "messages": WHOLE, "stream": False, **SAMPLING.as_json()},
    ),
    "openai-responses": (
        "/v1/responses",
        ("authorization", f"Bearer {KEY}"),
        {
            "model": "a-model",
            "input": WHOLE,
            "store": False,
            "temperature": 0.5,
            "top_p": 0.9,
            "max_output_tokens": 64,
        },
    ),
    "anthropic-messages": (
        "/v1/messages",
        ("x-api-key", KEY),
        {
            "model": "a-model",
            "system": SYSTEM,
            "messages": TURNS,
            "max_tokens": 64,
            "temperature": 0.5,
            "top_p": 0.9,
        },
    ),
    "gemini": (
        "/v1/models/a-model:generateContent",
        ("x-goog-api-key", KEY),
        {
            "systemInstruction": {"parts": [{"text": SYSTEM}]},
            "contents": [
                {"role": "user", "parts": [{"text": FIRST}]},
                {"role": "model", "parts": [{"text": ANSWER}]},
                {"role": "user", "parts": [{"text": LAST}]},
            ],
            "generationConfig": {"temperature": 0.5, "topP": 0.9, "maxOutputTokens": 64, "seed": 7},
        },
    ),
}


def test_every_protocol_over_http_is_tried() -> None:
    assert SENT.keys() == set(over_http())


@pytest.mark.parametrize("protocol", over_http())
async def test_what_is_sent_is_what_was_shown_but_for_the_key(
    server: LoopbackServer, keyed: Endpoint, protocol: str
) -> None:
    endpoint = replace(keyed, protocol=protocol)
    server.script(reply(SPOKEN[protocol]))
    response = await sent(endpoint)
    path, (name, value), body = SENT[protocol]
    received = server.completions[0]
    assert (received.path, received.headers[name], received.body) == (path, value, body)
    assert (response.case, response.repeat, response.text, response.state) == ("c1", 2, "Yes.", OK)
    shown = protocol_entry(protocol).shown(endpoint, asked())
    assert KEY not in shown
    assert json.loads(shown.partition("\n\n")[2]) == body
    assert f"{path}\n" in shown
    assert name in shown.lower()


@pytest.mark.parametrize("protocol", over_http())
async def test_without_sampling_only_what_must_be_is_sent(
    server: LoopbackServer, endpoint: Endpoint, protocol: str
) -> None:
    server.script(reply(SPOKEN[protocol]))
    await sent(replace(endpoint, protocol=protocol), asked(Sampling(), MESSAGES[1:2]))
    names = set(server.completions[0].body)
    assert names <= {"model", "messages", "stream", "input", "store", "contents", "max_tokens"}
    assert ("max_tokens" in names) == (protocol == "anthropic-messages")


def responses(*output: object, status: str = "completed", **more: object) -> dict[str, object]:
    return {"model": "m-1", "status": status, "output": list(output), "usage": {"output_tokens": 3}, **more}


def message(*parts: object) -> dict[str, object]:
    return {"type": "message", "role": "assistant", "content": list(parts)}


def claude(*content: object, stop_reason: str = "end_turn") -> dict[str, object]:
    usage = {"input_tokens": 1, "output_tokens": 3, "cache": None}
    return {"type": "message", "model": "m-1", "content": list(content), "stop_reason": stop_reason, "usage": usage}


def gemini(*parts: object, reason: str = "STOP", **more: object) -> dict[str, object]:
    candidate = {"content": {"role": "model", "parts": list(parts)}, "finishReason": reason}
    return {"candidates": [candidate], "modelVersion": "m-1", "usageMetadata": {"candidatesTokenCount": 3}, **more}


YES = {"type": "output_text", "text": "Yes."}
CHAT: dict[str, object] = {
    "model": "m-1",
    "usage": {"completion_tokens": 3},
    "choices": [{"message": {"content": "Yes."}, "finish_reason": "stop"}],
}
SPOKEN: dict[str, dict[str, object]] = {
    "openai-chat": CHAT,
    "azure-openai": CHAT,
    "openai-responses": responses(message(YES)),
    "anthropic-messages": claude({"type": "text", "text": "Yes."}),
    "gemini": gemini({"text": "Yes."}),
}


@pytest.mark.parametrize(
    ("protocol", "document", "text", "reasoning", "state", "finish_reason"),
    [
        (
            "openai-responses",
            responses({"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}]}, message(YES)),
            "Yes.",
            "Hm",
            OK,
            "completed",
        ),
        (
            "openai-responses",
            responses(message({"type": "refusal", "refusal": "I can't."})),
            "I can't.",
            "",
            OK,
            "completed",
        ),
        (
            "openai-responses",
            responses(message(YES), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
            "Yes.",
            "",
            TRUNCATED,
            "max_output_tokens",
        ),
        (
            "openai-responses",
            responses(status="incomplete", incomplete_details={"reason": "content_filter"}),
            "",
            "",
            FILTERED,
            "content_filter",
        ),
        ("openai-responses", responses({"type": "function_call", "name": "f"}), "", "", TOOLS, "completed"),
        ("openai-responses", responses(), "", "", EMPTY, "completed"),
        (
            "anthropic-messages",
            claude({"type": "thinking", "thinking": "Hm"}, {"type": "text", "text": "Yes."}),
            "Yes.",
            "Hm",
            OK,
            "end_turn",
        ),
        ("anthropic-messages", claude({"type": "redacted_thinking", "data": "x"}), "", "", EMPTY, "end_turn"),
        (
            "anthropic-messages",
            claude({"type": "text", "text": "Ye"}, stop_reason="max_tokens"),
            "Ye",
            "",
            TRUNCATED,
            "max_tokens",
        ),
        ("anthropic-messages", claude(stop_reason="refusal"), "", "", FILTERED, "refusal"),
        (
            "anthropic-messages",
            claude({"type": "tool_use", "id": "t"}, stop_reason="tool_use"),
            "",
            "",
            TOOLS,
            "tool_use",
        ),
        ("gemini", gemini({"text": "Hm", "thought": True}, {"text": "Yes."}), "Yes.", "Hm", OK, "STOP"),
        ("gemini", gemini({"text": "Ye"}, reason="MAX_TOKENS"), "Ye", "", TRUNCATED, "MAX_TOKENS"),
        ("gemini", gemini(reason="SAFETY"), "", "", FILTERED, "SAFETY"),
        ("gemini", {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, "", "", FILTERED, "PROHIBITED_CONTENT"),
        ("gemini", gemini({"functionCall": {"name": "f"}}), "", "", TOOLS, "STOP"),
        ("gemini", {"candidates": [{"finishReason": "SAFETY"}]}, "", "", FILTERED, "SAFETY"),
    ],
)
async def test_answers_of_every_kind(
    server: LoopbackServer,
    endpoint: Endpoint,
    protocol: str,
    document: object,
    text: str,
    reasoning: str,
    state: ResponseState,
    finish_reason: str,
) -> None:
    server.script(reply(document))
    response = await sent(replace(endpoint, protocol=protocol))
    found = (response.text, response.reasoning, response.state, response.finish_reason)
    assert found == (text, reasoning, state, finish_reason)


@pytest.mark.parametrize("protocol", over_http())
async def test_usage_and_model_are_kept(server: LoopbackServer, endpoint: Endpoint, protocol: str) -> None:
    server.script(reply(SPOKEN[protocol]))
    response = await sent(replace(endpoint, protocol=protocol))
    assert response.model == "m-1"
    assert 3 in response.usage.values()


HOSTILE = [{}, {"output": None}, {"content": "text"}, {"candidates": ["x"]}, {"choices": [None]}, {"error": None}]


@pytest.mark.parametrize("protocol", over_http())
@pytest.mark.parametrize("document", HOSTILE)
async def test_an_answer_without_a_message_is_a_sentence(
    server: LoopbackServer, endpoint: Endpoint, protocol: str, document: object
) -> None:
    server.script(reply(document))
    with pytest.raises(EndpointError, match="holds no message") as caught:
        await sent(replace(endpoint, protocol=protocol))
    assert caught.value.kind is FaultKind.GIVE_UP


async def test_an_overloaded_server_is_asked_again_later(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(reply({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, 529))
    with pytest.raises(EndpointError, match="Overloaded") as caught:
        await sent(replace(endpoint, protocol="anthropic-messages"))
    assert (caught.value.kind, caught.value.status) == (FaultKind.RETRY, 529)


async def test_a_failed_responses_object_says_why(server: LoopbackServer, endpoint: Endpoint) -> None:
    failed = responses(status="failed", error={"code": "server_error", "message": "It broke."})
    server.script(reply(failed))
    with pytest.raises(EndpointError, match="It broke") as caught:
        await sent(replace(endpoint, protocol="openai-responses"))
    assert caught.value.kind is FaultKind.RETRY


async def test_models_are_listed_by_the_names_that_requests_use(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.models_behaviour = reply({"models": [{"name": "models/gemini-x"}], "data": [{"id": "claude-x"}]})
    for protocol, found in (("gemini", ["gemini-x"]), ("anthropic-messages", ["claude-x"])):
        client = open_protocol(replace(endpoint, protocol=protocol))
        assert await client.list_models() == found
        await client.aclose()


async def test_a_server_that_wants_developer_and_another_limit_gets_both_and_keeps_getting_them(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    server.script(
        error(400, "Unsupported parameter: use 'max_completion_tokens' instead."),
        error(400, "'system' is not supported with this model; use the 'developer' role."),
        say("Yes."),
        say("Yes."),
    )
    client = open_protocol(endpoint)
    for _ in range(2):
        assert (await client.send(asked())).text == "Yes."
    await client.aclose()
    assert len(server.completions) == 4
    for received in server.completions[2:]:
        assert received.body["max_completion_tokens"] == 64
        messages = received.body["messages"]
        assert isinstance(messages, list)
        assert messages[0] == {"role": "developer", "content": SYSTEM}


async def test_a_server_that_never_takes_it_is_asked_once_for_each_wish(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    server.default = error(400, "Only the developer role, and max_completion_tokens.")
    with pytest.raises(EndpointError):
        await sent(endpoint)
    assert len(server.completions) <= 3
