"""Spreadsheets: the first sheet that is shown, or a named one, as a table. A formula is the value it last gave."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from reviewer.core.errors import InputError, KnownError
from reviewer.exchange.kit.delimited import Row, headed
from reviewer.exchange.kit.general import GeneralFormat
from reviewer.exchange.kit.merged_cells import Merged, filled_down, merged_in, one_heading
from reviewer.exchange.kit.naming_columns import listed_columns
from reviewer.exchange.kit.open_document import OpenDocument
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Told
from reviewer.exchange.kit.sheet_xml import SheetFault
from reviewer.exchange.kit.sources import ZIP_FAULTS, FileHead, Source, faults_named, title_rows
from reviewer.exchange.kit.streams import RecordStream, stream_of_rows
from reviewer.exchange.kit.workbooks import BookSheet, Found, Workbook
from reviewer.wording.plural import counted, noun

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The start of an old .xls, and of a workbook that a password protects."""

_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_LOOKED_AT = 20
Rows = Iterator[Row | BadRow]


class Xlsx(GeneralFormat):
    name = "xlsx"
    description = "A table of requests, responses and ratings in a workbook (.xlsx)."
    suffixes: tuple[str, ...] = (".xlsx", ".xlsm")

    def recognises(self, head: FileHead) -> bool:
        return head.start.startswith((b"PK\x03\x04", _COMPOUND)) and head.suffix in (*self.suffixes, ".xls")

    def stream(self, source: Source, options: ImportOptions) -> RecordStream:
        return _stream(source, options, _open_workbook)


class Ods(GeneralFormat):
    name = "ods"
    description = "A table of requests, responses and ratings in an OpenDocument spreadsheet (.ods)."
    suffixes: tuple[str, ...] = (".ods",)

    def recognises(self, head: FileHead) -> bool:
        return head.start.startswith(b"PK\x03\x04") and (head.suffix == ".ods" or _ODS.encode() in head.start[:200])

    def stream(self, source: Source, options: ImportOptions) -> RecordStream:
        return _stream(source, options, _open_document)


class _Sheets:
    """What an opened spreadsheet offers: the names of its sheets, which are hidden, and the rows of one."""

    def __init__(self, sheets: Sequence[BookSheet], rows: Callable[[BookSheet, Found], Rows]) -> None:
        self.sheets, self.rows = sheets, rows


def _open_workbook(archive: zipfile.ZipFile) -> _Sheets:
    book = Workbook(archive)
    return _Sheets(book.sheets, book.rows)


def _open_document(archive: zipfile.ZipFile) -> _Sheets:
    document = OpenDocument(archive)
    return _Sheets(
        [BookSheet(name, "") for name in document.sheets], lambda sheet, found: document.rows(sheet.name, found)
    )


def _stream(source: Source, options: ImportOptions, opener: Callable[[zipfile.ZipFile], _Sheets]) -> RecordStream:
    path = source.path
    found = Found()
    with faults_named(path):
        _check_container(path)
        archive = _archive(path)
    try:
        sheets = opener(archive)
    except SheetFault as fault:
        archive.close()
        raise _damaged(path, fault) from None
    try:
        sheet = _chosen(path, sheets.sheets, options.sheet)
        merged = merged_in(archive, sheet.member)
        rows, told = _below_titles(filled_down(_read(path, archive, sheets.rows(sheet, found)), merged), merged)
        columns, below = headed(rows, str(path))
    except KnownError:
        archive.close()
        raise
    stream = stream_of_rows(columns, below, str(path), source.name, (*_told_sheets(sheet, sheets.sheets), *told))
    others = ", ".join(repr(each.name) for each in sheets.sheets if each is not sheet)[:200]
    elsewhere = f" Or name another sheet with --sheet: {others}." if others else ""
    names = tuple(each.name for each in sheets.sheets)
    return replace(stream, behind=lambda: _told_found(found), elsewhere=elsewhere, sheets=names)


