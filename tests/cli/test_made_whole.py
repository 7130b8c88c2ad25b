"""What is made on a disk that is full, or nearly, is there whole or not at all: no empty workspace, no half of one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewer.store.database import open_workspace
from tests.support.builders import filled_workspace
from tests.support.commands import Commands, case_file, finished, lines, response_file
from tests.support.namespaces import in_own_mounts

PASSPHRASE = "seven brown bears dance at night 4"
ROOM_KB = (0, 8, 100, 470, 520)
"""What is left on the disk: nothing, a page or two, less than an empty workspace, just that, a little more."""
EACH_ON_A_FULL_DISK = """
import json, os, shutil, sys
from pathlib import Path
from reviewer.cli.app import run
disk, commands, rooms = Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
told = []
for command in commands:
    for room in rooms:
        out, filler = disk / "out", disk / "filler"
        shutil.rmtree(out, ignore_errors=True); filler.unlink(missing_ok=True); out.mkdir()
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize - room * 1024
        filler.write_bytes(bytes(max(0, free)))
        status = run(command, lambda *given: 0)
        told.append((command[:2], room, status, sorted(str(each.relative_to(out)) for each in out.rglob("*"))))
print("\\x1e" + json.dumps(told))
"""
SMALL_DISK = 'mount -t tmpfs -o size=6m none "$1"; "$PYTHON" -c "$2" "$1" "$3" "$4"'


@dataclass(frozen=True)
class Made:
    """A command that makes files in the folder `out`, and which they are."""

    command: tuple[object, ...]
    names: tuple[str, ...]


def made_by(given: Path, out: Path) -> list[Made]:
    source = ("--workspace", given / "w.sqlite")
    new = ("--workspace", out / "a" / "n.sqlite")
    workspace = ("a", "a/n.sqlite")
    return [
        Made(("suite", "new", "s", *new), workspace),
        Made(("endpoint", "add", "e", "--base-url", "http://127.0.0.1:9/v1", *new), workspace),
        Made(("import", given / "cases.jsonl", *new), workspace),
        Made(("backup", "--out", out / "b.sqlite", *source), ("b.sqlite",)),
        Made(("doctor", "--salvage", out / "s.sqlite", *source), ("s.sqlite",)),
        Made(("key", "new", out / "k.pem"), ("k.pem", "k.pem.pub")),
        Made(("report", "--run", "v1", "--out", out / "r.xlsx", *source), ("r.xlsx",)),
        Made(("report", "--run", "v1", "--out", out / "r.html", "--encrypt", *source), ("r.html.sealed",)),
        Made(("bundle", "--run", "v1", "--out", out / "b.zip", *source), ("b.zip",)),
        Made(("export", "--what", "cases", "--suite", "cases", "--out", out / "c.parquet", *source), ("c.parquet",)),
    ]


def test_each_command_on_a_full_disk_leaves_its_file_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, disk = tmp_path / "given", tmp_path / "disk"
    given.mkdir()
    disk.mkdir()
    files = (case_file(given), response_file(given))
    assert finished("import", *files, "--workspace", given / "w.sqlite").status == 0
    for name in ("REVIEWER_FILE_PASSPHRASE", "REVIEWER_KEY_PASSPHRASE"):
        monkeypatch.setenv(name, PASSPHRASE)
    made = made_by(given, disk / "out")
    commands = json.dumps([[str(word) for word in each.command] for each in made])
    done = in_own_mounts(SMALL_DISK, disk, EACH_ON_A_FULL_DISK, commands, json.dumps(ROOM_KB))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout.rpartition("\x1e")[2])
    whole = [list(each.names) for each in made for _ in ROOM_KB]
    for (words, room, status, found), names in zip(told, whole, strict=True):
        # what was stored stands in the log where the disk has no room to bring it into the file
        left = [each for each in found if status or not each.endswith(("-wal", "-shm"))]
        assert left == ([] if status else names), (words, room, status)
    assert {status for _, _, status, _ in told} == {0, 3}


def test_an_erasure_that_cannot_export_leaves_no_folder_and_erases_nothing(tmp_path: Path) -> None:
    given, disk = tmp_path / "given", tmp_path / "disk"
    given.mkdir()
    disk.mkdir()
    path = given / "w.sqlite"
    assert finished("import", case_file(given), response_file(given), "--workspace", path).status == 0
    command = ["erase", "--suite", "cases", "--export", str(disk / "out" / "all"), "--yes", "--workspace", str(path)]
    done = in_own_mounts(SMALL_DISK, disk, EACH_ON_A_FULL_DISK, json.dumps([command]), json.dumps((0, 8, 20)))
    told = json.loads(done.stdout.rpartition("\x1e")[2])
    assert [(status, names) for _, _, status, names in told] == [(3, [])] * 3
    assert '"cases"' in finished("suites", "--json", "--workspace", path).out


def test_a_new_workspace_stays_after_wrong_input(reviewer: Commands, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "w.sqlite"
    reviewer.bare("import", tmp_path / "missing.jsonl", "--workspace", path).refused()
    assert reviewer.bare("suites", "--json", "--workspace", path).status == 0


def test_one_that_another_program_has_open_or_wrote_to_stays(tmp_path: Path) -> None:
    from reviewer.store.making import NewFile

    path = tmp_path / "w.sqlite"
    new = NewFile(path)
    workspace = open_workspace(path)
    born = workspace.moment()
    new.take_away(workspace.dialect, born)
    assert path.exists()  # it is open
    workspace.close()
    filled_workspace(path, 1).workspace.close()
    new.take_away(workspace.dialect, born)
    assert path.exists()  # something is in it


@pytest.mark.parametrize("words", [("--suite", "S"), ()])
def test_bad_rows_alone_make_no_suite(reviewer: Commands, tmp_path: Path, words: tuple[str, ...]) -> None:
    bad = lines(
        tmp_path / "bad.jsonl", [{"key": "a", "prompt": "", "label": "answer"}, {"key": "b", "label": "refuse"}]
    )
    outcome = reviewer("import", bad, "--format", "reviewer-cases", *words)
    assert outcome.status == 2
    assert reviewer.done("suites", "--json").document["suites"] == []


def test_a_suite_of_which_the_file_has_a_row_is_made_without_cases(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.done("suite", "new", "empty", "--description", "later")
    reviewer.done("export", "--what", "cases", "--suite", "empty", "--out", tmp_path / "empty.jsonl")
    reviewer.workspace = tmp_path / "other.sqlite"
    reviewer.done("import", tmp_path / "empty.jsonl")
    assert "empty" in reviewer.done("suites").out
