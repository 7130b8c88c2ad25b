"""Any CSV, TSV or other delimited table, its columns mapped to fields."""

from __future__ import annotations

from reviewer.exchange.kit.columns import guess_mapping
from reviewer.exchange.kit.general import GeneralFormat, delimited_stream
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.streams import RecordStream


class TableCsv(GeneralFormat):
    name = "csv"
    description = "Any table of requests, responses and ratings in comma, semicolon, tab or bar separated text."
    suffixes: tuple[str, ...] = (".csv", ".tsv", ".tab", ".txt")

    def recognises(self, head: FileHead) -> bool:
        if not head.columns:
            return False
        return head.suffix in {".csv", ".tsv", ".tab"} or bool(guess_mapping(head.columns))

    def stream(self, source: Source, options: ImportOptions) -> RecordStream:
        return delimited_stream(source, str(source.path))
