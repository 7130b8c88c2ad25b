"""The one reader of rows that trusts nothing: it names table, row, column and what is wrong with the value."""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Boolean, CheckConstraint, Column, Connection, Float, Integer, LargeBinary, Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from reviewer.core.cases import Case
from reviewer.core.errors import KnownError
from reviewer.core.responses import ResponseState, response_hash
from reviewer.store import mapping
from reviewer.store.review_rows import DecisionRow, metadata
from reviewer.store.rows import CaseRow, EndpointRow, JudgeRunRow, RescalingRow, ResponseRow, SuiteRow, VerdictRow

Values = Mapping[str, Any]
Check = Callable[[Any], str]
"""What says of a value what is wrong with it; nothing where it is right."""
RowT = TypeVar("RowT", bound=SQLModel)
_AT_ONCE = 500


class Damage(NamedTuple):
    """What is wrong with one value; `column` is empty where it is the row as a whole."""

    table: str
    row: str
    column: str
    fault: str

    @property
    def sentence(self) -> str:
        return f"{self.table}, row {self.row}{f', column {self.column}' if self.column else ''}: {self.fault}"


def _named(names: str) -> list[str]:
    return names.split()


_OBJECTS = _named(
    "case.band label_event.band label_dispute.band endpoint.headers endpoint.network model_version.sampling "
    "response.usage response.traces judge_run.sampling judge_reply.usage rescaling.answers review_event.detail "
    "case_origin.kept response_origin.kept tombstone.counts tombstone.gone bin_item.counts bin_item.holds "
    "bin_item.needs bin_item.scales bin_item.drafts import_act.added"
)
_LISTS = _named(
    "case.messages case.tags verdict.evidence decision.hidden bin_item.cells bin_part.columns import_act.extended"
)
_ANY = _named("suite.scale rescaling.before rescaling.after policy_lock.rules setting.value")
_WHERE_FILLED = _named("judge_run.drift judge_run.measured judge_admission.measured")
_JSON: Mapping[str, type] = {
    **dict.fromkeys(_OBJECTS, dict),
    **dict.fromkeys(_LISTS, list),
    **dict.fromkeys([*_ANY, *_WHERE_FILLED], object),
}
"""Columns whose text is JSON, and what it must be."""
_ONE_OF = re.compile(r"(\w+) IN \((.*?)\)(?: OR \1 IS NULL)?")
UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    zlib.error,
    DBAPIError,
)
"""What reading a value raises that this program never wrote."""


def damages(
    connection: Connection,
    only: Mapping[str, str] | None = None,
    values: Values = MappingProxyType({}),
    read: Callable[[int], None] = lambda _rows: None,
) -> Iterator[Damage]:
    """Everything wrong with the values of all tables, or of those in `only`: table to which of its rows, in SQL.

    `values` are those of the names in that SQL. Reads each row once and changes nothing; `read` is told how many more
    rows were read.
    """
    driver: Any = connection.connection.dbapi_connection
    before, driver.text_factory = driver.text_factory, _any_text
    try:
        for name, which in (only or dict.fromkeys(metadata.tables, "true")).items():
            yield from _of_table(connection, metadata.tables[name], which, values, read)
    finally:
        driver.text_factory = before


def _any_text(held: bytes) -> str:
    """What is no UTF-8 becomes halves of surrogate pairs, which no text of this program's has."""
    return held.decode("utf-8", "surrogateescape")


def _of_table(
    connection: Connection, table: Table, which: str, given: Values, read: Callable[[int], None]
) -> Iterator[Damage]:
    reader, keys = _reader(table), [column.name for column in table.primary_key.columns]
    quoted = ", ".join(f'"{name}"' for name in reader.names)
    query = f'SELECT {quoted} FROM "{table.name}" WHERE {which}'  # noqa: S608 names of the models
    for some in connection.exec_driver_sql(query, dict(given)).partitions(_AT_ONCE):
        for row in some:
            for name, fault in reader.faults(row):
                values = dict(zip(reader.names, row, strict=True))
                yield Damage(table.name, ", ".join(str(values[key])[:40] for key in keys), name, fault)
        read(len(some))


