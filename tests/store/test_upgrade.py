"""A workspace that an earlier program made: its schema is what was shipped, and it opens with all that was in it."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.store import database
from reviewer.store.database import open_workspace
from reviewer.store.dialects import sqlite
from reviewer.store.facts.review import QueueFilter
from reviewer.store.queries import review, runs, suites
from reviewer.store.writes.runs import add_verdicts
from tests.support.builders import AT, REFUSE, decide, fill, make_cases, make_verdict

ADDED = (
    "case_count",
    "counted",
    "automatic_confidence",
    "said_so",
    "disagreement",
    "request_hash",
    "traces",
    "network",
    "template",
    *("hidden", "guideline_version", "origin", "uid", "carried_from", "name", "author", "needed"),
)
FIRST_SCHEMA = "b906641e477d6f7f9116efeac87dc077a8cfecbd5b2a617232c1cde75f9fd087"
TABLES = (
    *("endpoint", "setting", "suite", "case", "model_version", "label_event", "run", "run_case", "response", "verdict"),
    "decision",
)


def make_first(path: Path) -> None:
    """An empty file with the first schema."""
    engine = sqlite.open_engine(path)
    database.migrate(engine, "0001")
    engine.dispose()


def schema_of(path: Path) -> str:
    """The statements that made the file; tables that SQLite and Alembic make for themselves are left out."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    ours = [(name, sql) for name, sql in rows if "_fts_" not in name and name != "alembic_version"]
    return "\n".join(f"{name}: {' '.join(sql.split())}" for name, sql in ours)


def test_the_first_schema_is_the_one_that_was_shipped(tmp_path: Path) -> None:
    """Workspaces with it are on people's disks: a change belongs in a migration of its own."""
    make_first(tmp_path / "first.db")
    assert hashlib.sha256(schema_of(tmp_path / "first.db").encode()).hexdigest() == FIRST_SCHEMA


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A workspace of the first schema with six cases, six responses with verdicts, and a decision."""
    modern = tmp_path / "modern.db"
    opened = open_workspace(modern)
    filled = fill(opened, make_cases(6))
    decide(opened, filled.response_ids[0], REFUSE)
    opened.close()
    path = tmp_path / "old" / "workspace.db"
    path.parent.mkdir()
    make_first(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ATTACH DATABASE ? AS modern", (str(modern),))
        for table in TABLES:
            columns = [row[1] for row in connection.execute(f'PRAGMA main.table_info("{table}")')]
            names = ", ".join(columns)
            connection.execute(f'INSERT INTO main."{table}" ({names}) SELECT {names} FROM modern."{table}"')  # noqa: S608 tables of ours
    return path


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Table → its rows, by the columns of the first schema."""
    found = {}
    with closing(sqlite3.connect(path)) as connection:
        for table in TABLES:
            info = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            names = ", ".join(name for name in info if name not in ADDED)
            found[table] = connection.execute(f'SELECT {names} FROM "{table}" ORDER BY 1, 2').fetchall()  # noqa: S608 tables of ours
    return found


def confidences(path: Path) -> list[float]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT automatic_confidence FROM response ORDER BY id")]


def put_a_row(connection: sqlite3.Connection, table: str) -> None:
    """A row of a table that holds what its checks allow, whatever its columns are."""
    values = {"id": 1, "status": "finished", "scale": '["answer", "refuse"]', "run_id": 1, "repeats": 1}
    info = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    wanted = {name: values.get(name, 1 if kind == "INTEGER" else "x") for _, name, kind, needed, _, _ in info if needed}
    wanted |= {name: "" for name in ("accepted_by", "accepted_at") if name in wanted}
    names, marks = ", ".join(wanted), ", ".join("?" * len(wanted))
    connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(wanted.values()))  # noqa: S608 tables of ours


def test_judgings_of_before_keep_counting(tmp_path: Path) -> None:
    """Scores do not change because the program is a newer one."""
    path = tmp_path / "fifth.db"
    engine = sqlite.open_engine(path)
    database.migrate(engine, "0005")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("suite", "endpoint", "model_version", "run", "judge_run"):
            put_a_row(connection, table)
    open_workspace(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT admission FROM judge_run").fetchall() == [("before",)]


def test_it_opens_with_everything_that_was_in_it(first: Path) -> None:
    before = rows_of(first)
    assert len(before["response"]) == 6
    opened = open_workspace(first)
    assert opened.problems() == []
    (run,) = runs.runs(opened)
    assert (run.planned, run.states, run.reviewed) == (6, {"ok": 6}, 1)
    assert [suite.n_cases for suite in suites.suites(opened)] == [{"labelled": 6}]
    assert list(review.response_ids(opened, run.id, QueueFilter.DISAGREEMENT)) == []
    items = [review.review_item(opened, key) for key in review.response_ids(opened, run.id)]
    assert confidences(first) == [item.verdicts[0].confidence for item in items]
    opened.close()
    assert rows_of(first) == before


def test_a_copy_of_the_old_file_stands_beside_it(first: Path) -> None:
    before = rows_of(first)
    open_workspace(first).close()
    (copy,) = [path for path in first.parent.iterdir() if path.name != first.name]
    assert copy.name.startswith(f"workspace.before-{database.HEAD_REVISION}-")
    assert rows_of(copy) == before
    assert "judge_run" not in schema_of(copy)


def test_it_works_like_a_new_one(first: Path) -> None:
    opened = open_workspace(first)
    run = runs.runs(opened)[0]
    ids = review.response_ids(opened, run.id)
    add_verdicts(opened, verdicts={ids[1]: [make_verdict(REFUSE, "judge/x")]}, at=AT)
    assert list(review.response_ids(opened, run.id, QueueFilter.DISAGREEMENT)) == [ids[1]]
    assert [len(review.texts(opened, [key])) for key in ids] == [1] * 6
    opened.close()
    with closing(sqlite3.connect(first)) as connection:
        words = connection.execute("SELECT rowid FROM response_fts WHERE response_fts MATCH 'reply'").fetchall()
        assert len(words) == 6
        connection.execute("UPDATE response SET text = 'Changed.' WHERE id = 1")
        assert connection.execute("SELECT rowid FROM response_fts WHERE response_fts MATCH 'changed'").fetchall() == [
            (1,)
        ]
        with pytest.raises(sqlite3.IntegrityError, match="appended only"):
            connection.execute("DELETE FROM verdict")
