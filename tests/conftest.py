"""For every test: Hypothesis without a deadline (a busy machine is not a failure) and a loopback model server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from reviewer.core.models import Endpoint
from tests.support.effort import often, set_effort
from tests.support.loopback import LoopbackServer

if TYPE_CHECKING:  # it needs SciPy's optimizer, which most tests do not
    from tests.support.golden import Golden

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


@pytest.fixture(scope="session")
def made_set(tmp_path_factory: pytest.TempPathFactory) -> Golden:
    """The made set, which is always there."""
    from tests.support.golden import made

    return made(tmp_path_factory.mktemp("made-set"))


@pytest.fixture(params=["made set", "XSTest"])
def golden(request: pytest.FixtureRequest, made_set: Golden) -> Golden:
    """Each set whose figures are known: the made one, and XSTest where it is at hand."""
    from tests.support.golden import xstest

    return xstest() if request.param == "XSTest" else made_set


@pytest.fixture
def golden_copy(golden: Golden, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of the test's own that the set was taken into."""
    copy = tmp_path / "golden.sqlite"
    shutil.copy(golden.taken_in(tmp_path_factory.mktemp("golden")), copy)
    return copy


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """A model server on 127.0.0.1, stopped at the end."""
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def endpoint(server: LoopbackServer) -> Endpoint:
    """An endpoint that points at the loopback server."""
    return Endpoint("loopback", "openai-chat", base_url=server.base_url, timeout_s=20.0)