def row_faults(table: Table, values: Values) -> Iterator[tuple[str, str]]:
    """Column and fault of one row, in the same words as `damages`; columns that are not given are not missed."""
    reader = _reader(table)
    found = [(name, fault) for name, value in values.items() if (fault := reader.checks[name](value))]
    return iter(found or reader.faults_of_whole(values))


class _RowReader:
    """What is asked of the rows of one table, in the order of its columns."""

    def __init__(self, table: Table) -> None:
        self.names = [column.name for column in table.columns]
        self.checks = {column.name: _check_of(table, column) for column in table.columns}
        self._in_order = list(self.checks.values())
        self._flags = [column.name for column in table.columns if isinstance(column.type, Boolean)]
        self._whole = _WHOLE.get(table.name)

    def faults(self, row: Sequence[Any]) -> Sequence[tuple[str, str]]:
        """Of a row that has them all."""
        if any([check(value) for check, value in zip(self._in_order, row, strict=True)]):
            named = zip(self.names, self._in_order, row, strict=True)
            return [(name, fault) for name, check, value in named if (fault := check(value))]
        return self.faults_of_whole(dict(zip(self.names, row, strict=True))) if self._whole is not None else ()

    def faults_of_whole(self, values: Values) -> Sequence[tuple[str, str]]:
        """Of a row whose values are right each by itself."""
        if self._whole is None:
            return ()
        typed = {name: bool(values[name]) for name in self._flags if values.get(name) is not None}
        return [("", fault) for fault in _faults(self._whole, {**values, **typed})]


_reader = cache(_RowReader)


def _faults(whole: Callable[[Values], Iterator[str]], values: Values) -> Iterator[str]:
    try:
        yield from whole(values)
    except KnownError as error:
        yield str(error)[:200]
    except UNREADABLE as error:
        yield f"cannot be read ({type(error).__name__}: {error})"[:200]


def _check_of(table: Table, column: Column[Any]) -> Check:
    """Of a value of the column. Every value of a workspace passes here, so what is asked of it is found out once."""
    words, shape, optional = _words(table, column.name), _JSON.get(f"{table.name}.{column.name}"), column.nullable
    may_be_empty, fault_of = f"{table.name}.{column.name}" in _WHERE_FILLED, _type_check(column)
    if not (words or shape or optional):
        return lambda value: "is empty" if value is None else fault_of(value)

    def check(value: object) -> str:
        if value is None:
            return "" if optional else "is empty"
        if fault := fault_of(value):
            return fault
        if words and value not in words:
            return f"{value!r:.40} is none of {', '.join(sorted(words))}"
        if shape and not (may_be_empty and value == ""):
            return _json_fault(str(value), shape)
        return ""

    return check


def _words(table: Table, column: str) -> frozenset[str]:
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = _ONE_OF.fullmatch(str(constraint.sqltext))
            if found and found.group(1) == column:
                return frozenset(word.strip().strip("'") for word in found.group(2).split(","))
    return frozenset()


def _type_check(column: Column[Any]) -> Check:
    kind = column.type
    if isinstance(kind, Boolean):
        return lambda value: "" if value in (0, 1) and isinstance(value, int) else f"{value!r:.40} is neither 0 nor 1"
    if isinstance(kind, Integer):
        return lambda value: "" if isinstance(value, int) else f"{value!r:.40} is no whole number"
    if isinstance(kind, Float):
        return lambda value: (
            "" if isinstance(value, int | float) and math.isfinite(value) else f"{value!r:.40} is no number"
        )
    if isinstance(kind, LargeBinary):
        return lambda value: "" if isinstance(value, bytes) else f"{value!r:.40} is not bytes"
    return _time_fault if is_time(column.name) else _text_fault


def is_time(column: str) -> bool:
    return column == "at" or column.endswith("_at")


_TIME = re.compile(r"[0-9W:.,Zz+\-]+(?:[Tt _][0-9:.,Zz+\-]+)?", re.ASCII)


