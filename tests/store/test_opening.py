"""Opening a workspace: new, old, newer, damaged, not one at all; and the copy made before a migration."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.store import database
from reviewer.store.database import HEAD_REVISION, Workspace, open_workspace
from reviewer.store.dialects import sqlite
from reviewer.store.dialects.sealing import seal_of
from reviewer.store.dialects.wal import log_fits
from reviewer.store.memory import remember
from reviewer.store.opening import open_beside, open_or_read, open_to_read
from reviewer.store.queries.suites import suites
from reviewer.store.restoring import restore_workspace
from tests.architecture.checkout import ROOT
from tests.support.builders import Filled, filled_workspace, make_cases, make_suite

ROOT_USER = os.geteuid() == 0 if hasattr(os, "geteuid") else False


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run_code(code: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_new_workspace_is_made_with_its_folders_and_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "new.db"
    first = open_workspace(path)
    make_suite(first, make_cases(2))
    first.close()
    again = open_workspace(path, create=False)
    assert [suite.n_cases for suite in suites(again)] == [{"labelled": 2}]
    assert again.problems() == []
    again.close()


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "a%20b.db", "ä ö.db", "no-suffix", "a'b.db"])
def test_any_file_name_is_the_file_that_is_made(tmp_path: Path, name: str) -> None:
    open_workspace(tmp_path / name).close()
    assert files(tmp_path) == [name]
    open_workspace(tmp_path / name, create=False).close()


def test_an_empty_file_becomes_a_workspace(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    opened = open_workspace(path)
    assert suites(opened) == []
    opened.close()


KILLED_AT_FIRST_START = """
import os, signal, sys
from pathlib import Path
from reviewer.store.database import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_program_killed_at_its_first_start_leaves_a_workspace(tmp_path: Path) -> None:
    path = tmp_path / "young.db"
    assert run_code(KILLED_AT_FIRST_START, path).returncode == -signal.SIGKILL
    opened = open_workspace(path)
    assert suites(opened) == []
    opened.close()


def test_a_file_that_only_got_its_header_becomes_a_workspace(tmp_path: Path) -> None:
    path = tmp_path / "header.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    assert path.stat().st_size > 0
    open_workspace(path).close()


def test_a_second_program_opens_a_workspace_that_is_in_use(workspace: Workspace) -> None:
    second = open_workspace(workspace.path)
    remember(second, key="k", value=1)
    second.close()


def _foreign_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")


def _folder(path: Path) -> None:
    path.mkdir()


NOT_WORKSPACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda path: path.write_text("key,prompt\n1,Hello\n", encoding="utf-8"), "not a Reviewer workspace"),
    "binary": (lambda path: path.write_bytes(bytes(range(256)) * 40), "not a Reviewer workspace"),
    "another program's database": (_foreign_database, "not a Reviewer workspace"),
    "folder": (_folder, "is a folder"),
}


@pytest.mark.parametrize("kind", NOT_WORKSPACES)
def test_something_else_is_refused_with_a_sentence_and_left_alone(tmp_path: Path, kind: str) -> None:
    make, told = NOT_WORKSPACES[kind]
    path = tmp_path / "thing"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(InputError, match=told) as caught:
        open_workspace(path)
    assert str(path) in caught.value.what
    assert caught.value.remedy
    assert before is None or path.read_bytes() == before
    assert files(tmp_path) == ["thing"]


def test_a_missing_workspace_is_not_made_unless_wanted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no workspace at"):
        open_workspace(tmp_path / "missing.db", create=False)
    assert files(tmp_path) == []


def test_places_where_no_file_can_be_made_are_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    places = [tmp_path / "file" / "w.db", tmp_path / ("x" * 300)]
    if Path("/proc/self").exists():
        places += [Path("/proc/w.db"), Path("/proc/none/w.db")]
    for place in places:
        with pytest.raises(EnvironmentFault) as caught:
            open_workspace(place)
        assert caught.value.remedy


@pytest.mark.skipif(ROOT_USER, reason="the root user may write into a read-only folder")
def test_a_read_only_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(EnvironmentFault, match="could not be opened"):
        open_workspace(folder / "w.db")


@pytest.mark.parametrize("kept", [100, 4096, 20_000])
def test_a_damaged_file_is_refused_or_reported(tmp_path: Path, kept: int) -> None:
    filled = filled_workspace(tmp_path / "workspace.db")
    filled.workspace.close()
    path = filled.workspace.path
    content = path.read_bytes()
    path.write_bytes(content[:kept] + b"\xff" * (len(content) - kept))
    try:
        opened = open_workspace(path)
    except EnvironmentFault as error:
        assert error.remedy  # noqa: PT017 either way of noticing is right
        return
    try:
        assert opened.problems()
        with pytest.raises(EnvironmentFault):
            read_everything(opened)
    finally:
        opened.close()


def test_a_schema_that_is_no_text_is_damage(tmp_path: Path) -> None:
    """SQLite quotes it in what it says, which Python then cannot read."""
    filled_workspace(tmp_path / "w.db").workspace.close()
    path = tmp_path / "w.db"
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE suite", b"CREATE TABLE s\xc3ite", 1))
    with pytest.raises(EnvironmentFault, match=r"damaged|not as Reviewer makes it"):
        open_workspace(path)
    assert sqlite.problems(path)


def read_everything(workspace: Workspace) -> None:
    with workspace.read() as session:
        for table in ("suite", '"case"', "response", "label_event", "verdict"):
            session.connection().exec_driver_sql(f"SELECT * FROM {table}").fetchall()  # noqa: S608 tables of ours


