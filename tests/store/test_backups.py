"""The backups beside a workspace: what killed ones leave, none twice of the same content, old ones make way."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from reviewer.core.errors import EnvironmentFault
from reviewer.host.partials import partial_of
from reviewer.store import database
from reviewer.store.database import open_workspace
from reviewer.store.dialects import sealing, sqlite
from reviewer.store.encrypting import encrypt, lock_all
from reviewer.store.memory import remember
from reviewer.store.restoring import restore_workspace
from tests.architecture.checkout import ROOT
from tests.support.builders import filled_workspace
from tests.support.encrypted import PASSPHRASE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed workspace in a folder of its own."""
    (tmp_path / "in").mkdir()
    filled_workspace(tmp_path / "in" / "w.db").workspace.close()
    return tmp_path / "in" / "w.db"


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def put(path: Path) -> None:
    """A file as the program makes them: for its owner only."""
    path.write_bytes(b"x")
    path.chmod(0o600)


def reopen(path: Path) -> tuple[str, ...]:
    with closing(open_workspace(path, create=False)) as workspace:
        return workspace.notices


KILLED = """
import os, signal, sys
from pathlib import Path
from reviewer.store.dialects import sqlite
sqlite.integrity_problems = lambda _connection: os.kill(os.getpid(), signal.SIGKILL)
sqlite.backup(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def kill_in_backup(path: Path, target: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path), str(target)], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert target.with_name(f"{target.name}.partial").stat().st_size > 0


@pytest.mark.parametrize("name", ["w.backup-20260301T120000Z.db", "named by a person [1].db"])
def test_what_a_killed_backup_left_is_removed_at_the_next_opening(path: Path, name: str) -> None:
    kill_in_backup(path, path.with_name(name))
    reopen(path)
    assert names(path.parent) == {"w.db"}


def test_what_a_killed_backup_left_is_removed_at_the_next_backup(path: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    kill_in_backup(path, tmp_path / "out" / "first.db")
    sqlite.backup(path, tmp_path / "out" / "second.db")
    assert names(tmp_path / "out") == {"second.db"}


KILLED_CHANGING = """
import os, signal, sys
from pathlib import Path
from reviewer.store.dialects import sqlite
from reviewer.store import encrypting, restoring
sqlite.take_place = lambda *_all: os.kill(os.getpid(), signal.SIGKILL)
path = Path(sys.argv[1])
if sys.argv[2] == "restoring":
    restoring.restore_workspace(path, Path(sys.argv[3]))
else:
    encrypting.unlock(path, sys.argv[3])
    encrypting.decrypt(path)
"""


@pytest.mark.parametrize("act", ["restoring", "converting"])
def test_what_a_killed_restore_or_conversion_left_is_removed_at_the_next_opening(
    act: str, path: Path, tmp_path: Path
) -> None:
    if act == "restoring":
        sqlite.backup(path, tmp_path / "backup.db")
        given = str(tmp_path / "backup.db")
    else:
        encrypt(path, PASSPHRASE)
        given = PASSPHRASE
    ended = subprocess.run([sys.executable, "-c", KILLED_CHANGING, str(path), act, given], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    (left,) = path.parent.glob(f".w.db.*.{act}")
    assert left.stat().st_size > 0
    reopen(path)
    assert names(path.parent) == {"w.db"}
    lock_all()


def test_what_is_being_written_stays_and_nobody_else_writes_there(path: Path) -> None:
    target = path.with_name("w.backup-20260301T120000Z.db")
    with partial_of(target) as partial:
        os.utime(partial, (0, 0))
        reopen(path)
        assert partial.exists()
        with pytest.raises(EnvironmentFault, match="being written already"):
            sqlite.backup(path, target)
        assert partial.exists()
    assert names(path.parent) == {"w.db"}


def test_an_earlier_programs_left_file_goes_once_it_is_old_and_other_programs_stay(path: Path) -> None:
    ours, others = path.with_name("w.before-0009-20260301T120000Z.db.partial"), path.with_name("film.mkv.partial")
    for each in (ours, others):
        each.write_bytes(b"half")
    reopen(path)
    assert ours.exists()
    for each in (ours, others):
        os.utime(each, (0, 0))
    reopen(path)
    assert names(path.parent) == {"w.db", "film.mkv.partial"}


class _Fails(Exception):
    pass


def make_old(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an earlier version, which cannot be migrated."""
    with closing(open_workspace(path, create=False)) as workspace, workspace.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")

    def fail(_engine: object) -> None:
        raise _Fails

    monkeypatch.setattr(database, "KNOWN_REVISIONS", ("0000", *database.KNOWN_REVISIONS))
    monkeypatch.setattr(database, "migrate", fail)


