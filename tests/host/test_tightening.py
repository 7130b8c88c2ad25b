"""A workspace that other accounts can read is closed to them, and that is told once."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.errors import DamagedError
from reviewer.store.database import open_workspace
from tests.support.builders import filled_workspace

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems have no such permissions")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    filled_workspace(tmp_path / "w.db").workspace.close()
    return tmp_path / "w.db"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def reopen(path: Path) -> tuple[str, ...]:
    with closing(open_workspace(path, create=False)) as workspace:
        assert mode(path.with_name("w.db-wal")) == mode(path)
        return workspace.notices


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o660, 0o600), (0o604, 0o600), (0o755, 0o700)])
def test_it_is_closed_to_others_and_told_once(path: Path, before: int, after: int) -> None:
    path.chmod(before)
    assert reopen(path) == ("Other accounts of this computer could reach w.db; now only yours can.",)
    assert mode(path) == after
    assert reopen(path) == ()


def test_so_are_its_log_and_its_backups_and_nothing_else(path: Path) -> None:
    with closing(open_workspace(path)):
        beside = [path.with_name(f"w.db-{ending}") for ending in ("wal", "shm")]
        names = ("w.backup-1.db", "w.before-restore-1.db", "w.encrypted-1.db", "w.db.log-set-aside-1")
        beside += [path.with_name(name) for name in names]
        others = [path.with_name(name) for name in ("w.jsonl", "other.db", "aw.backup-1.db")]
        for each in (*beside, *others):
            each.touch()
            each.chmod(0o644)
        (notice,) = reopen(path)
        assert notice.startswith("Other accounts of this computer could reach w.backup-1.db and 3 files beside it;")
        assert {each.name: mode(each) for each in beside} == {each.name: 0o600 for each in beside}
        assert {mode(each) for each in others} == {0o644}


def test_what_a_link_points_at_in_another_place_is_left(path: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    target = tmp_path / "shared" / "kept.db"
    target.touch()
    target.chmod(0o644)
    path.with_name("w.backup-1.db").symlink_to(target)
    assert reopen(path) == ()
    assert mode(target) == 0o644


def test_another_accounts_file_is_left_and_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.chmod(0o666)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    (notice,) = reopen(path)
    assert "can reach w.db, and that cannot be changed here" in notice
    assert mode(path) == 0o666


def test_a_disk_that_keeps_no_permissions_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.chmod(0o644)
    monkeypatch.setattr(Path, "chmod", lambda *_given: None)
    (notice,) = reopen(path)
    assert "its disk keeps no permissions" in notice


def test_a_workspace_that_is_only_read_keeps_its_permissions(path: Path) -> None:
    path.chmod(0o644)
    with closing(open_workspace(path, create=False, read_only="It is read here.")) as workspace:
        assert workspace.notices == ()
    assert mode(path) == 0o644


def test_a_file_that_is_refused_keeps_its_permissions(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE VIEW foreign_one AS SELECT 1")
    path.chmod(0o644)
    with pytest.raises(DamagedError):
        open_workspace(path)
    assert mode(path) == 0o644
