"""Workbooks and zip files that cost far more than their size, one function each, and what they are made with."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

MEGABYTE = 1 << 20
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_KIND}" Target="worksheets/sheet1.xml"/></Relationships>'
)
_BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_HEADING = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>prompt</t></is></c><c r="B1" t="inlineStr"><is><t>n</t></is></c></row>'
)
_SHEET_END = "</sheetData></worksheet>"
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)) + "]>"
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY a10 SYSTEM "file:///etc/passwd">]>'
_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="S"><table:table-row><table:table-cell><text:p>prompt</text:p></table:table-cell>'
    "</table:table-row>"
)
_ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>"


def deflated(start: bytes, repeated: bytes, times: int, end: bytes) -> bytes:
    """A raw deflate stream of start, repeated × times, end; the repeated part is packed once only."""

    def packed(content: bytes, flush: int) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(content) + packer.flush(flush)

    return packed(start, zlib.Z_FULL_FLUSH) + packed(repeated, zlib.Z_FULL_FLUSH) * times + packed(end, zlib.Z_FINISH)


def write_zip(
    path: Path, members: Mapping[str, str | bytes], raw: Mapping[str, tuple[bytes, int]] | None = None
) -> Path:
    """A zip; `raw` are members that are deflated already, each with the size that is said of it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        for name, (packed, size) in (raw or {}).items():
            info = zipfile.ZipInfo(name)
            archive.writestr(info, packed)  # stored; its header is mended to say deflated
            info.compress_type, info.file_size = zipfile.ZIP_DEFLATED, size
    if raw:
        _mend_headers(path, raw)
    return path


def _mend_headers(path: Path, raw: Mapping[str, tuple[bytes, int]]) -> None:
    content = bytearray(path.read_bytes())
    for name, (_, size) in raw.items():
        at = content.find(b"PK\x03\x04")
        while at >= 0:
            length = struct.unpack_from("<H", content, at + 26)[0]
            if content[at + 30 : at + 30 + length] == name.encode():
                struct.pack_into("<H", content, at + 8, zipfile.ZIP_DEFLATED)
                struct.pack_into("<I", content, at + 22, size & 0xFFFFFFFF)
            at = content.find(b"PK\x03\x04", at + 4)
    path.write_bytes(content)


def xlsx_with(
    path: Path,
    sheet: str = "",
    *,
    book: str = _BOOK,
    more: Mapping[str, str] | None = None,
    packed: Mapping[str, tuple[bytes, int]] | None = None,
) -> Path:
    """A workbook of one sheet; `packed` are members that are deflated already."""
    members = {
        "[Content_Types].xml": _TYPES,
        "xl/_rels/workbook.xml.rels": _RELS,
        "xl/workbook.xml": book,
        **(more or {}),
    }
    if sheet:
        members["xl/worksheets/sheet1.xml"] = sheet
    return write_zip(path, members, packed)


def xlsx_far_row(path: Path) -> Path:
    """One cell in row 999,999,999."""
    row = '<row r="999999999"><c r="A999999999"><v>1</v></c></row>'
    return xlsx_with(path / "far.xlsx", _SHEET + _HEADING + row + _SHEET_END)


def xlsx_million_rows(path: Path) -> Path:
    """A million rows of one digit in 0.1 MB."""
    rows = "<row><c><v>1</v></c></row>" * 1_000_000
    return xlsx_with(path / "rows.xlsx", _SHEET + _HEADING + rows + _SHEET_END)


def xlsx_wide_rows(path: Path) -> Path:
    """Each of 2,000 rows has a cell in the last column."""
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 2_000))
    return xlsx_with(path / "wide.xlsx", _SHEET + _HEADING + rows + _SHEET_END)


def xlsx_shared_gigabyte(path: Path) -> Path:
    """Shared strings of 1 GB."""
    item = b"<si><t>" + b"a" * 1_000 + b"</t></si>"
    start = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    packed = deflated(start, item * 1_000, 1_000, b"</sst>")
    more = {"xl/worksheets/sheet1.xml": _SHEET + _HEADING + _SHEET_END}
    return xlsx_with(path / "shared.xlsx", more=more, packed={"xl/sharedStrings.xml": (packed, 1_014_000_000)})


def xlsx_one_shared_text_often(path: Path) -> Path:
    """One shared text of 100,000 characters in 100,000 cells."""
    strings = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"a" * 100_000}</t></si></sst>'
    )
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 100_000))
    return xlsx_with(path / "often.xlsx", _SHEET + _HEADING + rows + _SHEET_END, more={"xl/sharedStrings.xml": strings})


def xlsx_sheet_of_zeros(path: Path) -> Path:
    """A sheet of 10 GB that is nothing but zeros."""
    packed = deflated(b"", bytes(MEGABYTE), 10 * 1024, b"")
    return xlsx_with(path / "zeros.xlsx", packed={"xl/worksheets/sheet1.xml": (packed, 10 << 30)})


def xlsx_blank_tail(path: Path) -> Path:
    """4 GB of spaces behind the heading."""
    packed = deflated((_SHEET + _HEADING).encode(), b" " * MEGABYTE, 4 * 1024, _SHEET_END.encode())
    return xlsx_with(path / "tail.xlsx", packed={"xl/worksheets/sheet1.xml": (packed, 0xFFFFFFF0)})


