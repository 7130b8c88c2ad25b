"""Parquet files, and Arrow files and streams (Feather), read a batch of rows at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reviewer.core.errors import InputError
from reviewer.exchange.kit.general import GeneralFormat
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.parquet_rows import why_unread
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sources import TOO_LONG, FileHead, Source, faults_named, read_head
from reviewer.exchange.kit.streams import MAX_COLUMNS, RecordEntry, RecordStream, flattened

BATCH_ROWS = 2_000
_MAX_BATCH_BYTES = 256_000_000
_PARQUET, _ARROW_FILE, _ARROW_STREAM, _FEATHER_1 = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff", b"FEA1"


class Parquet(GeneralFormat):
    name = "parquet"
    description = "A table of requests, responses and ratings as Parquet."
    suffixes: tuple[str, ...] = (".parquet", ".pq")

    def recognises(self, head: FileHead) -> bool:
        return head.start.startswith(_PARQUET)

    def stream(self, source: Source, options: ImportOptions) -> RecordStream:
        return _stream(source, _parquet_batches)


class ArrowFile(GeneralFormat):
    name = "arrow"
    description = "A table of requests, responses and ratings as an Arrow file or stream, or Feather."
    suffixes: tuple[str, ...] = (".arrow", ".feather", ".ipc")

    def recognises(self, head: FileHead) -> bool:
        is_stream = head.start.startswith(_ARROW_STREAM) and head.suffix in self.suffixes
        return is_stream or head.start.startswith((_ARROW_FILE, _FEATHER_1))

    def stream(self, source: Source, options: ImportOptions) -> RecordStream:
        return _stream(source, _arrow_batches)


class ArrowColumn(Protocol):
    def to_pylist(self) -> list[object]: ...


class ArrowBatch(Protocol):
    """As much of pyarrow's RecordBatch as is used here."""

    num_rows: int
    nbytes: int

    def validate(self, *, full: bool) -> None: ...

    def slice(self, offset: int, length: int) -> ArrowBatch: ...

    def column(self, i: int) -> ArrowColumn: ...


class ArrowField(Protocol):
    name: str
    type: object


class ArrowSchema(Protocol):
    names: list[str]
    metadata: Mapping[bytes, bytes] | None

    def __iter__(self) -> Iterator[ArrowField]: ...


@dataclass(frozen=True)
class _Batches:
    """A table's schema and its batches of rows."""

    schema: ArrowSchema
    batches: Iterator[ArrowBatch]


BatchesOf = Callable[[Path], _Batches]


def arrow_entries(path: Path) -> tuple[tuple[str, ...], Iterator[RecordEntry | BadRow]]:
    """The columns and rows of a Parquet or Arrow file. Raises KnownError for what is neither."""
    is_parquet = read_head(path).start.startswith(_PARQUET)
    opened = _opened(path, _parquet_batches if is_parquet else _arrow_batches)
    return tuple(opened.schema.names), _entries(path, opened)


def _stream(source: Source, batches_of: BatchesOf) -> RecordStream:
    read_head(source.path)
    opened = _opened(source.path, batches_of)
    return RecordStream(str(source.path), source.name, _entries(source.path, opened), _columns(opened.schema))


def _columns(schema: ArrowSchema) -> tuple[str, ...]:
    """Those that hold no objects; what objects hold is known from the rows."""
    import pyarrow.types as kinds

    return tuple(field.name for field in schema if not kinds.is_struct(field.type))


def _opened(path: Path, batches_of: BatchesOf) -> _Batches:
    try:
        with faults_named(path, is_text=False):
            path.open("rb").close()
            found = batches_of(path)
        n_columns = len(found.schema.names)
    except UnicodeDecodeError as fault:
        raise InputError(
            f"{path} is no Parquet or Arrow file that can be read: a column's name is no UTF-8.", "Write it again."
        ) from fault
    except (ValueError, NotImplementedError, MemoryError, KeyError) as fault:
        raise _damaged(path, fault) from fault
    if n_columns > MAX_COLUMNS:
        raise InputError(f"{path} has {n_columns:,} columns.", f"Keep at most {MAX_COLUMNS:,}.")
    return found


def _damaged(path: Path, fault: Exception) -> InputError:
    why, remedy = why_unread(fault)
    return InputError(f"{path} is no Parquet or Arrow file that can be read: {why}.", f"{remedy}.")


def _parquet_batches(path: Path) -> _Batches:
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(path, pre_buffer=False)
    return _Batches(file.schema_arrow, file.iter_batches(BATCH_ROWS))


def _arrow_batches(path: Path) -> _Batches:
    import pyarrow as pa

    with path.open("rb") as handle:
        start = handle.read(8)
    if start.startswith(_FEATHER_1):
        import pyarrow.feather as feather

        table = feather.read_table(path, memory_map=True)
        return _Batches(table.schema, iter(table.to_batches(BATCH_ROWS)))
    mapped = pa.memory_map(str(path))
    if start.startswith(_ARROW_FILE):
        file = pa.ipc.open_file(mapped)
        return _Batches(file.schema, (file.get_batch(at) for at in range(file.num_record_batches)))
    stream = pa.ipc.open_stream(mapped)
    return _Batches(stream.schema, iter(stream))


def _entries(path: Path, opened: _Batches) -> Iterator[RecordEntry | BadRow]:
    labels = class_labels(opened.schema)
    names = opened.schema.names
    number = 0
    while (batch := _next(path, opened)) is not None:
        for start in range(0, batch.num_rows, BATCH_ROWS):
            some = batch.slice(start, BATCH_ROWS)
            if some.nbytes > _MAX_BATCH_BYTES:
                yield from (BadRow(number + at, TOO_LONG) for at in range(1, some.num_rows + 1))
                number += some.num_rows
                continue
            columns = [_values(path, some.column(at), labels.get(name)) for at, name in enumerate(names)]
            has_objects = any(isinstance(value, dict) for column in columns for value in column[:50])
            for values in zip(*columns, strict=True):
                number += 1
                fields = dict(zip(names, values, strict=True))
                yield RecordEntry(number, flattened(fields) if has_objects else fields)


def _next(path: Path, opened: _Batches) -> ArrowBatch | None:
    try:
        with faults_named(path, is_text=False):
            batch = next(opened.batches, None)
            if batch is not None:
                # offsets of a damaged file would be followed out of the memory that it has
                batch.validate(full=True)
            return batch
    except (ValueError, NotImplementedError, MemoryError, KeyError) as fault:
        raise _damaged(path, fault) from fault


def _values(path: Path, column: ArrowColumn, labels: Sequence[str] | None) -> list[object]:
    """A column's values as plain ones; whole numbers of a class label are its names."""
    try:
        values = column.to_pylist()
    except (ValueError, OverflowError, NotImplementedError) as fault:
        raise _damaged(path, fault) from fault
    if values and not isinstance(values[0], str):
        values = [_plain(value) for value in values]
    if labels is None:
        return values
    return [labels[value] if isinstance(value, int) and 0 <= value < len(labels) else value for value in values]


def _plain(value: object) -> object:
    """Times and decimals as texts; what JSON knows as it is."""
    if value is None or isinstance(value, str | int | float | list | dict | bytes):
        return value
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat() if callable(isoformat) else value)


def class_labels(schema: ArrowSchema) -> Mapping[str, Sequence[str]]:
    """{column: the names of its classes}, as the library `datasets` writes them into a schema."""
    told = (schema.metadata or {}).get(b"huggingface", b"{}")
    try:
        features = json.loads(told)["info"]["features"]
        return {name: list(map(str, each["names"])) for name, each in features.items() if "names" in each}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
