"""The command line for tests: called in this process, or as the real program in one of its own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reviewer.cli.app import run
from reviewer.store.database import Workspace, open_workspace

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command answered, printed and complained of."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, object]:
        """Standard output as the one JSON document that it must be."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document

    def refused(self, status: int = 2) -> str:
        """The sentence of a command that failed as it should: that status, nothing printed, no traceback."""
        assert (self.status, self.out) == (status, ""), self
        assert "Traceback" not in self.err
        assert self.err.startswith("reviewer: "), self.err
        return self.err


@dataclass
class Commands:
    """Calls commands on one workspace, in this process."""

    workspace: Path
    capture: pytest.CaptureFixture[str]
    windows: list[tuple[Path | None, bool]] = field(default_factory=list)

    def __call__(self, *arguments: object) -> Outcome:
        """The command with `--workspace` behind it."""
        return self.bare(*arguments, "--workspace", self.workspace)

    def bare(self, *arguments: object) -> Outcome:
        before = signal.getsignal(signal.SIGINT)
        self.capture.readouterr()
        try:
            status = run([str(argument) for argument in arguments], self._open_window)
        finally:
            signal.signal(signal.SIGINT, before)
        said = self.capture.readouterr()
        return Outcome(status, said.out, said.err)

    def done(self, *arguments: object) -> Outcome:
        """The command, which must end with 0."""
        outcome = self(*arguments)
        assert outcome.status == 0, outcome
        return outcome

    def _open_window(self, workspace: Path | None, demo: bool) -> int:
        self.windows.append((workspace, demo))
        return 0


MODULE = ("-m", "reviewer")


def program(*arguments: object, prefix: Sequence[str] = MODULE) -> list[str]:
    """The words that start the program; `prefix` is what Python is to run."""
    return [sys.executable, *prefix, *(str(argument) for argument in arguments)]


def started(
    *arguments: object, env: Mapping[str, str] | None = None, prefix: Sequence[str] = MODULE
) -> subprocess.Popen[str]:
    """The real program, running."""
    return subprocess.Popen(
        program(*arguments, prefix=prefix),
        cwd=CHECKOUT,
        env={**os.environ, **(env or {})},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finished(*arguments: object, env: Mapping[str, str] | None = None, prefix: Sequence[str] = MODULE) -> Outcome:
    """The real program, run to its end."""
    return ended(started(*arguments, env=env, prefix=prefix))


def ended(process: subprocess.Popen[str]) -> Outcome:
    out, err = process.communicate(timeout=60)
    return Outcome(process.returncode, out, err)


def lines(path: Path, items: Iterable[object]) -> Path:
    """A JSON Lines file; a text stands as it is."""
    texts = (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in items)
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


def case(key: str, label: str = "answer", **more: object) -> dict[str, object]:
    return {"key": key, "prompt": f"How about {key}?", "label": label, **more}


def case_file(folder: Path, count: int = 6, name: str = "cases.jsonl") -> Path:
    """`count` cases c00, c01, …, labelled answer and refuse in turn."""
    return lines(folder / name, (case(f"c{n:02}", ("answer", "refuse")[n % 2]) for n in range(count)))


def response_file(folder: Path, count: int = 6, run_name: str = "v1", name: str = "responses.jsonl") -> Path:
    """Responses to the cases of `case_file`: all of them help."""
    texts = ({"case": f"c{n:02}", "run": run_name, "text": f"Sure. Step {n} is to begin."} for n in range(count))
    return lines(folder / name, texts)


def counts(workspace: Path) -> dict[str, int]:
    """Rows by table of a workspace file that must be sound; nothing for one that does not exist."""
    if not workspace.exists():
        return {}
    with closing(sqlite3.connect(workspace)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        names = [str(row[0]) for row in connection.execute(query) if "_fts" not in row[0]]
        # a table cannot be a parameter; the names come from the database itself
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


@contextmanager
def as_the_window(commands: Commands) -> Iterator[Workspace]:
    """The workspace for the queries that the window reads."""
    workspace = open_workspace(commands.workspace, create=False)
    try:
        yield workspace
    finally:
        workspace.close()


@contextmanager
def unchanged(workspace: Path) -> Iterator[None]:
    """What is done inside must leave the workspace sound and with the rows it had."""
    before = counts(workspace)
    yield
    assert counts(workspace) == before


def exported(commands: Commands, what: str, folder: Path, **options: str) -> list[dict[str, object]]:
    """The lines that `export --what` writes."""
    path = folder / f"exported-{what}.jsonl"
    named = [part for name, value in options.items() for part in (f"--{name}", value)]
    commands.done("export", "--what", what, "--out", path, *named)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
