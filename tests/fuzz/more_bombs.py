"""More files that cost far more than their size: archives, packed streams, columns of data, databases, other doors."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path

from tests.fuzz import containers

MEGABYTE = 1 << 20


def zip_empty_members(path: Path) -> Path:
    """300,000 empty members."""
    with zipfile.ZipFile(path / "million.eval", "w") as archive:
        for n in range(300_000):
            archive.writestr(f"samples/{n}_epoch_1.json", b"")
    return path / "million.eval"


def zip_links(path: Path) -> Path:
    """A member that is a link to the machine's own files."""
    link = zipfile.ZipInfo("header.json")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path / "links.eval", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return path / "links.eval"


def zip_same_name(path: Path) -> Path:
    """20,000 members of one name."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("header.json", json.dumps({"eval": {"task": "t", "model": "m"}}))
        for _ in range(20_000):
            archive.filelist.append(archive.getinfo("header.json"))
    (path / "same.eval").write_bytes(sink.getvalue())
    return path / "same.eval"


def eval_many_samples(path: Path) -> Path:
    """200,000 samples of 40 bytes each."""
    sample = json.dumps({"id": "x", "epoch": 1, "input": "a", "output": {}})
    with zipfile.ZipFile(path / "samples.eval", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", json.dumps({"eval": {"task": "t", "model": "m"}, "status": "success"}))
        for n in range(200_000):
            archive.writestr(f"samples/{n}_epoch_1.json", sample)
    return path / "samples.eval"


def eval_giant_sample(path: Path) -> Path:
    """A sample whose messages unpack to a gigabyte."""
    start, end = b'{"id": 1, "epoch": 1, "input": "', b'", "output": {}}'
    packed = containers.deflated(start, b"a" * MEGABYTE, 1_000, end)
    size = len(start) + 1_000 * MEGABYTE + len(end)
    header = json.dumps({"eval": {"task": "t", "model": "m"}, "status": "success"})
    return containers.write_zip(
        path / "giant.eval", {"header.json": header}, {"samples/1_epoch_1.json": (packed, size)}
    )


def xlsx_external_link(path: Path) -> Path:
    """A sheet that stands in another file."""
    made = containers.xlsx_with(path / "outside.xlsx", "<worksheet><sheetData/></worksheet>")
    with zipfile.ZipFile(made) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["xl/_rels/workbook.xml.rels"] = held["xl/_rels/workbook.xml.rels"].replace(
        b'Target="worksheets/sheet1.xml"', b'Target="file:///etc/passwd" TargetMode="External"'
    )
    return containers.write_zip(path / "external.xlsx", held)


def xlsx_escaped_target(path: Path) -> Path:
    """A sheet whose place climbs out of the archive."""
    made = containers.xlsx_with(path / "plain.xlsx", "<worksheet><sheetData/></worksheet>")
    with zipfile.ZipFile(made) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["xl/_rels/workbook.xml.rels"] = held["xl/_rels/workbook.xml.rels"].replace(
        b'Target="worksheets/sheet1.xml"', b'Target="../../../../../../etc/passwd"'
    )
    return containers.write_zip(path / "climbing.xlsx", held)


def parquet_runs(path: Path) -> Path:
    """20 million equal rows in a few KB."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    rows = 20_000_000
    kind = pa.dictionary(pa.int8(), pa.string())
    zeros = pa.Array.from_buffers(pa.int8(), rows, [None, pa.py_buffer(bytes(rows))])
    columns = {name: pa.DictionaryArray.from_arrays(zeros, ["a"]).cast(kind) for name in ("prompt", "response", "id")}
    parquet.write_table(pa.table(columns), path / "runs.parquet", compression="zstd")
    return path / "runs.parquet"


