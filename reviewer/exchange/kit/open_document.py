"""OpenDocument spreadsheets (.ods), row by row; cells and rows that are said to repeat are bounded."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from reviewer.exchange.kit.delimited import Row
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sheet_xml import SheetFault, Tag, local_attributes, tags_of
from reviewer.exchange.kit.sources import MAX_ROW_CHARACTERS, TOO_LONG
from reviewer.exchange.kit.streams import MAX_COLUMNS
from reviewer.exchange.kit.workbooks import MAX_ROWS, Found

_CONTENT = "content.xml"
_MAX_REPEATED_ROWS = 10_000
_SPACES = 10_000


class OpenDocument:
    """An opened archive. Raises SheetFault for what is no spreadsheet or is protected."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        if _is_encrypted(archive):
            raise SheetFault("it is protected by a password")
        self.sheets = tuple(
            local_attributes(tag.attributes).get("name", "")
            for tag in tags_of(archive, _CONTENT)
            if tag.name == "table" and tag.attributes is not None
        )

    def rows(self, sheet: str, found: Found) -> Iterator[Row | BadRow]:
        """The rows that are not blank, by their own numbers."""
        reading, number, row = False, 0, _CellRow()
        for tag in tags_of(self._archive, _CONTENT):
            if tag.name == "table":
                named = tag.attributes is not None and local_attributes(tag.attributes).get("name", "") == sheet
                if reading and not named:
                    return
                reading = named
            elif reading and tag.name == "table-row":
                if tag.attributes is not None:
                    row = _CellRow(local_attributes(tag.attributes))
                    found.hidden_rows += row.hidden
                    continue
                yield from row.rows(number)
                number += row.repeated
                if number > 4 * MAX_ROWS:
                    return
            elif reading:
                row.take(tag)


class _CellRow:
    """A row while its tags are read."""

    def __init__(self, attributes: dict[str, str] | None = None) -> None:
        attributes = attributes or {}
        self.repeated = _count(attributes.get("number-rows-repeated"))
        self.hidden = attributes.get("visibility") in ("collapse", "filter")
        self._texts: list[str] = []
        self._size = 0
        self._cell: dict[str, str] | None = None
        self._parts: list[str] = []
        self._depth, self._paragraphs = 0, 0
        self._fault = ""

    def take(self, tag: Tag) -> None:
        if tag.name in ("table-cell", "covered-table-cell"):
            self._take_cell(tag)
        elif tag.name == "p":
            if tag.attributes is not None:
                self._parts.extend(["\n"] if self._paragraphs else [])
                self._paragraphs += 1
            self._depth += 1 if tag.attributes is not None else -1
        elif tag.name == "annotation":
            self._depth += -100 if tag.attributes is not None else 100
        elif self._depth > 0:
            self._parts.append(_said(tag))

    def _take_cell(self, tag: Tag) -> None:
        if tag.attributes is not None:
            self._cell, self._parts, self._paragraphs, self._depth = local_attributes(tag.attributes), [], 0, 0
            return
        cell = self._cell or {}
        text = _value(cell, "".join(self._parts))
        if text.startswith("#") and cell.get("value-type") != "string" and text.rstrip("!?").isupper():
            self._fault = self._fault or f"A cell holds the error {text[:20]}."
        self._put(text, _count(cell.get("number-columns-repeated")))

    def _put(self, text: str, times: int) -> None:
        """Empty cells at the end of a row are said to repeat to the sheet's edge."""
        if text and len(self._texts) + times > MAX_COLUMNS:
            self._fault = f"The row has more than {MAX_COLUMNS:,} cells. Leave some out."
            return
        self._size += len(text) * times
        if self._size > MAX_ROW_CHARACTERS:
            self._fault = TOO_LONG
            return
        self._texts.extend([text] * min(times, MAX_COLUMNS - len(self._texts)))

    def rows(self, before: int) -> Iterator[Row | BadRow]:
        while self._texts and not self._texts[-1]:
            self._texts.pop()
        if self._fault:
            yield BadRow(before + 1, f"{self._fault} Correct it or leave the row out.")
        elif not any(text.strip() for text in self._texts):
            return
        elif self.repeated > _MAX_REPEATED_ROWS:
            yield BadRow(before + 1, f"The row is said to repeat {self.repeated:,} times. Leave it out.")
        else:
            yield from (Row(before + at, list(self._texts)) for at in range(1, self.repeated + 1))


def _said(tag: Tag) -> str:
    if not tag.name:
        return tag.text
    if tag.attributes is None:
        return ""
    if tag.name == "s":
        return " " * min(_count(local_attributes(tag.attributes).get("c")), _SPACES)
    return {"tab": "\t", "line-break": "\n"}.get(tag.name, "")


def _value(cell: dict[str, str], shown: str) -> str:
    """Dates and truth as they are, all else as it is shown."""
    kind = cell.get("value-type", "")
    if kind == "date":
        return cell.get("date-value", shown)
    if kind == "boolean":
        return cell.get("boolean-value", shown).lower()
    if kind == "float":
        value = cell.get("value", shown)
        return value.removesuffix(".0")
    return shown


def _count(said: str | None) -> int:
    return int(said) if said is not None and said.isdecimal() and len(said) < 10 and int(said) > 0 else 1


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    if "META-INF/manifest.xml" not in archive.namelist():
        return False
    return any(tag.name == "encryption-data" for tag in tags_of(archive, "META-INF/manifest.xml"))
