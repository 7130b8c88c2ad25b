"""Small files for each format of the registry to start from, so that a new format is fuzzed at once."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reviewer.exchange.registry import FORMATS
from tests.fuzz.containers import ods_with, write_zip
from tests.fuzz.whole_seeds import whole_seeds

ROWS: list[dict[str, object]] = [
    {
        "key": f"k{n}",
        "id": n,
        "case": f"k{n}",
        "prompt": f"How {n}?",
        "response": "So.",
        "text": "So.",
        "label": "answer",
        "messages": [{"role": "user", "content": "How?"}, {"role": "assistant", "content": "So."}],
        "run": "r",
        "model": "m",
        "reviewer": "a",
        "action": "answer",
        "at": "2025-01-01T00:00:00Z",
        "usage": {"total": 3},
    }
    for n in range(3)
]


def _csv(rows: Sequence[dict[str, object]], delimiter: str = ",") -> bytes:
    lines = [delimiter.join(rows[0]), *(delimiter.join(json.dumps(value) for value in row.values()) for row in rows)]
    return "\n".join(lines).encode()


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(ROWS), sink)
    return sink.getvalue()


def _arrow() -> bytes:
    import pyarrow as pa

    sink, table = io.BytesIO(), pa.Table.from_pylist(ROWS)
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _xlsx() -> bytes:
    import openpyxl

    book, sink = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("S", 0)
    for row in (list(ROWS[0]), *([str(value) for value in row.values()] for row in ROWS)):
        sheet.append(row)
    book.save(sink)
    return sink.getvalue()


def _ods() -> bytes:
    def line(texts: list[str]) -> str:
        cells = (
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
            for text in texts
        )
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    rows = "".join(line(texts) for texts in (list(ROWS[0]), *([str(value) for value in row.values()] for row in ROWS)))
    with tempfile.TemporaryDirectory() as folder:
        return ods_with(Path(folder) / "a.ods", rows).read_bytes()


def _zip() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = write_zip(
            Path(folder) / "a.zip",
            {
                "header.json": json.dumps({"eval": {"model": "m", "task": "t"}}),
                "samples/1_epoch_1.json": json.dumps(ROWS[0]),
            },
        )
        return made.read_bytes()


def _sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        connection = sqlite3.connect(path)
        columns = "id, role, conversation_id, sequence, original_value, converted_value, timestamp"
        connection.execute(f"CREATE TABLE PromptMemoryEntries ({columns})")
        connection.execute("CREATE TABLE evals (id, created_at, config, results)")
        connection.execute("INSERT INTO PromptMemoryEntries VALUES (1, 'user', 'c', 0, 'x', 'x', '2025-01-01')")
        connection.execute("INSERT INTO evals VALUES ('e', 1, '{}', '{\"results\": []}')")
        connection.commit()
        connection.close()
        return path.read_bytes()


def _json() -> bytes:
    return json.dumps({"results": ROWS, "samples": ROWS, "eval": {"model": "m"}, "version": 1}).encode()


def _jsonl() -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)


_BY_SUFFIX = {
    ".csv": lambda: _csv(ROWS),
    ".tsv": lambda: _csv(ROWS, "\t"),
    ".json": _json,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".xlsx": _xlsx,
    ".ods": _ods,
    ".parquet": _parquet,
    ".arrow": _arrow,
    ".feather": _arrow,
    ".eval": _zip,
    ".zip": _zip,
    ".db": _sqlite,
    ".sqlite": _sqlite,
}


def seeds_of(format_name: str) -> dict[str, bytes]:
    """{file name: content}: files of its own, and one for each of the format's endings, a table and JSON where it
    names none that is known, which has what many formats look for and mostly is none of this one."""
    suffixes = [suffix for suffix in FORMATS[format_name].suffixes if suffix in _BY_SUFFIX] or [".csv", ".jsonl"]
    return {**whole_seeds(format_name), **{f"seed{suffix}": _BY_SUFFIX[suffix]() for suffix in suffixes}}
