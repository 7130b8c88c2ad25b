"""What many servers send with status 200, whole and as streams, written down by somebody who had not seen the program:
which text, which reasoning and which end each of them is, over a real connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.models import Endpoint, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints import anthropic_messages, gemini, openai_chat, openai_responses
from reviewer.endpoints.http_chat import HttpChat, Wire
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from tests.support.loopback import Handler, LoopbackServer

pytestmark = pytest.mark.anyio

Sent = Mapping[str, Any]
BODIES: list[Sent] = [
    json.loads(line) for line in (Path(__file__).parent / "bodies.jsonl").read_text(encoding="utf-8").splitlines()
]
WIRES: Mapping[str, Wire] = {
    "openai_chat": openai_chat.WIRE,
    "openai_responses": openai_responses.WIRE,
    "anthropic_messages": anthropic_messages.WIRE,
    "gemini": gemini.WIRE,
}
# Without its request nobody can know that an error, a traceback or a page was asked for; a model that was only loaded
# is asked again; a cause that is called "other" is unknown.
STILL_MISREAD = (0, 27, 28, 66, 68, 133, 153)


def _as_written(sent: Sent) -> Callable[[Handler], None]:
    def behave(handler: Handler) -> None:
        body = sent["body"].encode()
        handler.send_response_only(200)
        handler.send_header("Content-Type", "text/event-stream" if sent["stream"] else "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


async def _came(server: LoopbackServer, sent: Sent) -> Response | EndpointError:
    server.default = _as_written(sent)
    wire = str(sent["wire"])
    client = HttpChat(Endpoint("loopback", wire.replace("_", "-"), base_url=server.base_url), WIRES[wire])
    request = ChatRequest(CaseKey("c1"), 1, (Message(Role.USER, "Hi"),), "m", Sampling(temperature=0.0, max_tokens=512))
    try:
        return await client.send(request)
    except EndpointError as fault:
        return fault
    finally:
        await client.aclose()


def _is_meant(sent: Sent, came: Response | EndpointError) -> bool:
    state = sent["state"]
    if isinstance(came, EndpointError):
        return state == "broken" and came.kind in (FaultKind.RETRY, FaultKind.GIVE_UP)
    if state == "truncated" and not sent["text"]:
        # nothing to read: unscored, and the end stands beside it
        said = came.state in (ResponseState.EMPTY, ResponseState.NO_RESPONSE) and bool(came.finish_reason)
    else:
        said = came.state == ("error" if state == "broken" else state)
    return said and came.text.strip() == sent["text"].strip() and came.reasoning.strip() == sent["reasoning"].strip()


@pytest.mark.parametrize(
    ("number", "sent"),
    [pytest.param(n, each, id=f"{n}-{each['wire']}-{each['state']}") for n, each in enumerate(BODIES)],
)
async def test_what_a_server_sends_is_its_text_its_reasoning_and_its_end(
    server: LoopbackServer, number: int, sent: Sent
) -> None:
    assert _is_meant(sent, await _came(server, sent)) is (number not in STILL_MISREAD)
