"""A stream of records with dotted names, whatever file they stand in: what the mapper reads.

A table's values are texts; those of JSON and Parquet are what they are there, objects flattened into `a.b`, lists kept.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reviewer.core.hashing import canonical_json
from reviewer.endpoints.untrusted import storable
from reviewer.exchange.kit.delimited import Row
from reviewer.exchange.kit.records import BadRow, Told

MAX_COLUMNS = 20_000
_MAX_DEPTH = 12
_WHOLE = frozenset({"band", "tolerance_band", "also_acceptable", "kept"})
"""Objects that are the value of one field."""


@dataclass(frozen=True)
class RecordEntry:
    """One record: its line (or number, from 1) and {name: value}; a name without a value may be missing."""

    line: int
    values: Mapping[str, object]


@dataclass(frozen=True)
class RecordStream:
    """Records of one file.

    `columns` are the names known before the first record, in the file's order: all of a table's, none of JSON.
    `repeated` are heading names that several columns have. `where` names the file in sentences, `name` the suite or
    run if nobody does.
    """

    where: str
    name: str
    entries: Iterator[RecordEntry | BadRow]
    columns: tuple[str, ...] = ()
    repeated: frozenset[str] = frozenset()
    told: tuple[Told, ...] = ()
    elsewhere: str = ""
    """Where else in the file the records may be, in a sentence."""
    behind: Callable[[], Iterable[Told]] = tuple
    """What is known only when all records have been read."""
    outside: Mapping[str, str] = field(default_factory=dict)
    """{name: example} of what the file says once for all its records."""
    sheets: tuple[str, ...] = ()
    """The sheets of a workbook, the one that is read among them."""


def stream_of_rows(
    columns: Sequence[str], rows: Iterable[Row | BadRow], where: str, name: str, told: Iterable[Told] = ()
) -> RecordStream:
    """A table's rows under its heading; columns of one name are told apart as `label (1)`, `label (2)`."""
    distinct, repeated = distinct_names(columns)
    # `headed` has made every row as long as the heading
    entries = (
        row if isinstance(row, BadRow) else RecordEntry(row.line, dict(zip(distinct, row.cells, strict=True)))
        for row in rows
    )
    return RecordStream(where, name, entries, distinct, repeated, tuple(told))


def distinct_names(columns: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The columns with a number behind those that share a name, and which names are shared."""
    repeated = frozenset(name for name, count in Counter(columns).items() if count > 1)
    seen: Counter[str] = Counter()
    names = []
    for place, column in enumerate(columns, start=1):
        seen[column] += 1
        numbered = f"{column} ({seen[column]})" if column in repeated else column
        names.append(numbered if column else f"column {place}")
    return tuple(names), repeated - {""}


def flattened(fields: Mapping[str, object], under: str = "", depth: int = 0) -> dict[str, object]:
    """Objects inside as dotted names; lists, and what lies deeper than anybody maps, stay whole."""
    found: dict[str, object] = {}
    for name, value in fields.items():
        whole = f"{under}{name}"
        if isinstance(value, dict) and value and depth < _MAX_DEPTH and name not in _WHOLE:
            found.update(flattened(value, f"{whole}.", depth + 1))
        else:
            found[whole] = value
    return found


def text_of(value: object) -> str:
    """A value as a person reads it: 3.0 is `3`, an object JSON, nothing ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else _float_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f"({len(value):,} bytes)"
    return storable(_json_text(value))


def _float_text(value: float) -> str:
    return "" if math.isnan(value) else repr(value)


def _json_text(value: object) -> str:
    try:
        return canonical_json(value)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(value, ensure_ascii=False, default=text_of)