def parquet_giant_cell(path: Path) -> Path:
    """One cell of 600 MB, packed to nothing."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    parquet.write_table(pa.table({"prompt": ["x" * (600 * MEGABYTE)]}), path / "cell.parquet", compression="zstd")
    return path / "cell.parquet"


def zstd_window(path: Path) -> Path:
    """A frame that wants a window of 2 GB."""
    frame = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([(31 - 10) << 3]) + b"\x03\x00\x00" * 4
    (path / "window.jsonl.zst").write_bytes(frame)
    return path / "window.jsonl.zst"


def zstd_zeros(path: Path) -> Path:
    """10 GB of spaces behind the start of a row, by frames."""
    import zstandard

    packer = zstandard.ZstdCompressor(level=3)
    frame = packer.compress(b" " * (10 * MEGABYTE))
    (path / "zeros.jsonl.zst").write_bytes(packer.compress(b'{"prompt": "a') + frame * 1_000)
    return path / "zeros.jsonl.zst"


def gz_of_gz_of_zeros(path: Path) -> Path:
    """10 GB of zeros packed twice."""
    once = gzip.compress(bytes(10 * MEGABYTE)) * 1_000
    (path / "twice.csv.gz").write_bytes(gzip.compress(once))
    return path / "twice.csv.gz"


def json_giant_number(path: Path) -> Path:
    """A number of 200 MB."""
    with (path / "giant.json").open("wb") as handle:
        handle.write(b'[{"prompt": "a", "n": ')
        for _ in range(200):
            handle.write(b"7" * MEGABYTE)
        handle.write(b"}]")
    return path / "giant.json"


def json_many_short_lists(path: Path) -> Path:
    """Five million empty lists in one row."""
    (path / "lists.json").write_text('[{"prompt": "a", "n": [' + "[]," * 5_000_000 + "[]]}]", encoding="utf-8")
    return path / "lists.json"


def json_names_that_differ(path: Path) -> Path:
    """Rows with a request, each with ten names that no other row has."""
    with (path / "differ.jsonl").open("w", encoding="utf-8") as handle:
        for row in range(100_000):
            names = ", ".join(f'"n{row}_{n}": 1' for n in range(10))
            handle.write(f'{{"prompt": "p{row}", {names}}}\n')
    return path / "differ.jsonl"


def jsonl_nuls(path: Path) -> Path:
    """20 MB of NULs between two rows."""
    (path / "nuls.jsonl").write_bytes(b'{"prompt": "a"}\n' + bytes(20 * MEGABYTE) + b'\n{"prompt": "b"}\n')
    return path / "nuls.jsonl"


def utf16_unmarked(path: Path) -> Path:
    """UTF-16 without a mark, a million rows."""
    (path / "unmarked.csv").write_bytes(("prompt,label\n" + "a,answer\n" * 500_000).encode("utf-16-le"))
    return path / "unmarked.csv"


def sqlite_giant_text(path: Path) -> Path:
    """A memory of PyRIT one of whose texts has 300 MB."""
    with sqlite3.connect(path / "text.db") as connection:
        columns = "id, role, conversation_id, sequence, original_value, converted_value, timestamp"
        connection.execute(f"CREATE TABLE PromptMemoryEntries ({columns})")
        connection.execute(
            "INSERT INTO PromptMemoryEntries VALUES (1, 'user', 'c', 0, 'x', hex(zeroblob(150000000)), '2025-01-01')"
        )
    connection.close()
    return path / "text.db"


def sqlite_endless_default(path: Path) -> Path:
    """A table of promptfoo whose column is computed without an end in sight, and a view in place of another."""
    with sqlite3.connect(path / "view.db") as connection:
        connection.execute("CREATE TABLE evals (id, created_at, config, results, description)")
        connection.execute("INSERT INTO evals VALUES ('e', 1, '{}', '{}', '')")
        connection.execute(
            "CREATE VIEW eval_results AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
            "SELECT x AS id, 'e' AS eval_id, x AS test_idx, 0 AS prompt_idx FROM n"
        )
    connection.close()
    return path / "view.db"


def folder_deep(path: Path) -> Path:
    """A folder 300 deep with a file at its end."""
    folder = path / "deep"
    place = folder.joinpath(*["d"] * 300)
    place.mkdir(parents=True)
    (place / "user_state.json").write_text("{}", encoding="utf-8")
    return folder


def csv_field_of_quotes(path: Path) -> Path:
    """A cell of 30 million pairs of quotes."""
    (path / "pairs.csv").write_text('prompt,label\n"' + '""' * 30_000_000 + '",answer\n', encoding="utf-8")
    return path / "pairs.csv"


MORE = (
    zip_empty_members,
    zip_links,
    zip_same_name,
    eval_many_samples,
    eval_giant_sample,
    xlsx_external_link,
    xlsx_escaped_target,
    parquet_runs,
    parquet_giant_cell,
    zstd_window,
    zstd_zeros,
    gz_of_gz_of_zeros,
    json_giant_number,
    json_many_short_lists,
    json_names_that_differ,
    jsonl_nuls,
    utf16_unmarked,
    sqlite_giant_text,
    sqlite_endless_default,
    folder_deep,
    csv_field_of_quotes,
)
