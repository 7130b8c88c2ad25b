"""Short ways for the tests here to write a file and read it back."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from reviewer.core.cases import Case
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, CaseRecord, Record, ResponseRecord, Told
from reviewer.exchange.registry import detect, read_file

Row = Mapping[str, object]
PLAIN = ImportOptions()


def records_of(path: Path, options: ImportOptions = PLAIN, format_name: str = "") -> list[Record]:
    return list(read_file(path, options, format_name))


def cases_in(records: list[Record]) -> list[Case]:
    return [record.case for record in records if isinstance(record, CaseRecord)]


def bad_rows(records: list[Record]) -> dict[int, str]:
    return {record.line: record.reason for record in records if isinstance(record, BadRow)}


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def lines(path: Path, rows: Sequence[Row]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return written(path, "".join(json.dumps(row) + "\n" for row in rows))


def table(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path, name: str) -> list[Record]:
    assert detect(path).name == name
    return records_of(path)


def replies(records: Sequence[Record]) -> list[ResponseRecord]:
    return [record for record in records if isinstance(record, ResponseRecord)]


def told(records: Sequence[Record]) -> str:
    return "\n".join(record.sentence for record in records if isinstance(record, Told))


def texts(records: Sequence[Record]) -> list[tuple[ResponseState, str]]:
    return [(record.response.state, record.response.text) for record in replies(records)]
