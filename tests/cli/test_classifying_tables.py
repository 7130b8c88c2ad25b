"""`classify` on Parquet: the same verdicts as on lines, columns by mapping, rows that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from reviewer.core.errors import EnvironmentFault
from tests.support.commands import Commands
from tests.support.parquet_files import not_in_utf8

TEXTS = ("I'm sorry, but I can't help with that.", "Press the button for ten seconds.", "Which one do you mean?")
ROWS: list[dict[str, Any]] = [
    {"id": f"r{n}", "prompt": "How do I reset my phone?", "response": TEXTS[n % 3]} for n in range(700)
]


def table(path: Path, rows: list[dict[str, Any]]) -> Path:
    parquet.write_table(pa.Table.from_pylist(rows), path, row_group_size=100)
    return path


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return [{**row, "evidence": json.loads(row["evidence"])} for row in found]


def test_a_table_gets_the_verdicts_of_its_lines(reviewer: Commands, tmp_path: Path) -> None:
    of_lines, of_table = tmp_path / "out.jsonl", tmp_path / "out.parquet"
    for source, out in (
        (lines(tmp_path / "in.jsonl", ROWS), of_lines),
        (table(tmp_path / "in.parquet", ROWS), of_table),
    ):
        done = reviewer.bare("classify", source, "--out", out, "--below", "0.7")
        assert done.status == 0, done.err
    assert rows_of(of_table) == [json.loads(line) for line in of_lines.read_text("utf-8").splitlines()]


def test_columns_are_mapped_and_messages_may_be_lists_or_json(reviewer: Commands, tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "May I?"}, {"role": "assistant", "content": "You may."}]
    as_lists = [{"n": n, "chat": turns, "answer": text} for n, text in enumerate(TEXTS)]
    as_json = [{**row, "chat": json.dumps(turns)} for row in as_lists]
    maps = ("--map", "n=id", "--map", "chat=messages", "--map", "answer=response")
    found = []
    for name, rows in (("lists", as_lists), ("json", as_json)):
        out = tmp_path / f"{name}-out.parquet"
        reviewer.bare("classify", table(tmp_path / f"{name}.parquet", rows), "--out", out, *maps)
        found.append(rows_of(out))
    assert found[0] == found[1]
    assert [row["id"] for row in found[0]] == ["0", "1", "2"]


def test_rows_that_cannot_be_read_are_told_and_left_out(reviewer: Commands, tmp_path: Path) -> None:
    rows = [
        *ROWS[:2],
        *ROWS[:598],
        {"id": None, "prompt": "x", "response": "y"},
        {"id": "e", "prompt": "x", "response": None},
    ]
    done = reviewer.bare("classify", table(tmp_path / "in.parquet", [*rows, ROWS[2]]), "--out", tmp_path / "o.parquet")
    assert done.status == 2
    assert "row 601: The row has no id" in done.err
    assert "row 602: The row has no response" in done.err
    assert [row["id"] for row in rows_of(tmp_path / "o.parquet")][-2:] == ["r597", "r2"]


@pytest.mark.parametrize(
    ("columns", "arguments", "said"),
    [
        ({"id": ["1"], "prompt": ["x"]}, (), "hold the response"),
        ({"id": ["1"], "text": ["x"], "response": ["x"]}, (), "hold the prompt or messages"),
        ({"id": ["1"], "prompt": ["x"], "response": ["x"]}, ("--map", "none=id"), "no column 'none'"),
        ({"id": ["1"], "prompt": ["x"], "response": ["x"]}, ("--map", "id=name"), "no field 'name'"),
        ({"id": ["1"], "prompt": ["x"], "response": ["x"]}, ("--map", "id"), "COL=FIELD"),
    ],
)
def test_a_table_without_its_columns_is_refused(
    reviewer: Commands, tmp_path: Path, columns: dict[str, list[str]], arguments: tuple[str, ...], said: str
) -> None:
    parquet.write_table(pa.table(columns), tmp_path / "in.parquet")
    out = tmp_path / "out.parquet"
    assert said in reviewer.bare("classify", tmp_path / "in.parquet", "--out", out, *arguments).refused()
    assert not out.exists()


def test_a_damaged_table_and_a_name_of_the_other_kind_are_refused(reviewer: Commands, tmp_path: Path) -> None:
    whole = table(tmp_path / "in.parquet", ROWS)
    assert "End it in .parquet" in reviewer.bare("classify", whole, "--out", tmp_path / "o.jsonl").refused()
    (tmp_path / "cut.parquet").write_bytes(whole.read_bytes()[:2000])
    out = tmp_path / "out.parquet"
    assert "Write it again" in reviewer.bare("classify", tmp_path / "cut.parquet", "--out", out).refused()
    source = lines(tmp_path / "in.jsonl", ROWS[:2])
    assert "End it in .jsonl" in reviewer.bare("classify", source, "--out", out).refused()
    assert "for Parquet" in reviewer.bare("classify", source, "--out", tmp_path / "o", "--map", "a=id").refused()


def test_without_ray_a_sentence_says_what_to_install(
    reviewer: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    source = table(tmp_path / "in.parquet", ROWS[:3])
    done = reviewer.bare("classify", source, "--out", tmp_path / "o.parquet", "--engine", "ray")
    assert "Install reviewer[ray]" in done.refused(EnvironmentFault.exit_status)


def test_a_column_whose_name_is_no_utf8_is_refused(reviewer: Commands, tmp_path: Path) -> None:
    source = not_in_utf8(tmp_path / "in.parquet", {"id": ["r1"], "prompt": ["How?"], "response": ["So."]})
    out = tmp_path / "out.parquet"
    assert f"{source} is" in reviewer.bare("classify", source, "--out", out).refused()
    assert not out.exists()
