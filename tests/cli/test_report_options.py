"""`reviewer report` with choices of what it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.app.report_templates import load_template, template_folder, template_names
from reviewer.report.options import CoverChoice, Level
from tests.report.pdf_text import pdf_text
from tests.support.commands import Commands, case, lines, response_file

SECRET = "sk-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def secretive(reviewer: Commands, tmp_path: Path) -> Commands:
    """A run on requests that hold a secret; in the first a preview would cut it in two."""
    texts = ["x" * 190 + f" {SECRET}", f"my key is {SECRET}", "nothing"]
    cases = [
        {key: value for key, value in case(f"c{at:02}", "answer").items() if key not in ("prompt", "messages")}
        | {"prompt": text, "category": ("keys", "none")[at // 2]}
        for at, text in enumerate(texts)
    ]
    reviewer.done("import", lines(tmp_path / "cases.jsonl", cases), response_file(tmp_path, 3))
    return reviewer


def written(reviewer: Commands, out: Path, *options: object) -> str:
    reviewer.done("report", "--run", "v1", "--out", out, *options)
    return out.read_bytes().decode("utf-8", "replace")


def test_what_a_preview_would_cut_in_two_is_redacted_whole(secretive: Commands, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    assert "sk-abc" in written(secretive, out)
    assert "sk-abc" not in written(secretive, out, "--redact", r"sk-\w{20,}")
    covering = json.loads(out.read_text(encoding="utf-8"))["covering"]
    assert (covering["places"], covering["cases_with_places"]) == (2, 2)


def test_patterns_come_from_a_file(secretive: Commands, tmp_path: Path) -> None:
    patterns = tmp_path / "patterns.txt"
    patterns.write_text("# keys\n\nsk-\\w+\nmy \\w+\n", encoding="utf-8")
    shown = written(secretive, tmp_path / "r.csv", "--redact", f"@{patterns}")
    assert "[redacted] is [redacted]" in shown
    assert "patterns" in secretive("report", "--run", "v1", "--out", tmp_path / "r.csv", "--redact", "@none").refused()


def test_the_preview_writes_nothing(secretive: Commands) -> None:
    found = secretive.done("report", "--run", "v1", "--redact", r"sk-\w+", "--redact-preview", "--json").document
    assert (found["places"], found["cases"]) == (2, ["c00", "c01"])
    assert {each["found"] for each in found["examples"]} == {SECRET}  # type: ignore[attr-defined]
    told = secretive.done("report", "--run", "v1", "--redact", r"sk-\w+", "--redact-preview").out
    assert "2 places would be redacted, in 2 cases" in told
    assert f"»{SECRET}«" in told


def test_a_report_without_a_file_is_refused(secretive: Commands) -> None:
    assert "--out" in secretive("report", "--run", "v1").refused()


def test_choices_are_saved_and_used_again_under_a_name(secretive: Commands, tmp_path: Path) -> None:
    choices = ("--cover", "prompts", "--level", "summary", "--sections", "slices, score", "--redact", "a.b")
    written(secretive, tmp_path / "r.html", *choices, "--save-template", "for the board")
    assert template_names() == ["for the board"]
    kept = load_template("for the board")
    assert (kept.cover, kept.level) == (CoverChoice.PROMPTS, Level.SUMMARY)
    assert (kept.sections, kept.redact) == (("slices", "score"), ("a.b",))
    again = written(secretive, tmp_path / "again.html", "--template", "for the board")
    assert "Slices" in again
    assert "Method" not in again
    assert "Method" in written(secretive, tmp_path / "w.html", "--template", "for the board", "--sections", "method")
    written(secretive, tmp_path / "r.html", "--cover", "neither", "--save-template", tmp_path / "mine.toml")
    assert load_template(str(tmp_path / "mine.toml")).cover is CoverChoice.NEITHER


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--template", "nobody's"), "There is no report template"),
        (("--level", "most"), "'most', which is not known"),
        (("--cover", "all"), "'all', which is not known"),
        (("--sections", "casses"), "'casses' is not known"),
        (("--redact", "("), "does not work"),
        (("--save-template", "../x"), "cannot be called"),
        (("--house-template", "none.jinja"), "cannot be read"),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_no_file(
    secretive: Commands, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "r.html"
    assert said in secretive("report", "--run", "v1", "--out", out, *options).refused()
    assert not out.exists()


def test_a_saved_template_that_was_edited_wrongly_is_named(secretive: Commands, tmp_path: Path) -> None:
    template_folder().mkdir(parents=True)
    (template_folder() / "mine.toml").write_text("colour = 'red'", encoding="utf-8")
    refused = secretive("report", "--run", "v1", "--out", tmp_path / "r.html", "--template", "mine").refused()
    assert "keys that are not known: 'colour'" in refused


def test_covering_is_told_and_holds_in_the_pdf(secretive: Commands, tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    told = secretive.done("report", "--run", "v1", "--out", out, "--cover-category", "keys").out
    assert "Requests and responses are covered in keys: 2 cases" in told
    text = pdf_text(out.read_bytes())
    assert "sk-abc" not in text
    assert "nothing" in text
    assert "2 cases" in text


def test_a_house_template_lays_it_out(secretive: Commands, tmp_path: Path) -> None:
    template = tmp_path / "house.jinja"
    template.write_text("{{ report.run }}: {{ report.cases|length }}", encoding="utf-8")
    assert written(secretive, tmp_path / "r.txt", "--house-template", template) == "v1: 3"
