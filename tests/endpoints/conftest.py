"""A loopback model server and an endpoint that points at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reviewer.core.models import Endpoint
from tests.support.loopback import LoopbackServer


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def endpoint(server: LoopbackServer) -> Endpoint:
    return Endpoint("loopback", "openai-chat", base_url=server.base_url, timeout_s=20.0)
