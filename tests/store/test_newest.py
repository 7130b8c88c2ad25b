"""A new workspace is made in one step, and is what the migrations would have made."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from reviewer.store import database
from reviewer.store.dialects import sqlite
from reviewer.store.migrations.newest import SCHEMA
from tests.newest import schema_by_migrations

BY_CHANCE = "setting", "chain_entry"
"""Tables that hold the identity, which each workspace has its own of."""


def test_the_schema_of_a_new_workspace_is_that_of_the_migrations(tmp_path: Path) -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_by_migrations(tmp_path / "a.db"), "run python -m tests.newest"


_ALL_OF = 'SELECT * FROM "{}"'


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(_ALL_OF.format(name)).fetchall(), key=repr) for name in names}


def catalogue_of(path: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_a_new_workspace_is_row_for_row_a_migrated_one(tmp_path: Path) -> None:
    new, migrated = tmp_path / "new.db", tmp_path / "migrated.db"
    database.open_workspace(new).close()
    engine = sqlite.open_engine(migrated)
    database.migrate(engine)
    engine.dispose()
    assert catalogue_of(new) == catalogue_of(migrated)
    first, second = rows_of(new), rows_of(migrated)
    assert {name: rows for name, rows in first.items() if name not in BY_CHANCE} == {
        name: rows for name, rows in second.items() if name not in BY_CHANCE
    }
    for name in BY_CHANCE:
        assert [len(first[name]), len(first[name][0])] == [len(second[name]), len(second[name][0])]


def test_a_new_workspace_says_that_it_is_one(tmp_path: Path) -> None:
    database.open_workspace(tmp_path / "new.db").close()
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (sqlite.APPLICATION_ID,)


def test_each_workspace_has_an_identity_of_its_own(tmp_path: Path) -> None:
    given = set()
    for name in ("a.db", "b.db"):
        database.open_workspace(tmp_path / name).close()
        ((_, value),) = rows_of(tmp_path / name)["setting"]
        given.add(json.loads(str(value)))
    assert len(given) == 2
    assert {len(each) for each in given} == {32}


OPENS = (
    "import sys; from pathlib import Path; from reviewer.store.database import open_workspace\n"
    "print('ready', flush=True); sys.stdin.readline(); open_workspace(Path(sys.argv[1])).close(); print('opened')"
)


def test_programs_that_make_the_same_workspace_at_once_all_open_it(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    command = [sys.executable, "-c", OPENS, str(path)]
    programs = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()
    said = [program.communicate(timeout=60) for program in programs]
    assert [out for out, _ in said] == ["opened\n"] * 4, said
    assert len(rows_of(path)["setting"]) == 1
