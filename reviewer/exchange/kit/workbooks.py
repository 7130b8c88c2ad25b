"""Workbooks (.xlsx), strict ones too, row by row: cells as a person sees them, errors as errors, nothing computed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from reviewer.exchange.kit.delimited import Row
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sheet_xml import SheetFault, Tag, local_attributes, tags_of
from reviewer.exchange.kit.sources import MAX_ROW_CHARACTERS, TOO_LONG
from reviewer.exchange.kit.streams import MAX_COLUMNS

MAX_ROWS = 1_048_576
_MAX_SHARED_CHARACTERS = 300_000_000
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)\Z")


@dataclass(frozen=True)
class BookSheet:
    """A sheet of a workbook: its name, its member of the archive, whether it is hidden."""

    name: str
    member: str
    hidden: bool = False


@dataclass
class Found:
    """What there was beside the rows: told after they were read."""

    said_rows: int = 0
    filled_rows: int = 0
    hidden_rows: int = 0
    merged: int = 0


@dataclass
class _Cell:
    column: int = 0
    kind: str = "n"
    style: int = 0
    has_formula: bool = False
    value: list[str] = field(default_factory=list)


class Workbook:
    """An opened archive. Raises SheetFault for what is no workbook."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = frozenset(archive.namelist())
        if "mimetype" in names and "content.xml" in names:
            raise SheetFault("it is an OpenDocument file under another name")
        if "xl/workbook.bin" in names:
            raise SheetFault("it is a binary workbook (.xlsb)")
        self._book = next((name for name in ("xl/workbook.xml", "xl/workbook2.xml") if name in names), "")
        if not self._book:
            raise SheetFault("it holds no xl/workbook.xml")
        self.is_1904 = False
        self.sheets = tuple(self._read_sheets())
        self._shared = self._read_shared() if "xl/sharedStrings.xml" in names else []
        self._dates = self._read_dates() if "xl/styles.xml" in names else frozenset()

    def _read_sheets(self) -> Iterator[BookSheet]:
        folder = PurePosixPath(self._book).parent
        targets = {}
        for tag in tags_of(self._archive, f"{folder}/_rels/{PurePosixPath(self._book).name}.rels"):
            if tag.name == "Relationship" and tag.attributes is not None:
                targets[tag.attributes.get("Id", "")] = (
                    tag.attributes.get("Target", ""),
                    tag.attributes.get("Type", "").rpartition("/")[2],
                )
        for tag in tags_of(self._archive, self._book):
            attributes = local_attributes(tag.attributes or {})
            if tag.name == "workbookPr":
                self.is_1904 = self.is_1904 or attributes.get("date1904") in ("1", "true")
            if tag.name == "sheet" and tag.attributes is not None:
                target, kind = targets.get(attributes.get("id", ""), ("", ""))
                if kind == "worksheet":
                    member = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
                    yield BookSheet(attributes.get("name", ""), member, attributes.get("state", "visible") != "visible")

    def _read_shared(self) -> list[str]:
        found: list[str] = []
        size = 0
        for text in _texts(tags_of(self._archive, "xl/sharedStrings.xml"), "si"):
            size += len(text)
            if size > _MAX_SHARED_CHARACTERS:
                raise SheetFault("its texts are more than fit into the memory; save it as CSV in parts")
            found.append(text)
        return found

    def _read_dates(self) -> frozenset[int]:
        """Which cell styles show a number as a date or time."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

        formats: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
        dates, inside, at = set(), False, 0
        for tag in tags_of(self._archive, "xl/styles.xml"):
            if tag.name == "numFmt" and tag.attributes is not None:
                formats[tag.attributes.get("numFmtId", "")] = tag.attributes.get("formatCode", "")
            elif tag.name == "cellXfs":
                inside = tag.attributes is not None
            elif tag.name == "xf" and inside and tag.attributes is not None:
                if is_date_format(formats.get(tag.attributes.get("numFmtId", ""), "")):
                    dates.add(at)
                at += 1
        return frozenset(dates)

    def rows(self, sheet: BookSheet, found: Found) -> Iterator[Row | BadRow]:
        """The rows that are not blank, by their own numbers. A row with an error in it is a bad one."""
        number = 0
        cells: list[_Cell] = []
        for tag in tags_of(self._archive, sheet.member):
            if tag.name == "row" and tag.attributes is not None:
                number = _row_number(tag.attributes.get("r"), number)
                found.hidden_rows += tag.attributes.get("hidden") in ("1", "true")
                cells = []
            elif tag.name == "row":
                for row in self._row(number, cells):
                    found.filled_rows += 1
                    yield row
            elif tag.name == "dimension" and tag.attributes is not None:
                last = _REFERENCE.match(tag.attributes.get("ref", "").rpartition(":")[2])
                found.said_rows = min(int(last[2]), MAX_ROWS) if last and len(last[2]) < 10 else 0
            elif tag.name == "mergeCell" and tag.attributes is not None:
                found.merged += 1
            else:
                self._take(tag, cells)

    _in: str = ""

    def _take(self, tag: Tag, cells: list[_Cell]) -> None:
        if tag.name == "c":
            if tag.attributes is not None:
                cells.append(_cell(tag.attributes, cells[-1].column + 1 if cells else 0))
            self._in = ""
        elif tag.name in ("v", "t"):
            self._in = tag.name if tag.attributes is not None and self._in != "rPh" else ""
        elif tag.name == "rPh":
            self._in = "rPh" if tag.attributes is not None else ""
        elif tag.name == "f" and cells:
            cells[-1].has_formula = True
            self._in = ""
        elif not tag.name and self._in in ("v", "t") and cells:
            cells[-1].value.append(tag.text)

    def _row(self, number: int, cells: Sequence[_Cell]) -> Iterator[Row | BadRow]:
        texts: list[str] = []
        for cell in cells:
            if cell.column >= MAX_COLUMNS:
                yield BadRow(number, f"The row has a cell behind column {MAX_COLUMNS:,}. Leave it out.")
                return
            texts.extend("" for _ in range(len(texts), cell.column))
            try:
                texts.append(self._text(cell))
            except SheetFault as fault:
                yield BadRow(number, f"{fault} Correct the cell or leave the row out.")
                return
        if sum(map(len, texts)) > MAX_ROW_CHARACTERS:
            yield BadRow(number, TOO_LONG)
        elif any(text and not text.isspace() for text in texts):
            yield Row(number, texts)

    def _text(self, cell: _Cell) -> str:
        """Raises SheetFault for an error and a formula that was never calculated."""
        text = "".join(cell.value)
        if cell.kind == "e":
            raise SheetFault(f"Column {_letters(cell.column)} holds the error {text[:20]}.")
        if cell.has_formula and not cell.value and cell.kind != "str":
            raise SheetFault(f"Column {_letters(cell.column)} holds a formula that was never calculated.")
        if cell.kind == "s":
            return self._shared_text(text)
        if cell.kind in ("inlineStr", "str"):
            return unescaped(text)
        if cell.kind == "b":
            return "true" if text.strip() == "1" else "false"
        return self._number(text, cell) if text and cell.kind == "n" else text

    def _shared_text(self, text: str) -> str:
        if not text.strip().isdecimal() or int(text) >= len(self._shared):
            raise SheetFault(f"A cell names the text {text[:20]}, which the workbook does not have.")
        return self._shared[int(text)]

    def _number(self, text: str, cell: _Cell) -> str:
        try:
            number = float(text)
        except ValueError:
            return text
        if cell.style in self._dates:
            return _date_text(number, is_1904=self.is_1904)
        return f"{number:.15g}" if abs(number) < 1e15 and "e" not in f"{number:.15g}" else text


def _cell(attributes: Mapping[str, str], next_column: int) -> _Cell:
    found = _REFERENCE.match(attributes.get("r", ""))
    column = _column(found[1]) if found else next_column
    style = attributes.get("s", "0")
    return _Cell(column, attributes.get("t", "n"), int(style) if style.isdecimal() else 0)


def _row_number(said: str | None, before: int) -> int:
    """Raises SheetFault for a row that no sheet has, and one that goes back."""
    if said is None:
        number = before + 1
    elif not said.isdecimal():
        raise SheetFault(f"it has a row {said[:20]!r}")
    else:
        number = int(said)
    if number > MAX_ROWS or number <= before:
        raise SheetFault(f"it has a row {number:,} behind row {before:,}; a sheet has {MAX_ROWS:,} in order")
    return number


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _date_text(number: float, *, is_1904: bool) -> str:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    try:
        found = from_excel(number, CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900)
    except (ValueError, OverflowError):
        return f"{number:.15g}"
    return str(found.isoformat()) if hasattr(found, "isoformat") else str(found)


def unescaped(text: str) -> str:
    """`_x000D_` is a carriage return, `_x005F_` an underscore, as OOXML writes what XML cannot hold."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code == 0 else chr(code)


def _texts(tags: Iterator[Tag], around: str) -> Iterator[str]:
    """The text of each `around`, without phonetic readings."""
    parts: list[str] = []
    inside, phonetic = False, False
    for tag in tags:
        if tag.name == around:
            if tag.attributes is None:
                yield unescaped("".join(parts))
            parts = []
        elif tag.name == "rPh":
            phonetic = tag.attributes is not None
        elif tag.name == "t":
            inside = tag.attributes is not None and not phonetic
        elif not tag.name and inside:
            parts.append(tag.text)
