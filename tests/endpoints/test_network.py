"""Proxies, private certificate authorities, client certificates, and what happens where one of them is not right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, Network
from reviewer.endpoints.protocol import ChatRequest, EndpointError
from reviewer.endpoints.registry import open_protocol, protocol_entry
from tests.support.loopback import LoopbackServer, say
from tests.support.tls import context, make_certificate

pytestmark = pytest.mark.anyio

REQUEST = ChatRequest(CaseKey("c1"), 1, (Message(Role.USER, "Hi"),), "m")


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture
def secure(pem: Path) -> Iterator[LoopbackServer]:
    with LoopbackServer(say("Safe."), context(pem)) as server:
        yield server


async def asked(base_url: str, network: Network) -> str:
    client = open_protocol(Endpoint("e", "openai-chat", base_url, timeout_s=5.0, network=network))
    try:
        return (await client.send(REQUEST)).text
    finally:
        await client.aclose()


async def test_a_private_authority_is_trusted_where_it_is_named_and_only_there(
    secure: LoopbackServer, pem: Path
) -> None:
    assert await asked(secure.base_url, Network(ca_file=str(pem))) == "Safe."
    with pytest.raises(EndpointError, match="is not trusted") as caught:
        await asked(secure.base_url, Network())
    assert caught.value.unreachable


async def test_checking_is_left_out_only_where_that_is_set_and_it_is_said(secure: LoopbackServer) -> None:
    open_to_all = Network(verify_tls=False)
    assert await asked(secure.base_url, open_to_all) == "Safe."
    endpoint = Endpoint("e", "openai-chat", secure.base_url, network=open_to_all)
    assert "NOT checked" in protocol_entry("openai-chat").shown(endpoint, REQUEST)
    assert "NOT" not in protocol_entry("openai-chat").shown(replace(endpoint, network=Network()), REQUEST)


async def test_a_client_certificate_is_shown_to_a_server_that_asks_for_one(pem: Path) -> None:
    with LoopbackServer(say("Known."), context(pem, asks=True)) as server:
        known = Network(ca_file=str(pem), client_cert=str(pem))
        assert await asked(server.base_url, known) == "Known."
        with pytest.raises(EndpointError):
            await asked(server.base_url, Network(ca_file=str(pem)))


async def test_requests_go_by_the_proxy(server: LoopbackServer) -> None:
    server.default = say("By proxy.")
    by_proxy = Network(proxy=f"http://127.0.0.1:{server.port}")
    assert await asked("http://far-away.invalid/v1", by_proxy) == "By proxy."
    assert server.completions[0].path == "http://far-away.invalid/v1/chat/completions"


async def test_the_environments_proxy_is_not_asked(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert await asked(server.base_url, Network()) == "Hello."


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Network(ca_file="/nowhere/ca.pem"), "certificates cannot be used"),
        (Network(client_cert="/nowhere/me.pem"), "certificates cannot be used"),
        (Network(proxy="ftp://proxy"), "The proxy"),
        (Network(proxy="http://me:secret@proxy:1"), "without user name"),
    ],
)
async def test_what_cannot_be_used_is_a_sentence_before_anything_is_sent(network: Network, words: str) -> None:
    with pytest.raises(InputError, match=words):
        await asked("https://127.0.0.1:9/v1", network)


async def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(InputError, match=r"ca\.pem"):
        await asked("https://127.0.0.1:9/v1", Network(ca_file=str(wrong)))
