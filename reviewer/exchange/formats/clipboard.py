"""A table pasted from a spreadsheet or a page: text, separated by tabs or any of the usual delimiters."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.exchange.kit.delimited import headed, read_rows
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import Record
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.table import read_table


class Clipboard:
    name = "clipboard"
    description = "A table of cases pasted as text, with a heading row."
    suffixes: tuple[str, ...] = ()
    general = True

    def recognises(self, head: FileHead) -> bool:
        """Never: no file is a clipboard."""
        return False

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        columns, rows = headed(read_rows(source, raw_quotes=True), "The pasted table")
        yield from read_table(columns, rows, options, "the pasted table", source.name)


def read_text(untrusted_text: str, options: ImportOptions) -> Iterator[Record]:
    """The cases of a pasted table. Raises InputError for an empty paste or a table without a request column."""
    return Clipboard().read(Source.pasted(untrusted_text), options)