def _told_found(found: Found) -> Iterator[Told]:
    if found.said_rows > 1_000 + 2 * found.filled_rows:
        filled = counted(found.filled_rows, "row")
        it = noun(found.filled_rows, "has something in it", "have something in them")
        yield Told(f"The sheet says that it has {found.said_rows:,} rows; {filled} {it}.")
    if found.hidden_rows:
        rows = f"{counted(found.hidden_rows, 'row')} of the sheet {noun(found.hidden_rows, 'is', 'are')} hidden"
        yield Told(f"{rows} and {noun(found.hidden_rows, 'was', 'were')} read too.")
    if found.merged:
        yield Told(f"{counted(found.merged, 'merged cell')}: a value counts for all rows of its cell.")


def _told_sheets(sheet: BookSheet, sheets: Sequence[BookSheet]) -> Iterator[Told]:
    others = [each.name for each in sheets if each is not sheet]
    if others:
        shown = ", ".join(repr(name) for name in others)[:200]
        yield Told(f"The sheet {sheet.name!r} was read; --sheet names another: {shown}.")
    hidden = [each.name for each in sheets if each.hidden]
    if hidden:
        yield Told(f"Hidden: {', '.join(repr(name) for name in hidden)[:200]}.")


def _chosen(path: Path, sheets: Sequence[BookSheet], wanted: str) -> BookSheet:
    """The sheet named, else the first that is shown."""
    names = ", ".join(sheet.name for sheet in sheets)[:300]
    if wanted:
        found = next((sheet for sheet in sheets if sheet.name == wanted), None)
        if found is None:
            raise InputError(f"{path} has no sheet {wanted!r}; its sheets are {names}.", "Name one.")
        return found
    shown = [sheet for sheet in sheets if not sheet.hidden] or list(sheets)
    if not shown:
        raise InputError(f"{path} has no sheet with cells.", "Save the table as a sheet of its own.")
    return shown[0]


def _below_titles(rows: Rows, merged: Merged) -> tuple[Rows, list[Told]]:
    """The rows without the title lines above the heading, and with one heading row where there are two."""
    first: list[Row | BadRow] = []
    for row in rows:
        first.append(row)
        if len(first) >= _LOOKED_AT:
            break
    first, joined = one_heading(first, merged)
    above = title_rows([row.cells for row in first if isinstance(row, Row)])
    told = [Told("One row above the heading was passed over.")] if above == 1 else []
    if above > 1:
        told = [Told(f"{above} rows above the heading were passed over.")]
    if joined:
        told.append(Told(f"The two heading rows were read as one: {listed_columns(filter(None, joined))}."))
    return chain(first[above:], rows), told


def _read(path: Path, archive: zipfile.ZipFile, rows: Rows) -> Rows:
    with archive:
        try:
            yield from rows
        except SheetFault as fault:
            raise _damaged(path, fault) from None


def _check_container(path: Path) -> None:
    """Raises InputError for a workbook that a password protects and for one of before 2007."""
    with path.open("rb") as handle:
        start = handle.read(1024 * 1024)
    if not start.startswith(_COMPOUND):
        return
    if "EncryptedPackage".encode("utf-16-le") in start:
        raise InputError(
            f"{path} is protected by a password.", "Open it in a spreadsheet and save it without one, or as CSV UTF-8."
        )
    raise InputError(f"{path} is a workbook of before 2007 (.xls).", "Save it as .xlsx or as CSV UTF-8.")


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except ZIP_FAULTS as fault:
        raise _damaged(path, SheetFault(str(fault))) from fault


def _damaged(path: Path, fault: SheetFault) -> InputError:
    why = " ".join(str(fault).split())[:160] or "it is damaged"
    return InputError(
        f"{path} is not a workbook that can be read: {why}.",
        "Open it in a spreadsheet and save it again as .xlsx or as CSV UTF-8.",
    )
