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
from collections.abc import Callable
from pathlib import Path

from tests.fuzz import containers
from tests.fuzz.more_bombs import MORE

Bomb = Callable[[Path], Path]
MEGABYTE = 1 << 20


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
        connection.execute(f"CREATE TABLE PromptMemoryEntries ({columns}, blob AS (hex(zeroblob(300000000))))")
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
    containers.xlsx_far_row,
    containers.xlsx_million_rows,
    containers.xlsx_wide_rows,
    containers.xlsx_shared_gigabyte,
    containers.xlsx_one_shared_text_often,
    containers.xlsx_sheet_of_zeros,
    containers.xlsx_blank_tail,
    containers.xlsx_billion_laughs,
    containers.xlsx_outside_entity,
    containers.xlsx_deep_tags,
    containers.xlsx_many_sheets,
    containers.ods_repeated_rows,
    containers.ods_many_repeated_rows,
    containers.ods_repeated_columns,
    containers.ods_spaces,
    containers.ods_billion_laughs,
    containers.ods_outside_entity,
    containers.zip_many_members,
    containers.zip_in_zip,
    containers.zip_zeros,
    containers.zip_zeros_that_lie,
    containers.zip_outside_names,
    containers.zip_overlapping,
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
    *MORE,
)
