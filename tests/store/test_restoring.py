"""A backup takes the place of a workspace whole, and what was there is kept; real files, real locks, real kills."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.store.database import open_workspace
from reviewer.store.memory import recalled, remember
from reviewer.store.restoring import restore_workspace
from tests.architecture.checkout import ROOT
from tests.support.builders import filled_workspace


def made(path: Path, said: str) -> Path:
    """A closed workspace that remembers what it is."""
    workspace = filled_workspace(path).workspace
    remember(workspace, key="is", value=said)
    workspace.close()
    return path


def said_by(path: Path) -> object:
    with closing(open_workspace(path, create=False)) as workspace:
        assert workspace.problems() == []
        return recalled(workspace, "is")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def current(tmp_path: Path) -> Path:
    (tmp_path / "there").mkdir()
    return made(tmp_path / "there" / "w.db", "current")


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return made(tmp_path / "backups" / "b.db", "backup")


def test_the_backup_takes_the_place_and_what_was_there_is_kept(current: Path, backup: Path) -> None:
    bytes_before = backup.read_bytes()
    kept = restore_workspace(current, backup)
    assert kept is not None
    assert names(current.parent) == {"w.db", kept.name}
    assert (said_by(current), said_by(kept)) == ("backup", "current")
    assert backup.read_bytes() == bytes_before
    assert names(backup.parent) == {"b.db"}


def test_each_restoring_keeps_its_own(current: Path, backup: Path) -> None:
    kept = [restore_workspace(current, backup) for _ in range(3)]
    assert len(set(kept)) == 3
    assert names(current.parent) == {"w.db", *(path.name for path in kept if path)}


def test_a_workspace_that_is_gone_comes_back(current: Path, backup: Path) -> None:
    current.unlink()
    assert restore_workspace(current, backup) is None
    assert names(current.parent) == {"w.db"}
    assert said_by(current) == "backup"


KILLED = """
import os, signal, sys
from pathlib import Path
from reviewer.store.database import open_workspace
from reviewer.store.memory import remember
workspace = open_workspace(Path(sys.argv[1]))
remember(workspace, key="is", value="last word")
os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_while_open(path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0


def test_a_log_that_a_killed_program_left_is_kept_with_its_file_and_not_read_as_the_backups(
    current: Path, backup: Path
) -> None:
    kill_while_open(current)
    kept = restore_workspace(current, backup)
    assert kept is not None
    assert names(current.parent) == {"w.db", kept.name}
    assert (said_by(current), said_by(kept)) == ("backup", "last word")


def test_the_log_of_a_file_that_is_gone_is_not_read_as_the_backups(current: Path, backup: Path) -> None:
    kill_while_open(current)
    current.unlink()
    assert restore_workspace(current, backup) is None
    assert said_by(current) == "backup"


def test_a_backup_with_a_log_beside_it_is_restored_with_what_is_in_the_log(current: Path, backup: Path) -> None:
    kill_while_open(backup)
    before = backup.read_bytes()
    restore_workspace(current, backup)
    assert said_by(current) == "last word"
    assert backup.read_bytes() == before


@pytest.mark.parametrize("kept_bytes", [100, 4096, 20_000])
def test_a_damaged_workspace_is_replaced_and_kept_as_it_was(current: Path, backup: Path, kept_bytes: int) -> None:
    kill_while_open(current)
    content = current.read_bytes()
    damaged = content[:kept_bytes] + b"\xff" * (len(content) - kept_bytes)
    current.write_bytes(damaged)
    kept = restore_workspace(current, backup)
    assert kept is not None
    assert said_by(current) == "backup"
    # a file that could be locked has its log in it now; another one stands as it was, its log beside it
    assert kept.read_bytes() == damaged or not kept.with_name(f"{kept.name}-wal").exists()


def test_a_workspace_that_is_open_is_not_replaced(current: Path, backup: Path) -> None:
    with closing(open_workspace(current)) as opened:
        with pytest.raises(EnvironmentFault, match=r"in use.*Nothing was changed"):
            restore_workspace(current, backup)
        remember(opened, key="is", value="still current")
    assert names(current.parent) == {"w.db"}
    assert said_by(current) == "still current"


def test_a_workspace_that_another_program_has_open_is_not_replaced(current: Path, backup: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from reviewer.store.database import open_workspace\n"
        "opened = open_workspace(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read(); opened.close()"
    )
    command = [sys.executable, "-c", code, str(current)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(EnvironmentFault, match="in use"):
            restore_workspace(current, backup)
        other.communicate(timeout=60)
    assert restore_workspace(current, backup) is not None
    assert said_by(current) == "backup"


def damage(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"\xff" * (len(content) - len(content) // 2))


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def make_text(path: Path) -> None:
    path.write_text("key,prompt\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (damage, "is damaged"),
        (make_newer, "newer Reviewer"),
        (empty, "is empty"),
        (make_text, "not a Reviewer workspace"),
        (Path.unlink, "no backup"),
    ],
)
def test_a_bad_backup_is_refused_and_changes_nothing(current: Path, backup: Path, spoil: object, told: str) -> None:
    assert callable(spoil)
    spoil(backup)
    before = current.read_bytes()
    with pytest.raises(InputError, match=told) as caught:
        restore_workspace(current, backup)
    assert str(backup) in caught.value.what
    assert caught.value.remedy
    assert current.read_bytes() == before
    assert names(current.parent) == {"w.db"}


def test_what_is_no_workspace_is_not_replaced(current: Path, backup: Path) -> None:
    make_text(current)
    with pytest.raises(InputError, match="not a Reviewer workspace"):
        restore_workspace(current, backup)
    with pytest.raises(InputError, match="is a folder"):
        restore_workspace(current.parent, backup)
    assert names(current.parent) == {"w.db"}


def test_a_workspace_is_not_restored_from_itself(current: Path) -> None:
    with pytest.raises(InputError, match="the workspace itself"):
        restore_workspace(current, current)


def test_a_link_to_a_workspace_stays_a_link(current: Path, backup: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(current)
    restore_workspace(link, backup)
    assert link.is_symlink()
    assert said_by(current) == "backup"


def test_where_a_file_can_have_one_name_only_a_copy_is_kept(
    current: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    kept = restore_workspace(current, backup)
    assert kept is not None
    assert (said_by(current), said_by(kept)) == ("backup", "current")


@pytest.mark.parametrize("step", ["link", "replace", "fsync"])
def test_a_step_that_fails_leaves_the_workspace_as_it_was(
    current: Path, backup: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    mode = current.stat().st_mode

    def fail(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    if step == "link":
        monkeypatch.setattr(shutil, "copyfileobj", fail)
    with pytest.raises(EnvironmentFault, match="No space left"):
        restore_workspace(current, backup)
    monkeypatch.undo()
    assert said_by(current) == "current"
    assert current.stat().st_mode == mode
    assert names(current.parent) == {"w.db"}


def test_a_log_alone_stays_where_it_was_when_the_backup_is_not_put_in_place(
    current: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_while_open(current)
    current.unlink()
    log, real = current.with_name("w.db-wal"), os.replace
    before = log.read_bytes()

    def fail_at_the_end(old: Path, new: Path) -> None:
        if new == current:
            raise OSError(28, "No space left on device")
        real(old, new)

    monkeypatch.setattr(os, "replace", fail_at_the_end)
    with pytest.raises(EnvironmentFault, match="No space left"):
        restore_workspace(current, backup)
    assert log.read_bytes() == before
    assert not [name for name in names(current.parent) if "before-restore" in name]


DIES = """
import os, signal, sys
from pathlib import Path
from reviewer.store import restoring
step, path, source = sys.argv[1:]
real, calls = getattr(os, step), []
def die(*given):
    calls.append(given)
    if "before-restore" in str(given) or str(given[-1]) == path:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given)
setattr(os, step, die)
restoring.restore_workspace(Path(path), Path(source))
"""


@pytest.mark.parametrize("step", ["link", "replace"])
def test_a_program_that_is_killed_on_the_way_leaves_the_whole_workspace(current: Path, backup: Path, step: str) -> None:
    kill_while_open(current)
    ended = subprocess.run([sys.executable, "-c", DIES, step, str(current), str(backup)], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert said_by(current) == "last word"
