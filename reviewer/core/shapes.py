"""Records as plain JSON values and back, by the types of their fields: for records that pass between two processes.

A record is the list of its fields in order; one of several kinds has its place among them in front. Unlike a pickle it
can make nothing but the types that were named, and unlike a `Codec` it checks nothing: both ends are of one version.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

_PLAIN = (str, int, float, bool, object, NoneType)
Turn = Callable[[Any], Any]


def _same(value: Any) -> Any:  # noqa: ANN401 - JSON of any kind
    return value


@dataclass(frozen=True)
class PlainShape:
    """How a value of one type is written and read; `_same` where it is JSON already."""

    write: Turn = _same
    read: Turn = _same


def to_plain(value: object, hint: object) -> object:
    """What `json.dumps` takes of a value of the type `hint`. Raises TypeError for a type that has no shape."""
    return shape_of(hint).write(value)


def from_plain(plain: Any, hint: object) -> Any:  # noqa: ANN401 - of the type that is named
    """The value of the type `hint` that `to_plain` wrote; `plain` is used up."""
    return shape_of(hint).read(plain)


@cache
def shape_of(hint: Any) -> PlainShape:  # noqa: ANN401 - a type as annotations write it
    """Raises TypeError for a type that has no shape."""
    if isinstance(hint, NewType):
        return shape_of(hint.__supertype__)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _either([each for each in inner if each is not NoneType], optional=NoneType in inner)
    if origin in (tuple, frozenset, Sequence) and (origin is not tuple or inner[1:] == (Ellipsis,)):
        return _list_of(shape_of(inner[0]), frozenset if origin is frozenset else tuple)
    if origin is tuple:
        return _row_of([shape_of(each) for each in inner])
    if origin in (Mapping, dict):
        return _mapping_of(shape_of(inner[1]))
    return _single(hint)


def _single(hint: Any) -> PlainShape:  # noqa: ANN401 - as above
    if hint in _PLAIN:
        return PlainShape()
    if hint is bytes:
        return PlainShape(lambda value: b64encode(value).decode("ascii"), b64decode)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return PlainShape(read=hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    raise TypeError(f"no shape for {hint}")


def _record(record: type) -> PlainShape:
    hints = get_type_hints(record)
    names = [each.name for each in fields(record)]
    shapes = [shape_of(hints[name]) for name in names]
    row, values = _row_of(shapes), attrgetter(*names)
    write, read = row.write, row.read
    if len(names) == 1:
        return PlainShape(lambda value: write((values(value),)), lambda plain: record(*read(plain)))
    return PlainShape(lambda value: write(values(value)), lambda plain: record(*read(plain)))


def _row_of(shapes: Sequence[PlainShape]) -> PlainShape:
    writers = [(at, shape.write) for at, shape in enumerate(shapes) if shape.write is not _same]
    readers = [(at, shape.read) for at, shape in enumerate(shapes) if shape.read is not _same]

    def write(values: Sequence[Any]) -> list[Any]:
        row = list(values)
        for at, each in writers:
            row[at] = each(row[at])
        return row

    def read(row: list[Any]) -> tuple[Any, ...]:
        for at, each in readers:
            row[at] = each(row[at])
        return tuple(row)

    return PlainShape(write, read)


def _list_of(shape: PlainShape, make: Callable[[Any], Any]) -> PlainShape:
    write, read = shape.write, shape.read
    as_it_is = list if make is frozenset else _same
    return PlainShape(
        as_it_is if write is _same else lambda values: [write(each) for each in values],
        make if read is _same else lambda plain: make([read(each) for each in plain]),
    )


def _mapping_of(shape: PlainShape) -> PlainShape:
    write, read = shape.write, shape.read
    return PlainShape(
        dict if write is _same else lambda values: {name: write(each) for name, each in values.items()},
        _same if read is _same else lambda plain: {name: read(each) for name, each in plain.items()},
    )


def _either(kinds: Sequence[Any], *, optional: bool) -> PlainShape:
    if len(kinds) == 1 or all(shape_of(each) == PlainShape() for each in kinds):
        shape = shape_of(kinds[0])
        return _optional(shape) if optional else shape
    places = {kind: at for at, kind in enumerate(kinds)}
    shapes = [shape_of(each) for each in kinds]
    found = PlainShape(
        lambda value: [(at := places[type(value)]), shapes[at].write(value)],
        lambda plain: shapes[plain[0]].read(plain[1]),
    )
    return _optional(found) if optional else found


def _optional(shape: PlainShape) -> PlainShape:
    write, read = shape.write, shape.read
    return PlainShape(
        write if write is _same else lambda value: None if value is None else write(value),
        read if read is _same else lambda plain: None if plain is None else read(plain),
    )
