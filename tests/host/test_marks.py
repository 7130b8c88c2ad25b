"""Marks of windows: held as long as their process lives, told to others, gone with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reviewer.host.marks import forget_foreign, mark_open, windows_on
from tests.architecture.checkout import ROOT

HOLDING = """
import sys
from pathlib import Path
from reviewer.host.marks import mark_open
mark = mark_open(Path(sys.argv[1]), "ana")
print("held", flush=True)
if sys.stdin.read() == "take away":
    mark.take_away()
"""


@contextmanager
def another_window(path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDING, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


def marks(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if ".open-" in each.name]


def test_a_window_of_another_process_is_told_with_account_process_and_time(tmp_path: Path) -> None:
    path = tmp_path / "w[1].sqlite"
    with another_window(path) as other:
        [found] = windows_on(path)
        assert (found.user, found.pid, found.is_here) == ("ana", other.pid, True)
        assert f"ana opened it on this computer (process {other.pid}) on 2" in found.sentence
        assert windows_on(tmp_path / "another.sqlite") == []


@pytest.mark.parametrize("ends", ["killed", "closed"])
def test_the_mark_of_a_process_that_has_ended_is_none(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "w.sqlite"
    with another_window(path) as other:
        if ends == "killed":
            other.kill()
            other.wait()
            assert len(marks(tmp_path)) == 1
        else:
            other.communicate("take away")
            assert marks(tmp_path) == []
        assert windows_on(path) == []
        assert marks(tmp_path) == []


def test_own_marks_are_not_told(tmp_path: Path) -> None:
    mark = mark_open(tmp_path / "w.sqlite", "ana")
    assert mark is not None
    assert windows_on(tmp_path / "w.sqlite") == []
    assert len(marks(tmp_path)) == 1
    mark.take_away()
    assert marks(tmp_path) == []


def test_a_mark_from_another_computer_stays_until_a_person_says_that_it_is_stale(tmp_path: Path) -> None:
    path = tmp_path / "w.sqlite"
    said = {"user": "bo", "host": "elsewhere", "pid": 7, "since": "2026-03-01T12:00:00+00:00"}
    (tmp_path / ".w.sqlite.open-00").write_text(json.dumps(said), encoding="utf-8")
    [found] = windows_on(path)
    assert found.sentence == "bo opened it on the computer elsewhere on 2026-03-01 at 12:00 UTC."
    assert len(windows_on(path)) == 1
    forget_foreign(path)
    assert windows_on(path) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"user": 1}', b"[" * 4000, bytes(range(256))])
def test_a_mark_that_says_nothing_and_that_nobody_holds_is_removed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".w.sqlite.open-00").write_bytes(content)
    assert windows_on(tmp_path / "w.sqlite") == []
    assert marks(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions of another kind")
def test_a_mark_is_for_its_owner_only(tmp_path: Path) -> None:
    mark = mark_open(tmp_path / "w.sqlite", "ana")
    assert mark is not None
    [made] = marks(tmp_path)
    assert (tmp_path / made).stat().st_mode & 0o777 == 0o600
    mark.take_away()
