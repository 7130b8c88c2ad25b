"""What a server echoes of a key, in whatever form and place, is in nothing that leaves the protocol layer."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.models import Endpoint, Network, Sampling
from reviewer.core.responses import Response
from reviewer.endpoints.leaving import IN_PIECES
from reviewer.endpoints.protocol import ChatRequest, EndpointError
from reviewer.endpoints.redaction import SentSecrets
from reviewer.endpoints.registry import open_protocol
from tests.support import loopback
from tests.support.loopback import Behaviour, LoopbackServer

KEY = 'sk-Canary/7"+x0123456789&abcDEF'
FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": json.dumps,
    "json in json": lambda key: json.dumps(json.dumps(key)),
    "escapes": lambda key: "".join(f"\\u{ord(c):04x}" for c in key),
    "large escapes": lambda key: "".join(f"\\u{ord(c):04X}" for c in key),
    "escapes in json": lambda key: json.dumps("".join(f"\\u{ord(c):04x}" for c in key)),
    "php": lambda key: json.dumps(key).replace("/", "\\/"),
    "percent": lambda key: quote(key, safe=""),
    "percent twice": lambda key: quote(quote(key, safe=""), safe=""),
    "page": html.escape,
    "numbers": lambda key: "".join(f"&#{ord(c)};" for c in key),
    "hexadecimal": lambda key: key.encode().hex(),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 of a header": lambda key: base64.b64encode(f"Bearer {key}\n".encode()).decode(),
    "octal": lambda key: "".join(f"\\{ord(c):03o}" for c in key),
    "escapes in braces": lambda key: "".join(f"\\u{{{ord(c):x}}}" for c in key),
    "backwards": lambda key: key[::-1],
    "in capitals": str.upper,
    "in small letters": str.lower,
    "letters apart": " ".join,
    "a letter a line": "\n".join,
    "two letters a line": lambda key: "\r\n".join(key[at : at + 2] for at in range(0, len(key), 2)),
    "utf-16": lambda key: key.encode("utf-16-le").decode("latin-1"),
    "base64 over lines": lambda key: base64.encodebytes(key.encode() * 3).decode()[:-1],
    "base64 of a name and it": lambda key: base64.urlsafe_b64encode(f"u:{key}".encode()).decode(),
}


def readings(text: str) -> set[str]:
    """What can be made of a text by undoing what may have been done to it."""
    whole = {text, html.unescape(text), text.replace("\\/", "/")}
    for _ in range(2):
        whole |= {each.encode().decode("unicode_escape", errors="replace") for each in whole if each.isascii()}
    return whole


@pytest.mark.parametrize("form", FORMS)
@given(key=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=14, max_size=60))
def test_every_form_of_every_key_is_found(form: str, key: str) -> None:
    key = f"k9{key}"
    written = FORMS[form](key)
    redaction = SentSecrets([key])
    for found in (redaction.text(f"a {written} z"), redaction.body(f"a {written} z".encode()).decode()):
        assert written not in found
        assert found[:2] + found[-2:] == "a  z"
        assert "[key]" in found
        assert not any(key in reading for reading in readings(found))


@given(st.text())
def test_texts_without_a_key_stay(text: str) -> None:
    assert SentSecrets([KEY]).text(text) == text
    assert (
        SentSecrets(["lm-studio", "not-needed"]).text(f"{text} lm-studio not-needed") == f"{text} lm-studio not-needed"
    )


def endpoint_of(server: LoopbackServer) -> Endpoint:
    return Endpoint("e", "openai-chat", server.base_url, key_env="TEST_KEY", timeout_s=10)


async def sent(endpoint: Endpoint) -> Response:
    protocol = open_protocol(endpoint)
    try:
        return await protocol.send(ChatRequest(CaseKey("c1"), 1, (Message(Role.USER, "Hi"),), "test-model", Sampling()))
    finally:
        await protocol.aclose()


def assert_clean(of: object) -> None:
    for form in FORMS.values():
        assert form(KEY).strip('"') not in repr(of)
    assert KEY not in repr(of).replace("\\\\", "\\")


def answer_with(body: str, headers: dict[str, str] | None = None) -> Behaviour:
    return loopback.raw(body.encode(), headers={"Content-Type": "application/json", **(headers or {})})


@pytest.mark.anyio
@pytest.mark.parametrize("form", FORMS)
async def test_an_echoed_key_is_in_no_field_of_a_response(
    form: str, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)
    written = FORMS[form](KEY)
    written = written[1:-1] if written.startswith('"') else written
    # as text of the document where it is an escape, else as a string that holds it
    inside = written if "\\" in written else json.dumps(written)[1:-1]
    document = (
        '{"model": "m-%s", "system_fingerprint": "f-%s", "usage": {"%s": 3}, "choices": [{"finish_reason": "stop-%s",'
        ' "message": {"content": "I was given %s.", "reasoning": "The key is %s."}}]}'
    ).replace("%s", inside)
    server.script(answer_with(document, {"X-Request-Id": f"id-{quote(written)}", "Server": KEY}))
    response = await sent(endpoint_of(server))
    assert all("[key]" in each for each in (response.text, response.model, response.headers["server"]))
    assert_clean(response)


@pytest.mark.anyio
async def test_a_key_in_pieces_of_a_stream_is_in_neither_text_nor_body(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)
    pieces = ["It is ", KEY[:9], KEY[9:], "."]
    events = [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
    lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    server.script(loopback.raw((lines + "data: [DONE]\n\n").encode(), headers={"Content-Type": "text/event-stream"}))
    response = await sent(replace(endpoint_of(server), network=Network(stream=True)))
    assert response.text == "It is [key]."
    assert response.raw_body == IN_PIECES
    # broken off: the body of the failure would be kept
    server.script(loopback.raw(lines.encode(), headers={"Content-Type": "text/event-stream"}))
    with pytest.raises(EndpointError) as caught:
        await sent(replace(endpoint_of(server), network=Network(stream=True)))
    assert caught.value.raw_body == IN_PIECES


@pytest.mark.anyio
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("status", [400, 401, 500])
async def test_an_echoed_key_is_in_no_failure(
    status: int, form: str, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)
    server.script(loopback.error(status, f"Incorrect key {FORMS[form](KEY)} was given."))
    with pytest.raises(EndpointError) as caught:
        await sent(endpoint_of(server))
    assert_clean((caught.value.sentence, caught.value.args, caught.value.raw_body))
    assert caught.value.__suppress_context__


@pytest.mark.anyio
async def test_a_redirect_is_told_without_what_its_address_holds(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)
    location = f"https://user:hidden@other.example/login?ticket=hidden2&k={quote(KEY)}#hidden3"
    server.script(loopback.error(302, headers={"Location": location}))
    with pytest.raises(EndpointError) as caught:
        await sent(endpoint_of(server))
    assert "https://other.example/login" in caught.value.sentence
    assert "hidden" not in repr((caught.value.sentence, caught.value.raw_body))


@pytest.mark.anyio
async def test_models_are_listed_without_a_key(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)
    server.models_behaviour = loopback.models("one", f"two {KEY}")
    protocol = open_protocol(endpoint_of(server))
    try:
        assert await protocol.list_models() == ["one", "two [key]"]
    finally:
        await protocol.aclose()
