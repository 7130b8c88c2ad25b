"""Files that cost far more than their size, one function each; each writes its file and gives its path."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

Bomb = Callable[[Path], Path]
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


def _ods(path: Path, rows: str, before: str = "") -> Path:
    return write_zip(
        path,
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": before + _ODS + rows + _ODS_END},
    )


def ods_repeated_rows(path: Path) -> Path:
    """A row that is said to repeat a billion times."""
    cell = "<table:table-cell><text:p>x</text:p></table:table-cell>"
    return _ods(
        path / "rows.ods",
        f'<table:table-row table:number-rows-repeated="999999999">{cell}</table:table-row>' * 50,
    )


def ods_many_repeated_rows(path: Path) -> Path:
    """Rows that repeat 10,000 times each, a thousand of them."""
    cell = f"<table:table-cell><text:p>{'x' * 1000}</text:p></table:table-cell>"
    return _ods(
        path / "thousands.ods",
        f'<table:table-row table:number-rows-repeated="10000">{cell}</table:table-row>' * 1_000,
    )


def ods_repeated_columns(path: Path) -> Path:
    """A cell that is said to repeat a billion times."""
    cell = '<table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p></table:table-cell>'
    return _ods(path / "columns.ods", f"<table:table-row>{cell}</table:table-row>" * 50)


def ods_spaces(path: Path) -> Path:
    """A billion spaces, many times."""
    spaces = '<text:s text:c="999999999"/>' * 100_000
    return _ods(
        path / "spaces.ods",
        f"<table:table-row><table:table-cell><text:p>{spaces}</text:p></table:table-cell></table:table-row>",
    )


def ods_billion_laughs(path: Path) -> Path:
    """Entities of entities, ten deep."""
    row = "<table:table-row><table:table-cell><text:p>&a10;</text:p></table:table-cell></table:table-row>"
    return _ods(path / "laughs.ods", row, _LAUGHS)


def ods_outside_entity(path: Path) -> Path:
    """An entity that is a file of this machine."""
    row = "<table:table-row><table:table-cell><text:p>&a10;</text:p></table:table-cell></table:table-row>"
    return _ods(path / "outside.ods", row, _OUTSIDE)


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


def parquet_repeated_text(path: Path) -> Path:
    """Two million rows of one text of 2,000 characters, in a few KB."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    column = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000_000, pa.int8()), ["x" * 2_000])
    parquet.write_table(pa.table({"prompt": column}), path / "text.parquet")
    return path / "text.parquet"


def parquet_null_rows(path: Path) -> Path:
    """50 million empty rows."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    parquet.write_table(pa.table({"prompt": pa.nulls(50_000_000, pa.string())}), path / "nulls.parquet")
    return path / "nulls.parquet"


def parquet_deep(path: Path) -> Path:
    """Lists in lists, 90 deep."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    kind = pa.string()
    for _ in range(90):
        kind = pa.list_(kind)
    parquet.write_table(pa.table({"prompt": pa.nulls(3, kind)}), path / "deep.parquet")
    return path / "deep.parquet"


def parquet_lying_footer(path: Path) -> Path:
    """A footer that is said to be 2 GB long, and one cut in two."""
    (path / "footer.parquet").write_bytes(b"PAR1" + b"\x15\x04" * 500 + struct.pack("<I", 0x7FFFFFFF) + b"PAR1")
    return path / "footer.parquet"


