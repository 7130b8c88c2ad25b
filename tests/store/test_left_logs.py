"""A log that a killed program left is replayed over its own file only; real kills, real copies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.core.errors import EnvironmentFault
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.dialects import first_pages, sealing, wal
from reviewer.store.dialects.sqlite import problems
from reviewer.store.encrypting import encrypt, lock_all
from reviewer.store.memory import recalled, remember
from reviewer.store.restoring import restore_workspace
from tests.architecture.checkout import ROOT
from tests.support.builders import filled_workspace
from tests.support.encrypted import PASSPHRASE

KILLED = """
import os, signal, sys
from pathlib import Path
from reviewer.store.database import open_workspace
from reviewer.store.encrypting import encrypt, lock_all
from reviewer.store.memory import remember
path, backup = sys.argv[1:]
workspace = open_workspace(Path(path))
remember(workspace, key="is", value="in the log")
if backup:
    workspace.backup(Path(backup))
remember(workspace, key="is", value="last word")
os.kill(os.getpid(), signal.SIGKILL)
"""


def made(path: Path, said: str) -> Path:
    workspace = filled_workspace(path).workspace
    remember(workspace, key="is", value=said)
    workspace.close()
    return path


def kill_while_open(path: Path, backup: str | Path = "") -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path), str(backup)], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert wal.log_of(path).stat().st_size > 0


def said_by(path: Path) -> tuple[object, tuple[str, ...]]:
    with closing(open_workspace(path, create=False)) as workspace:
        assert workspace.problems() == []
        return recalled(workspace, "is"), workspace.notices


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    path = made(tmp_path / "w.db", "closed")
    shutil.copyfile(path, tmp_path / "older.db")
    with closing(open_workspace(path)) as workspace:
        remember(workspace, key="is", value="closed later")
    kill_while_open(path, tmp_path / "backup.db")
    return path


def test_a_log_is_replayed_over_its_own_file(killed: Path) -> None:
    assert wal.log_fits(killed)
    assert said_by(killed) == ("last word", ())


@pytest.mark.parametrize("name", ["backup.db", "older.db", "another.db"])
def test_what_is_copied_over_a_killed_workspace_is_read_as_it_is(killed: Path, tmp_path: Path, name: str) -> None:
    made(tmp_path / "another.db", "another")
    before, log = (tmp_path / name).read_bytes(), wal.log_of(killed).read_bytes()
    killed.write_bytes(before)
    said, notices = said_by(killed)
    expected = {"backup.db": "in the log", "older.db": "closed", "another.db": "another"}
    assert said == expected[name]
    (told,) = notices
    (kept,) = tmp_path.glob("w.db.log-set-aside-*")
    assert kept.name in told
    assert kept.read_bytes() == log
    assert said_by(killed) == (said, ())


def test_a_newer_file_that_a_synchroniser_brings_is_not_cut_back_by_an_older_log(killed: Path, tmp_path: Path) -> None:
    shutil.copyfile(killed, tmp_path / "elsewhere.db")
    shutil.copyfile(wal.log_of(killed), tmp_path / "elsewhere.db-wal")
    for written in ("elsewhere", "and again"):
        with closing(open_workspace(tmp_path / "elsewhere.db")) as workspace:
            remember(workspace, key="is", value=written)
    shutil.copyfile(tmp_path / "elsewhere.db", killed)
    said, notices = said_by(killed)
    assert said == "and again"
    assert len(notices) == 1


def test_a_copied_folder_is_read_with_its_log(killed: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    for name in ("w.db", "w.db-wal"):
        shutil.copy(tmp_path / name, tmp_path / "copy" / name)
    assert said_by(tmp_path / "copy" / "w.db") == ("last word", ())


def test_a_log_that_was_partly_brought_into_the_file_still_fits(tmp_path: Path) -> None:
    """A copy of a file in use: some pages are of the log already, the first one of any of its commits."""
    path, copy = made(tmp_path / "w.db", "closed"), tmp_path / "copy.db"
    with closing(open_workspace(path)) as workspace:
        for n in range(30):
            remember(workspace, key="is", value=n)
            if n % 7 == 3:
                checkpoint(workspace)
            shutil.copyfile(path, copy)
            shutil.copyfile(wal.log_of(path), wal.log_of(copy))
            assert wal.log_fits(copy), n
            assert problems(copy) == []


def checkpoint(workspace: Workspace) -> None:
    with workspace.read() as session:
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")


def test_checking_and_restoring_do_not_replay_another_states_log_either(killed: Path, tmp_path: Path) -> None:
    shutil.copyfile(tmp_path / "older.db", killed)
    assert problems(killed) == []
    restore_workspace(killed, tmp_path / "backup.db")
    assert said_by(killed) == ("in the log", ())
    kill_while_open(killed)
    shutil.copyfile(tmp_path / "older.db", killed)
    restore_workspace(tmp_path / "new.db", killed)
    assert said_by(tmp_path / "new.db") == ("closed", ())


def test_a_log_that_cannot_be_put_away_keeps_the_file_shut(
    killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(tmp_path / "older.db", killed)
    before, real = killed.read_bytes(), os.replace

    def refuse(old: Path, new: Path) -> None:
        if "set-aside" in str(new):
            raise OSError(13, "Permission denied")
        real(old, new)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(EnvironmentFault, match=r"w\.db-wal to another folder"):
        open_workspace(killed)
    assert killed.read_bytes() == before


@settings(deadline=None, max_examples=30)
@given(st.binary(max_size=9000))
def test_no_log_at_all_breaks_the_looking(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("w") / "w.db"
    path.write_bytes(first_pages.MAGIC + bytes(84))
    wal.log_of(path).write_bytes(b"\x37\x7f\x06\x82" + content)
    assert wal.log_fits(path) in (True, False)


def test_each_state_of_a_workspace_has_its_stamp(tmp_path: Path) -> None:
    """Also where nothing but the stamp would differ, and none for a write that changes nothing."""
    stamps: list[int] = []
    with closing(open_workspace(tmp_path / "w.db")) as workspace:

        def write(act: Callable[[], object]) -> int:
            act()
            with workspace.read() as session:
                stamps.append(session.connection().exec_driver_sql("PRAGMA user_version").scalar_one())
            return stamps[-1] & 0xFFFFFFFF

        def nothing() -> None:
            with workspace.write():
                pass

        last = write(lambda: None)
        for n in range(20):
            new = write(partial(remember, workspace, key="is", value=n))
            assert new >> 16 == last & 0xFFFF
            assert new != last
            last = new
        assert write(nothing) == last


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_transaction_that_was_cut_off_is_taken_back(is_encrypted: bool, tmp_path: Path) -> None:
    """A file that was just converted or restored begins without a log; what it then leaves is a rollback journal."""
    path, copy = made(tmp_path / "w.db", "kept"), tmp_path / "after" / "w.db"
    copy.parent.mkdir()
    if is_encrypted:
        encrypt(path, PASSPHRASE)
    with closing(sealing.connect(path, sealing.key_of(path), {"isolation_level": None})) as connection:
        for statement in ("PRAGMA journal_mode = DELETE", "PRAGMA cache_size = 1", "BEGIN IMMEDIATE"):
            connection.execute(statement)
        connection.execute("CREATE TABLE half AS SELECT * FROM response")
        connection.execute("DELETE FROM setting")
        for ending in ("", "-journal"):
            shutil.copy(f"{path}{ending}", f"{copy}{ending}")
        connection.execute("ROLLBACK")
    assert Path(f"{copy}-journal").stat().st_size > 0
    assert said_by(copy) == ("kept", ())
    lock_all()


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "encrypted"])
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with `w.db`, `backup.db`, `older.db` and `another.db`, and logs that were left at earlier moments."""
    folder = tmp_path_factory.mktemp("left")
    path, other = made(folder / "w.db", "older"), made(folder / "another.db", "another")
    for each in (path, other) if request.param else ():
        encrypt(each, PASSPHRASE)
    shutil.copy(path, folder / "older.db")
    for each in (path, other):
        with closing(sealing.connect(each, sealing.key_of(each), {"isolation_level": None})) as connection:
            for statement in ("PRAGMA journal_mode = DELETE", "PRAGMA cache_size = 1", "BEGIN IMMEDIATE"):
                connection.execute(statement)
            connection.execute("CREATE TABLE half AS SELECT * FROM response")
            shutil.copy(f"{each}-journal", folder / f"{each.stem}-journal")
            connection.execute("ROLLBACK")
        with closing(open_workspace(each)) as workspace:
            remember(workspace, key="is", value=f"{each.stem} later")
            remember(workspace, key="is", value=f"{each.stem} last")
            shutil.copy(f"{each}-wal", folder / f"{each.stem}-wal")
    with closing(open_workspace(path)) as workspace:
        workspace.backup(folder / "backup.db")
        remember(workspace, key="is", value="w after the backup")
    yield folder
    lock_all()


