"""Whatever is done to the bytes of a container, reading it ends with records or a KnownError."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.errors import KnownError
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.preview import preview_table
from reviewer.exchange.kit.records import CaseRecord, ColumnUse
from tests.exchange.reading import records_of

ROWS = [{"id": "a", "prompt": "How?", "response": "So.", "more": {"x": [1, None]}}] * 3


def _arrow(*, as_stream: bool) -> bytes:
    table, sink = pa.Table.from_pylist(ROWS), io.BytesIO()
    with (pa.ipc.new_stream if as_stream else pa.ipc.new_file)(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _parquet() -> bytes:
    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(ROWS), sink)
    return sink.getvalue()


WHOLE = {
    "parquet": _parquet(),
    "arrow": _arrow(as_stream=True),
    "feather": _arrow(as_stream=False),
    "json": json.dumps({"made": 1, "rows": ROWS}, indent=1).encode(),
    "jsonl": b"".join(json.dumps(row).encode() + b"\n" for row in ROWS),
}
NAMES = st.sampled_from(
    ["prompt", "Prompt", "response", "response_a", "label", "id", "messages", "turns", "model", "x.y", ""]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | NAMES, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def read(path: Path) -> None:
    with suppress(KnownError):
        records_of(path)
    with suppress(KnownError):
        preview_table(path)


@pytest.mark.parametrize("form", sorted(WHOLE))
@given(at=st.integers(0, 5_000), junk=st.binary(max_size=8), cut=st.integers(0, 40))
def test_no_damage_does_more_than_be_refused(place: Path, form: str, at: int, junk: bytes, cut: int) -> None:
    whole = WHOLE[form]
    at %= len(whole)
    path = place / f"fuzz.{form}"
    path.write_bytes(whole[:at] + junk + whole[at + cut :])

    read(path)


@given(rows=st.lists(st.dictionaries(NAMES, VALUES, max_size=5), min_size=1, max_size=6))
def test_any_records_are_read_or_refused_and_every_name_is_listed(place: Path, rows: list[dict[str, object]]) -> None:
    path = place / "any.json"
    path.write_text(json.dumps(rows), encoding="utf-8")

    with suppress(KnownError):
        records = records_of(path, ImportOptions(), "json")
        listed = {each.name.split(".")[0] for each in records if isinstance(each, ColumnUse)}
        assert {name.split(".")[0] for row in rows for name in row} <= listed
        assert sum(isinstance(each, CaseRecord) for each in records) <= len(rows)


def test_a_zip_of_a_later_version_is_a_sentence_wherever_it_is_opened(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    listed = sink.getvalue().replace(b"PK\x01\x02\x14\x03\x14\x00", b"PK\x01\x02\x14\x03\x54\x00")
    assert listed != sink.getvalue()
    for name in ("book.ods", "book.xlsx", "log.eval", "any.zip"):
        path = tmp_path / name
        path.write_bytes(listed)

        with pytest.raises(KnownError):
            records_of(path)
