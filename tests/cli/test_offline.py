"""`--offline` before or behind any command: what would send says so and sends nothing, the rest goes on."""

from __future__ import annotations

import pytest

from reviewer.host import offline
from tests.support.commands import Commands
from tests.support.loopback import LoopbackServer


@pytest.fixture(autouse=True)
def _opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "_held", set())


@pytest.mark.parametrize("before", [True, False])
def test_a_run_and_a_test_are_refused_and_nothing_is_stored(filled: Commands, before: bool) -> None:
    with LoopbackServer() as server:
        filled.done("endpoint", "add", "local", "--base-url", server.base_url)
        for command in (
            ("run", "--suite", "cases", "--model", "m", "--endpoint", "local", "--name", "r9"),
            ("endpoint", "test", "local", "--model", "m"),
        ):
            given = ("--offline", *command) if before else (*command, "--offline")
            said = filled(*given).refused(3)
            assert "offline, by the option --offline: nothing was sent" in said
        assert not server.completions
    assert "r9" not in filled.done("runs", "--offline").out


def test_the_setting_holds_for_commands_too(filled: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    from reviewer.host.paths import settings_file
    from reviewer.host.settings import Settings, save

    save(Settings(offline=True), settings_file())
    filled.done("endpoint", "add", "local", "--base-url", "http://127.0.0.1:9")
    assert "Work offline" in filled("endpoint", "test", "local").refused(3)
    assert "locked by your settings" in filled.done("doctor").out
