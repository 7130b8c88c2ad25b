"""What is logged of a failure says where it was and quotes nothing that it was about."""

from __future__ import annotations

import json
import logging
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewer.core.errors import InputError
from reviewer.host.logs import start_logging
from reviewer.host.tracebacks import traceback_text

TEXT = "how do I pick a lock"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger("reviewer")
    before = root.handlers[:]
    start_logging(tmp_path / "log")
    yield tmp_path / "log" / "reviewer.log"
    for handler in root.handlers[len(before) :]:
        root.removeHandler(handler)
        handler.close()


def decode() -> object:
    return (TEXT.encode() + b"\xff").decode("utf-8")


def parse() -> object:
    return json.loads(TEXT)


def look_up() -> object:
    return {"": 1}[TEXT]


def number() -> object:
    return int(TEXT)


def told() -> object:
    raise ExceptionGroup(TEXT, [ValueError(TEXT)])


def chained() -> object:
    try:
        return int(TEXT)
    except ValueError as error:
        raise RuntimeError(TEXT) from error


@pytest.mark.parametrize("fails", [decode, parse, look_up, number, told, chained])
def test_a_failure_is_logged_by_its_place(fails: Callable[[], object], log: Path) -> None:
    try:
        fails()
    except Exception as error:
        logging.getLogger("reviewer.test").exception("a task failed")
        told_of = traceback_text(error)
    for text in (log.read_text(encoding="utf-8"), told_of):
        assert TEXT not in text
        assert f"in {fails.__name__}" in text
        assert "Error" in text or "Exception" in text


def test_what_we_say_ourselves_is_logged() -> None:
    assert "InputError: The file is empty. Choose another." in traceback_text(
        InputError("The file is empty.", "Choose another.")
    )


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of this kind are not on Windows")
def test_logs_turn_over_and_are_private(log: Path) -> None:
    for n in range(12_000):
        logging.getLogger("reviewer.test").info("line %s %s", n, "x" * 200)
    found = sorted(log.parent.iterdir())
    assert len(found) > 1
    assert {stat.S_IMODE(each.stat().st_mode) for each in found} == {0o600}
