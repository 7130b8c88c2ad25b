"""Short ways for the tests here to write a file and read it back."""

from __future__ import annotations

from pathlib import Path

from reviewer.core.cases import Case
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, CaseRecord, Record
from reviewer.exchange.registry import read_file

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
