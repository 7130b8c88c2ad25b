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


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_no_file_holds_plain_text_of_a_case(tmp_path: Path) -> None:
    given, kept = tmp_path / "given", tmp_path / "kept"
    given.mkdir()
    (kept / "tmp").mkdir(parents=True)
    cases = lines(given / "cases.jsonl", [case(f"c{n}", prompt=f"{CASE} {n} how?") for n in range(20)])
    texts = [{"case": f"c{n}", "run": "v1", "text": f"Sure. {RESPONSE} {n}."} for n in range(20)]
    responses = lines(given / "responses.jsonl", texts)
    workspace, backup = kept / "w.sqlite", kept / "kept.sqlite"
    env = {
        "REVIEWER_PASSPHRASE": PASSPHRASE,
        "TMPDIR": str(kept / "tmp"),
        **{f"XDG_{name}_HOME": str(kept / name) for name in ("DATA", "CONFIG", "CACHE", "STATE")},
    }

    def done(*arguments: object, more: Mapping[str, str] | None = None) -> str:
        outcome = finished(*arguments, "--workspace", workspace, env={**env, **(more or {})})
        assert outcome.status == 0, outcome
        assert PASSPHRASE not in outcome.out + outcome.err
        return outcome.out

    done("import", lines(given / "first.jsonl", [case("x")]), "--suite", "First")
    said = done("encrypt")
    code = re.findall(r"(?:[2-9A-Z]{4}-){12}[2-9A-Z]{4}", said)
    assert len(code) == 1
    done("import", cases, "--suite", "S")
    done("import", responses, "--suite", "S")
    done("decide", "--run", "v1", "--case", "c1", "--action", "refuse", "--note", NOTE)
    done("backup", "--out", backup)
    done("bundle", "--run", "v1", "--out", given / "bundle.zip")
    done("report", "--run", "v1", "--out", given / "report.html")
    done("passphrase", "change", more={"REVIEWER_NEW_PASSPHRASE": PASSPHRASE + " kettle"})
    env["REVIEWER_PASSPHRASE"] = PASSPHRASE + " kettle"
    done("packet", "export", "--decisions", "--run", "v1", "--out", kept / "packet", "--encrypt", more=FILE_SECRET)
    killed = subprocess.run(
        [sys.executable, "-c", KILL, workspace, KILLED], cwd=CHECKOUT, env={**os.environ, **env}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert (kept / "w.sqlite-wal").stat().st_size > 0
    everything = [path for path in kept.rglob("*") if path.is_file()]
    assert {workspace, backup} <= set(everything)
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
    assert not [path for path in kept.rglob("*") if path.is_file() and RESPONSE.encode() in path.read_bytes()]


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
