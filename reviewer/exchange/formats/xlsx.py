"""Workbooks: the first sheet, or a named one, as a table of cases. A formula counts as the value it last gave."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from reviewer.core.errors import InputError
from reviewer.exchange.kit.delimited import Row, headed
from reviewer.exchange.kit.general import GeneralFormat
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sources import MAX_ROW_CHARACTERS, TOO_LONG, FileHead, Source, faults_named
from reviewer.exchange.kit.streams import RecordStream, stream_of_rows

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_MAX_UNPACKED_BYTES = 1_000_000_000


class Xlsx(GeneralFormat):
    name = "xlsx"
    description = "A table of requests, responses and ratings in a workbook (.xlsx)."
    suffixes: tuple[str, ...] = (".xlsx", ".xlsm")

    def recognises(self, head: FileHead) -> bool:
        return head.start.startswith(b"PK\x03\x04") and head.suffix in self.suffixes

    def stream(self, source: Source, options: ImportOptions) -> RecordStream:
        columns, rows = headed(read_sheet(source.path, options.sheet), str(source.path))
        return stream_of_rows(columns, rows, str(source.path), source.name)


def read_sheet(path: Path, sheet: str = "") -> Iterator[Row | BadRow]:
    """The rows that are not blank. Raises KnownError for what is not a workbook or has no such sheet."""
    with faults_named(path), path.open("rb") as handle:
        workbook = _opened(handle, path)
        names = [worksheet.title for worksheet in workbook.worksheets]
        wanted = sheet or (names[0] if names else "")
        if wanted not in names:
            raise InputError(f"{path} has no sheet {wanted!r}; its sheets are {', '.join(names)[:300]}.", "Name one.")
        worksheet = workbook.worksheets[names.index(wanted)]
        # A workbook may claim a million columns that it does not have; the claim is not believed.
        worksheet.reset_dimensions()
        rows = enumerate(worksheet.iter_rows(values_only=True), start=1)
        while (numbered := _next_row(rows, path)) is not None:
            line, values = numbered
            cells = [_text(value) for value in values]
            if sum(map(len, cells)) > MAX_ROW_CHARACTERS:
                yield BadRow(line, TOO_LONG)
            elif any(cell and not cell.isspace() for cell in cells):
                yield Row(line, cells)


def _next_row(rows: Iterator[tuple[int, tuple[object, ...]]], path: Path) -> tuple[int, tuple[object, ...]] | None:
    try:
        return next(rows, None)
    except Exception as fault:
        raise _damaged(path, fault) from fault


def _opened(handle: BinaryIO, path: Path) -> Workbook:
    import openpyxl

    try:
        with zipfile.ZipFile(handle) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked <= _MAX_UNPACKED_BYTES:
            with warnings.catch_warnings():
                # openpyxl warns of styles and extensions that it leaves out; none of them holds a cell's value.
                warnings.simplefilter("ignore")
                return openpyxl.load_workbook(handle, read_only=True, data_only=True)
    # A damaged workbook can fail in openpyxl, zipfile, zlib or expat, each with errors of its own.
    except Exception as fault:
        raise _damaged(path, fault) from fault
    raise InputError(f"{path} unpacks to {unpacked:,} bytes, more than a table needs.", "Save it as CSV in parts.")


def _damaged(path: Path, fault: Exception) -> InputError:
    return InputError(
        f"{path} is not a workbook that can be read: {str(fault)[:120] or type(fault).__name__}.",
        "Open it in a spreadsheet and save it again as .xlsx or as CSV UTF-8.",
    )


def _text(value: object) -> str:
    """A cell's value as a person reads it: 3.0 is `3`, a date is ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
