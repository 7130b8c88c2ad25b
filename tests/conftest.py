"""For every test: Hypothesis without a deadline (a busy machine is not a failure) and a loopback model server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from reviewer.core.models import Endpoint
from tests.support.effort import often, set_effort
from tests.support.loopback import LoopbackServer

LONGEST = "test_mypy_strict_finds_no_fault"
WHOLE = 100
SHORT = 25


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="long tests repeat in full, as in continuous integration")


def pytest_configure(config: pytest.Config) -> None:
    set_effort(whole=config.getoption("--whole"))
    settings.register_profile("reviewer", deadline=None, max_examples=often(WHOLE, SHORT))
    settings.load_profile("reviewer")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """mypy goes to the middle, where another worker begins than the one that has the other tools."""
    moved = [item for item in items if item.name == LONGEST]
    rest = [item for item in items if item.name != LONGEST]
    items[:] = [*rest[: len(rest) // 2], *moved, *rest[len(rest) // 2 :]]


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
