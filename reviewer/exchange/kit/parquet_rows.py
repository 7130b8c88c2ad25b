"""The rows of a Parquet file under the names that it has, for formats that are published in it among others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reviewer.core.errors import InputError
from reviewer.exchange.kit.sources import FileHead, faults_named

_MAGIC = b"PAR1"
_ROWS_AT_ONCE = 1_000


def is_parquet(path: Path) -> bool:
    with faults_named(path), path.open("rb") as handle:
        return handle.read(len(_MAGIC)) == _MAGIC


def why_unread(fault: Exception) -> tuple[str, str]:
    """What the library found wrong with a file, and what to do about it, both without a full stop."""
    if isinstance(fault, MemoryError):
        return "it needs more memory than reading a file may take", "Write it again in smaller groups of rows"
    return " ".join(str(fault).split())[:160].rstrip(".") or type(fault).__name__, "Write it again"


def parquet_columns(head: FileHead) -> frozenset[str]:
    """The names of the columns; none of a file that is no Parquet or cannot be read."""
    if not head.start.startswith(_MAGIC):
        return frozenset()
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return frozenset(pq.read_schema(head.path).names)
    except (pa.ArrowException, ValueError, OSError):
        return frozenset()


def parquet_rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """(number from 1, {column: value}). Raises KnownError for a file that is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with faults_named(path, is_text=False), pq.ParquetFile(path) as opened:
            for batch in opened.iter_batches(_ROWS_AT_ONCE):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except (pa.ArrowException, ValueError) as fault:
        why, remedy = why_unread(fault)
        raise InputError(f"{path} is no whole Parquet file: {why}.", f"{remedy}, or download it again.") from None
