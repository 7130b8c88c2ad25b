"""For every test: Hypothesis without a deadline (a busy machine is not a failure) and a loopback model server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from reviewer.core.models import Endpoint
from tests.support.loopback import LoopbackServer

settings.register_profile("reviewer", deadline=None)
settings.load_profile("reviewer")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """A model server on 127.0.0.1, stopped at the end."""
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def endpoint(server: LoopbackServer) -> Endpoint:
    """An endpoint that points at the loopback server."""
    return Endpoint("loopback", "openai-chat", base_url=server.base_url, timeout_s=20.0)
