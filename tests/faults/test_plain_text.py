"""No plain text of a case is on the disk of an encrypted workspace; what the kernel swaps out is not seen here."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.commands import CHECKOUT, case, finished, lines, program
from tests.support.crash_disk import can_record, record
from tests.support.encrypted import PASSPHRASE

FILE_PASSPHRASE = "violet harbour counting spoons"
FILE_SECRET = {"REVIEWER_FILE_PASSPHRASE": FILE_PASSPHRASE}
CASE, RESPONSE, NOTE, KILLED = (f"canary{name}zq" for name in ("case", "response", "note", "killed"))

KILL = """
import os, signal, sys
from pathlib import Path
from reviewer.store.database import open_workspace
from reviewer.store.encrypting import unlock
from reviewer.store.memory import remember
path = Path(sys.argv[1])
unlock(path, os.environ["REVIEWER_PASSPHRASE"])
workspace = open_workspace(path)
for n in range(50):
    remember(workspace, key=f"{sys.argv[2]} {n}", value=sys.argv[2] * 100)
os.kill(os.getpid(), signal.SIGKILL)
"""


class Kept:
    """An encrypted workspace and all that the program keeps beside it in `folder`; what it is given lies elsewhere."""

    def __init__(self, path: Path) -> None:
        self.given, self.folder = path / "given", path / "kept"
        self.given.mkdir()
        (self.folder / "tmp").mkdir(parents=True)
        self.workspace = self.folder / "w.sqlite"
        self.env = {
            "REVIEWER_PASSPHRASE": PASSPHRASE,
            "TMPDIR": str(self.folder / "tmp"),
            **{f"XDG_{name}_HOME": str(self.folder / name) for name in ("DATA", "CONFIG", "CACHE", "STATE")},
        }

    def done(self, *arguments: object, more: Mapping[str, str] | None = None) -> str:
        """What a command prints that goes well; it prints no passphrase."""
        outcome = finished(*arguments, "--workspace", self.workspace, env={**self.env, **(more or {})})
        assert outcome.status == 0, outcome
        assert PASSPHRASE not in outcome.out + outcome.err
        return outcome.out

    def fill(self) -> None:
        cases = lines(self.given / "cases.jsonl", [case(f"c{n}", prompt=f"{CASE} {n} how?") for n in range(20)])
        texts = [{"case": f"c{n}", "run": "v1", "text": f"Sure. {RESPONSE} {n}."} for n in range(20)]
        self.done("import", cases, "--suite", "S")
        self.done("import", lines(self.given / "responses.jsonl", texts), "--suite", "S")
        self.done("decide", "--run", "v1", "--case", "c1", "--action", "refuse", "--note", NOTE)

    def kill(self) -> None:
        """While it writes."""
        killed = subprocess.run(
            [sys.executable, "-c", KILL, self.workspace, KILLED],
            cwd=CHECKOUT,
            env={**os.environ, **self.env},
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_no_file_holds_plain_text_of_a_case(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    given, done, backup = kept.given, kept.done, kept.folder / "kept.sqlite"
    done("import", lines(given / "first.jsonl", [case("x")]), "--suite", "First")
    code = re.findall(r"(?:[2-9A-Z]{4}-){12}[2-9A-Z]{4}", done("encrypt"))
    assert len(code) == 1
    kept.fill()
    done("backup", "--out", backup)
    done("bundle", "--run", "v1", "--out", given / "bundle.zip")
    done("report", "--run", "v1", "--out", given / "report.html")
    done("passphrase", "change", more={"REVIEWER_NEW_PASSPHRASE": PASSPHRASE + " kettle"})
    kept.env["REVIEWER_PASSPHRASE"] = PASSPHRASE + " kettle"
    packet = kept.folder / "packet"
    done("packet", "export", "--decisions", "--run", "v1", "--out", packet, "--encrypt", more=FILE_SECRET)
    kept.kill()
    assert (kept.folder / "w.sqlite-wal").stat().st_size > 0
    everything = kept.files()
    assert {kept.workspace, backup} <= set(everything)
    found = [
        (path.name, word)
        for path in everything
        for word in (CASE, RESPONSE, NOTE, KILLED, PASSPHRASE, FILE_PASSPHRASE, *code)
        if word.encode() in path.read_bytes()
    ]
    assert found == []
    done("export", "--what", "cases", "--suite", "S", "--out", given / "out.jsonl")
    assert CASE in (given / "out.jsonl").read_text(encoding="utf-8")
    done("restore", backup, "--yes", more={"REVIEWER_FILE_PASSPHRASE": PASSPHRASE})
    assert not [path for path in kept.files() if RESPONSE.encode() in path.read_bytes()]


@pytest.mark.skipif(not can_record(), reason="strace is not installed or not permitted here")
def test_no_write_at_any_moment_holds_plain_text(tmp_path: Path) -> None:
    """Whenever it is killed: of all that the program ever wrote beside the workspace or into the temporary folder."""
    given, kept, scratch = (tmp_path / name for name in ("given", "kept", "scratch"))
    for folder in (given, kept / "tmp", scratch):
        folder.mkdir(parents=True)
    cases = lines(given / "cases.jsonl", [case(f"c{n}", prompt=f"{CASE} {n} how? " + CASE * 200) for n in range(40)])
    texts = [{"case": f"c{n}", "run": "v1", "text": f"Sure. {RESPONSE} {n}."} for n in range(40)]
    responses = lines(given / "responses.jsonl", texts)
    workspace = kept / "w.sqlite"
    folders = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), str(kept))
    secrets = {"REVIEWER_PASSPHRASE": PASSPHRASE, **FILE_SECRET, "REVIEWER_NEW_PASSPHRASE": PASSPHRASE + " kettle"}
    env = {**os.environ, **folders, **secrets, "TMPDIR": str(kept / "tmp"), "PYTHONPATH": str(CHECKOUT)}
    finished("import", lines(given / "first.jsonl", [case("x")]), "--suite", "First", "--workspace", workspace, env=env)
    finished("encrypt", "--workspace", workspace, env=env)
    written = 0
    for arguments in (
        ("import", cases, "--suite", "S"),
        ("import", responses, "--suite", "S"),
        ("decide", "--run", "v1", "--case", "c1", "--action", "refuse", "--note", NOTE),
        ("backup", "--out", kept / "kept.sqlite"),
        ("bundle", "--run", "v1", "--out", kept / "bundle.zip", "--encrypt"),
        ("packet", "export", "--decisions", "--run", "v1", "--out", kept / "packet", "--encrypt"),
        ("restore", kept / "kept.sqlite", "--yes"),
        ("passphrase", "change"),
    ):
        steps = record(program(*arguments, "--workspace", workspace), kept, scratch, env, CHECKOUT)
        held = [step.path for step in steps for word in (CASE, RESPONSE, NOTE) if word.encode() in step.data]
        assert held == [], arguments
        written += sum(len(step.data) for step in steps if step.does == "write")
    assert written > 1_000_000
    assert (kept / "bundle.zip").exists()
