"""The child gives the same records as reading in the process, and ends however the reader ends."""

from __future__ import annotations

import gzip
import json
import os
import sys
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reviewer.core.errors import InputError
from reviewer.exchange import guarded, reading_child
from reviewer.exchange.guarded import preview_guarded, read_guarded
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.preview import preview_table
from reviewer.exchange.kit.records import CaseRecord, ResponseRecord
from reviewer.exchange.registry import read_file

PLAIN = ImportOptions()
ROWS = [
    {
        "key": f"k{n}",
        "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": f"How \u202e{n}\u0301?"}],
        "label": "answer",
        "band": {"answer": 1.0, "clarify": 0.5},
        "tags": ["a", "b"],
        "status": "labelled",
    }
    for n in range(700)
]


def packed(path: Path, *, bad: bool = True) -> Path:
    lines = [json.dumps(row) for row in ROWS]
    content = "\n".join([*lines, *(["{", '{"key": 1}'] if bad else [])])
    path.write_bytes(gzip.compress(content.encode()))
    return path


def test_the_child_gives_what_the_process_gives(tmp_path: Path) -> None:
    path = packed(tmp_path / "cases.jsonl.gz")

    assert list(read_guarded(path, PLAIN)) == list(read_file(path, PLAIN))


def test_a_preview_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"prompt,label\nHow?,safe\nWhy?,unsafe\n"))

    assert preview_guarded(path, PLAIN) == preview_table(path, options=PLAIN)


def test_a_refusal_is_the_same_sentence(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"prompt,label\nHow?,safe\n")[:-9])

    with pytest.raises(InputError) as here:
        list(read_file(path, PLAIN, "csv"))
    with pytest.raises(InputError) as there:
        list(read_guarded(path, PLAIN, "csv"))

    assert str(there.value) == str(here.value)


def test_who_stops_reading_ends_the_child(tmp_path: Path) -> None:
    records = read_guarded(packed(tmp_path / "cases.jsonl.gz"), PLAIN)
    assert len(list(islice(records, 3))) == 3

    records.close()


def test_what_the_watch_raises_ends_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child, number = tmp_path / "child.py", tmp_path / "number"
    child.write_text(
        f"import os, pathlib, time\npathlib.Path({str(number)!r}).write_text(str(os.getpid()))\ntime.sleep(600)\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(reading_child, "__file__", str(child))

    def stop() -> None:
        if number.exists() and number.read_text():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(read_guarded(packed(tmp_path / "cases.jsonl.gz"), PLAIN, "reviewer-cases", stop))

    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("import time; time.sleep(600)", "was still being read after"),
        ("import os; os.abort()", "was ended"),
        ("import sys; sys.exit(77)", "was ended"),
        ("pass", "was ended"),
        ("print('[' + '0,' * 10_000_000 + '0]')", "unpacks to more than"),
        ("print('{\"memory\": true}')", "MB of memory"),
        ('print(\'{"unexpected": "KeyError", "where": []}\')', "unlike any that was foreseen (KeyError)"),
    ],
)
def test_however_the_child_ends_a_sentence_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, said: str
) -> None:
    child = tmp_path / "child.py"
    child.write_text(does + "\n", encoding="utf-8")
    monkeypatch.setattr(reading_child, "__file__", str(child))
    monkeypatch.setattr(guarded, "_SECONDS", 3.0)
    monkeypatch.setattr(guarded, "_ANY_FILE_BYTES", 1_000_000)

    with pytest.raises(InputError, match=said.replace("(", r"\(").replace(")", r"\)")):
        list(read_guarded(packed(tmp_path / "cases.jsonl.gz"), PLAIN, "reviewer-cases"))


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
def test_the_child_may_hold_no_more_than_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "_MEGABYTES", 40)

    with pytest.raises(InputError, match=r"memory|was ended"):
        list(read_guarded(packed(tmp_path / "cases.jsonl.gz"), PLAIN))


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_number_beyond_all_is_kept_as_a_text(tmp_path: Path, number: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(f'{{"instruction": "How?", "output": "So.", "score": {number}}}\n', encoding="utf-8")

    records = [each for each in read_guarded(path, PLAIN, "alpaca") if isinstance(each, CaseRecord | ResponseRecord)]

    assert any(each.kept.get("score") == number.replace("1e999", "Infinity") for each in records)


def test_rows_that_cannot_be_used_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "MOST_BAD_ROWS", 20)
    path = tmp_path / "t.csv"
    path.write_text("prompt,label\n" + ",answer\n" * 30, encoding="utf-8")

    with pytest.raises(InputError, match=r"more than 20 rows that cannot be used; the last is line 22"):
        list(read_guarded(path, PLAIN, "csv"))


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
def test_a_column_that_unpacks_beyond_the_memory_is_said_to_be_too_large(tmp_path: Path) -> None:
    zeros = pa.repeat(pa.scalar(0, pa.int8()), 50_000_000)
    lists = pa.ListArray.from_arrays(pa.array([0, len(zeros)], pa.int32()), zeros)
    path = tmp_path / "lists.parquet"
    pq.write_table(pa.table({"prompt": ["Hi?"], "x": lists}), path, compression="zstd")

    with pytest.raises(InputError, match=r"needs more (than 700 MB of )?memory"):
        list(read_guarded(path, PLAIN))
