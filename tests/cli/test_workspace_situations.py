"""Where people keep their workspace, and who else has it open: by the real program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.commands import case_file, finished

NAMES = [
    "100 % done.db",
    "C#.db",
    "what?.db",
    "a;b.db",
    "[old] notes.db",
    "R&D.db",
    "ünï çødé.db",
    "工作区.db",
    "بيئة.db",
    "a'b\"c.db",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_workspace_of_any_name_is_the_file_of_exactly_that_name(tmp_path: Path, name: str) -> None:
    """Folder and file of that name, as the environment says it."""
    cases = case_file(tmp_path, 2)
    path = tmp_path / name.removesuffix(".db") / name
    path.parent.mkdir()
    outcome = finished("import", cases, env={"REVIEWER_WORKSPACE": str(path)})
    assert outcome.status == 0, outcome
    assert sorted(found.name for found in path.parent.iterdir()) == [name]
    assert '"cases"' in finished("suites", "--json", env={"REVIEWER_WORKSPACE": str(path)}).out


def test_a_workspace_that_another_program_holds_is_waited_for_and_then_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    here = ("--workspace", path)
    assert finished("import", case_file(tmp_path, 2), *here).status == 0
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        before = other.execute("SELECT count(*) FROM label_event").fetchone()
        other.execute("BEGIN EXCLUSIVE")
        label = ("label", "--suite", "cases", "--case", "c00", "--label", "refuse", "--reason", "x")
        said = finished(*label, *here, env={"REVIEWER_WAIT": "5"})
        read = finished("suites", "--json", *here)
        other.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM label_event").fetchone() == before
    assert "Nothing was changed" in said.refused(3)
    assert read.status == 0