def parquet_wide(path: Path) -> Path:
    """20,000 columns."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    parquet.write_table(pa.table({f"c{n}": ["x"] for n in range(20_000)}), path / "wide.parquet")
    return path / "wide.parquet"


def arrow_lying_lengths(path: Path) -> Path:
    """A message that is said to be 2 GB long."""
    (path / "lies.arrow").write_bytes(b"\xff\xff\xff\xff" + struct.pack("<i", 0x7FFFFFF0) + b"\x10\0\0\0" * 200)
    return path / "lies.arrow"


def arrow_negative_lengths(path: Path) -> Path:
    """An Arrow file whose record batch says lengths of its own."""
    import pyarrow as pa

    sink = io.BytesIO()
    table = pa.table({"prompt": ["How?"] * 100})
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    content = sink.getvalue().replace(struct.pack("<q", 100), struct.pack("<q", 2**40))
    (path / "negative.arrow").write_bytes(content)
    return path / "negative.arrow"


def json_deep(path: Path) -> Path:
    """A million brackets."""
    (path / "deep.json").write_text('[{"prompt": ' + "[" * 1_000_000, encoding="utf-8")
    return path / "deep.json"


def json_deep_objects(path: Path) -> Path:
    """300,000 objects in each other, closed again."""
    text = '{"prompt":' * 300_000 + "1" + "}" * 300_000
    (path / "objects.jsonl").write_text(text + "\n", encoding="utf-8")
    return path / "objects.jsonl"


def json_escapes(path: Path) -> Path:
    """A text of 10 million escapes."""
    (path / "escapes.json").write_text('[{"prompt": "' + "\\u0041" * 10_000_000 + '"}]', encoding="utf-8")
    return path / "escapes.json"


def json_number(path: Path) -> Path:
    """A number of 5 million digits."""
    (path / "number.json").write_text('[{"prompt": "a", "n": ' + "9" * 5_000_000 + "}]", encoding="utf-8")
    return path / "number.json"


def json_many_names(path: Path) -> Path:
    """Each of 30,000 objects has 30 names that no other has."""
    rows = [{f"n{row}_{n}": 1 for n in range(30)} for row in range(30_000)]
    (path / "names.json").write_text(json.dumps(rows), encoding="utf-8")
    return path / "names.json"


def json_not_ended(path: Path) -> Path:
    """A text of 60 MB that has no end."""
    (path / "open.json").write_text('[{"prompt": "' + "a" * 60_000_000, encoding="utf-8")
    return path / "open.json"


def csv_open_quote(path: Path) -> Path:
    """16 MB behind a quote that is never closed."""
    (path / "quote.csv").write_text('prompt,label\n"' + "abc,def\n" * 2_000_000, encoding="utf-8")
    return path / "quote.csv"


def csv_many_columns(path: Path) -> Path:
    """A million columns."""
    (path / "columns.csv").write_text(
        "prompt," + ",".join(f"c{n}" for n in range(1_000_000)) + "\na,b\n", encoding="utf-8"
    )
    return path / "columns.csv"


def csv_wide_rows(path: Path) -> Path:
    """Rows of a million cells below two columns."""
    (path / "cells.csv").write_text("prompt,label\n" + ("," * 1_000_000 + "\n") * 20, encoding="utf-8")
    return path / "cells.csv"


def csv_tiny_rows(path: Path) -> Path:
    """Five million rows of one letter."""
    (path / "tiny.csv").write_text("prompt,label\n" + "a\n" * 5_000_000, encoding="utf-8")
    return path / "tiny.csv"


def csv_quotes(path: Path) -> Path:
    """20 MB of quotes."""
    (path / "quotes.csv").write_text("prompt,label\n" + '"' * 20_000_000, encoding="utf-8")
    return path / "quotes.csv"


def csv_one_line(path: Path) -> Path:
    """A line of 100 MB."""
    (path / "line.csv").write_text("prompt,label\n" + "a" * 100_000_000, encoding="utf-8")
    return path / "line.csv"


def gz_rows(path: Path) -> Path:
    """Ten million rows in 50 KB."""
    block = gzip.compress(b"prompt %d,answer\n" * 10_000)
    (path / "rows.csv.gz").write_bytes(gzip.compress(b"prompt,label\n") + block * 1_000)
    return path / "rows.csv.gz"


def gz_zeros(path: Path) -> Path:
    """10 GB of zeros, packed."""
    (path / "zeros.jsonl.gz").write_bytes(gzip.compress(b"{") + gzip.compress(bytes(10 * MEGABYTE)) * 1_000)
    return path / "zeros.jsonl.gz"


def gz_spaces(path: Path) -> Path:
    """10 GB of spaces in front of a table."""
    (path / "spaces.csv.gz").write_bytes(gzip.compress(b" " * (10 * MEGABYTE)) * 1_000)
    return path / "spaces.csv.gz"


def gz_in_gz(path: Path) -> Path:
    """Packed 50 times."""
    content = b"prompt\na\n"
    for _ in range(50):
        content = gzip.compress(content)
    (path / "again.csv.gz").write_bytes(content)
    return path / "again.csv.gz"


def bz2_zeros(path: Path) -> Path:
    """4 GB of letters in a few KB."""
    (path / "letters.csv.bz2").write_bytes(bz2.compress(b"prompt\n") + bz2.compress(b"a" * (100 * MEGABYTE)) * 40)
    return path / "letters.csv.bz2"


def xz_letters(path: Path) -> Path:
    """2 GB of letters, packed by xz."""
    (path / "letters.csv.xz").write_bytes(lzma.compress(b"prompt\n") + lzma.compress(b"a" * (50 * MEGABYTE)) * 40)
    return path / "letters.csv.xz"


def sqlite_endless(path: Path) -> Path:
    """A memory of PyRIT one of whose columns is computed for minutes in each row."""
    with sqlite3.connect(path / "endless.db") as connection:
        columns = "id, role, conversation_id, sequence, original_value, converted_value, timestamp"
        connection.execute(f"CREATE TABLE PromptMemoryEntries ({columns}, blob AS (hex(zeroblob(400000000))))")
        connection.execute("INSERT INTO PromptMemoryEntries VALUES (1, 'user', 'c', 0, 'x', 'x', '2025-01-01')")
    connection.close()
    return path / "endless.db"


def sqlite_zeros(path: Path) -> Path:
    """The head of a SQLite file and 50 MB of nothing."""
    with (path / "zeros.db").open("wb") as handle:
        handle.write(b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20")
        handle.truncate(50 * MEGABYTE)
    return path / "zeros.db"


def utf16_lines(path: Path) -> Path:
    """20 MB that say they are UTF-16 and hold half characters."""
    (path / "half.csv").write_bytes(b"\xff\xfe" + "prompt\n".encode("utf-16-le") + b"\x00\xd8" * 10_000_000)
    return path / "half.csv"


def pipe(path: Path) -> Path:
    """A pipe that nobody writes to."""
    os.mkfifo(path / "pipe.csv")
    return path / "pipe.csv"


def device(path: Path) -> Path:
    """A link to a device that never ends."""
    (path / "zero.csv").symlink_to("/dev/zero")
    return path / "zero.csv"


def link_to_itself(path: Path) -> Path:
    """A link to itself."""
    (path / "loop.csv").symlink_to(path / "loop.csv")
    return path / "loop.csv"


def folder_of_links(path: Path) -> Path:
    """A folder with links to itself, to the machine's own folders, and a pipe."""
    folder = path / "links"
    folder.mkdir()
    for name, target in (("self", folder), ("root", Path("/")), ("passwd.csv", Path("/etc/passwd"))):
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.jsonl")
    return folder