def stamp(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_newer_schema_is_refused_with_a_sentence_and_left_alone(filled: Filled) -> None:
    path = filled.workspace.path
    filled.workspace.close()
    stamp(path, "9999")
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"made by a newer Reviewer \(its schema is 9999.*it was not changed"):
        open_workspace(path)
    assert path.read_bytes() == before
    assert files(path.parent) == [path.name]


def give_next_schema(path: Path) -> None:
    """As a program with one more migration leaves it: a column and a table more."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE run ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
        connection.execute("CREATE TABLE mood (id INTEGER PRIMARY KEY, word TEXT)")
    stamp(path, f"{int(HEAD_REVISION) + 1:04}")


@pytest.mark.parametrize(
    "way",
    [open_workspace, open_or_read, open_beside, lambda path: open_to_read(path, "It is only read.")],
    ids=["open", "open or read", "beside another window", "to be read"],
)
def test_a_file_of_the_next_schema_is_refused_in_every_way(filled: Filled, way: Callable[[Path], object]) -> None:
    path = filled.workspace.path
    filled.workspace.close()
    give_next_schema(path)
    before = path.read_bytes()
    with pytest.raises(InputError, match=rf"newer Reviewer .*this program knows {HEAD_REVISION}.*it was not changed"):
        way(path)
    assert path.read_bytes() == before
    assert files(path.parent) == [path.name]


def test_a_backup_of_the_next_schema_takes_no_ones_place(filled: Filled, tmp_path: Path) -> None:
    path, backup = filled.workspace.path, tmp_path / "backup.sqlite"
    filled.workspace.backup(backup)
    filled.workspace.close()
    give_next_schema(backup)
    held, kept = path.read_bytes(), backup.read_bytes()
    with pytest.raises(InputError, match="newer Reviewer"):
        restore_workspace(path, backup)
    assert (path.read_bytes(), backup.read_bytes()) == (held, kept)
    assert [name for name in files(path.parent) if "before" in name] == []


def test_before_a_migration_a_checked_copy_is_made(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled.workspace.path
    filled.workspace.close()
    stamp(path, "0000")
    monkeypatch.setattr(database, "KNOWN_REVISIONS", ("0000", *database.KNOWN_REVISIONS))
    monkeypatch.setattr(database, "migrate", lambda _engine: stamp(path, database.HEAD_REVISION))
    opened = open_workspace(path)
    assert [suite.n_cases for suite in suites(opened)] == [{"labelled": 6}]
    opened.close()
    (copy,) = [name for name in files(path.parent) if name != path.name]
    assert copy.startswith(f"workspace.before-{database.HEAD_REVISION}-")
    with closing(sqlite3.connect(path.with_name(copy))) as connection:
        assert sqlite.integrity_problems(connection) == []
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
        assert connection.execute("SELECT count(*) FROM response").fetchone() == (6,)


def test_without_a_good_copy_there_is_no_migration(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled.workspace.path
    filled.workspace.close()
    stamp(path, "0000")
    migrated: list[object] = []
    monkeypatch.setattr(database, "KNOWN_REVISIONS", ("0000", *database.KNOWN_REVISIONS))
    monkeypatch.setattr(database, "migrate", migrated.append)
    monkeypatch.setattr(sqlite, "integrity_problems", lambda _connection: ["row 3 missing from index"])
    with pytest.raises(EnvironmentFault, match=r"did not pass its check.*not changed"):
        open_workspace(path)
    assert migrated == []
    assert files(path.parent) == [path.name]


def test_a_backup_of_a_workspace_in_use_is_whole(filled: Filled, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    remember(filled.workspace, key="place", value=3)
    filled.workspace.backup(target)
    copy = open_workspace(target, create=False)
    assert [suite.n_cases for suite in suites(copy)] == [{"labelled": 6}]
    assert copy.problems() == []
    copy.close()


def test_a_backup_that_cannot_be_written_leaves_nothing(filled: Filled, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="could not be written"):
        filled.workspace.backup(tmp_path / "nowhere" / "copy.db")
    assert not [name for name in files(tmp_path) if "partial" in name or "copy" in name]


def test_a_workspace_is_not_backed_up_onto_itself(filled: Filled) -> None:
    with pytest.raises(InputError, match="the workspace itself"):
        filled.workspace.backup(filled.workspace.path)
    assert filled.workspace.problems() == []


@pytest.mark.skipif(os.name != "posix", reason="only POSIX lets go of locks when a descriptor is closed")
def test_looking_at_an_open_file_lets_go_of_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    workspace = open_workspace(path)
    seal_of(path)
    log_fits(path)
    sqlite.check_is_workspace(path)
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=0.1, isolation_level=None)\n"
        "c.execute('PRAGMA locking_mode = EXCLUSIVE')\n"
        "print(c.execute('PRAGMA journal_mode = DELETE').fetchone())"
    )
    command = [sys.executable, "-c", code, str(path)]
    assert "locked" in subprocess.run(command, capture_output=True, text=True, check=False).stderr
    workspace.close()
    assert "delete" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_header_of_a_format_that_nobody_has_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "w.sqlite"
    filled_workspace(path).workspace.close()
    with path.open("r+b") as file:
        file.seek(44)
        file.write(bytes([0, 0, 0, 9]))
    with pytest.raises(EnvironmentFault, match="is damaged"):
        open_workspace(path, create=False)
