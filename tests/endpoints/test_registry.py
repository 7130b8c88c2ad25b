"""The table of protocols."""

from __future__ import annotations

import subprocess
import sys

import pytest

from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint
from reviewer.endpoints.registry import PROTOCOLS, open_protocol

pytestmark = pytest.mark.anyio


async def test_a_protocol_is_opened_by_name() -> None:
    client = open_protocol(Endpoint("e", "openai-chat", base_url="http://127.0.0.1:9/v1"))
    await client.aclose()


def test_an_unknown_protocol_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="openai-chat, azure-openai"):
        open_protocol(Endpoint("e", "telepathy"))


def test_every_protocol_says_what_it_is_in_one_line() -> None:
    assert all(entry.description and "\n" not in entry.description for entry in PROTOCOLS.values())


def test_the_registry_and_the_runner_load_no_http_library() -> None:
    program = (
        "import sys, reviewer.endpoints.registry, reviewer.endpoints.check, reviewer.runner.run, reviewer.runner.plan\n"
        "sys.exit(sum(name in sys.modules for name in ('aiohttp', 'httpx', 'keyring')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
