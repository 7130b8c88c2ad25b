"""Any JSON that holds records: a list, JSON Lines, or an object whose one list they are."""

from __future__ import annotations

from dataclasses import replace

from reviewer.exchange.kit.general import GeneralFormat, told_encoding
from reviewer.exchange.kit.json_records import json_records
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.streams import RecordStream


class TableJson(GeneralFormat):
    name = "json"
    description = "Any JSON list, JSON Lines or JSON with a list of requests, responses and ratings."
    suffixes: tuple[str, ...] = (".json", ".jsonl", ".ndjson")

    def recognises(self, head: FileHead) -> bool:
        start = head.text.lstrip()
        return start.startswith("{") or (start.startswith("[") and start[1:].lstrip()[:1] in ("{", ""))

    def stream(self, source: Source, options: ImportOptions) -> RecordStream:
        stream = json_records(source, options.sheet)
        return replace(stream, told=(*told_encoding(source), *stream.told))