def fail_to_migrate(path: Path) -> set[str]:
    with pytest.raises(_Fails):
        open_workspace(path)
    return {name for name in names(path.parent) if ".before-" in name}


def test_a_migration_that_fails_again_makes_no_other_backup_of_the_same_content(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old(path, monkeypatch)
    first = fail_to_migrate(path)
    assert len(first) == 1
    assert fail_to_migrate(path) == first
    assert fail_to_migrate(path) == first


def test_an_encrypted_workspace_is_not_backed_up_twice_either(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encrypt(path, "correct horse battery staple", lambda: False)
    make_old(path, monkeypatch)
    first = fail_to_migrate(path)
    assert fail_to_migrate(path) == first
    assert all(sealing.has_passphrase(path.with_name(name)) for name in first)


@pytest.mark.parametrize(
    "statement", ["UPDATE suite SET name = 'other'", "CREATE TABLE x (y)", "PRAGMA user_version = 7"]
)
def test_another_content_gets_a_backup_of_its_own(path: Path, monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Also where the stamp is the same one by chance."""
    make_old(path, monkeypatch)
    first = fail_to_migrate(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
    assert len(fail_to_migrate(path)) == len(first) + 1


def test_a_backup_that_was_damaged_since_does_not_stand_for_a_sound_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old(path, monkeypatch)
    (first,) = fail_to_migrate(path)
    content = bytearray(path.with_name(first).read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    path.with_name(first).write_bytes(content)
    assert len(fail_to_migrate(path)) == 2


OLD = ("20200101T100000Z", "20260301T080000Z", "20260301T090000Z", "20260301T090000Z-2", "20260320T100000Z")


def test_old_automatic_backups_make_way_at_the_opening_which_is_told_once(path: Path) -> None:
    for stamp in OLD:
        put(path.with_name(f"w.before-restore-{stamp}.db"))
    put(path.with_name("w.before-restore-20200101T100000Z.db-wal"))
    (notice,) = reopen(path)
    assert notice.startswith("2 older automatic backups of w.db made way")
    kept = {f"w.before-restore-{stamp}.db" for stamp in OLD[2:]}
    assert names(path.parent) == {"w.db", *kept}
    assert reopen(path) == ()


def test_what_a_person_named_stays(path: Path, tmp_path: Path) -> None:
    chosen = {
        *(
            "w.backup-20200101T100000Z.db",
            "w.before-restore.db",
            "w.before-restore-20200101.db",
            "other.before-0013.db",
        ),
        *("w.before-0011-20200101T100000Z.db.bak", "x.before-0011-20200101T100000Z.db", "w.before-the-talk.db"),
        *("w.before-0011-20209901T100000Z.db", "my w.before-0011-20200101T100000Z.db"),
    }
    for name in chosen:
        put(path.with_name(name))
    put(path.with_name("w.before-0011-20260301T100000Z.db"))
    (tmp_path / "elsewhere").write_bytes(b"x")
    with suppress(OSError):
        path.with_name("w.before-0012-20200101T100000Z.db").symlink_to(tmp_path / "elsewhere")
    before = names(path.parent)
    assert reopen(path) == ()
    assert names(path.parent) == before


def test_a_workspace_that_is_only_read_keeps_all(path: Path) -> None:
    for stamp in OLD:
        put(path.with_name(f"w.before-restore-{stamp}.db"))
    before = names(path.parent)
    open_workspace(path, create=False, read_only="It is read here.").close()
    assert names(path.parent) == before


def test_what_a_restoring_kept_is_an_automatic_backup(path: Path, tmp_path: Path) -> None:
    with closing(open_workspace(path)) as workspace:
        remember(workspace, key="k", value=1)
        workspace.backup(tmp_path / "b.db")
    kept = restore_workspace(path, tmp_path / "b.db")
    assert kept is not None
    put(path.with_name("w.before-0011-20200101T100000Z.db"))
    (notice,) = reopen(path)
    assert notice.startswith("One older automatic backup")
    assert names(path.parent) == {"w.db", kept.name}
