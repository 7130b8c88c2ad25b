"""The program's own lines as Parquet: a column for each field, a list or object in it as JSON, the suite line in the
file's metadata. A mark there tells such a file from any other table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Protocol

from reviewer.core.codec import Fields, json_cell
from reviewer.core.errors import InputError
from reviewer.core.json_text import JsonObject, parse_object
from reviewer.exchange.formats.parquet import arrow_entries
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sources import Source, read_head
from reviewer.host.files import replacing

MAGIC = b"PAR1"
_MARK, _SUITE = b"reviewer.lines", b"reviewer.suite"
_BATCH_ROWS = 2_000

PlainTypes = Mapping[str, type | None]


def write_parquet(path: Path, types: PlainTypes, lines: Iterable[Fields], head: Fields | None = None) -> int:
    """Write lines as rows, `head` being the suite line; the number of rows.

    Raises InputError for text that is half of a character or a number that is too large, EnvironmentFault if the file
    cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    schema, count = _schema(types, head), 0
    waiting = iter(lines)
    try:
        with replacing(path) as out, parquet.ParquetWriter(out, schema, compression="zstd") as writer:
            while some := list(islice(waiting, _BATCH_ROWS)):
                columns = {name: [_value(line.get(name), kind) for line in some] for name, kind in types.items()}
                writer.write_table(pa.table(columns, schema=schema))
                count += len(some)
    except UnicodeEncodeError:
        raise InputError(f"{path} was not written: a text holds half of a character.", "Correct it first.") from None
    except (pa.ArrowInvalid, OverflowError) as fault:
        raise InputError(f"{path} was not written: {fault}", "Export as jsonl.") from fault
    return count


class ArrowSchemaMade(Protocol):
    """A schema of pyarrow's that a writer takes."""


def _schema(types: PlainTypes, head: Fields | None) -> ArrowSchemaMade:
    import pyarrow as pa

    arrow: dict[type | None, object] = {
        str: pa.string(),
        bool: pa.bool_(),
        int: pa.int64(),
        float: pa.float64(),
        None: pa.string(),
    }
    structured = [name for name, kind in types.items() if kind is None]
    metadata = {_MARK: _json(structured).encode()} | ({_SUITE: _json(head).encode()} if head is not None else {})
    made: ArrowSchemaMade = pa.schema([(name, arrow[kind]) for name, kind in types.items()], metadata)
    return made


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _value(value: object, kind: type | None) -> object:
    if value is None or kind is not None:
        return value
    return _json(value)


def is_own(source: Source) -> bool:
    """Whether the source is a Parquet file that export wrote."""
    return source.text is None and read_head(source.path).start.startswith(MAGIC) and bool(own_columns(source.path))


def own_columns(path: Path) -> tuple[str, ...]:
    """The fields of a Parquet file that export wrote, "suite" among them where it has a suite line; none of another
    one, or of one that cannot be read."""
    metadata, names = _metadata(path)
    if _MARK not in metadata:
        return ()
    return (*(("suite",) if _SUITE in metadata else ()), *names)


def _metadata(path: Path) -> tuple[Mapping[bytes, bytes], tuple[str, ...]]:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        schema = parquet.read_schema(path)
        return schema.metadata or {}, tuple(schema.names)
    except (OSError, ValueError, pa.ArrowException):
        return {}, ()


def parquet_objects(path: Path) -> Iterator[tuple[int, JsonObject] | BadRow]:
    """The lines: number and fields, the suite line first. Raises KnownError for a damaged file."""
    metadata, _ = _metadata(path)
    structured = _structured(path, metadata)
    if _SUITE in metadata:
        yield 1, _read_suite(path, metadata[_SUITE])
    _, entries = arrow_entries(path)
    for entry in entries:
        if isinstance(entry, BadRow):
            yield entry
            continue
        try:
            yield entry.line, _fields(entry.values, structured)
        except InputError as fault:
            yield BadRow(entry.line, str(fault))


def _read_suite(path: Path, untrusted_text: bytes) -> JsonObject:
    found = parse_object(untrusted_text.decode("utf-8", "replace"))
    if not isinstance(found, dict):
        raise InputError(f"{path} has no suite line that can be read.", "Export it again.")
    return found


def _structured(path: Path, metadata: Mapping[bytes, bytes]) -> frozenset[str]:
    """The columns that hold lists and objects, as the mark names them."""
    found = parse_object(f'{{"names": {metadata[_MARK].decode("utf-8", "replace")}}}')
    names = found.get("names") if isinstance(found, dict) else None
    if not isinstance(names, list):
        raise InputError(f"{path} has lost the list of its structured columns.", "Export it again.")
    return frozenset(map(str, names))


def _fields(values: Mapping[str, object], structured: frozenset[str]) -> JsonObject:
    return {
        name: json_cell(value, name) if name in structured and isinstance(value, str) else value
        for name, value in values.items()
        if value is not None
    }
