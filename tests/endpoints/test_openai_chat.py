"""The chat-completions client against a real server on the loopback."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.errors import ExitStatus, InputError
from reviewer.core.models import Endpoint, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.http_chat import HttpChat
from reviewer.endpoints.openai_chat import WIRE
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.transport import MAX_BODY_BYTES
from tests.support import loopback
from tests.support.loopback import Behaviour, LoopbackServer, say

pytestmark = pytest.mark.anyio

KEY = "sk-secret-0123456789"


def request_(max_tokens: int | None = None) -> ChatRequest:
    return ChatRequest(CaseKey("c1"), 1, (Message(Role.USER, "Hi"),), "test-model", Sampling(max_tokens=max_tokens))


async def sent(endpoint: Endpoint, max_body_bytes: int = MAX_BODY_BYTES) -> Response:
    client = HttpChat(endpoint, WIRE, max_body_bytes=max_body_bytes)
    try:
        return await client.send(request_())
    finally:
        await client.aclose()


async def fault_of(
    server: LoopbackServer, endpoint: Endpoint, behaviour: Behaviour, max_body_bytes: int = MAX_BODY_BYTES
) -> EndpointError:
    server.script(behaviour)
    with pytest.raises(EndpointError) as caught:
        await sent(endpoint, max_body_bytes)
    return caught.value


async def test_a_request_carries_messages_model_and_only_the_given_sampling(
    server: LoopbackServer, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)
    monkeypatch.setenv("TEST_TEAM", "team-7")
    messages = (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "Grüße \U0001f600 \ud800"))
    client = HttpChat(replace(endpoint, key_env="TEST_KEY", headers={"X-Team": "$TEST_TEAM", "X-Plain": "a b"}), WIRE)
    response = await client.send(
        ChatRequest(CaseKey("c1"), 2, messages, "test-model", Sampling(temperature=0.0, seed=7))
    )
    await client.aclose()
    received = server.completions[0]
    assert received.path == "/v1/chat/completions"
    assert received.body == {
        "model": "test-model",
        "messages": [m.as_json() for m in messages],
        "stream": False,
        "temperature": 0.0,
        "seed": 7,
    }
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert (received.headers["x-team"], received.headers["x-plain"]) == ("team-7", "a b")
    assert (response.case, response.repeat, response.text, response.state) == ("c1", 2, "Hello.", ResponseState.OK)
    assert (response.model, response.finish_reason) == ("test-model-2024", "stop")
    assert response.usage == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    assert response.latency_ms is not None
    assert response.latency_ms > 0
    assert json.loads(response.raw_body)["choices"][0]["message"]["content"] == "Hello."


async def test_without_a_key_no_authorization_is_sent(server: LoopbackServer, endpoint: Endpoint) -> None:
    await sent(endpoint)
    assert "authorization" not in server.completions[0].headers


@pytest.mark.parametrize("suffix", ["/v1", "/v1/", "", "/"])
async def test_the_base_url_is_used_as_given(server: LoopbackServer, endpoint: Endpoint, suffix: str) -> None:
    await sent(replace(endpoint, base_url=f"http://127.0.0.1:{server.port}{suffix}"))
    assert server.completions[0].path == f"{suffix.rstrip('/')}/chat/completions"


async def test_a_query_of_the_base_url_is_kept(server: LoopbackServer, endpoint: Endpoint) -> None:
    await sent(replace(endpoint, base_url=f"{server.base_url}?api-version=2024-06-01"))
    assert server.completions[0].path == "/v1/chat/completions?api-version=2024-06-01"


@pytest.mark.parametrize(
    "address", ["", "127.0.0.1:8080/v1", "ftp://127.0.0.1/v1", "http://", "http://me:pw@127.0.0.1/v1", "http://[::1/v1"]
)
def test_an_address_that_cannot_be_is_refused(endpoint: Endpoint, address: str) -> None:
    with pytest.raises(InputError, match="base URL"):
        HttpChat(replace(endpoint, base_url=address), WIRE)


@pytest.mark.parametrize(
    ("message", "finish_reason", "text", "reasoning", "state"),
    [
        ({"content": "Yes."}, "stop", "Yes.", "", ResponseState.OK),
        ({"content": "Yes."}, None, "Yes.", "", ResponseState.OK),
        ({"content": "Yes and"}, "length", "Yes and", "", ResponseState.TRUNCATED),
        ({"content": "Ye"}, "content_filter", "Ye", "", ResponseState.FILTERED),
        ({"content": None}, "content_filter", "", "", ResponseState.FILTERED),
        ({"content": ""}, "stop", "", "", ResponseState.EMPTY),
        ({"content": " \n"}, "stop", " \n", "", ResponseState.EMPTY),
        ({"content": None}, "stop", "", "", ResponseState.EMPTY),
        ({"content": "", "reasoning_content": "Hm"}, "length", "", "Hm", ResponseState.EMPTY),
        ({"content": None, "tool_calls": [{"id": "t"}]}, "tool_calls", "", "", ResponseState.TOOL_CALL_ONLY),
        ({"content": "Let me look.", "tool_calls": [{}]}, "tool_calls", "Let me look.", "", ResponseState.OK),
        ({"content": None, "refusal": "I can't."}, "stop", "I can't.", "", ResponseState.OK),
        ({"content": "Yes.", "reasoning": "I refuse? No."}, "stop", "Yes.", "I refuse? No.", ResponseState.OK),
        ({"content": "Yes.", "reasoning_content": "Well"}, "stop", "Yes.", "Well", ResponseState.OK),
        (
            {"content": [{"type": "text", "text": "One "}, {"type": "image_url"}, {"type": "text", "text": "two"}]},
            "stop",
            "One two",
            "",
            ResponseState.OK,
        ),
        ({"content": [{"type": "refusal", "refusal": "No."}]}, "stop", "No.", "", ResponseState.OK),
        (
            {
                "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]},
                    {"type": "text", "text": "Yes."},
                ]
            },
            "stop",
            "Yes.",
            "Hm",
            ResponseState.OK,
        ),
        ({"content": 7, "tool_calls": None}, 7, "", "", ResponseState.EMPTY),
    ],
)
async def test_text_reasoning_and_state_are_read(
    server: LoopbackServer,
    endpoint: Endpoint,
    message: Mapping[str, object],
    finish_reason: object,
    text: str,
    reasoning: str,
    state: ResponseState,
) -> None:
    server.script(say(**message, finish_reason=finish_reason))
    response = await sent(endpoint)
    assert (response.text, response.reasoning, response.state) == (text, reasoning, state)


@pytest.mark.parametrize(
    ("choice", "state", "reason"),
    [
        ({"finish_reason": "STOP"}, ResponseState.OK, "STOP"),
        ({"finish_reason": "COMPLETE"}, ResponseState.OK, "COMPLETE"),
        ({"finish_reason": "model_length"}, ResponseState.TRUNCATED, "model_length"),
        ({"finish_reason": "FINISH_REASON_MAX_TOKENS"}, ResponseState.TRUNCATED, "FINISH_REASON_MAX_TOKENS"),
        ({"finish_reason": "SAFETY"}, ResponseState.FILTERED, "SAFETY"),
        ({"finish_reason": "stop", "native_finish_reason": "stop"}, ResponseState.OK, "stop"),
        ({"finish_reason": "stop", "native_finish_reason": "refusal"}, ResponseState.FILTERED, "refusal"),
        ({"finish_reason": "stop", "native_finish_reason": "MAX_TOKENS"}, ResponseState.TRUNCATED, "MAX_TOKENS"),
        ({"finish_reason": None, "native_finish_reason": "SAFETY"}, ResponseState.FILTERED, "SAFETY"),
        ({"finish_reason": "tool_calls"}, ResponseState.OK, "tool_calls"),
        ({"finish_reason": "on_a_whim"}, ResponseState.UNKNOWN_END, "on_a_whim"),
        (
            {"finish_reason": "error", "error": {"message": "Blocked by our content filter."}},
            ResponseState.FILTERED,
            "error",
        ),
    ],
)
async def test_an_end_is_read_by_the_words_of_all_servers(
    server: LoopbackServer, endpoint: Endpoint, choice: Mapping[str, object], state: ResponseState, reason: str
) -> None:
    server.script(loopback.reply({"choices": [{"message": {"content": "Half a"}, **choice}]}))
    response = await sent(endpoint)
    assert (response.text, response.state, response.finish_reason) == ("Half a", state, reason)
    unknown = "It ended with “on_a_whim”, which is not known to be a good end."
    assert response.error == (unknown if state is ResponseState.UNKNOWN_END else "")


@pytest.mark.parametrize("reason", ["error", "insufficient_system_resource", "cancelled", "timeout"])
async def test_a_response_that_the_server_broke_off_is_asked_for_again(
    server: LoopbackServer, endpoint: Endpoint, reason: str
) -> None:
    fault = await fault_of(server, endpoint, say("Half a", finish_reason=reason))
    assert (fault.kind, f"“{reason}”" in fault.what) == (FaultKind.RETRY, True)
    assert b"Half a" in fault.raw_body


@pytest.mark.parametrize(
    ("usage", "counts"),
    [
        (None, {}),
        ("many", {}),
        ({"prompt_tokens": 3, "cost": 0.1, "cached": True, "bad": -1, "huge": 10**30}, {"prompt_tokens": 3}),
        (
            {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 5}},
            {"completion_tokens": 9, "reasoning_tokens": 5},
        ),
    ],
)
async def test_usage_may_be_missing_or_odd(
    server: LoopbackServer, endpoint: Endpoint, usage: object, counts: Mapping[str, int]
) -> None:
    server.script(say("Yes.", usage=usage))
    assert (await sent(endpoint)).usage == counts


async def test_what_no_database_can_hold_is_replaced(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(
        loopback.raw(b'{"choices": [{"message": {"content": "a\xff\xfeb"}, "finish_reason": "stop"}]}'),
        loopback.raw(b'{"choices": [{"message": {"content": "a\\u0000b\\ud800c"}, "finish_reason": "stop"}]}'),
        loopback.raw(b'\xef\xbb\xbf{"choices": [{"message": {"content": "a\x00b\tc"}, "finish_reason": null}]}'),
    )
    texts = [(await sent(endpoint)).text for _ in range(3)]
    assert texts == ["a\ufffd\ufffdb", "a\ufffdb\ufffdc", "a\ufffdb\tc"]


async def test_a_compressed_answer_is_read(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(loopback.gzipped(loopback.completion("Packed " * 100_000)))
    response = await sent(endpoint)
    assert response.text == "Packed " * 100_000
    assert b"Packed" in response.raw_body


async def test_an_answer_larger_than_the_limit_is_given_up(server: LoopbackServer, endpoint: Endpoint) -> None:
    fault = await fault_of(server, endpoint, loopback.huge(50))
    assert fault.kind is FaultKind.GIVE_UP
    assert fault.sentence.startswith("The response was larger than 20 MB")


async def test_the_limit_counts_decompressed_bytes(server: LoopbackServer, endpoint: Endpoint) -> None:
    bomb = gzip.compress(b"a" * 5_000_000)
    behaviour = loopback.raw(bomb, headers={"Content-Encoding": "gzip"})
    fault = await fault_of(server, endpoint, behaviour, max_body_bytes=1_000_000)
    assert "larger than 1 MB" in fault.what


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("br", b"\x8b\x00\x80\x7b\x7d\x03"), ("gzip", b"\x1f\x8b not gzip"), ("gzip, br", gzip.compress(b"{}", mtime=0))],
)
async def test_an_answer_that_cannot_be_decompressed_is_a_fault(
    server: LoopbackServer, endpoint: Endpoint, encoding: str, body: bytes
) -> None:
    fault = await fault_of(server, endpoint, loopback.raw(body, headers={"Content-Encoding": encoding}))
    assert fault.kind is FaultKind.RETRY
    assert "compressed" in fault.what


WHOLE = json.dumps(loopback.completion("Packed. " * 1000)).encode()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("utf-8", WHOLE),
        ("identity, identity", WHOLE),
        ("none", WHOLE),
        ("br", WHOLE),
        ("gzip", WHOLE),
        ("snappy", b"\n " + WHOLE),
        ("x-gzip", gzip.compress(WHOLE, mtime=0)),
        ("gzip, identity", gzip.compress(WHOLE, mtime=0)),
        ("deflate", zlib.compress(WHOLE)),
        ("deflate", zlib.compress(WHOLE)[2:-4]),
    ],
)
async def test_an_answer_is_read_whatever_its_encoding_is_called(
    server: LoopbackServer, endpoint: Endpoint, encoding: str, body: bytes
) -> None:
    server.script(loopback.raw(body, headers={"Content-Encoding": encoding}))
    assert (await sent(endpoint)).text == "Packed. " * 1000


@pytest.mark.parametrize(
    ("encoding", "kind"),
    [
        ("utf-8", "application/json; charset=iso-8859-1"),
        ("cp1252", "application/json; charset=windows-1252"),
        ("latin-1", 'application/json; charset="ISO-8859-1"'),
        ("gbk", "application/json;charset=GBK"),
        ("utf-16", "application/json"),
        ("utf-16-le", "application/json"),
        ("utf-8-sig", "application/json"),
    ],
)
async def test_an_answer_is_read_in_the_encoding_that_it_is_in(
    server: LoopbackServer, endpoint: Endpoint, encoding: str, kind: str
) -> None:
    text = "\u5317\u4eac" if encoding == "gbk" else "Z\u00fcrich"
    body = json.dumps({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}, ensure_ascii=False)
    server.script(loopback.raw(body.encode(encoding), kind=kind))
    assert (await sent(endpoint)).text == text


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, FaultKind.STOP_RUN, "does not accept the key (401)"),
        (402, FaultKind.STOP_RUN, "asks for payment (402)"),
        (403, FaultKind.STOP_RUN, "forbids the request (403)"),
        (404, FaultKind.STOP_RUN, "most servers want it to end with /v1"),
        (405, FaultKind.STOP_RUN, "takes no such requests (405)"),
        (400, FaultKind.GIVE_UP, "400 Bad Request"),
        (413, FaultKind.GIVE_UP, "413"),
        (408, FaultKind.RETRY, "408"),
        (429, FaultKind.RETRY, "429 Too Many Requests"),
        (500, FaultKind.RETRY, "500 Internal Server Error"),
        (503, FaultKind.RETRY, "503"),
        (529, FaultKind.RETRY, "529"),
    ],
)
async def test_a_status_says_what_it_means_for_the_run(
    server: LoopbackServer, endpoint: Endpoint, status: int, kind: FaultKind, words: str
) -> None:
    fault = await fault_of(server, endpoint, loopback.error(status, "because \x1b[31mof this"))
    assert (fault.kind, fault.status) == (kind, status)
    assert words in fault.sentence
    assert "because [31mof this" in fault.sentence
    expected = ExitStatus.ENVIRONMENT_FAILED if kind is FaultKind.RETRY else ExitStatus.INPUT_WRONG
    assert fault.exit_status is expected
    assert b"because" in fault.raw_body


@pytest.mark.parametrize(
    "behaviour",
    [
        loopback.unknown_model,
        loopback.error(404, 'model "test-model" not found, try pulling it first'),
        loopback.error(400, "Model Not Exist"),
        loopback.reply({"detail": "The model `x` does not exist."}, 404),
    ],
)
async def test_an_unknown_model_stops_the_run(server: LoopbackServer, endpoint: Endpoint, behaviour: Behaviour) -> None:
    fault = await fault_of(server, endpoint, behaviour)
    assert fault.kind is FaultKind.STOP_RUN
    assert "does not know the model 'test-model'" in fault.what


async def test_a_used_up_quota_stops_the_run(server: LoopbackServer, endpoint: Endpoint) -> None:
    fault = await fault_of(server, endpoint, loopback.error(429, "You exceeded", code="insufficient_quota"))
    assert fault.kind is FaultKind.STOP_RUN


async def test_a_redirect_is_not_followed(server: LoopbackServer, endpoint: Endpoint) -> None:
    elsewhere = loopback.raw(b"", 307, headers={"Location": "http://elsewhere.example/v1"})
    fault = await fault_of(server, endpoint, elsewhere)
    assert fault.kind is FaultKind.STOP_RUN
    assert "redirects to http://elsewhere.example/v1 (307)" in fault.what
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        (loopback.html, FaultKind.STOP_RUN, "a web page instead of JSON"),
        (loopback.raw(b""), FaultKind.RETRY, "is empty"),
        (loopback.raw(b'{"choices": [{"mess'), FaultKind.RETRY, "is not a whole JSON object"),
        (loopback.raw(b"[1, 2]"), FaultKind.RETRY, "is not a whole JSON object"),
        (loopback.raw(b"[" * 100_000), FaultKind.RETRY, "is not a whole JSON object"),
        (loopback.raw(b'{"a": ' + b"9" * 5000 + b"}"), FaultKind.RETRY, "is not a whole JSON object"),
        (loopback.reply({"choices": []}), FaultKind.GIVE_UP, "holds no message"),
        (loopback.reply({"choices": [{"message": "Hi"}]}), FaultKind.GIVE_UP, "holds no message"),
        (loopback.reply({"error": {"code": 429, "message": "slow down"}}), FaultKind.RETRY, "429"),
        (loopback.reply({"error": {"message": "upstream"}}), FaultKind.RETRY, "502"),
        (loopback.reply({"error": {"code": "bad_thing", "message": "no"}}), FaultKind.GIVE_UP, "400"),
    ],
)
async def test_an_answer_that_is_no_completion_is_a_sentence(
    server: LoopbackServer, endpoint: Endpoint, behaviour: Behaviour, kind: FaultKind, words: str
) -> None:
    fault = await fault_of(server, endpoint, behaviour)
    assert fault.kind is kind
    assert words in fault.sentence


@pytest.mark.parametrize(
    "behaviour",
    [
        loopback.content_filter_400,
        loopback.error(400, "no", innererror={"code": "ResponsibleAIPolicyViolation"}),
        loopback.error(400, "Your prompt was flagged by our usage policy", code="invalid_prompt"),
        loopback.error(403, "Input was flagged", code=403, metadata={"reasons": ["x"], "flagged_input": "y"}),
    ],
)
async def test_a_filtered_prompt_is_a_response(
    server: LoopbackServer, endpoint: Endpoint, behaviour: Behaviour
) -> None:
    server.script(behaviour)
    response = await sent(endpoint)
    assert (response.state, response.text) == (ResponseState.FILTERED, "")
    assert response.raw_body


async def test_the_other_name_of_the_token_limit_is_learnt_once(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(loopback.error(400, "Unsupported parameter: use 'max_completion_tokens' instead."))
    client = HttpChat(endpoint, WIRE)
    for _ in range(2):
        await client.send(request_(max_tokens=5))
    await client.aclose()
    assert [sorted(r.body.keys() & {"max_tokens", "max_completion_tokens"}) for r in server.completions] == [
        ["max_tokens"],
        ["max_completion_tokens"],
        ["max_completion_tokens"],
    ]


@pytest.mark.parametrize("behaviour", [loopback.reset, loopback.half])
async def test_a_broken_connection_is_tried_again(
    server: LoopbackServer, endpoint: Endpoint, behaviour: Behaviour
) -> None:
    fault = await fault_of(server, endpoint, behaviour)
    assert (fault.kind, fault.unreachable) == (FaultKind.RETRY, False)
    assert "broke before the answer was whole" in fault.what


async def test_a_server_that_is_down_is_unreachable(endpoint: Endpoint) -> None:
    port = loopback.unused_port()
    with pytest.raises(EndpointError) as caught:
        await sent(replace(endpoint, base_url=f"http://127.0.0.1:{port}/v1"))
    assert (caught.value.kind, caught.value.unreachable) == (FaultKind.RETRY, True)
    assert caught.value.sentence.startswith(f"There is no connection to http://127.0.0.1:{port}/v1.")
    assert caught.value.exit_status is ExitStatus.ENVIRONMENT_FAILED


async def test_https_to_a_plain_server_stops_the_run(server: LoopbackServer, endpoint: Endpoint) -> None:
    with pytest.raises(EndpointError) as caught:
        await sent(replace(endpoint, base_url=f"https://127.0.0.1:{server.port}/v1"))
    assert caught.value.kind is FaultKind.STOP_RUN
    assert "certificate" in caught.value.what


async def test_a_server_that_does_not_answer_times_out(server: LoopbackServer, endpoint: Endpoint) -> None:
    fault = await fault_of(server, replace(endpoint, timeout_s=0.05), loopback.slow)
    assert (fault.kind, fault.unreachable) == (FaultKind.RETRY, False)
    assert "within 0.05 s" in fault.what


async def test_the_key_is_in_no_error_and_no_body(
    server: LoopbackServer, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)
    keyed = replace(endpoint, key_env="TEST_KEY")
    fault = await fault_of(server, keyed, loopback.error(401, f"Incorrect API key provided: {KEY}."))
    assert KEY not in fault.sentence
    assert "[key]" in fault.sentence
    assert KEY.encode() not in fault.raw_body
    server.script(say(f"Your header was Bearer {KEY}"))
    response = await sent(keyed)
    assert response.text == "Your header was Bearer [key]"
    assert KEY.encode() not in response.raw_body


async def test_a_placeholder_key_changes_no_text(
    server: LoopbackServer, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", "lm-studio")
    server.script(say("Use lm-studio."))
    assert (await sent(replace(endpoint, key_env="TEST_KEY"))).text == "Use lm-studio."


async def test_proxies_of_the_environment_are_not_used(
    server: LoopbackServer, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{loopback.unused_port()}")
    assert (await sent(endpoint)).text == "Hello."


async def test_models_are_listed(server: LoopbackServer, endpoint: Endpoint) -> None:
    client = HttpChat(endpoint, WIRE)
    server.models_behaviour = loopback.models("b", "a")
    assert await client.list_models() == ["b", "a"]
    server.models_behaviour = loopback.reply({"models": [{"name": "llama"}, "plain", {"size": 1}]})
    assert await client.list_models() == ["llama", "plain"]
    server.models_behaviour = loopback.error(401, "no key")
    with pytest.raises(EndpointError, match="does not accept the key"):
        await client.list_models()
    await client.aclose()