def xlsx_billion_laughs(path: Path) -> Path:
    """Entities of entities, ten deep."""
    cell = '<row r="2"><c r="A2" t="inlineStr"><is><t>&a10;</t></is></c></row>'
    return xlsx_with(path / "laughs.xlsx", _LAUGHS + _SHEET + _HEADING + cell + _SHEET_END)


def xlsx_outside_entity(path: Path) -> Path:
    """An entity that is a file of this machine."""
    cell = '<row r="2"><c r="A2" t="inlineStr"><is><t>&a10;</t></is></c></row>'
    return xlsx_with(path / "outside.xlsx", _OUTSIDE + _SHEET + _HEADING + cell + _SHEET_END)


def xlsx_deep_tags(path: Path) -> Path:
    """A million tags in each other."""
    return xlsx_with(path / "deep.xlsx", _SHEET + _HEADING + "<x>" * 1_000_000)


def xlsx_many_sheets(path: Path) -> Path:
    """A workbook that names 200,000 sheets."""
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r1"/>' for n in range(200_000))
    book = _BOOK.replace('<sheet name="S" sheetId="1" r:id="r1"/>', sheets)
    return xlsx_with(path / "sheets.xlsx", _SHEET + _HEADING + _SHEET_END, book=book)


def ods_with(path: Path, rows: str, before: str = "") -> Path:
    return write_zip(
        path,
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": before + _ODS + rows + _ODS_END},
    )


def ods_repeated_rows(path: Path) -> Path:
    """A row that is said to repeat a billion times."""
    cell = "<table:table-cell><text:p>x</text:p></table:table-cell>"
    return ods_with(
        path / "rows.ods",
        f'<table:table-row table:number-rows-repeated="999999999">{cell}</table:table-row>' * 50,
    )


def ods_many_repeated_rows(path: Path) -> Path:
    """Rows that repeat 10,000 times each, a thousand of them."""
    cell = f"<table:table-cell><text:p>{'x' * 1000}</text:p></table:table-cell>"
    return ods_with(
        path / "thousands.ods",
        f'<table:table-row table:number-rows-repeated="10000">{cell}</table:table-row>' * 1_000,
    )


def ods_repeated_columns(path: Path) -> Path:
    """A cell that is said to repeat a billion times."""
    cell = '<table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p></table:table-cell>'
    return ods_with(path / "columns.ods", f"<table:table-row>{cell}</table:table-row>" * 50)


def ods_spaces(path: Path) -> Path:
    """A billion spaces, many times."""
    spaces = '<text:s text:c="999999999"/>' * 100_000
    return ods_with(
        path / "spaces.ods",
        f"<table:table-row><table:table-cell><text:p>{spaces}</text:p></table:table-cell></table:table-row>",
    )


def ods_billion_laughs(path: Path) -> Path:
    """Entities of entities, ten deep."""
    row = "<table:table-row><table:table-cell><text:p>&a10;</text:p></table:table-cell></table:table-row>"
    return ods_with(path / "laughs.ods", row, _LAUGHS)


def ods_outside_entity(path: Path) -> Path:
    """An entity that is a file of this machine."""
    row = "<table:table-row><table:table-cell><text:p>&a10;</text:p></table:table-cell></table:table-row>"
    return ods_with(path / "outside.ods", row, _OUTSIDE)


def zip_many_members(path: Path) -> Path:
    """65,000 members without content."""
    with zipfile.ZipFile(path / "members.eval", "w") as archive:
        for n in range(65_000):
            archive.writestr(f"samples/{n}_epoch_1.json", b"")
    return path / "members.eval"


def zip_in_zip(path: Path) -> Path:
    """Zips in zips, eight deep, ten in each."""
    content = b"x" * MEGABYTE
    for _ in range(8):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(10):
                archive.writestr(f"samples/{n}.zip", content)
        content = buffer.getvalue()
    (path / "nested.eval").write_bytes(content)
    return path / "nested.eval"


def zip_zeros(path: Path) -> Path:
    """A log's header of 10 GB of zeros."""
    packed = deflated(b"", bytes(MEGABYTE), 10 * 1024, b"")
    return write_zip(path / "zeros.eval", {}, {"header.json": (packed, 10 << 30)})


def zip_zeros_that_lie(path: Path) -> Path:
    """10 GB that say they are 1,000 bytes."""
    packed = deflated(b"", bytes(MEGABYTE), 10 * 1024, b"")
    return write_zip(path / "lies.eval", {}, {"header.json": (packed, 1_000)})


def zip_outside_names(path: Path) -> Path:
    """Members that would leave their folder, if anybody unpacked them."""
    names = (
        "../../../../left-the-folder",
        "/left-the-folder",
        "C:\\left",
        "samples/../../x",
        "samples/\0.json",
    )
    return write_zip(path / "slip.eval", dict.fromkeys(names, "{}"))


def zip_overlapping(path: Path) -> Path:
    """2,000 names for the same 10 MB."""
    whole = write_zip(path / "one.zip", {"samples/a.json": b"[" + b"0," * 5_000_000 + b"0]"}).read_bytes()
    start, end = whole.rfind(b"PK\x01\x02"), whole.rfind(b"PK\x05\x06")
    entry = whole[start:end] * 2_000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2_000, 2_000, len(entry), start, 0)
    (path / "overlap.eval").write_bytes(whole[:start] + entry + tail)
    return path / "overlap.eval"
