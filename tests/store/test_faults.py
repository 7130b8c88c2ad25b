"""What SQLite says becomes a sentence by its code, and that nothing was changed is said only where that is sure."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from reviewer.app.doctor import examine
from reviewer.core.errors import DiskFullError, EnvironmentFault, InputError
from reviewer.store.database import Workspace, database_library, open_workspace
from reviewer.store.dialects import sqlite
from reviewer.store.memory import recalled, remember
from tests.support.builders import REFUSE, Filled, decide, filled_workspace

PATH = Path("w.db")


def said(code: int) -> DBAPIError:
    """The driver's error with a code of SQLite, as SQLAlchemy hands it on."""
    error = sqlite3.OperationalError("words of SQLite")
    error.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize("code", sqlite.FAULTS)
def test_each_fault_of_the_machine_is_a_sentence_with_a_remedy(code: int) -> None:
    for whole in (code, code | 7 << 8):  # the extended codes carry the primary one in their low byte
        known = sqlite.fault(PATH, said(whole), rolled_back=False)
        assert isinstance(known, EnvironmentFault)
        assert "w.db" in known.what
        assert "{" not in str(known)
        assert known.what.endswith(".")
        assert known.remedy.endswith(".")
        assert "Nothing was changed" not in str(known)
        assert isinstance(known, DiskFullError) == (code == sqlite3.SQLITE_FULL)


@pytest.mark.parametrize("code", sqlite.FAULTS)
def test_that_nothing_was_changed_is_said_of_what_was_taken_back_for_sure(code: int) -> None:
    known = sqlite.fault(PATH, said(code), rolled_back=True)
    unsure = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    assert ("Nothing was changed" in str(known)) == (code not in unsure)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISUSE])
def test_a_fault_of_the_program_is_none_of_the_machine(code: int) -> None:
    assert sqlite.fault(PATH, said(code), rolled_back=True) is None


def test_a_wrong_statement_keeps_its_traceback(workspace: Workspace) -> None:
    with pytest.raises(OperationalError, match="no such table"), workspace.read() as session:
        session.connection().exec_driver_sql("SELECT * FROM nowhere")
    with pytest.raises(IntegrityError), workspace.write() as session:
        session.connection().exec_driver_sql("INSERT INTO suite (name) VALUES ('')")


def test_a_read_that_fails_says_nothing_of_changes(filled: Filled) -> None:
    path = filled.workspace.path
    filled.workspace.close()
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + b"\xff" * (len(content) - half))
    with pytest.raises(EnvironmentFault, match=r"is damaged\. Restore a backup") as caught:
        read_everything(path)
    assert "changed" not in str(caught.value)


def read_everything(path: Path) -> None:
    with closing(open_workspace(path)) as opened, opened.read() as session:
        for table in ("suite", '"case"', "response", "label_event", "verdict", "decision", "run_case"):
            session.connection().exec_driver_sql(f"SELECT * FROM {table}").fetchall()  # noqa: S608 tables of ours


def test_a_full_disk_takes_the_whole_write_back_and_says_so(filled: Filled) -> None:
    workspace = filled.workspace

    def write_much() -> None:
        with workspace.write() as session:
            # of this connection only
            pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
            session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            decide(workspace, filled.response_ids[0], REFUSE)
            remember(workspace, key="k", value="long " * 100_000)

    with pytest.raises(
        DiskFullError, match=r"disk is full.*This step was taken back; what was stored before it is kept"
    ):
        write_much()
    assert recalled(workspace, "k") is None
    with workspace.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM decision").scalar_one() == 0


def test_looking_at_a_closed_workspace_leaves_nothing_beside_it(tmp_path: Path) -> None:
    filled_workspace(tmp_path / "w.db").workspace.close()
    assert sqlite.problems(tmp_path / "w.db") == []
    sqlite.backup(tmp_path / "w.db", tmp_path / "copy.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "w.db"]


def test_a_backup_that_was_killed_does_not_stand_in_the_way_of_the_next(filled: Filled, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    (tmp_path / "copy.db.partial").write_bytes(b"half a page")
    filled.workspace.backup(target)
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("SELECT count(*) FROM response").fetchone() == (6,)
    assert not (tmp_path / "copy.db.partial").exists()


def test_the_library_is_the_one_that_is_used() -> None:
    assert database_library() == ("SQLite", sqlite3.sqlite_version, True)


def test_alone_means_that_nobody_else_has_it_open(filled: Filled) -> None:
    path = filled.workspace.path
    with pytest.raises(EnvironmentFault, match="in use"), sqlite.alone(path):
        pass
    filled.workspace.close()
    with sqlite.alone(path):
        assert not path.with_name(f"{path.name}-wal").exists()
        with (
            closing(sqlite3.connect(path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("SELECT * FROM suite")
    open_workspace(path, create=False).close()


def test_a_missing_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises((EnvironmentFault, InputError)):
        sqlite.backup(tmp_path / "none.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_keeps_a_file_from_being_checked_is_no_damage(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_connection: sqlite3.Connection) -> list[str]:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
        raise error

    path = filled.workspace.path
    monkeypatch.setattr(sqlite, "integrity_problems", full)
    with pytest.raises(EnvironmentFault, match="cannot be checked now"):
        filled.workspace.problems()
    filled.workspace.close()
    (found,) = [each for each in examine(str(path)) if "cannot be checked now" in each.sentence]
    assert not found.ok
    assert "backup" not in found.sentence
