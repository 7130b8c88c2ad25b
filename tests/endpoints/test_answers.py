"""What many servers and gateways answer in place of a response, written down by somebody who had not seen the program:
what each means for a run, over a real connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.models import Endpoint, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.http_chat import HttpChat
from reviewer.endpoints.openai_chat import WIRE
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from tests.support.loopback import LoopbackServer, as_written

pytestmark = pytest.mark.anyio

Answer = Mapping[str, Any]
ANSWERS: list[Answer] = [
    json.loads(line) for line in (Path(__file__).parent / "answers.jsonl").read_text(encoding="utf-8").splitlines()
]
SECOND_S = 1.5
# Words of the sentence for what all requests meet.
WORDS = {
    "key": ("the key",),
    "credit": ("credit", "quota", "payment"),
    "model": ("does not know the model",),
    "address": ("There is nothing at", "takes no such requests", "web page", "redirects"),
    "region": ("where it is asked from",),
    "permission": ("forbids the request",),
}
# A page with its reason below its title; a code of no channels that may pass; a wrong path that speaks of a token.
STILL_MISREAD = {("cloudflare", 403), ("one_api", 503), ("aws_api_gateway", 403)}


async def _came(server: LoopbackServer, endpoint: Endpoint, answer: Answer) -> Response | EndpointError:
    server.default = as_written(answer["status"], answer["headers"], answer["body"])
    client = HttpChat(endpoint, WIRE)
    sampling = Sampling(temperature=0.0, max_tokens=512)
    try:
        return await client.send(ChatRequest(CaseKey("c1"), 1, (Message(Role.USER, "Hi"),), answer["model"], sampling))
    except EndpointError as fault:
        return fault
    finally:
        await client.aclose()


def _is_meant(answer: Answer, came: Response | EndpointError) -> bool:
    kind = answer["kind"]
    if isinstance(came, Response):
        return kind == "filtered" and came.state is ResponseState.FILTERED
    if kind in ("rate", "busy"):
        return came.kind is FaultKind.RETRY
    if kind in ("too_long", "bad_request"):
        return came.kind is FaultKind.GIVE_UP
    if kind == "parameter":
        return came.kind is not FaultKind.RETRY
    return came.kind is FaultKind.STOP_RUN and any(words in came.sentence for words in WORDS.get(kind, ()))


@pytest.mark.parametrize(
    "answer", [pytest.param(each, id=f"{n}-{each['provider']}-{each['kind']}") for n, each in enumerate(ANSWERS)]
)
async def test_what_a_server_means_is_told(server: LoopbackServer, endpoint: Endpoint, answer: Answer) -> None:
    came = await _came(server, endpoint, answer)
    assert _is_meant(answer, came) is ((answer["provider"], answer["status"]) not in STILL_MISREAD)
    if answer["wait_s"] is not None:
        assert isinstance(came, EndpointError)
        assert came.retry_after_s == pytest.approx(answer["wait_s"], abs=SECOND_S)
