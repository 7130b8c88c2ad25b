"""`export`: what it writes comes back through `import` as the same content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import Commands, case, lines


def suite_hash(commands: Commands) -> object:
    found = commands.done("suites", "--json").document["suites"]
    assert isinstance(found, list)
    (suite,) = found
    return suite["content_hash"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_round_trip_keeps_the_content(
    filled: Commands, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    odd = case(
        "odd",
        "clarify",
        prompt='=1+1, "so"\r\nshe said\u2028…',
        band={"refuse": 0.25, "answer_safe_interpretation_only": 0.5},
    )
    turns = {"key": "turns", "label": "refuse", "tags": ["a;b", "c"], "pair": "p", "messages": [
        {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi."},
        {"role": "assistant", "content": "Hello."}, {"role": "user", "content": "'Quoted'"},
    ]}  # fmt: skip
    filled.done("import", lines(tmp_path / "odd.jsonl", [odd, turns]), "--suite", "cases")
    filled.done("decide", "--run", "v1", "--case", "c01", "--action", "refuse", "--note", "=note", "--reviewer", "ann")
    filled.done("decide", "--run", "v1", "--case", "c02", "--action", "cannot-decide", "--reviewer", "ann")
    files = []
    for what, count in (("cases", 8), ("responses", 6), ("decisions", 2)):
        files.append(tmp_path / f"{what}-out.{form}")
        told = filled.done("export", "--what", what, "--out", files[-1], "--json").document
        assert told == {"what": what, "file": str(files[-1]), "count": count}
    other = Commands(tmp_path / "other.sqlite", capsys)
    other.done("import", files[0], "--suite", "cases")
    other.done("import", *files[1:])
    assert suite_hash(other) == suite_hash(filled)
    for what, path in zip(("cases", "responses", "decisions"), files, strict=True):
        again = tmp_path / f"{what}-again.{form}"
        other.done("export", "--what", what, "--out", again)
        if what != "decisions":  # these have ids of their own in every workspace
            assert again.read_bytes() == path.read_bytes()
    scores = [each.done("score", "--run", "v1", "--json").document for each in (filled, other)]
    assert scores[0] == scores[1]


def test_the_only_suite_and_run_need_not_be_named_but_one_of_several_must(filled: Commands, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "out.jsonl")
    assert "6 cases written" in filled.done("export", "--what", "cases", *out).out
    filled.done("import", lines(tmp_path / "second.jsonl", [case("x")]))
    assert "--suite which suite. There are: cases, second." in filled("export", "--what", "cases", *out).refused()


def test_a_file_that_was_there_stays_where_the_export_fails(filled: Commands, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("mine", encoding="utf-8")
    filled("export", "--what", "cases", "--suite", "nope", "--out", path).refused()
    assert path.read_text(encoding="utf-8") == "mine"


def test_cells_that_a_spreadsheet_cannot_hold_are_said(filled: Commands, tmp_path: Path) -> None:
    long = tmp_path / "long.jsonl"
    long.write_text(json.dumps({"case": "c00", "run": "long", "text": "x" * 40_000}) + "\n", encoding="utf-8")
    filled.done("import", long)
    out = filled.done("export", "--what", "responses", "--run", "long", "--out", tmp_path / "out.csv").out
    assert "1 cell is longer than the 32,767 characters" in out
    assert (
        "longer" not in filled.done("export", "--what", "responses", "--run", "long", "--out", tmp_path / "o.jsonl").out
    )


def test_a_form_of_another_tool_is_written_with_what_was_left_out(filled: Commands, tmp_path: Path) -> None:
    filled.done("decide", "--run", "v1", "--case", "c01", "--action", "refuse", "--reviewer", "ann")
    out = tmp_path / "scores.jsonl"
    told = filled.done("export", "--format", "inspect-scores", "--decided", "--out", out).out
    assert f"1 response written to {out}." in told
    assert [json.loads(line)["id"] for line in out.read_text("utf-8").splitlines()] == ["c01"]
    document = filled.done("export", "--format", "inspect-scores", "--out", out, "--json").document
    assert (document["what"], document["count"]) == ("responses", 1)
    assert document["notes"] == ["5 responses were left out: no action that a person decided."]
    assert "inspect-scores" in filled.bare("formats").out
