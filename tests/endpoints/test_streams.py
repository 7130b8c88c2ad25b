"""Responses that come piece by piece, in every protocol: put together, broken off, filtered, failed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.models import Endpoint, Network, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints import anthropic_messages, openai_chat, openai_responses
from reviewer.endpoints import gemini as gemini_wire
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.registry import open_protocol, protocol_entry
from reviewer.endpoints.streams import events_of
from tests.support.loopback import Behaviour, Handler, LoopbackServer, raw, say

pytestmark = pytest.mark.anyio

OK, FILTERED, TRUNCATED = ResponseState.OK, ResponseState.FILTERED, ResponseState.TRUNCATED
REQUEST = ChatRequest(CaseKey("c1"), 1, (Message(Role.USER, "Hi"),), "m")


async def sent(endpoint: Endpoint, request: ChatRequest = REQUEST) -> Response:
    client = open_protocol(endpoint)
    try:
        return await client.send(request)
    finally:
        await client.aclose()


def sse(*events: object, end: str = "data: [DONE]\n\n", names: bool = False) -> str:
    def one(event: object) -> str:
        name = f"event: {event['type']}\n" if names and isinstance(event, dict) and "type" in event else ""
        return f"{name}data: {json.dumps(event)}\n\n"

    return "".join(map(one, events)) + end


def chunk(content: str | None = None, finish: str | None = None, **delta: object) -> dict[str, object]:
    given = {**({"content": content} if content is not None else {}), **delta}
    return {"model": "m-1", "choices": [{"index": 0, "delta": given, "finish_reason": finish}]}


def streamed(body: str, kind: str = "text/event-stream") -> Behaviour:
    return raw(body.encode(), kind=kind)


PARIS = (chunk("", role="assistant"), chunk("Paris "), chunk("is it."), chunk(None, "stop"))
USAGE = {"choices": [], "usage": {"completion_tokens": 3}}
CHAT = {
    "plain": sse(*PARIS, USAGE),
    "without an end mark": sse(*PARIS, USAGE, end=""),
    "with comments and CR LF": (": wait\n\n" + sse(*PARIS, USAGE)).replace("\n", "\r\n"),
    "without blank lines": sse(*PARIS, USAGE).replace("\n\n", "\n"),
    "without a space": sse(*PARIS, USAGE).replace("data: ", "data:"),
    "with ids and times": "id: 1\nretry: 100\n" + sse(*PARIS, USAGE),
    "lines of JSON": "".join(json.dumps(each) + "\n" for each in (*PARIS, USAGE)),
    "a byte order mark": "\ufeff" + sse(*PARIS, USAGE),
}


@pytest.mark.parametrize("form", CHAT)
@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/plain", "text/html"])
async def test_chunks_are_put_together_whatever_the_content_type(
    server: LoopbackServer, endpoint: Endpoint, form: str, kind: str
) -> None:
    server.script(streamed(CHAT[form], kind))
    response = await sent(endpoint)
    found = (response.text, response.state, response.finish_reason, response.model, response.usage)
    assert found == ("Paris is it.", OK, "stop", "m-1", {"completion_tokens": 3})
    assert response.raw_body == CHAT[form].encode()


TOOL = [
    chunk(tool_calls=[{"index": 0, "id": "t", "function": {"name": "look", "arguments": '{"a"'}}]),
    chunk(tool_calls=[{"index": 0, "function": {"arguments": ": 1}"}}]),
    chunk(None, "tool_calls"),
]
OLLAMA = [
    {"model": "m", "message": {"role": "assistant", "content": "Paris "}, "done": False},
    {"model": "m", "message": {"role": "assistant", "content": "is it."}, "done": False},
    {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "length"},
]


@pytest.mark.parametrize(
    ("body", "text", "reasoning", "state"),
    [
        (sse(chunk(reasoning_content="Hm"), chunk(reasoning_content="."), chunk("Yes.", "stop")), "Yes.", "Hm.", OK),
        (sse(chunk(reasoning="Hm."), chunk("Yes.", "stop")), "Yes.", "Hm.", OK),
        (sse(chunk(refusal="I "), chunk(refusal="can't."), chunk(None, "stop")), "I can't.", "", OK),
        (sse(chunk("Ye"), chunk(None, "length")), "Ye", "", TRUNCATED),
        (sse(chunk("Ye"), chunk(None, "content_filter")), "Ye", "", FILTERED),
        (sse(chunk("Yes."), chunk(None, "on_a_whim")), "Yes.", "", ResponseState.UNKNOWN_END),
        (sse(*TOOL), "", "", ResponseState.TOOL_CALL_ONLY),
        (sse(chunk(), chunk(None, "stop")), "", "", ResponseState.EMPTY),
        (sse({"choices": [{"message": {"content": "Whole."}, "finish_reason": "stop"}]}), "Whole.", "", OK),
        (
            sse({"choices": [{"text": "Old "}]}, {"choices": [{"text": "form.", "finish_reason": "stop"}]}),
            "Old form.",
            "",
            OK,
        ),
        ("".join(json.dumps(each) + "\n" for each in OLLAMA), "Paris is it.", "", TRUNCATED),
        (json.dumps({**OLLAMA[0], "done": True, "done_reason": "stop"}), "Paris ", "", OK),
        (sse(chunk("Line\u2028break.", "stop")).encode().decode("unicode_escape"), "Line\u2028break.", "", OK),
        (sse({"error": {"code": "content_filter", "message": "no"}}, end=""), "", "", FILTERED),
        (sse(chunk("Ye"), {"error": {"message": "Output blocked by content filtering policy"}}), "Ye", "", FILTERED),
    ],
)
async def test_chunks_of_every_kind(
    server: LoopbackServer, endpoint: Endpoint, body: str, text: str, reasoning: str, state: ResponseState
) -> None:
    server.script(streamed(body))
    response = await sent(endpoint)
    assert (response.text, response.reasoning, response.state) == (text, reasoning, state)


def claude(stop: str | None = "end_turn") -> list[dict[str, object]]:
    ended: list[dict[str, object]] = [
        {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    ]
    begun: list[dict[str, object]] = [
        {"type": "message_start", "message": {"model": "m-1", "content": [], "usage": {"input_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}},
        {"type": "ping"},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Paris "}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "is it."}},
        {"type": "content_block_stop", "index": 1},
    ]
    return [*begun, *(ended if stop else [])]


def responses(last: str | None = "completed", output: Iterable[object] = (), **more: object) -> list[dict[str, object]]:
    events: list[dict[str, object]] = [
        {"type": "response.created", "response": {"status": "in_progress", "output": []}},
        {"type": "response.reasoning_summary_text.delta", "delta": "Hm."},
        {"type": "response.output_text.delta", "delta": "Paris "},
        {"type": "response.output_text.delta", "delta": "is it."},
    ]
    if last:
        whole = {"model": "m-1", "status": last, "output": list(output), **more}
        events.append({"type": f"response.{last}", "response": whole})
    return events


def gemini(reason: str | None = "STOP") -> list[dict[str, object]]:
    def part(finish: str | None = None, **given: object) -> dict[str, object]:
        ending = {"finishReason": finish} if finish else {}
        return {"candidates": [{"content": {"role": "model", "parts": [given]}, **ending}], "modelVersion": "m-1"}

    return [part(text="Hm.", thought=True), part(text="Paris "), part(reason, text="is it.")]


MESSAGE = {"type": "message", "content": [{"type": "output_text", "text": "Paris is it."}]}
THOUGHT = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}
CUT = {"incomplete_details": {"reason": "max_output_tokens"}}


@pytest.mark.parametrize(
    ("protocol", "body", "state"),
    [
        ("anthropic-messages", sse(*claude(), end="", names=True), OK),
        ("anthropic-messages", sse(*claude("max_tokens"), end=""), TRUNCATED),
        ("anthropic-messages", sse(*claude("refusal"), end=""), FILTERED),
        ("openai-responses", sse(*responses(), end="", names=True), OK),
        ("openai-responses", sse(*responses(output=[THOUGHT, MESSAGE]), end=""), OK),
        ("openai-responses", sse(*responses("incomplete", **CUT), end=""), TRUNCATED),
        ("gemini", sse(*gemini(), end=""), OK),
        ("gemini", sse(*gemini("MAX_TOKENS"), end=""), TRUNCATED),
        ("gemini", json.dumps(gemini()), OK),
        ("gemini", json.dumps(gemini("SAFETY"), indent=2), FILTERED),
    ],
)
async def test_the_events_of_other_protocols(
    server: LoopbackServer, endpoint: Endpoint, protocol: str, body: str, state: ResponseState
) -> None:
    server.script(streamed(body))
    response = await sent(replace(endpoint, protocol=protocol))
    found = (response.text, response.reasoning, response.state, response.model)
    assert found == ("Paris is it.", "Hm.", state, "m-1")


@pytest.mark.parametrize(
    ("protocol", "body"),
    [
        ("openai-chat", sse(*PARIS[:3], end="")),
        ("openai-chat", sse(*PARIS, end="")[:-40]),
        ("openai-chat", sse(*PARIS[:3], end="") + 'data: {"choices": [{"del'),
        ("openai-chat", sse(*PARIS[:2], chunk(None, "error"))),
        ("openai-chat", ": waiting\n\n"),
        # as servers close a stream that the next request has interrupted
        ("openai-chat", sse(*PARIS[:1], end="data: [DONE]\n\n")),
        ("openai-chat", sse(*PARIS[:3], end="data: [DONE]\n\n")),
        ("openai-chat", "".join(json.dumps(each) + "\n" for each in OLLAMA[:2])),
        ("anthropic-messages", sse(*claude(None), end="")),
        ("openai-responses", sse(*responses(None), end="")),
        ("openai-responses", sse(*responses("cancelled"), end="")),
        ("gemini", sse(*gemini(None), end="")),
    ],
)
async def test_a_stream_that_breaks_off_is_asked_for_again(
    server: LoopbackServer, endpoint: Endpoint, protocol: str, body: str
) -> None:
    server.script(streamed(body))
    with pytest.raises(EndpointError, match="broke") as caught:
        await sent(replace(endpoint, protocol=protocol))
    assert caught.value.kind is FaultKind.RETRY
    assert caught.value.raw_body == body.encode()


@pytest.mark.parametrize(
    ("protocol", "event", "kind", "words"),
    [
        ("openai-chat", {"error": {"message": "It broke.", "code": 500}}, FaultKind.RETRY, "It broke."),
        ("openai-chat", {"error": {"message": "Incorrect API key", "code": 401}}, FaultKind.STOP_RUN, "the key"),
        (
            "anthropic-messages",
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            FaultKind.RETRY,
            "Overloaded",
        ),
        (
            "openai-responses",
            {"type": "error", "code": "server_error", "message": "It broke."},
            FaultKind.RETRY,
            "It broke.",
        ),
        (
            "openai-responses",
            {
                "type": "response.failed",
                "response": {
                    "status": "failed",
                    "output": [],
                    "error": {"code": "server_error", "message": "It broke."},
                },
            },
            FaultKind.RETRY,
            "It broke.",
        ),
        ("gemini", {"error": {"code": 503, "message": "It broke."}}, FaultKind.RETRY, "It broke."),
    ],
)
async def test_an_error_within_a_stream_is_said(
    server: LoopbackServer, endpoint: Endpoint, protocol: str, event: object, kind: FaultKind, words: str
) -> None:
    first = {"openai-chat": chunk("Pa"), "gemini": gemini()[1]}.get(protocol)
    server.script(streamed(sse(*([first] if first else []), event, end="")))
    with pytest.raises(EndpointError) as caught:
        await sent(replace(endpoint, protocol=protocol))
    assert (caught.value.kind, words in caught.value.what) == (kind, True), caught.value.sentence


TEMPLATE = """
path = "/generate"
body = { inputs = "{{prompt}}", stream = true }
answer = { text = "token.text", finish_reason = "why" }
"""


async def test_a_templates_pieces_are_joined(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(streamed(sse({"token": {"text": "Pa"}}, {"token": {"text": "ris."}, "why": "eos_token"}, end="")))
    response = await sent(replace(endpoint, protocol="http-template", template=TEMPLATE))
    assert (response.text, response.state) == ("Paris.", OK)


async def test_nobody_waits_for_a_connection_that_stays_open_after_the_end(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    def stays_open(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write(CHAT["plain"].encode())
        handler.wfile.flush()
        handler.server.owner.released.wait()
        handler.close_connection = True

    server.script(stays_open)
    response = await sent(replace(endpoint, timeout_s=10.0))
    assert response.text == "Paris is it."


ASKED: dict[str, tuple[str, dict[str, object]]] = {
    "openai-chat": ("/v1/chat/completions", {"stream": True, "stream_options": {"include_usage": True}}),
    "openai-responses": ("/v1/responses", {"stream": True}),
    "anthropic-messages": ("/v1/messages", {"stream": True}),
    "gemini": ("/v1/models/m:streamGenerateContent?alt=sse", {}),
}


@pytest.mark.parametrize("protocol", ASKED)
async def test_streaming_is_asked_for_where_the_endpoint_says_so(
    server: LoopbackServer, endpoint: Endpoint, protocol: str
) -> None:
    bodies = {"anthropic-messages": claude(), "openai-responses": responses(), "gemini": gemini()}
    server.script(streamed(sse(*bodies.get(protocol, PARIS), end="")))
    asking = replace(endpoint, protocol=protocol, network=Network(stream=True))
    assert (await sent(asking)).text == "Paris is it."
    path, fields = ASKED[protocol]
    received = server.completions[0]
    assert received.path == path
    assert {name: received.body[name] for name in fields} == fields
    shown = protocol_entry(protocol).shown(asking, REQUEST)
    assert f"{path}\n" in shown
    assert json.loads(shown.partition("\n\n")[2]) == received.body


@pytest.mark.parametrize(
    "words",
    [
        "Stream must be set to true",
        "This model only supports streaming requests.",
        "stream=false is not supported",
        "Non-streaming is not supported for this model.",
        "This model only support stream mode, please enable the stream parameter to access the model.",
        "Streaming is required for operations that may take long.",
        "'stream' has to be true",
        "parameter.enable_thinking must be set to false for non-streaming calls",
    ],
)
async def test_a_server_that_wants_to_stream_is_learnt_once(
    server: LoopbackServer, endpoint: Endpoint, words: str
) -> None:
    body = streamed(sse(*PARIS))
    server.script(raw(json.dumps({"error": {"message": words}}).encode(), 400), body, body)
    client = open_protocol(endpoint)
    assert [(await client.send(REQUEST)).text for _ in range(2)] == ["Paris is it."] * 2
    await client.aclose()
    assert [received.body["stream"] for received in server.completions] == [False, True, True]


async def test_a_server_that_wants_to_stream_and_refuses_it_stops_the_run(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    server.default = raw(b'{"detail": "Stream must be set to true"}', 400)
    with pytest.raises(EndpointError, match="Stream must be set to true") as caught:
        await sent(endpoint)
    assert (caught.value.kind, len(server.completions)) == (FaultKind.STOP_RUN, 2)


async def test_what_nobody_set_is_given_up_also_stream_options(server: LoopbackServer, endpoint: Endpoint) -> None:
    refusal = {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}
    server.script(raw(json.dumps(refusal).encode(), 422), streamed(sse(*PARIS)))
    assert (await sent(replace(endpoint, network=Network(stream=True)))).text == "Paris is it."
    assert ["stream_options" in received.body for received in server.completions] == [True, False]


async def test_streaming_that_a_person_asked_for_and_the_server_refuses_is_named(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    server.script(raw(b'{"error": {"message": "stream is not supported"}}', 400))
    with pytest.raises(EndpointError, match="--stream") as caught:
        await sent(replace(endpoint, network=Network(stream=True)))
    assert caught.value.kind is FaultKind.STOP_RUN


async def test_of_two_parameters_the_one_that_nobody_set_is_left_out(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    words = "`temperature` and `top_p` cannot both be specified for this model."
    server.script(raw(json.dumps({"error": {"message": words}}).encode(), 400), say("Yes."))
    sampling = Sampling(temperature=0.0, top_p=0.5)
    request = replace(REQUEST, sampling=sampling, unasked=frozenset({"temperature"}))
    assert (await sent(endpoint, request)).text == "Yes."
    assert [received.body.keys() & {"temperature", "top_p"} for received in server.completions] == [
        {"temperature", "top_p"},
        {"top_p"},
    ]


async def test_a_prompt_that_is_too_long_is_no_parameters_fault(server: LoopbackServer, endpoint: Endpoint) -> None:
    words = "This model's maximum context length is 4096 tokens; max_tokens must be at most 12."
    server.script(raw(json.dumps({"error": {"message": words}}).encode(), 400))
    with pytest.raises(EndpointError, match="maximum context") as caught:
        await sent(endpoint, replace(REQUEST, sampling=Sampling(max_tokens=50)))
    assert caught.value.kind is FaultKind.GIVE_UP


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "message", "content", "tool_calls", "index", "text", "error", "done"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=6))
def test_any_events_are_read_without_a_crash(events: list[object]) -> None:
    stream = events_of(sse(*events).encode())
    assert stream is not None
    for module in (openai_chat, anthropic_messages, openai_responses, gemini_wire):
        module.WIRE.read_stream(stream.events)


@given(st.lists(st.text(max_size=8), max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_the_pieces_are_the_text(pieces: list[str], line_end: str) -> None:
    """Of which no half is lost, wherever a line could be seen to end."""
    body = sse(*map(chunk, pieces), chunk(None, "stop")).replace("\n", line_end)
    stream = events_of(body.encode())
    assert stream is not None
    assert stream.is_whole
    read = openai_chat.WIRE.read_stream(stream.events)
    assert read is not None
    assert read.text == "".join(pieces)
