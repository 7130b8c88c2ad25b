"""Where nothing can be written everything can be read: full disks, disks, folders and files that can only be read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.store.memory import recalled, remember
from reviewer.store.opening import open_beside, open_or_read, open_to_read
from reviewer.store.queries import runs
from tests.architecture.checkout import ROOT
from tests.support.builders import ANSWER, decide, filled_workspace
from tests.support.namespaces import in_own_mounts

KILLED = """
import os, signal, sys
from pathlib import Path
from reviewer.store.database import open_workspace
from reviewer.store.memory import remember
workspace = open_workspace(Path(sys.argv[1]))
remember(workspace, key="is", value="last word")
os.kill(os.getpid(), signal.SIGKILL)
"""


def closed_workspace(path: Path) -> Path:
    filled_workspace(path).workspace.close()
    return path


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that any account may go into, with a closed workspace."""
    folder = Path(tempfile.mkdtemp(prefix="life-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


MOUNTED_READ_ONLY = 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; shift; "$@"'
FILLED_DISK = """
mount -t tmpfs -o size=6m none "$1"; cp "$2"* "$1"; cp /dev/zero "$1/filler" 2>/dev/null || true; shift 2; "$@"
"""
ROOM_AGAIN = """
mount -t tmpfs -o size=6m none "$1"; cp "$2" "$1"; cp /dev/zero "$1/filler" 2>/dev/null || true; shift 2; "$@" || true
rm "$FILLER"; "$@"
"""


def reviewer(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "reviewer", *map(str, arguments)]


READING = [
    ["runs", "--json"],
    ["suites", "--json"],
    ["endpoints", "--json"],
    ["score", "--run", "run", "--json"],
    ["agreement", "--run", "run", "--json"],
]
ONE_AFTER_THE_OTHER = """
import json, sys
from reviewer.cli.app import run
path, commands = sys.argv[1], json.loads(sys.argv[2])
for command in commands:
    status = run([*command, "--workspace", path], lambda *given: 0)
    print("\\x1e", status, flush=True)
"""


def each_of(commands: list[list[str]], path: Path) -> list[str]:
    """A process that gives these commands one after the other."""
    return [sys.executable, "-c", ONE_AFTER_THE_OTHER, str(path), json.dumps(commands)]


def check_answers(done: subprocess.CompletedProcess[str]) -> None:
    """Each command printed its document and ended well."""
    texts = done.stdout.split("\x1e")
    documents = [texts[0], *(text.split("\n", 1)[1] for text in texts[1:])]
    assert [text.split("\n", 1)[0].strip() for text in texts[1:]] == ["0"] * len(READING), done.stderr
    assert all(json.loads(document) is not None for document in documents[:-1])


@pytest.mark.parametrize("left_log", [False, True], ids=["whole", "with the log of a killed program"])
def test_a_disk_that_can_only_be_read_is_read(place: Path, left_log: bool) -> None:
    path = closed_workspace(place / "w.sqlite")
    if left_log:
        subprocess.run([sys.executable, "-c", KILLED, path], cwd=ROOT, check=False)
        assert path.with_name("w.sqlite-wal").stat().st_size > 0
    before = names(place)
    done = in_own_mounts(MOUNTED_READ_ONLY, place, *each_of(READING, path))
    check_answers(done)
    assert names(place) == before
    assert "is open to be read; nothing in it can be changed. The disk it lies on can only be read." in done.stderr


def test_a_report_of_it_is_written_elsewhere(place: Path, tmp_path: Path) -> None:
    path, out = closed_workspace(place / "w.sqlite"), tmp_path / "report.html"
    command = reviewer("report", "--run", "run", "--out", out, "--workspace", path)
    done = in_own_mounts(MOUNTED_READ_ONLY, place, *command)
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size > 0


DECIDE = ["decide", "--run", "run", "--case", "case-001", "--action", "refuse"]


def test_a_decision_there_is_refused_with_a_sentence(place: Path) -> None:
    path = closed_workspace(place / "w.sqlite")
    done = in_own_mounts(MOUNTED_READ_ONLY, place, *reviewer(*DECIDE, "--workspace", path))
    assert done.returncode == 3
    assert "nothing in it can be changed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_read(tmp_path: Path) -> None:
    path, disk = closed_workspace(tmp_path / "w.sqlite"), tmp_path / "disk"
    disk.mkdir()
    check_answers(in_own_mounts(FILLED_DISK, disk, path, *each_of(READING, disk / "w.sqlite")))


def test_on_a_full_disk_nothing_is_stored_and_a_sentence_says_so_until_there_is_room(tmp_path: Path) -> None:
    path, disk = closed_workspace(tmp_path / "w.sqlite"), tmp_path / "disk"
    disk.mkdir()
    once = reviewer(*DECIDE, "--workspace", disk / "w.sqlite")
    done = in_own_mounts(ROOM_AGAIN.replace("$FILLER", str(disk / "filler")), disk, path, *once)
    assert done.returncode == 0, done.stderr
    assert "disk is full" in done.stderr
    assert "Traceback" not in done.stderr


GOES_ON = """
import sys
from contextlib import closing
from pathlib import Path
from reviewer.core.errors import KnownError
from reviewer.store.opening import open_or_read
from reviewer.store.memory import recalled, remember
folder = Path(sys.argv[1])
with closing(open_or_read(folder / "w.sqlite")) as workspace:
    filler = folder / "filler"
    try:
        with filler.open("wb") as file:
            while True:
                file.write(bytes(4096)); file.flush()
    except OSError:
        pass
    try:
        for n in range(1000):
            remember(workspace, key=f"k{n}", value="x" * 3000)
        raise SystemExit("the disk was not full")
    except KnownError as error:
        print(error)
    filler.unlink()
    remember(workspace, key="after", value=1)
    assert recalled(workspace, "after") == 1 and recalled(workspace, f"k{n}") is None
    assert workspace.problems() == []
"""


def test_a_workspace_that_is_open_while_the_disk_fills_goes_on_when_there_is_room(tmp_path: Path) -> None:
    path, disk = closed_workspace(tmp_path / "w.sqlite"), tmp_path / "disk"
    disk.mkdir()
    script = 'mount -t tmpfs -o size=6m none "$1"; cp "$2" "$1"; "$PYTHON" -c "$3" "$1"'
    done = in_own_mounts(script, disk, path, GOES_ON)
    assert done.returncode == 0, done.stderr
    assert "disk is full" in done.stdout or "There is no room" in done.stdout


def without_rights(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command by an account that the permissions hold for, which they do not for root."""
    drop = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-all"] if os.geteuid() == 0 else []
    if drop and not shutil.which("setpriv"):
        pytest.skip("root may write anywhere")
    return subprocess.run(
        [*drop, *reviewer(*arguments)], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ
    )


@pytest.mark.parametrize("what", ["folder", "file", "both"])
def test_a_folder_or_a_file_without_the_right_to_write_is_read(place: Path, what: str) -> None:
    path = closed_workspace(place / "w.sqlite")
    path.chmod(0o444 if what != "folder" else 0o666)
    place.chmod(0o555 if what != "file" else 0o777)
    before = path.read_bytes()
    done = without_rights("score", "--run", "run", "--json", "--workspace", path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["n_cases"] == 6
    assert "You have no permission to write" in done.stderr
    refused = without_rights(*DECIDE, "--workspace", path)
    assert (refused.returncode, "nothing in it can be changed" in refused.stderr) == (3, True), refused.stderr
    assert (names(place), path.read_bytes()) == ({"w.sqlite"}, before)


def test_a_file_that_is_read_only_is_left_alone_and_its_log_is_read(tmp_path: Path) -> None:
    path = closed_workspace(tmp_path / "w.sqlite")
    with closing(open_to_read(path, "Only to be read.")) as workspace:
        assert names(tmp_path) == {"w.sqlite"}
        assert len(runs.runs(workspace)) == 1
        with pytest.raises(InputError, match=r"Only to be read\."):
            decide(workspace, 1, ANSWER)


def test_a_file_that_is_written_to_meanwhile_is_not_read_on(tmp_path: Path) -> None:
    path = closed_workspace(tmp_path / "w.sqlite")
    with closing(open_to_read(path, "Only to be read.")) as workspace:
        assert runs.runs(workspace)
        with path.open("ab") as file:
            file.write(bytes(4096))
        with pytest.raises(EnvironmentFault, match="written to by another program"):
            runs.runs(workspace)


def test_beside_another_program_what_it_stores_is_seen(tmp_path: Path) -> None:
    path = closed_workspace(tmp_path / "w.sqlite")
    with closing(open_or_read(path)) as first, closing(open_beside(path)) as second:
        remember(first, key="is", value="new")
        assert recalled(second, "is") == "new"
        with pytest.raises(InputError, match="open in another window"):
            decide(second, 1, ANSWER)
