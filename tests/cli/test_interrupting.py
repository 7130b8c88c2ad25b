"""The real program, interrupted and killed in the middle of a run: what was received is kept, nothing comes twice."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.support.commands import Commands, case_file, counts, ended, exported, finished, started
from tests.support.loopback import LoopbackServer, echo, slow

CASES = 12
ANSWERED = 5


@pytest.fixture
def suite(reviewer: Commands, tmp_path: Path) -> Commands:
    reviewer.done("import", case_file(tmp_path, CASES))
    return reviewer


def half_way(commands: Commands, server: LoopbackServer, end: signal.Signals) -> tuple[int, str, str]:
    """Start a run, answer five of its requests, and send the signal while it waits for the sixth."""
    server.script(*[echo] * ANSWERED, slow)
    words = ("--base-url", server.base_url, "--model", "m", "--concurrency", 1, "--name", "r", "--json")
    process = started("run", "--suite", "cases", *words, "--workspace", commands.workspace)
    assert server.wait_for_completions(ANSWERED + 1)
    process.send_signal(end)
    outcome = ended(process)
    return outcome.status, outcome.out, outcome.err


def resumed(commands: Commands, folder: Path) -> dict[object, object]:
    """Resume by the program, then {case: text} of the run, which must hold every case once."""
    assert finished("run", "--resume", "r", "--workspace", commands.workspace).status == 0
    found = exported(commands, "responses", folder)
    assert [(each["case"], each["state"]) for each in found] == [(f"c{n:02}", "ok") for n in range(CASES)]
    assert counts(commands.workspace)["response"] == CASES
    return {each["case"]: each["text"] for each in found}


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_keeps_what_was_received(suite: Commands, tmp_path: Path, end: signal.Signals) -> None:
    with LoopbackServer(echo) as server:
        status, out, err = half_way(suite, server, end)
        assert status == 130
        assert '"ending": "cancelled"' in out
        assert "everything received is kept" in err
        assert 'reviewer run --resume "r"' in err
        assert "Traceback" not in err
        assert counts(suite.workspace)["response"] == ANSWERED
        assert resumed(suite, tmp_path)["c11"] == "You said: How about c11?"
        asked = server.prompts()
    # only the request that nobody waited for any more is sent again
    assert {prompt for prompt, times in asked.items() if times > 1} == {f"How about c{ANSWERED:02}?"}
    assert asked.total() == CASES + 1


def test_killed_it_loses_nothing_that_was_stored(suite: Commands, tmp_path: Path) -> None:
    with LoopbackServer(echo) as server:
        status, out, _ = half_way(suite, server, signal.SIGKILL)
        assert (status, out) == (-signal.SIGKILL, "")
        stored = counts(suite.workspace)["response"]
        assert stored <= ANSWERED
        resumed(suite, tmp_path)
        assert len(server.completions) == ANSWERED + 1 + CASES - stored
