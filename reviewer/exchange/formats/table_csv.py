"""Any CSV, TSV or other delimited table of cases, its columns mapped to fields."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.exchange.kit.delimited import headed, read_rows
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import Record
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.table import guess_mapping, read_table


class TableCsv:
    name = "csv"
    description = "Any table of cases in comma, semicolon, tab or bar separated text; columns and labels are mapped."
    suffixes = (".csv", ".tsv", ".tab", ".txt")
    general = True

    def recognises(self, head: FileHead) -> bool:
        if not head.columns:
            return False
        return head.suffix in {".csv", ".tsv", ".tab"} or "prompt" in guess_mapping(head.columns)

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        columns, rows = headed(read_rows(source), str(source.path))
        yield from read_table(columns, rows, options, str(source.path), source.name)
