"""A command that does one thing and ends badly has stored nothing, whichever of its reads fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from reviewer.store.database import Workspace
from tests.support.commands import Commands, case_file, counts, response_file

CASE = ("--suite", "cases", "--case", "c01")
ACTS: dict[str, tuple[object, ...]] = {
    "decide": ("decide", "--run", "v1", "--case", "c01", "--action", "refuse", "--reviewer", "ann"),
    "undo": ("undo", "--run", "v1", "--case", "c00", "--reviewer", "ann"),
    "adjudicate": (
        *("adjudicate", "--run", "v1", "--case", "c00", "--action", "refuse", "--reviewer", "cem"),
        *("--cause", "slip"),
    ),
    "declare": ("declare", "--reviewer", "ann", "--conflict", "none"),
    "dispute": ("label", *CASE, "--dispute", "--reason", "It is wrong.", "--label", "answer", "--reviewer", "ann"),
    "label": ("label", *CASE, "--label", "answer", "--reason", "It was wrong.", "--reviewer", "ann"),
    "case add": ("case", "add", "--suite", "cases", "--case", "new", "--message", "user=Hello?"),
    "case edit": ("case", "edit", *CASE, "--message", "user=Hello?", "--reason", "clearer"),
    "case retire": ("case", "retire", *CASE),
    "suite new": ("suite", "new", "other"),
    "suite rescale": ("suite", "rescale", "cases", "--to", "six", "--reason", "finer"),
    "threshold": ("threshold", "0.7"),
    "carry-over": ("carry-over", "--from", "v1", "--to", "v2"),
    "plan": ("plan", "--run", "v1", "--budget", "3"),
}


class Reads:
    """Counts what is read of a workspace and, at one of the reads, has the disk fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen, self.fails_at = 0, 0
        real = Workspace.read

        @contextmanager
        def read(workspace: Workspace) -> Iterator[Session]:
            self.seen += 1
            with real(workspace) as session:
                if self.seen == self.fails_at:
                    fault = sqlite3.OperationalError("disk I/O error")
                    fault.sqlite_errorcode = sqlite3.SQLITE_IOERR
                    raise OperationalError("SELECT", {}, fault)
                yield session

        monkeypatch.setattr(Workspace, "read", read)


@pytest.fixture
def two_runs(reviewer: Commands, tmp_path: Path) -> Commands:
    second = response_file(tmp_path, run_name="v2", name="second.jsonl")
    reviewer.done("import", case_file(tmp_path), response_file(tmp_path))
    reviewer.done("import", second)
    for person, action in (("ann", "refuse"), ("ben", "answer")):
        reviewer.done("decide", "--run", "v1", "--case", "c00", "--action", action, "--reviewer", person)
    return reviewer


@pytest.mark.parametrize("name", ACTS)
def test_whichever_read_fails_a_refused_act_was_not_stored(
    two_runs: Commands, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kept = two_runs.workspace.read_bytes()
    reads, failed = Reads(monkeypatch), 0
    for fails_at in range(1, 100):
        two_runs.workspace.write_bytes(kept)
        reads.seen, reads.fails_at = 0, fails_at
        before = counts(two_runs.workspace)
        outcome = two_runs(*ACTS[name])
        if reads.seen < fails_at:
            assert outcome.status == 0, outcome
            break
        failed += 1
        assert outcome.status != 0
        assert counts(two_runs.workspace) == before, (fails_at, outcome)
        assert outcome.out == ""
    assert failed


def test_what_a_long_command_stored_before_it_failed_is_not_denied(
    two_runs: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files, the second of which meets a disk that fails: the first is in the workspace."""
    first = case_file(tmp_path, name="other.jsonl", count=9)
    second = case_file(tmp_path, name="third.jsonl", count=3)
    real, calls = Workspace.write, []

    @contextmanager
    def write(workspace: Workspace) -> Iterator[Session]:
        with real(workspace) as session:
            if workspace.has_written:
                fault = sqlite3.OperationalError("database or disk is full")
                fault.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise OperationalError("INSERT", {}, fault)
            calls.append(workspace)
            yield session

    monkeypatch.setattr(Workspace, "write", write)
    outcome = two_runs("import", first, second)
    assert calls
    assert outcome.status == 3
    assert "Nothing was changed" not in outcome.err
    assert "what was stored before it is kept" in outcome.err
    assert counts(two_runs.workspace)["case"] == 6 + 9