@pytest.mark.parametrize("log", ["w-wal", "w-journal", "another-wal", "another-journal"])
@pytest.mark.parametrize(
    ("name", "said"), [("w.db", "w after the backup"), ("backup.db", "w last"), ("older.db", "older")]
)
def test_a_log_of_another_state_changes_nothing(left: Path, tmp_path: Path, name: str, said: str, log: str) -> None:
    path = tmp_path / "w.db"
    shutil.copy(left / name, path)
    beside = Path(f"{path}-{log.rpartition('-')[2]}")
    shutil.copy(left / log, beside)
    fits = (name, log) == ("older.db", "w-wal")
    assert wal.log_fits(path) is fits
    assert problems(path) == []
    found, notices = said_by(path)
    assert found == ("w last" if fits else said)
    assert len(notices) == (not fits)


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "link to nothing"])
def test_what_is_no_file_in_the_place_of_a_log_is_named(tmp_path: Path, ending: str, kind: str) -> None:
    path = made(tmp_path / "w.sqlite", "before")
    whole, beside, other = path.read_bytes(), path.with_name(path.name + ending), tmp_path / "other"
    if kind == "folder":
        beside.mkdir()
    elif kind == "pipe":
        os.mkfifo(beside)
    else:
        beside.symlink_to(other)
        other.write_text("another file") if kind == "link" else None
    with pytest.raises(EnvironmentFault, match="is a folder, a link or a pipe"):
        open_workspace(path, create=False)
    assert path.read_bytes() == whole
    assert beside.is_symlink() or not beside.is_file()
    assert kind != "link" or other.read_text() == "another file"
