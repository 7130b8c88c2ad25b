"""What servers and gateways of four wires answered, written down by somebody who had not seen the program: what a
careful client concludes of each, over a real connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.models import Endpoint, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints import anthropic_messages, gemini, openai_chat
from reviewer.endpoints.http_chat import HttpChat, Wire
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from tests.support.loopback import LoopbackServer, as_written

pytestmark = pytest.mark.anyio

Situation = Mapping[str, Any]
SITUATIONS: list[Situation] = [
    json.loads(line) for line in (Path(__file__).parent / "situations.jsonl").read_text(encoding="utf-8").splitlines()
]
# Ollama's own wire is not spoken: its server has OpenAI's beside it, and words its faults alike.
WIRES: Mapping[str, tuple[str, Wire]] = {
    "openai": ("openai-chat", openai_chat.WIRE),
    "ollama": ("openai-chat", openai_chat.WIRE),
    "anthropic": ("anthropic-messages", anthropic_messages.WIRE),
    "gemini": ("gemini", gemini.WIRE),
}
WORDS = {
    "bad_key": ("the key",),
    "no_credit": ("credit", "quota", "payment"),
    "unknown_model": ("does not know the model",),
    "bad_address": ("There is nothing at", "takes no such requests", "web page", "redirects"),
}
STATES = {
    "ended": (ResponseState.OK, ResponseState.EMPTY, ResponseState.NO_RESPONSE, ResponseState.TOOL_CALL_ONLY),
    "cut": (ResponseState.TRUNCATED, ResponseState.EMPTY, ResponseState.NO_RESPONSE),
    "filtered": (ResponseState.FILTERED,),
    "unknown": (ResponseState.UNKNOWN_END,),
}
SECOND_S = 1.5
# Two are of parameters that this program never sends; one speaks of streaming in words of its own; where nothing is
# said of the end, it is not unknown.
STILL_MISREAD = {"gemini-penalty-not-enabled", "dashscope-n-range", "tensorrt-decoupled", "ok-null-finish"}


async def _came(server: LoopbackServer, situation: Situation) -> Response | EndpointError:
    server.default = as_written(situation["status"], situation["headers"], situation["body"])
    name, wire = WIRES[situation["wire"]]
    set_ = {key: value for key, value in situation["sent"].items() if key in ("temperature", "top_p", "max_tokens")}
    sampling = Sampling(**{"max_tokens": 512, **set_})
    client = HttpChat(Endpoint("loopback", name, base_url=server.base_url), wire)
    unasked = frozenset({"max_tokens"} - set_.keys())
    request = ChatRequest(CaseKey("c1"), 1, (Message(Role.USER, "Hi"),), situation["model"], sampling, unasked=unasked)
    try:
        return await client.send(request)
    except EndpointError as fault:
        return fault
    finally:
        await client.aclose()


def _is_meant(came: Response | EndpointError, meant: Mapping[str, Any]) -> bool:
    kind = meant["kind"]
    if isinstance(came, Response):
        if kind == "ok":
            return came.state in STATES[meant["finish"]] and came.text.strip() == meant["text"].strip()
        return kind == "content_filter" and came.state is ResponseState.FILTERED
    if kind == "ok":
        return meant["finish"] == "broken_off" and came.kind is FaultKind.RETRY
    if kind == "rate_limit":
        wait_s = meant.get("wait_s")
        return came.kind is FaultKind.RETRY and came.retry_after_s == (
            wait_s if wait_s is None else pytest.approx(wait_s, abs=SECOND_S)
        )
    if kind == "parameter_not_taken":
        named = str(meant.get("parameter") or "").rpartition(".")[2]
        return came.kind is not FaultKind.RETRY and named in came.sentence
    if kind == "must_stream":
        return "stream" in came.sentence
    if kind in WORDS:
        return came.kind is FaultKind.STOP_RUN and any(words in came.sentence for words in WORDS[kind])
    return came.kind is {"server_fault": FaultKind.RETRY}.get(kind, FaultKind.GIVE_UP)


def _meanings(expected: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What it means, and what the author would take as well."""
    others = {name.removesuffix("_or"): value for name, value in expected.items() if name.endswith("_or")}
    return [expected, {**expected, **others}]


@pytest.mark.parametrize("situation", [pytest.param(each, id=each["id"]) for each in SITUATIONS])
async def test_what_a_server_means_is_concluded(server: LoopbackServer, situation: Situation) -> None:
    came = await _came(server, situation)
    is_meant = any(_is_meant(came, meant) for meant in _meanings(situation["expect"]))
    assert is_meant is (situation["id"] not in STILL_MISREAD), came
