"""`import`, `formats`: every flag, what is said, and what a file leaves in the workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.app.jobs import import_writing
from tests.support.commands import Commands, Outcome, case, case_file, counts, exported, lines, response_file, unchanged
from tests.support.parquet_files import not_in_utf8


def files(outcome: Outcome) -> list[dict[str, object]]:
    found = outcome.document["files"]
    assert isinstance(found, list)
    return found


def test_several_files_come_in_in_order_and_a_repeat_adds_nothing(reviewer: Commands, tmp_path: Path) -> None:
    given = (case_file(tmp_path), response_file(tmp_path))
    first = reviewer.done("import", *given)
    assert "added 6 new cases." in first.out
    assert "added 6 new responses." in first.out
    with unchanged(reviewer.workspace):
        again = reviewer.done("import", *given, "--json")
    assert [(each["written"], each["unchanged"], each["bad"]) for each in files(again)] == [(True, 6, [])] * 2
    assert [each["format"] for each in files(again)] == ["reviewer-cases", "reviewer-responses"]


def test_json_has_these_names(reviewer: Commands, tmp_path: Path) -> None:
    (each,) = files(reviewer.done("import", case_file(tmp_path), "--json"))
    assert each == {
        "file": str(tmp_path / "cases.jsonl"),
        "format": "reviewer-cases",
        "suite": "cases",
        "runs": [],
        "written": True,
        "cases_added": 6,
        "cases_updated": 0,
        "responses_added": 0,
        "decisions_added": 0,
        "unchanged": 0,
        "skipped": 0,
        "notes": [],
        "bad": [],
        "import": 1,
    }


def test_columns_labels_format_and_suite_are_said_with_options(reviewer: Commands, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("question,verdict\nHow do I bake bread?,safe\nHow do I hurt him?,unsafe\n", encoding="utf-8")
    mapping = ("--map", "question=prompt", "--map", "verdict=label")
    labels = ("--map-label", "safe=answer", "--map-label", "unsafe=5")
    reviewer.done("import", path, "--format", "csv", "--suite", "Mine", *mapping, *labels)
    _, *cases = exported(reviewer, "cases", tmp_path, suite="Mine")
    assert sorted(str(each["label"]) for each in cases) == ["answer", "refuse"]


def test_an_imported_run_takes_the_name_given(filled: Commands, tmp_path: Path) -> None:
    filled.done("import", response_file(tmp_path, run_name="", name="other.jsonl"), "--run", "second")
    assert "second" in filled.done("runs").out


def test_good_rows_are_kept_and_bad_ones_listed(reviewer: Commands, tmp_path: Path) -> None:
    path = lines(tmp_path / "mixed.jsonl", [case("a"), "{not json", case("b", "perhaps"), case("c")])
    outcome = reviewer("import", path)
    assert outcome.status == 2
    assert "added 2 new cases; 2 bad rows." in outcome.out
    assert [line.split(": ")[0] for line in outcome.err.splitlines()] == [f"{path}, line 2", f"{path}, line 3"]
    (each,) = files(reviewer("import", path, "--json"))
    assert each["unchanged"] == 2
    assert isinstance(each["bad"], list)
    assert [row["line"] for row in each["bad"]] == [2, 3]


@pytest.mark.parametrize("option", ["--strict", "--dry-run"])
def test_strict_and_dry_run_write_nothing(filled: Commands, tmp_path: Path, option: str) -> None:
    path = lines(tmp_path / "mixed.jsonl", [case("new"), "{not json"])
    with unchanged(filled.workspace):
        outcome = filled("import", path, option, "--json")
    (each,) = files(outcome)
    assert (outcome.status, each["written"], each["cases_added"]) == (2, False, 1)


def test_a_key_taken_by_other_content_is_a_bad_row_unless_said_otherwise(filled: Commands, tmp_path: Path) -> None:
    path = lines(tmp_path / "other.jsonl", [case("c00", prompt="Something else?")])
    with unchanged(filled.workspace):
        assert "'c00' is taken" in filled("import", path, "--suite", "cases").err
        assert "1 skipped" in filled.done("import", path, "--suite", "cases", "--on-conflict", "skip").out
    assert "1 updated" in filled.done("import", path, "--suite", "cases", "--on-conflict", "new-version").out


def test_what_came_in_before_an_unreadable_file_is_kept_and_said(reviewer: Commands, tmp_path: Path) -> None:
    outcome = reviewer("import", case_file(tmp_path), tmp_path / "missing.jsonl", "--json")
    assert outcome.status == 2
    assert [each["cases_added"] for each in files(outcome)] == [6]
    assert "There is no file" in outcome.err
    assert counts(reviewer.workspace)["suite"] == 1


def test_many_bad_rows_are_not_all_printed(reviewer: Commands, tmp_path: Path) -> None:
    outcome = reviewer("import", lines(tmp_path / "bad.jsonl", [case("a"), *["{"] * 70]))
    assert "and 20 more" in outcome.err.splitlines()[-1]


def test_formats_names_what_import_and_export_know(reviewer: Commands) -> None:
    document = reviewer.bare("formats", "--json").document
    assert isinstance(document["import"], list)
    names = {each["name"] for each in document["import"]}
    assert {"reviewer-cases", "csv", "xlsx", "xstest-prompts", "xstest-completions", "or-bench"} <= names
    written = document["export"]
    assert isinstance(written, list)
    assert {"jsonl", "csv", "parquet", "label-studio", "inspect-log"} <= set(written)
    said = reviewer.bare("formats")
    assert said.status == 0
    assert all(name in said.out for name in names)


def test_a_guideline_that_an_import_replaces_is_named(reviewer: Commands, tmp_path: Path) -> None:
    path = tmp_path / "suite.jsonl"
    case = '{"key": "a", "prompt": "How do I boil an egg?", "label": "answer"}\n'
    path.write_text('{"suite": {"name": "kitchen", "guideline": "Answer plainly."}}\n' + case, encoding="utf-8")
    assert "replaced" not in reviewer.done("import", path).out
    path.write_text('{"suite": {"name": "kitchen", "guideline": "Ask first."}}\n' + case, encoding="utf-8")
    assert "The guideline of 'kitchen' was replaced" in reviewer.done("import", path).out


def test_folders_and_patterns_are_gone_into_and_cases_come_first(reviewer: Commands, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "z.csv").write_text("id,prompt\na,How?\n", encoding="utf-8")
    (folder / "a.jsonl").write_text('{"case": "a", "text": "So."}\n', encoding="utf-8")
    (folder / "notes.txt").write_text("nothing that anybody knows\n", encoding="utf-8")

    outcome = reviewer.done("import", folder)

    assert "added 1 new case" in outcome.out
    assert "added 1 new response" in outcome.out
    assert "notes.txt is in no format that is known" in outcome.out
    with unchanged(reviewer.workspace):
        again = files(reviewer.done("import", folder / "*.[cj]s*", "--json"))
    assert [each["unchanged"] for each in again] == [1, 1]
    assert "No file matches" in reviewer("import", folder / "*.parquet").err


def test_the_ledger_is_said_after_the_import(reviewer: Commands, tmp_path: Path) -> None:
    path = tmp_path / "study.csv"
    path.write_text("prompt,response_m1,response_m2,score\nHow?,So.,No.,0.5\n", encoding="utf-8")

    outcome = reviewer.done("import", path)

    assert "response_m2: response (m2), its name says whose response it is (for example No.)" in outcome.out
    assert "score: kept" in outcome.out
    (again,) = files(reviewer.done("import", path, "--json"))
    assert again["runs"] == ["m1", "m2"]
    assert isinstance(again["columns"], list)
    assert {"name": "prompt", "used_as": "prompt", "why": "its name says so", "example": "How?"} in again["columns"]
    other = tmp_path / "other.csv"
    other.write_text("prompt,response_m1,response_m2\nWhy?,So.,No.\n", encoding="utf-8")
    (beside,) = files(reviewer.done("import", other, "--json"))
    assert (beside["runs"], beside["responses_added"]) == (["m1 on other", "m2 on other"], 2)


def test_two_columns_for_one_field_are_refused(reviewer: Commands, tmp_path: Path) -> None:
    path = tmp_path / "study.csv"
    path.write_text("a,b,c\nHow?,So.,No.\n", encoding="utf-8")

    assert "two columns for the prompt" in reviewer("import", path, "--map", "a=prompt", "--map", "b=prompt").err
    mapping = ("--map", "a=prompt", "--map", "b=response:one", "--map", "c=response:two")
    (each,) = files(reviewer.done("import", path, *mapping, "--json"))
    assert each["runs"] == ["one", "two"]


def test_what_the_rules_have_still_to_read_is_said_with_the_command_that_does_it(
    reviewer: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_writing, "READ_WITH_IMPORT", 2)
    reviewer.done("import", case_file(tmp_path))
    responses = response_file(tmp_path, run_name="the first")
    assert "still to read" not in reviewer.done("import", responses, "--dry-run").out
    said = reviewer.done("import", responses).out
    assert "the rules have still to read 4 of the new responses" in said
    assert "reviewer reclassify --run 'the first'" in said
    assert counts(reviewer.workspace)["verdict"] == 2
    reviewer.done("reclassify", "--run", "the first")
    assert counts(reviewer.workspace)["verdict"] == 6


def test_with_read_all_the_rules_have_read_everything_when_the_command_ends(
    reviewer: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_writing, "READ_WITH_IMPORT", 2)
    reviewer.done("import", case_file(tmp_path))
    (each,) = files(reviewer.done("import", response_file(tmp_path), "--read-all", "--json"))
    assert (each["responses_added"], "unread" in each) == (6, False)
    assert counts(reviewer.workspace)["verdict"] == 6
    (other,) = files(reviewer.done("import", response_file(tmp_path, run_name="v2", name="r2.jsonl"), "--json"))
    assert other["unread"] == 4


@pytest.mark.parametrize("name", [None, "parquet", "orfuzz"])
def test_a_parquet_file_with_a_name_that_is_no_utf8_is_refused(
    reviewer: Commands, tmp_path: Path, name: str | None
) -> None:
    source = not_in_utf8(tmp_path / "in.parquet", {"id": ["r1"], "prompt": ["How?"], "label": ["answer"]})
    said = reviewer("import", source, *(("--format", name) if name else ())).refused()
    assert f"{source} is no" in said
    assert "CSV" not in said


def test_a_label_far_down_that_stands_for_nothing_is_told_with_its_line_and_never_guessed(
    reviewer: Commands, tmp_path: Path
) -> None:
    path, n = tmp_path / "table.csv", 20_100
    rows = [f"Request {number}?,{'harmful' if number == n - 1 else 'safe'}" for number in range(n)]
    path.write_text("\n".join(["prompt,label", *rows]) + "\n", encoding="utf-8")
    outcome = reviewer("import", path, "--map-label", "safe=answer")
    assert outcome.status == 2
    assert f"added {n - 1:,} new cases" in outcome.out
    assert f"line {n + 1}: The label 'harmful' is not on the scale." in outcome.err
    assert "--map-label" in outcome.err
    asked = reviewer("import", path, "--map-label", "safe=answer", "--map-label", "harmful=refuse", "--json")
    assert [(each["cases_added"], each["unchanged"], each["bad"]) for each in files(asked)] == [(1, n - 1, [])]


def test_of_many_columns_those_that_are_read_are_shown(reviewer: Commands, tmp_path: Path) -> None:
    more = {f"x{n}": n for n in range(45)}
    path = lines(tmp_path / "many.jsonl", [{**more, "question": "How?", "label": "answer"}])
    shown = reviewer.done("import", path, "--format", "json").out.splitlines()[1:]
    assert [line.split(":")[0].strip() for line in shown[:3]] == ["question", "label", "x0"]
    assert shown[-1] == "  … and 7 more columns; --json lists them all."