def long_name(path: Path) -> Path:
    """A path of 65,000 characters."""
    return path / ("n" * 65_000)


def nul_name(path: Path) -> Path:
    """A path with a NUL."""
    return path / "a\0b.csv"


def line_name(path: Path) -> Path:
    """A path with a line feed and an escape sequence."""
    (path / "a\nb\x1b[31m.csv").write_text("prompt\n", encoding="utf-8")
    return path / "a\nb\x1b[31m.csv"


BOMBS: tuple[Bomb, ...] = (
    xlsx_far_row,
    xlsx_million_rows,
    xlsx_wide_rows,
    xlsx_shared_gigabyte,
    xlsx_one_shared_text_often,
    xlsx_sheet_of_zeros,
    xlsx_blank_tail,
    xlsx_billion_laughs,
    xlsx_outside_entity,
    xlsx_deep_tags,
    xlsx_many_sheets,
    ods_repeated_rows,
    ods_many_repeated_rows,
    ods_repeated_columns,
    ods_spaces,
    ods_billion_laughs,
    ods_outside_entity,
    zip_many_members,
    zip_in_zip,
    zip_zeros,
    zip_zeros_that_lie,
    zip_outside_names,
    zip_overlapping,
    parquet_repeated_text,
    parquet_null_rows,
    parquet_deep,
    parquet_lying_footer,
    parquet_wide,
    arrow_lying_lengths,
    arrow_negative_lengths,
    json_deep,
    json_deep_objects,
    json_escapes,
    json_number,
    json_many_names,
    json_not_ended,
    csv_open_quote,
    csv_many_columns,
    csv_wide_rows,
    csv_tiny_rows,
    csv_quotes,
    csv_one_line,
    gz_rows,
    gz_zeros,
    gz_spaces,
    gz_in_gz,
    bz2_zeros,
    xz_letters,
    sqlite_endless,
    sqlite_zeros,
    utf16_lines,
    pipe,
    device,
    link_to_itself,
    folder_of_links,
    long_name,
    nul_name,
    line_name,
)
