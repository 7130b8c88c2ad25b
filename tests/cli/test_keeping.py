"""`backup` and `restore`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.cli.test_typed_keys import on_a_terminal
from tests.support.commands import Commands, case_file, counts, finished, lines, program, response_file, unchanged


def test_a_backup_is_a_sound_copy_beside_the_workspace(filled: Commands) -> None:
    document = filled.done("backup", "--json").document
    assert set(document) == {"workspace", "file", "bytes"}
    copy = Path(str(document["file"]))
    assert (copy.parent, copy.suffix) == (filled.workspace.parent, ".sqlite")
    assert copy.name.startswith("workspace.backup-20")
    assert counts(copy) == counts(filled.workspace)
    assert document["bytes"] == copy.stat().st_size


def test_a_backup_goes_where_it_is_told(filled: Commands, tmp_path: Path) -> None:
    out = tmp_path / "kept.sqlite"
    said = filled.done("backup", "--out", out).out
    assert str(out) in said
    assert counts(out) == counts(filled.workspace)


@pytest.fixture
def changed(filled: Commands, tmp_path: Path) -> Path:
    """The backup of a workspace that has got a decision since."""
    backup = tmp_path / "kept.sqlite"
    filled.done("backup", "--out", backup)
    filled.done("decide", "--run", "v1", "--case", "c01", "--action", "answer")
    return backup


def test_a_restored_workspace_is_the_backup_and_the_other_one_is_kept(filled: Commands, changed: Path) -> None:
    document = filled.done("restore", changed, "--yes", "--json").document
    assert set(document) == {"workspace", "from", "kept"}
    assert counts(filled.workspace)["decision"] == 0
    assert counts(Path(str(document["kept"])))["decision"] == 1
    filled.done("decide", "--run", "v1", "--case", "c02", "--action", "answer")
    assert counts(changed)["decision"] == 0


def test_nothing_is_replaced_where_nobody_can_be_asked(filled: Commands, changed: Path) -> None:
    with unchanged(filled.workspace):
        outcome = finished("restore", changed, "--workspace", filled.workspace)
        assert "was not replaced. Give --yes" in outcome.refused()


def test_a_backup_becomes_a_workspace_where_there_is_none(filled: Commands, changed: Path, tmp_path: Path) -> None:
    filled.workspace = tmp_path / "other.sqlite"
    assert filled.done("restore", changed, "--json").document["kept"] is None
    assert counts(filled.workspace)["response"] == 6


def test_what_is_no_backup_is_refused(filled: Commands, tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").write_bytes(b"")
    files = (
        tmp_path / "missing.sqlite",
        response_file(tmp_path),
        tmp_path,
        filled.workspace,
        tmp_path / "empty.sqlite",
    )
    with unchanged(filled.workspace):
        for file in files:
            assert str(file) in filled("restore", file, "--yes").refused()


def test_a_backup_that_cannot_be_written_is_refused(filled: Commands, reviewer: Commands, tmp_path: Path) -> None:
    with unchanged(filled.workspace):
        assert "is the workspace itself" in filled("backup", "--out", filled.workspace).refused()
        assert "is a folder" in filled("backup", "--out", tmp_path).refused()
        nowhere = tmp_path / "nowhere" / "kept.sqlite"
        assert str(nowhere) in filled("backup", "--out", nowhere).refused(3)
    reviewer.workspace = tmp_path / "no.sqlite"
    assert "There is no workspace" in reviewer("backup").refused()
    assert "is a URL" in reviewer.bare("restore", case_file(tmp_path), "--workspace", "postgresql://h/db").refused()


def test_a_preview_says_what_would_be_gone_and_come_back_and_changes_nothing(
    filled: Commands, changed: Path, tmp_path: Path
) -> None:
    filled.done("decide", "--run", "v1", "--case", "c02", "--action", "answer", "--reviewer", "ann")
    more = lines(tmp_path / "more.jsonl", [{"case": "c00", "run": "v2", "text": "I cannot help."}])
    filled.done("import", more)
    names = sorted(tmp_path.rglob("*"))
    with unchanged(filled.workspace), unchanged(changed):
        document = filled.done("restore", changed, "--preview", "--json").document
        said = filled.done("restore", changed, "--preview").out
    assert sorted(tmp_path.rglob("*")) == names
    assert document["runs"] == {"gone": ["v2"], "back": []}
    assert document["decisions"] == {"gone": 2, "back": 0}
    last = document["last_decision"]
    assert isinstance(last, dict)
    assert (last["now"]["reviewer"], last["backup"]) == ("ann", None)
    tables = document["tables"]
    assert isinstance(tables, list)
    assert {"table": "decision", "now": 2, "backup": 0} in tables
    assert {"table": "run", "now": 2, "backup": 1} in tables
    assert "2 decisions and 1 run (v2) would be gone." in said
    assert "No decision and no run would come back." in said
    assert f"now by ann on {last['now']['at'][:10]} at " in said
    assert said.endswith("in the backup none.\nNothing was changed.\n")


def test_a_preview_of_the_other_way_round(filled: Commands, changed: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.sqlite"
    filled.done("backup", "--out", newer)
    filled.done("restore", changed, "--yes")
    assert filled.done("restore", newer, "--preview", "--json").document["decisions"] == {"gone": 0, "back": 1}
    filled.done("restore", newer, "--yes")
    same = filled.done("restore", newer, "--preview", "--json").document
    assert (same["decisions"], same["runs"]) == ({"gone": 0, "back": 0}, {"gone": [], "back": []})


def test_a_preview_where_there_is_no_workspace_makes_none(filled: Commands, changed: Path, tmp_path: Path) -> None:
    filled.workspace = tmp_path / "gone.sqlite"
    assert filled.done("restore", changed, "--preview", "--json").document["runs"] == {"gone": [], "back": ["v1"]}
    assert not filled.workspace.exists()


def test_a_preview_of_what_is_no_backup_is_refused(filled: Commands, tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").write_bytes(b"")
    for file in (tmp_path / "missing.sqlite", response_file(tmp_path), filled.workspace, tmp_path / "empty.sqlite"):
        with unchanged(filled.workspace):
            assert str(file) in filled("restore", file, "--preview").refused()


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_person_is_told_what_differs_before_they_are_asked(
    filled: Commands, changed: Path, monkeypatch: pytest.MonkeyPatch, is_damaged: bool
) -> None:
    if is_damaged:
        content = filled.workspace.read_bytes()
        filled.workspace.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_given, **_more: True)
    told = filled.done("restore", changed).err
    assert ("What would be different cannot be said" in told) == is_damaged
    assert ("1 decision would be gone." in told) != is_damaged
    assert counts(filled.workspace)["decision"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
def test_the_doctor_says_on_a_terminal_how_far_it_is(filled: Commands) -> None:
    words = program("doctor", "--workspace", filled.workspace)
    status, seen = on_a_terminal(words)
    assert status == 0, seen
    assert re.search(r"\[#+\.*\] [0-9,]+ of [0-9,]+ rows checked", seen)
    last, total = re.findall(r"([0-9,]+) of ([0-9,]+) rows checked", seen)[-1]
    assert last == total
    assert "rows checked" not in filled.done("doctor").err
