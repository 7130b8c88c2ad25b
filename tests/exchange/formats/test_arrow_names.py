"""A damaged file of Arrow or Parquet whose column names are no text ends in a sentence."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet
import pytest

from reviewer.core.errors import InputError
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.registry import read_file

TABLE = pa.table({"prompt": ["How?"], "response": ["So."]})


def _stream(path: Path) -> None:
    with pa.ipc.new_stream(str(path), TABLE.schema) as writer:
        writer.write_table(TABLE)


def _feather(path: Path) -> None:
    feather.write_feather(TABLE, str(path))


def _parquet(path: Path) -> None:
    parquet.write_table(TABLE, path)


@pytest.mark.parametrize(("name", "write"), [("t.arrow", _stream), ("t.feather", _feather), ("t.parquet", _parquet)])
def test_a_column_whose_name_is_no_text(tmp_path: Path, name: str, write: object) -> None:
    path = tmp_path / name
    assert callable(write)
    write(path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"response", b"respons\xee"))
    with pytest.raises(InputError) as refused:
        list(read_file(path, ImportOptions()))
    assert "no Parquet or Arrow file that can be read" in refused.value.what
    assert refused.value.remedy == "Write it again."
