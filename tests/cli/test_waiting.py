"""A command that comes in the middle of another program's import waits for it, says so, and is stored once, or not."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from reviewer.cli import waiting
from reviewer.cli.output import complain
from reviewer.host.marks import WORK
from reviewer.store.dialects import sqlite
from reviewer.store.dialects import waiting as beginning
from tests.support.commands import Commands, Outcome, case_file, counts, ended, response_file, started, unchanged
from tests.support.long_import import end_import, importing

CASE = ("--suite", "cases", "--case", "c01")
PLACE = ("--run", "v1", "--case", "c01", "--reviewer", "ann")
DECIDE = ("decide", *PLACE, "--action", "refuse")
ACTS: dict[str, tuple[object, ...]] = {
    "decide": DECIDE,
    "undo": ("undo", "--run", "v1", "--case", "c00", "--reviewer", "ann"),
    "adjudicate": ("adjudicate", *PLACE, "--action", "answer", "--anyway"),
    "label": ("label", *CASE, "--label", "answer", "--reason", "It was wrong.", "--reviewer", "ann"),
    "dispute": ("label", *CASE, "--dispute", "--reason", "It is wrong.", "--label", "answer", "--reviewer", "ann"),
    "case retire": ("case", "retire", *CASE),
    "plan": ("plan", "--run", "v1", "--budget", "3"),
    "declare": ("declare", "--reviewer", "ann", "--conflict", "none"),
}
SAID = "An import is being written to the workspace {path} by another program on this computer (process {pid}), since "
LIMIT = "Waiting for it, 10 min 0 s at most; Ctrl+C gives up and stores nothing."


@pytest.fixture
def impatient(filled: Commands, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """A workspace with a decision, of whose lock SQLite itself would give up after a tenth of a second."""
    filled.done("decide", "--run", "v1", "--case", "c00", "--action", "refuse", "--reviewer", "ann")
    others = (each for each in sqlite._PRAGMAS if "busy_timeout" not in each)
    monkeypatch.setattr(sqlite, "_PRAGMAS", ("busy_timeout = 100", *others))
    monkeypatch.setattr(beginning, "_TOLD_AFTER_S", 0.3)
    return filled


def during_an_import(commands: Commands, monkeypatch: pytest.MonkeyPatch, *words: object) -> tuple[Outcome, str]:
    """The command, begun during an import that ends once the command says that it waits; and what it was to say."""
    with importing(commands.workspace) as process:

        def tell(line: str) -> None:
            complain(line)
            end_import(process)

        monkeypatch.setattr(waiting, "complain", tell)
        return commands(*words), SAID.format(path=commands.workspace, pid=process.pid)


@pytest.mark.parametrize("name", ACTS)
def test_what_a_command_says_is_stored_once_the_import_has_ended(
    impatient: Commands, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kept = impatient.workspace.read_bytes()
    without = impatient.done(*ACTS[name])
    after = counts(impatient.workspace)
    impatient.workspace.write_bytes(kept)
    outcome, said = during_an_import(impatient, monkeypatch, *ACTS[name])
    assert (outcome.status, outcome.out) == (0, without.out)
    assert said in outcome.err
    assert LIMIT in outcome.err
    assert outcome.err.count("Waiting") == 1
    assert counts(impatient.workspace) == after


def test_a_second_import_waits_for_the_first_and_does_not_say_that_it_writes(
    impatient: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = response_file(tmp_path, run_name="v2", name="second.jsonl")
    outcome, said = during_an_import(impatient, monkeypatch, "import", second)
    assert outcome.status == 0
    assert said in outcome.err
    assert "added 6" in outcome.out
    assert not list(tmp_path.glob(f".*.{WORK}-*"))


def test_an_import_that_came_first_is_decided_again_before_the_second(
    impatient: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waited was decided on what was there before."""
    others = case_file(tmp_path, name="others.jsonl", count=3)
    with importing(impatient.workspace) as process:

        def tell(line: str) -> None:
            complain(line)
            end_import(process)
            with monkeypatch.context() as meanwhile:
                meanwhile.setattr(waiting, "complain", complain)
                assert impatient("import", others).status == 0

        monkeypatch.setattr(waiting, "complain", tell)
        outcome = impatient("import", others)
    assert outcome.status == 0, outcome
    assert counts(impatient.workspace)["case"] == 9


def test_a_wait_has_an_end(impatient: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(waiting.WAIT_VARIABLE, "0.6")
    with importing(impatient.workspace):
        outcome = impatient(*DECIDE)
    said = outcome.refused(status=3)
    assert "Waiting for it, 1 s at most" in said
    assert said.endswith("Try again in a moment. Nothing was changed.\n")
    assert counts(impatient.workspace)["decision"] == 1


def test_no_wait_says_nothing_of_one(impatient: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(waiting.WAIT_VARIABLE, "0")
    with importing(impatient.workspace):
        said = impatient(*DECIDE).refused(status=3)
    assert "Waiting" not in said
    assert said.endswith("Nothing was changed.\n")


@pytest.mark.parametrize("given", ["soon", "-1", "nan", "inf"])
def test_what_is_no_time_is_refused(impatient: Commands, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(waiting.WAIT_VARIABLE, given)
    with unchanged(impatient.workspace):
        assert "REVIEWER_WAIT is no number of seconds" in impatient(*DECIDE).refused()


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGKILL])
def test_a_command_that_is_ended_while_it_waits_has_stored_nothing(filled: Commands, signal_: signal.Signals) -> None:
    before = counts(filled.workspace)
    with importing(filled.workspace) as process:
        waits = started(*DECIDE, "--workspace", filled.workspace)
        assert _line_of(waits).startswith("reviewer: An import is being written")
        waits.send_signal(signal_)
        outcome = ended(waits)
        end_import(process)
    assert counts(filled.workspace) == before
    assert outcome.out == ""
    if signal_ is signal.SIGINT:
        assert outcome.status == 130
        assert outcome.err.startswith("reviewer: given up. Nothing was changed.\n")
    filled.done(*DECIDE)
    assert counts(filled.workspace)["decision"] == before["decision"] + 1


def _line_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline()
