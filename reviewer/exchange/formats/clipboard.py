"""A table pasted from a spreadsheet or a page: text, separated by tabs or any of the usual delimiters."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.exchange.kit.general import GeneralFormat, delimited_stream
from reviewer.exchange.kit.json_records import json_records
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import Record
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.streams import RecordStream


class Clipboard(GeneralFormat):
    name = "clipboard"
    description = "A table pasted as text, with a heading row, or pasted JSON."
    suffixes: tuple[str, ...] = ()

    def recognises(self, head: FileHead) -> bool:
        """Never: no file is a clipboard."""
        return False

    def stream(self, source: Source, options: ImportOptions) -> RecordStream:
        if source.text is not None and source.text.lstrip("\ufeff \t\r\n").startswith(("{", "[{", "[\n")):
            return json_records(source, options.sheet)
        return delimited_stream(source, "the pasted table", raw_quotes=True)


def read_text(untrusted_text: str, options: ImportOptions) -> Iterator[Record]:
    """The records of a pasted table. Raises InputError for an empty paste or a table without a request column."""
    return Clipboard().read(Source.pasted(untrusted_text), options)
