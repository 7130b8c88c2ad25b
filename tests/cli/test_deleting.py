"""`reviewer delete`, `bin`, `retention`, `erase` and `imports`: each says what it did and what can be done about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.errors import ExitStatus
from reviewer.store.database import open_workspace
from reviewer.store.queries.chain import first_misfit
from tests.support.commands import Commands

CASES = (
    '{"key": "a", "prompt": "plantedword one?", "label": "answer"}\n{"key": "b", "prompt": "Two?", "label": "refuse"}\n'
)
RESPONSES = (
    '{"case": "a", "run": "r", "text": "Sure."}\n{"case": "b", "run": "r", "text": "I cannot help with that."}\n'
)


@pytest.fixture
def imported(reviewer: Commands, tmp_path: Path) -> Commands:
    for name, content in (("cases.jsonl", CASES), ("responses.jsonl", RESPONSES)):
        (tmp_path / name).write_text(content, "utf-8")
        reviewer.done("import", tmp_path / name, "--suite", "S")
    return reviewer


def document(commands: Commands, *arguments: object) -> Any:  # noqa: ANN401 any JSON
    return commands.done(*arguments, "--json").document


def said(commands: Commands, *arguments: object) -> str:
    return commands.done(*arguments).out


def refused(commands: Commands, *arguments: object) -> str:
    return commands(*arguments).refused()


def names(commands: Commands) -> list[str]:
    return [each["name"] for each in document(commands, "runs")["runs"]]


def test_a_run_is_deleted_listed_and_brought_back(imported: Commands) -> None:
    told = said(imported, "delete", "run", "r", "--dry-run")
    assert told == "Would delete the run r: 1 run and 2 responses. Nothing was changed.\n"
    assert names(imported) == ["r"]
    deleted = document(imported, "delete", "run", "r")
    assert (deleted["what"], deleted["name"], deleted["deleted"]) == ("run", "r", True)
    assert names(imported) == []
    (item,) = document(imported, "bin", "list")["deletions"]
    assert item["id"] == deleted["id"]
    assert "Brought back the run r: 1 run and 2 responses." in said(imported, "bin", "restore", str(item["id"]))
    assert names(imported) == ["r"]


def test_what_is_not_there_is_named(imported: Commands) -> None:
    assert "has no case 'zzz'" in refused(imported, "delete", "case", "--suite", "S", "zzz")
    assert "no deletion 9" in refused(imported, "bin", "restore", "9")
    assert "no deletion 9" in refused(imported, "bin", "erase", "9", "--yes")
    assert "no import 9" in refused(imported, "imports", "undo", "9")
    assert "not said until when" in refused(imported, "retention", "set", "S")
    assert "no day" in refused(imported, "retention", "set", "S", "--until", "soon")


def test_erasing_needs_a_word(imported: Commands) -> None:
    imported.done("delete", "suite", "S")
    assert "Give --yes" in refused(imported, "bin", "erase", "--all")
    assert len(document(imported, "bin", "list")["deletions"]) == 1
    assert "Erased for good: 1 suite, 2 case versions, 1 run and 2 responses." in said(
        imported, "bin", "erase", "--all", "--yes"
    )
    assert b"plantedword" not in imported.workspace.read_bytes()


def test_a_suite_is_exported_read_back_and_erased(imported: Commands, tmp_path: Path) -> None:
    imported.done("decide", "--run", "r", "--case", "a", "--action", "refuse")
    out = tmp_path / "kept"
    done = document(imported, "erase", "--suite", "S", "--export", out, "--yes")
    assert set(done["files"]) == {
        *("cases.jsonl", "labels.jsonl", "run-1.zip"),
        *("run-1-responses.jsonl", "run-1-verdicts.jsonl", "run-1-decisions.jsonl"),
    }
    assert document(imported, "suites")["suites"] == []
    assert document(imported, "bin", "list")["deletions"] == []
    assert b"plantedword" not in imported.workspace.read_bytes()
    again = tmp_path / "again.sqlite"
    for name in ("cases.jsonl", "run-1-responses.jsonl", "run-1-decisions.jsonl"):
        assert imported.bare("import", out / name, "--suite", "S", "--workspace", again).status == 0


def test_nothing_is_erased_where_the_export_fails(imported: Commands, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "there").write_text("mine", "utf-8")
    told = refused(imported, "erase", "--suite", "S", "--export", tmp_path / "kept", "--yes")
    assert "has something in it" in told
    assert names(imported) == ["r"]
    assert [each.name for each in (tmp_path / "kept").iterdir()] == ["there"]


def test_a_day_is_set_told_when_it_has_passed_and_taken_away(imported: Commands) -> None:
    assert "is kept until 2999-01-01; then you are asked" in said(
        imported, "retention", "set", "S", "--until", "2999-01-01"
    )
    imported.done("retention", "set", "S", "--until", "2026-01-01")
    told = imported("suites")
    assert told.status == ExitStatus.DONE
    assert "The suite S was to be kept until 2026-01-01." in told.err
    assert names(imported) == ["r"]
    imported.done("retention", "clear", "S")
    assert "kept until you delete" in said(imported, "retention", "show")
    assert imported("suites").err == ""


def test_a_day_with_a_deletion_deletes_into_the_bin_and_says_so(imported: Commands) -> None:
    imported.done("retention", "set", "S", "--until", "2026-01-01", "--delete")
    told = imported("suites", "--json")
    assert "it is deleted now" in told.err
    assert "Deleted the suite S" in told.err
    assert told.document["suites"] == []
    assert len(document(imported, "bin", "list")["deletions"]) == 1


def test_the_default_holds_for_suites_without_a_day(imported: Commands) -> None:
    imported.done("retention", "default", "--days", "365")
    (kept,) = document(imported, "retention", "show")["suites"]
    assert (kept["own"], kept["delete"], kept["passed"]) == (False, False, False)
    assert kept["until"] is not None
    imported.done("retention", "default", "--none")
    (kept,) = document(imported, "retention", "show")["suites"]
    assert kept["until"] is None


def test_an_import_is_taken_back_exactly_and_brought_back(imported: Commands) -> None:
    acts = document(imported, "imports", "list")["imports"]
    assert [(each["id"], each["file"]) for each in acts] == [(2, "responses.jsonl"), (1, "cases.jsonl")]
    imported.done("decide", "--run", "r", "--case", "a", "--action", "refuse")
    assert "Later work hangs on what the import of responses.jsonl added: 1 decision." in refused(
        imported, "imports", "undo"
    )
    assert names(imported) == ["r"]
    done = document(imported, "imports", "undo", "--with-later")
    assert names(imported) == []
    assert document(imported, "endpoints")["endpoints"] == []
    imported.done("bin", "restore", str(done["deletion"]))
    assert names(imported) == ["r"]
    workspace = open_workspace(imported.workspace)
    assert first_misfit(workspace) is None
    workspace.close()


def test_an_import_that_changed_rows_says_what_stays(imported: Commands, tmp_path: Path) -> None:
    """A case with responses gets a new version, which goes again; the version before is current again."""
    changed = tmp_path / "changed.jsonl"
    changed.write_text('{"key": "a", "prompt": "Another one?", "label": "answer"}\n', "utf-8")
    imported.done("import", changed, "--suite", "S", "--on-conflict", "new-version")
    shown = document(imported, "case", "show", "--suite", "S", "--case", "a")
    assert len(shown["versions"]) == 2
    imported.done("imports", "undo", "3")
    shown = document(imported, "case", "show", "--suite", "S", "--case", "a")
    assert len(shown["versions"]) == 1
    assert "plantedword" in json.dumps(shown)
    assert "figures" in said(imported, "doctor")


def test_what_was_deleted_stands_in_doctor_and_in_a_bundle(imported: Commands, tmp_path: Path) -> None:
    imported.done("delete", "case", "--suite", "S", "b", "--reviewer", "ana")
    assert "deleted by ana on" in said(imported, "doctor")
    imported.done("bundle", "--run", "r", "--out", tmp_path / "b.zip")
    found = imported.bare("verify", tmp_path / "b.zip", "--json").document
    assert found["ok"]
    assert "deleted by ana on" in str(found["deleted"])
