"""A key that is typed at the command line: asked for unseen, sent, and nowhere afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Timer

import pytest

from tests.support.commands import CHECKOUT, case_file, finished, program
from tests.support.loopback import Handler, LoopbackServer, echo

KEY = "sk-typed-0123456789"
QUESTION = b"Key of the endpoint"
LONGEST_S = 120.0


def process_list() -> Iterator[bytes]:
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended
            yield each.read_bytes()


ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def on_a_terminal(command: Sequence[str], typed: str) -> tuple[int, str]:
    """The program on a terminal of its own: it is told `typed` once it asks. Its status, and all that was seen."""
    process = subprocess.Popen(
        (sys.executable, "-c", ON_A_TERMINAL, *command), cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    seen, has_typed = b"", False
    too_long = Timer(LONGEST_S, process.kill)
    too_long.start()
    # the question comes in as many pieces as the terminal makes of it
    while part := os.read(process.stdout.fileno(), 4096):
        seen += part
        if not has_typed and QUESTION in seen:
            has_typed = True
            process.stdin.write(f"{typed}\n".encode())
            process.stdin.flush()
    process.stdin.close()
    process.stdout.close()
    too_long.cancel()
    return process.wait(60), seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
def test_the_key_is_asked_for_unseen_and_stored_nowhere(tmp_path: Path) -> None:
    workspace = ("--workspace", tmp_path / "w.sqlite")
    assert finished("import", case_file(tmp_path, 3), *workspace).status == 0
    listed: list[bytes] = []

    def answer(handler: Handler) -> None:
        listed.extend(process_list())
        echo(handler)

    with LoopbackServer(answer) as server:
        added = finished("endpoint", "add", "e", "--base-url", server.base_url, "--ask-key", *workspace)
        assert added.status == 0
        begun = ("run", "--suite", "cases", "--model", "m", "--endpoint", "e", "--name", "r", *workspace)
        status, seen = on_a_terminal(program(*begun, "--limit", "2"), KEY)
        assert status == 0, seen
        assert "Key of the endpoint e" in seen
        assert KEY not in seen
        assert len(server.completions) == 2
        assert {each.headers["authorization"] for each in server.completions} == {f"Bearer {KEY}"}
        refused = finished(*begun[:-4], "--name", "second", *workspace)
        assert "The key of the endpoint 'e' is typed for each session" in refused.refused(2)
        tested = finished("endpoint", "test", "e", *workspace)
        assert "is typed for each session" in tested.refused(2)
        assert len(server.completions) == 2
    assert not any(KEY.encode() in each for each in listed)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert "typed for each session" in finished("endpoints", *workspace).out


def test_it_cannot_come_from_two_places(tmp_path: Path) -> None:
    both = ("--base-url", "http://127.0.0.1:9", "--ask-key", "--key-service", "s")
    refused = finished("endpoint", "add", "e", *both, "--workspace", tmp_path / "w.sqlite").refused(2)
    assert "--key-service NAME or --ask-key" in refused
