"""What the general formats share: each opens a file as a stream of records, and the one mapper reads it."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.exchange.kit.delimited import headed, read_rows
from reviewer.exchange.kit.mapper import read_stream
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import Record, Told
from reviewer.exchange.kit.sources import Source, heading_of
from reviewer.exchange.kit.streams import RecordStream, stream_of_rows


class GeneralFormat:
    """Gives way to a format that knows the file better."""

    name: str
    general = True

    def stream(self, source: Source, options: ImportOptions) -> RecordStream:
        """Raises KnownError for what cannot be read at all."""
        raise NotImplementedError

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        yield from read_stream(self.stream(source, options), options)


def delimited_stream(source: Source, where: str, *, raw_quotes: bool = False) -> RecordStream:
    """A table in text: its rows under the heading, and what was found of encoding and title lines."""
    columns, rows = headed(read_rows(source, raw_quotes=raw_quotes), where)
    return stream_of_rows(columns, rows, where, source.name, _told(source))


def _told(source: Source) -> Iterator[Told]:
    yield from told_encoding(source)
    above = heading_of(source.start()).above
    if above and not source.start().lstrip('"').lower().startswith("sep="):
        yield Told(f"{above} rows above the heading were passed over." if above > 1 else _ONE_ABOVE)


_ONE_ABOVE = "One row above the heading was passed over."


def told_encoding(source: Source) -> Iterator[Told]:
    if source.text is None and not source.encoding.is_expected:
        guessed = ", guessed from its bytes; --encoding names another" if source.encoding.guessed else ""
        yield Told(f"The text was read as {source.encoding.said}{guessed}.")