def _time_fault(value: object) -> str:
    """A time with its offset from UTC, as imports take it; none where nobody knows it."""
    if value == "":
        return ""
    with suppress(ValueError, TypeError):
        if _TIME.fullmatch(cast(str, value)) and datetime.fromisoformat(cast(str, value)).tzinfo is not None:
            return ""
    return _text_fault(value) or f"{value!r:.40} is no time"


def _text_fault(value: object) -> str:
    if not isinstance(value, str):
        return f"{value!r:.40} is no text"
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "is not UTF-8"
    return ""


def _json_fault(value: str, shape: type) -> str:
    return _short_json_fault(value, shape) if len(value) <= _SHORT_JSON else _long_json_fault(value, shape)


def _long_json_fault(value: str, shape: type) -> str:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError) as error:
        return f"is no JSON ({error})"[:120]
    return "" if isinstance(found, shape) else f"is JSON of another shape ({type(found).__name__})"


_SHORT_JSON = 64
_short_json_fault = lru_cache(maxsize=10_000)(_long_json_fault)
"""Most are empty lists or name a few tags, the same in many rows."""


def _row(kind: type[RowT], values: Values) -> RowT:
    """What reads as a row of the model, without one: of a hundred thousand rows making them took most of the time."""
    return cast(RowT, SimpleNamespace(**{**_defaults(kind), **values}))


@cache
def _defaults(kind: type[SQLModel]) -> Values:
    """What a row has that is not given a value."""
    fields = kind.model_fields.items()
    return {
        name: None if field.is_required() else field.get_default(call_default_factory=True) for name, field in fields
    }


def _case(values: Values) -> Iterator[str]:
    case: Case = mapping.case(_row(CaseRow, values))
    if values["message_hash"] != case.message_hash:
        yield "the messages are not those that its hash was made of"
    if values["content_hash"] != case.content_hash:
        yield "the content is not what its hash was made of"
    if values["search_text"] != mapping.search_text(case) or values["request"] != case.request:
        yield "what is searched is not what the messages say"


def _response(values: Values) -> Iterator[str]:
    mapping.response(_row(ResponseRow, values), "case")
    if values["hash"] != response_hash(values["text"], ResponseState(values["state"])):
        yield "the text is not the one that its hash was made of"
    if values["latency_ms"] is not None and values["latency_ms"] < 0:
        yield "took less than no time"
    if values["attempts"] < 0:
        yield "has fewer than no attempts"


def _suite(values: Values) -> Iterator[str]:
    scale = mapping.suite_head(_row(SuiteRow, values)).scale
    if values["scale_hash"] != scale.hash:
        yield "the scale is not the one that its hash was made of"


def _part(values: Values) -> Iterator[str]:
    if not isinstance(json.loads(zlib.decompress(values["content"])), list):
        yield "holds no rows"


def _import_act(values: Values) -> Iterator[str]:
    """Stretches of ids, and pairs of them."""
    for pair in [*json.loads(values["added"]).values(), *json.loads(values["extended"])]:
        first, second = pair
        if not (isinstance(first, int) and isinstance(second, int)):
            yield "names rows by what is no number"
            return


def _read_only(make: Callable[[Values], object]) -> Callable[[Values], Iterator[str]]:
    def read(values: Values) -> Iterator[str]:
        make(values)
        yield from ()

    return read


_WHOLE: Mapping[str, Callable[[Values], Iterator[str]]] = {
    "case": _case,
    "response": _response,
    "suite": _suite,
    "verdict": _read_only(lambda values: mapping.verdict(_row(VerdictRow, values))),
    "decision": _read_only(lambda values: mapping.decision(_row(DecisionRow, values), None)),
    "endpoint": _read_only(lambda values: mapping.endpoint(_row(EndpointRow, values))),
    "judge_run": _read_only(lambda values: mapping.judge_version(_row(JudgeRunRow, values))),
    "rescaling": _read_only(lambda values: mapping.step(_row(RescalingRow, values))),
    "label_event": _read_only(lambda values: mapping.band_from_text(values["band"])),
    "label_dispute": _read_only(lambda values: mapping.band_from_text(values["band"])),
    "bin_part": _part,
    "import_act": _import_act,
}
