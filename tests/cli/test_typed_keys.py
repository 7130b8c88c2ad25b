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

from reviewer.store.database import open_workspace
from tests.support.commands import CHECKOUT, case_file, finished, program
from tests.support.loopback import Handler, LoopbackServer, echo

KEY = "sk-typed-0123456789"
PASSPHRASE = "correct horse battery staple 42"
SLOW_TERMINAL = """
import runpy, sys, termios, time

def slowly(*how, at_once=termios.tcsetattr):
    time.sleep(0.3)
    at_once(*how)

termios.tcsetattr = slowly
sys.argv = ["reviewer", *sys.argv[1:]]
runpy.run_module("reviewer", run_name="__main__", alter_sys=True)
"""
LONGEST_S = 120.0


def process_list() -> Iterator[bytes]:
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended
            yield each.read_bytes()


ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def on_a_terminal(command: Sequence[str], *answers: tuple[str, str]) -> tuple[int, str]:
    """The program on a terminal of its own: once each question stands there it is told what goes with it, in their
    order. Its status, and all that was seen."""
    process = subprocess.Popen(
        (sys.executable, "-c", ON_A_TERMINAL, *command), cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    seen, since, left = b"", 0, list(answers)
    too_long = Timer(LONGEST_S, process.kill)
    too_long.start()
    # the question comes in as many pieces as the terminal makes of it
    while part := os.read(process.stdout.fileno(), 4096):
        seen += part
        if left and left[0][0].encode() in seen[since:]:
            process.stdin.write(f"{left.pop(0)[1]}\n".encode())
            process.stdin.flush()
            since = len(seen)
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
        status, seen = on_a_terminal(program(*begun, "--limit", "2"), ("Key of the endpoint", KEY))
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


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
@pytest.mark.parametrize(
    ("question", "command"),
    [("New passphrase of", ("encrypt", "w.sqlite")), ("Passphrase of", ("key", "new", "key.pem"))],
)
def test_what_is_typed_the_moment_it_is_asked_for_is_neither_lost_nor_shown(
    tmp_path: Path, question: str, command: tuple[str, ...]
) -> None:
    """A terminal that is slow to hide what is typed hides it before the question stands there, not after."""
    open_workspace(tmp_path / "w.sqlite").close()
    *words, file = command
    slow = (sys.executable, "-P", "-c", SLOW_TERMINAL, *words, str(tmp_path / file))
    again = "The same once more"
    answers = ((question, PASSPHRASE), (again, "another"), (question, PASSPHRASE), (again, PASSPHRASE))
    status, seen = on_a_terminal(slow, *answers)
    assert status == 0, seen
    assert "The two are not the same." in seen
    assert "battery" not in seen
    assert "another" not in seen


def test_it_cannot_come_from_two_places(tmp_path: Path) -> None:
    both = ("--base-url", "http://127.0.0.1:9", "--ask-key", "--key-service", "s")
    refused = finished("endpoint", "add", "e", *both, "--workspace", tmp_path / "w.sqlite").refused(2)
    assert "--key-service NAME or --ask-key" in refused
