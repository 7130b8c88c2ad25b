"""The connection test behind the button and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint
from reviewer.core.responses import ResponseState
from reviewer.endpoints import check
from tests.support import loopback
from tests.support.loopback import LoopbackServer

pytestmark = pytest.mark.anyio


async def test_an_endpoint_that_answers(server: LoopbackServer, endpoint: Endpoint) -> None:
    report = await check.test_connection(endpoint, "test-model")
    assert (report.ok, report.reachable, report.models, report.model_known) == (True, True, ("test-model",), True)
    assert report.completion is ResponseState.OK
    assert report.latency_ms is not None
    assert report.sentence.startswith("The endpoint answers (")
    assert server.completions[0].body["max_tokens"] == 16


async def test_a_model_that_is_not_listed_but_answers(server: LoopbackServer, endpoint: Endpoint) -> None:
    report = await check.test_connection(endpoint, "alias")
    assert (report.ok, report.model_known) == (True, False)
    assert "does not list the model 'alias'" in report.sentence


async def test_a_server_without_a_list_of_models(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.models_behaviour = loopback.error(404)
    report = await check.test_connection(endpoint, "test-model")
    assert (report.ok, report.models, report.model_known) == (True, (), None)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (loopback.error(401), "does not accept the key"),
        (loopback.error(404), "/v1"),
        (loopback.unknown_model, "does not know the model"),
        (loopback.html, "a web page"),
    ],
)
async def test_what_is_wrong_is_said(
    server: LoopbackServer, endpoint: Endpoint, behaviour: loopback.Behaviour, words: str
) -> None:
    server.script(behaviour)
    report = await check.test_connection(endpoint, "test-model")
    assert (report.ok, report.reachable, report.completion) == (False, True, None)
    assert words in report.sentence


async def test_a_server_that_is_down(endpoint: Endpoint) -> None:
    down = replace(endpoint, base_url=f"http://127.0.0.1:{loopback.unused_port()}/v1")
    report = await check.test_connection(down, "test-model")
    assert (report.ok, report.reachable) == (False, False)
    assert "There is no connection" in report.sentence


async def test_a_server_that_hangs(server: LoopbackServer, endpoint: Endpoint) -> None:
    server.models_behaviour = server.default = loopback.slow
    report = await check.test_connection(replace(endpoint, timeout_s=0.05), "test-model")
    assert (report.ok, report.reachable) == (False, True)
    assert "did not answer within 0.05 s" in report.sentence


async def test_an_address_that_cannot_be_is_refused(endpoint: Endpoint) -> None:
    with pytest.raises(InputError):
        await check.test_connection(replace(endpoint, base_url="nonsense"), "m")


async def test_recorded_responses(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    lines = [{"case": "c", "text": "x", "model": "1.0"}, {"case": "c", "text": "y", "model": "1.1"}]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    recorded = Endpoint("r", "recorded", responses_file=str(file))
    assert (await check.test_connection(recorded, "1.1")).ok
    report = await check.test_connection(recorded, "2.0")
    assert not report.ok
    assert "only of: 1.0, 1.1" in report.sentence
