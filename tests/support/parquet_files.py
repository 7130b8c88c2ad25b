"""Parquet files that a test damages."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

_NAME = "a_column_with_a_long_name"


def not_in_utf8(path: Path, columns: dict[str, list[str]]) -> Path:
    """A Parquet file of these columns and one more, whose name is no UTF-8."""
    rows = len(next(iter(columns.values())))
    parquet.write_table(pa.table({**columns, _NAME: [""] * rows}), path, store_schema=False)
    content = path.read_bytes()
    assert _NAME.encode() in content
    path.write_bytes(content.replace(_NAME.encode(), b"\xc1" * len(_NAME)))
    return path
