"""The protocol by template: what is sent, how answers are read, and what is said of a template that cannot be."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from reviewer.core.received import received
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.http_template import HttpTemplateWire, example
from reviewer.endpoints.protocol import ChatRequest, EndpointError
from reviewer.endpoints.registry import open_protocol, protocol_entry
from tests.support.loopback import LoopbackServer, reply

pytestmark = pytest.mark.anyio

MESSAGES = (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "Hi \U0001f600"))
REQUEST = ChatRequest(CaseKey("c1"), 1, MESSAGES, "house", Sampling(temperature=0.5, max_tokens=9))
ANSWER = {
    "model": "house-1",
    "usage": {"output_tokens": 3},
    "outputs": [{"text": "Yes.", "thoughts": "Hm", "reason": "done"}],
}


async def sent(endpoint: Endpoint) -> Response:
    client = open_protocol(endpoint)
    try:
        return await client.send(REQUEST)
    finally:
        await client.aclose()


def by(endpoint: Endpoint, template: str) -> Endpoint:
    return replace(endpoint, protocol="http-template", template=template)


async def test_the_example_is_sent_and_read(
    server: LoopbackServer, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-secret-0123456789")
    server.script(reply(ANSWER))
    house = replace(by(endpoint, example()), key_env="TEST_KEY")
    response = await sent(house)
    asked = server.completions[0]
    assert asked.path == "/v1/generate"
    assert (asked.headers["x-api-key"], asked.headers["x-client"]) == ("sk-secret-0123456789", "reviewer")
    assert asked.body == {
        "inputs": [message.as_json() for message in MESSAGES],
        "parameters": {"temperature": 0.5, "max_new_tokens": 9},
    }
    found = (response.text, response.reasoning, response.finish_reason, response.model, response.state)
    assert found == ("Yes.", "Hm", "done", "house-1", ResponseState.OK)
    assert response.usage == {"output_tokens": 3}
    shown = protocol_entry("http-template").shown(house, REQUEST)
    assert json.loads(shown.partition("\n\n")[2]) == asked.body
    assert "sk-secret" not in shown


@pytest.mark.parametrize(
    ("reason", "text", "state"),
    [
        ("blocked", "", ResponseState.FILTERED),
        ("length", "Ye", ResponseState.TRUNCATED),
        ("done", " ", ResponseState.EMPTY),
    ],
)
async def test_the_servers_own_marks_make_the_state(
    server: LoopbackServer, endpoint: Endpoint, reason: str, text: str, state: ResponseState
) -> None:
    server.script(reply({"outputs": [{"text": text, "reason": reason}]}))
    assert (await sent(by(endpoint, example()))).state is state


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("token_cap", ResponseState.TRUNCATED),
        ("fin", ResponseState.OK),
        ("nein", ResponseState.FILTERED),
        ("hm", ResponseState.UNKNOWN_END),
    ],
)
async def test_the_templates_own_words_hold_wherever_the_response_goes(
    server: LoopbackServer, endpoint: Endpoint, reason: str, state: ResponseState
) -> None:
    template = example().replace('["length"]', '["token_cap"]').replace('["blocked"]', '["nein"]')
    server.script(reply({"outputs": [{"text": "Yes, and", "reason": reason}]}))
    response = await sent(by(endpoint, template))
    assert (response.state, response.text) == (state, "Yes, and")
    assert received(response) is response, "the store reads it once more"


async def test_words_and_placeholders_mix_and_what_has_no_value_is_left_out(
    server: LoopbackServer, endpoint: Endpoint
) -> None:
    template = """
path = "/{{model}}/run"
[body]
text = "System: {{system}} User: {{prompt}}"
seed = "{{seed}}"
more = ["{{seed}}", 1, "{{model}}"]
[answer]
text = "text"
"""
    server.script(reply({"text": "Yes."}))
    await sent(by(endpoint, template))
    assert server.completions[0].path == "/v1/house/run"
    assert server.completions[0].body == {"text": "System: Be brief. User: Hi \U0001f600", "more": [1, "house"]}


async def test_an_answer_without_the_text_is_a_sentence(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.script(reply({"outputs": []}))
    with pytest.raises(EndpointError, match="holds no message"):
        await sent(by(endpoint, example()))


async def test_models_are_listed_by_their_path(server: LoopbackServer, endpoint: Endpoint) -> None:
    client = open_protocol(by(endpoint, example()))
    assert await client.list_models() == ["test-model"]
    await client.aclose()


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("", "has no template"),
        ("path = ", "not TOML"),
        ("path = '/x'", "no table 'body'"),
        ("[body]\na = 1\n[answer]\ntext = 'a'", "'path' is not a text"),
        ("path = '/x'\n[body]\na = 1", "does not say where the text is"),
        ("path = '/x'\nwrong = 1\n[body]\na = 1\n[answer]\ntext = 'a'", "unknown field 'wrong'"),
        ("path = '/x'\n[body]\na = '{{key}}'\n[answer]\ntext = 'a'", "names {{key}}"),
        ("path = '/x'\n[body]\na = 1\n[answer]\ntext = 'a'\nwords = 'b'", "unknown field 'words'"),
    ],
)
def test_a_template_that_cannot_be_is_a_sentence(template: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        HttpTemplateWire(template)
    assert words in str(caught.value)


def test_another_template_is_another_version() -> None:
    one, two = (
        ModelVersion("v", Endpoint("e", "http-template", "http://127.0.0.1:9", template=text), "m")
        for text in (example(), f"{example()}\n# changed\n")
    )
    assert one.hash != two.hash
