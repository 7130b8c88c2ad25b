"""Delimited text (CSV and its relatives) as rows that know their line; a broken row does not take the rest."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from reviewer.core.errors import InputError
from reviewer.exchange.kit.naming_columns import listed_columns
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sources import MAX_ROW_CHARACTERS, TOO_LONG, Source, folded, heading_of

_MAX_RECOVERIES = 20
"""Reading on after an unclosed quote reads what it swallowed again; this bounds the work on a hostile file."""

_MAX_ROW_LINES = 100_000

_QUOTES = (
    'A quote is not closed, or a quote inside a quoted cell is not doubled. Write "" for each quote inside a cell.'
)


_ROW_TOO_LONG = (
    f"The row is longer than {MAX_ROW_CHARACTERS:,} characters or {_MAX_ROW_LINES:,} lines, or a quote on its first "
    "line is not closed. Shorten it, close the quote or leave it out."
)


@dataclass(frozen=True)
class Row:
    line: int
    cells: Sequence[str]


class _LineTooLong(Exception):
    """A line of the row that is being read is over the limit."""


class _RowTooLong(Exception):
    """The lines of the row that is being read have passed the limit together."""


class _LineFeed:
    """Lines for csv.reader, with the lines of the row that is being read kept, so that they can be read again."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines = source.lines("")
        self._again: deque[tuple[int, str]] = deque()
        self._row: list[tuple[int, str]] = []
        self._size = 0
        self._recoveries = 0
        self.line = 0

    def begin(self) -> None:
        self._row.clear()
        self._size = 0

    def __iter__(self) -> _LineFeed:
        return self

    def __next__(self) -> str:
        number, text = self._next_line()
        if not self._row:
            self.line = number
        if text is None:
            raise _LineTooLong
        self._row.append((number, text))
        self._size += len(text)
        if self._size > MAX_ROW_CHARACTERS or len(self._row) > _MAX_ROW_LINES:
            raise _RowTooLong
        return text

    def _next_line(self) -> tuple[int, str | None]:
        return self._again.popleft() if self._again else next(self._lines)

    def recover(self) -> str:
        """Put back what a broken row swallowed after its first line, which is returned."""
        if self._may_recover():
            self._again.extendleft(reversed(self._row[1:]))
        return self._row[0][1] if self._row else ""

    def skip_row(self) -> None:
        """Pass over a row that is too long, holding none of it. If its quote is never closed, it was a stray one: then
        the file is opened again and read on after the row's first line."""
        is_open = sum(text.count('"') for _, text in self._row) % 2 == 1
        self._row.clear()
        while is_open:
            try:
                _, text = self._next_line()
            except StopIteration:
                self._reopen(self.line)
                return
            is_open = text is not None and text.count('"') % 2 == 0

    def _reopen(self, last: int) -> None:
        if self._may_recover():
            self._lines = dropwhile(lambda line: line[0] <= last, self._source.lines(""))

    def _may_recover(self) -> bool:
        self._recoveries += 1
        return self._recoveries <= _MAX_RECOVERIES


def read_rows(source: Source, *, raw_quotes: bool = False) -> Iterator[Row | BadRow]:
    """The rows that are not blank, the heading row first. Raises KnownError for what is not text.

    With `raw_quotes`, as spreadsheets copy, a row whose quotes make no sense is taken as it stands.
    """
    source.check()
    # The limit is the process's: it is only ever raised, to what the line feed bounds anyway.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_ROW_CHARACTERS))
    heading = heading_of(source.start())
    delimiter, above = heading.delimiter, heading.above
    feed = _LineFeed(source)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _LineTooLong:
            feed.recover()
            yield BadRow(feed.line, TOO_LONG)
            continue
        except _RowTooLong:
            feed.skip_row()
            yield BadRow(feed.line, _ROW_TOO_LONG)
            continue
        except csv.Error:
            first = feed.recover()
            if not raw_quotes:
                yield BadRow(feed.line, _QUOTES)
                continue
            cells = first.rstrip("\r\n").split(delimiter)
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        if above:
            above -= 1
        else:
            yield Row(feed.line, cells)


def headed(rows: Iterable[Row | BadRow], where: str) -> tuple[list[str], Iterator[Row | BadRow]]:
    """The column names and the rows below them, each as long as the heading. Raises InputError without a heading."""
    below = iter(rows)
    first = next(below, None)
    if not isinstance(first, Row):
        reason = "It is empty." if first is None else first.reason
        raise InputError(f"{where} has no readable heading row: {reason}", "Put the column names in the first row.")
    columns = [name.strip() for name in first.cells]
    while columns and not columns[-1]:
        columns.pop()
    return columns, (_fitted(row, len(columns)) for row in below)


def _fitted(row: Row | BadRow, width: int) -> Row | BadRow:
    if isinstance(row, BadRow) or len(row.cells) == width:
        return row
    if any(cell.strip() for cell in row.cells[width:]):
        return BadRow(
            row.line,
            f"The row has {len(row.cells)} cells, the heading {width}. Put quotes around cells that hold a delimiter.",
        )
    return Row(row.line, [*row.cells[:width], *[""] * (width - len(row.cells))])


def read_named(source: Source, required: Iterable[str]) -> Iterator[tuple[int, dict[str, str]] | BadRow]:
    """(line, {folded column: cell}), or the bad row. Raises InputError if a required column is missing."""
    columns, rows = headed(read_rows(source), str(source.path))
    names = [folded(column) for column in columns]
    missing = [name for name in required if name not in names]
    if missing:
        raise InputError(
            f"{source.path} has no column {listed_columns(missing)}; its columns are {listed_columns(columns)}.",
            "Choose another format or rename the column.",
        )
    for row in rows:
        yield row if isinstance(row, BadRow) else (row.line, dict(zip(names, row.cells, strict=True)))
