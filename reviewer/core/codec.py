"""How records are written to files and read back: one codec for each, its fields taken from the record's dataclass.

A line of JSON and a row of a table hold the same fields. A field's type says what `Kind` of value it is: how it is
checked when it comes from outside, and what JSON holds of it. A cell holds a text as it stands (`escape_cell`), a
number or true and false in plain, all else as JSON; an empty cell is a field that is not there.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Any, Generic, NewType, TypeVar, get_args, get_origin, get_type_hints

from reviewer.core.errors import InputError
from reviewer.core.json_text import parse_object

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Fields = Mapping[str, object]
T = TypeVar("T", bound="DataclassInstance")

MAX_COUNT = 10_000
_MAX_TOTAL = 2**63 - 1
_TRUE, _FALSE = {"true", "yes", "1", "x"}, {"false", "no", "0"}
_ESCAPED = frozenset("=+-@\t\r'")
_QUOTED = "'\""


def escape_cell(text: str) -> str:
    """Keep a spreadsheet from running a cell as a formula: `=1+1` → `'=1+1`. `unescape_cell` takes it back.

    No CSV can hold a NUL character: a text with one becomes `'` and the text as JSON, which no other text becomes.
    """
    if "\0" in text:
        return f"'{json.dumps(text, ensure_ascii=False)}"
    return f"'{text}" if text[:1] in _ESCAPED and text else text


def unescape_cell(text: str) -> str:
    """Undo `escape_cell` exactly; an apostrophe that a person typed before a letter stays."""
    if text.startswith(_QUOTED) and "\\u0000" in text:
        held = parse_object(f'{{"text": {text[1:]}}}')
        found = held.get("text") if isinstance(held, dict) and len(held) == 1 else None
        return found if isinstance(found, str) else text
    return text[1:] if text[:1] == "'" and text[1:2] in _ESCAPED and len(text) > 1 else text


def text_cell(cell: str, _name: str) -> object:
    return unescape_cell(cell)


def flag_cell(cell: str, _name: str = "") -> bool:
    word = cell.strip().lower()
    if word not in _TRUE | _FALSE:
        raise InputError(f"{cell[:40]!r} is neither true nor false.", "Write true or false.")
    return word in _TRUE


def number_cell(cell: str, _name: str) -> object:
    try:
        return float(cell) if not cell.strip().isdecimal() else int(cell)
    except ValueError:
        raise InputError(f"{cell[:40]!r} is not a number.", "Write it in digits.") from None


def json_cell(cell: str, name: str) -> object:
    """The JSON in a cell, or InputError."""
    held = parse_object(f'{{"cell": {cell}}}')
    if isinstance(held, str) or len(held) != 1:
        why = held if isinstance(held, str) else "It holds more than one thing."
        raise InputError(f"The {name} cell cannot be read: {why}")
    return held["cell"]


@dataclass(frozen=True)
class Kind:
    """One kind of value. `read` checks what JSON holds of the field named and raises InputError; None stands for a
    field that is not there. `write` gives what JSON holds, where that is not the value itself; `cell` reads a cell
    into what JSON holds."""

    read: Callable[[object, str], Any]
    write: Callable[[Any], object] | None = None
    cell: Callable[[str, str], object] = text_cell


def read_text(value: object, name: str, *, nul: bool = False) -> str:
    """ "" where it is missing. NUL is refused unless `nul`: not every store can hold it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"The field {name!r} is not a text.", 'Write it in quotes, "like this".')
    if not nul and "\0" in value:
        raise InputError(f"The field {name!r} holds a NUL character.", "Remove it.")
    return value


def _flag(value: object, name: str) -> bool:
    if value is not None and not isinstance(value, bool):
        raise InputError(f"The field {name!r} is neither true nor false.", "Write true or false.")
    return bool(value)


def read_count(value: object, name: str, *, least: int = 1, most: int = MAX_COUNT, missing: int | None = 1) -> int:
    """A whole number, `missing` where there is none."""
    if value is None and missing is not None:
        return missing
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(f"The field {name!r} is not a whole number from {least} to {most:,}.", "Correct it.")
    return value


def read_amount(value: object, name: str, *, most: float = 2**53) -> float | None:
    """A number from 0 on, None where it is missing."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise InputError(f"The field {name!r} is not a number from 0 to {most:,}.", "Correct it or leave it out.")
    return float(value)


def _choice(value: object, name: str, choices: type[StrEnum], *, optional: bool = False) -> StrEnum | None:
    if optional and value is None:
        return None
    if not isinstance(value, str) or value not in list(choices):
        known = ", ".join(choices)
        raise InputError(f"The {name} {str(value or '')[:80]!r} is not known.", f"Use one of: {known}.")
    return choices(value)


def _mapping(value: object, name: str, is_good: Callable[[object], bool], of: str) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(map(is_good, value.values())):
        raise InputError(f"The field {name!r} is not an object of {of}.", "Correct it or leave it out.")
    return dict(value)


def _is_total(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_TOTAL


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _list(value: object, name: str) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"The field {name!r} is not a list.", "Write it like [ … ] or leave it out.")
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    return tuple(read_text(each, name) for each in _list(value, name))


def _bytes(value: object, name: str) -> bytes:
    try:
        return base64.b64decode(read_text(value, name), validate=True)
    except (binascii.Error, ValueError):
        raise InputError(f"The field {name!r} is not base64.", "Leave it out or write it as export does.") from None


TEXT = Kind(read_text)
ANY_TEXT = Kind(partial(read_text, nul=True))
_OPTIONAL_TEXT = Kind(lambda value, name: read_text(value, name) or None)
COUNT = Kind(read_count, cell=number_cell)
AMOUNT = Kind(read_amount, cell=number_cell)
JSON_OF = {
    int: Kind(partial(_mapping, is_good=_is_total, of="whole numbers"), dict, json_cell),
    float: Kind(partial(_mapping, is_good=_is_number, of="numbers"), dict, json_cell),
    str: Kind(partial(_mapping, is_good=lambda value: isinstance(value, str), of="texts"), dict, json_cell),
}
"""Kinds of mappings from texts, by what they map to."""
_PLAIN: dict[object, Kind] = {
    str: TEXT,
    bool: Kind(_flag, cell=flag_cell),
    int: COUNT,
    float: AMOUNT,
    bytes: Kind(_bytes, lambda value: base64.b64encode(value).decode("ascii")),
}


def _kind_of(hint: object) -> Kind:
    """The kind of value that a type names. Raises TypeError for a type that has none."""
    if isinstance(hint, NewType):
        return _kind_of(hint.__supertype__)
    inner = [each for each in get_args(hint) if each not in (NoneType, Ellipsis)]
    if NoneType in get_args(hint):
        return _optional(inner[0])
    if get_origin(hint) is tuple:
        return Kind(_texts, list, json_cell)
    if get_origin(hint) is Mapping:
        return JSON_OF[inner[1]]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Kind(partial(_choice, choices=hint), str)
    if hint not in _PLAIN:
        raise TypeError(f"no kind of value for {hint}")
    return _PLAIN[hint]


def _plain_type(hint: object) -> type | None:
    """str, bool, int or float where a line holds a value of the type as such; None where it holds a list or object."""
    if isinstance(hint, NewType):
        return _plain_type(hint.__supertype__)
    if NoneType in get_args(hint):
        return _plain_type(next(each for each in get_args(hint) if each is not NoneType))
    if not isinstance(hint, type):
        return None
    if issubclass(hint, StrEnum | bytes):
        return str
    return hint if hint in (str, bool, int, float) else None


def _optional(hint: object) -> Kind:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Kind(partial(_choice, choices=hint, optional=True), lambda value: value and str(value))
    kind = _kind_of(hint)
    return _OPTIONAL_TEXT if kind is TEXT else kind


def records(codec: Codec[T]) -> Kind:
    """A list of records of their own."""

    def read(value: object, name: str) -> tuple[T, ...]:
        return tuple(codec.read(_object(each, name)) for each in _list(value, name))

    return Kind(read, lambda found: [codec.line(each) for each in found], json_cell)


def _object(value: object, name: str) -> Fields:
    if not isinstance(value, dict):
        raise InputError(f"The field {name!r} is not a list of objects.", "Write it like [{ … }] or leave it out.")
    return value


class Codec(Generic[T]):
    """How a record of type T is written and read.

    `kinds` are of fields whose type does not say enough, `inner` is a field that is a record itself and whose fields
    stand beside the others. Fields from `sparse_from` on are left out of a line where they say nothing new, but for
    those in `always`; fields in `leave_out` are no part of files. `prepare` may complete what was read before it is
    checked.
    """

    def __init__(
        self,
        record: type[T],
        what: str,
        kinds: Mapping[str, Kind] | None = None,
        *,
        inner: Mapping[str, Codec[Any]] | None = None,
        sparse_from: str = "",
        always: Collection[str] = (),
        leave_out: Collection[str] = (),
        prepare: Callable[[Fields], Fields] = lambda given: given,
    ) -> None:
        self._make: Callable[..., T] = record
        self._what = what
        self._prepare = prepare
        self._inner = dict(inner or {})
        hints = get_type_hints(record)
        # those that the codec is not made from have been left out
        own: list[Field[Any]] = [f for f in fields(record) if f.name not in {*leave_out, *self._inner}]
        self._kinds = {f.name: (kinds or {}).get(f.name) or _kind_of(hints[f.name]) for f in own}
        self._required = frozenset(f.name for f in own if f.default is MISSING and f.default_factory is MISSING)
        names = [f.name for f in own]
        sparse = set(names[names.index(sparse_from) :] if sparse_from else ()) - set(always)
        self._writers = [(f.name, self._kinds[f.name].write, f.name in sparse, _default(f)) for f in own]
        inside = (name for codec in self._inner.values() for name in codec.names)
        self.names: tuple[str, ...] = tuple(sorted((*names, *inside), key=lambda name: name != "case"))
        """Of all fields, the case first: the columns of a table."""
        self._known = frozenset(self.names)
        self.plain_types: dict[str, type | None] = {name: _plain_type(hints[name]) for name in names}
        """What JSON holds of each field: a text, flag or number, or None for a list or an object."""
        for codec in self._inner.values():
            self.plain_types |= codec.plain_types

    def line(self, record: T) -> dict[str, object]:
        """What a line of JSON holds."""
        line: dict[str, object] = dict.fromkeys(("case",) if self._inner else ())
        for name, write, sparse, default in self._writers:
            value = getattr(record, name)
            if not (sparse and value == default):
                line[name] = value if write is None else write(value)
        for name, codec in self._inner.items():
            line.update(codec.line(getattr(record, name)))
        return line

    def cells(self, record: T) -> list[str]:
        """The cells of a row under `names`."""
        return cells_of(self.line(record), self.names)

    def from_cells(self, cells: Mapping[str, str]) -> dict[str, object]:
        """What JSON would hold of a row. Raises InputError for a cell that cannot be read."""
        return {name: self._cell(name)(cell, name) for name, cell in cells.items() if cell}

    def _cell(self, name: str) -> Callable[[str, str], object]:
        if name in self._kinds:
            return self._kinds[name].cell
        inner = next((codec for codec in self._inner.values() if name in codec.names), None)
        return text_cell if inner is None else inner._cell(name)

    def check_names(self, given: Fields) -> None:
        """Raises InputError for a field that there is not: a misspelt one would be lost without a word."""
        if not given.keys() <= self._known:
            unknown = next(name for name in given if name not in self._known)
            raise InputError(
                f"A {self._what} has no field {unknown[:80]!r}.",
                f"Leave it out or use one of: {', '.join(sorted(self._known))}.",
            )

    def values(self, given: Fields) -> dict[str, Any]:
        """The checked values of the record's own fields that are there; empty ones are not. Raises InputError."""
        kinds = self._kinds
        found = {
            name: kinds[name].read(value, name)
            for name, value in given.items()
            if value is not None and value != "" and name in kinds
        }
        if not found.keys() >= self._required:
            for name in self._required - found.keys():
                found[name] = kinds[name].read(None, name)
        return found

    def read(self, given: Fields, **besides: object) -> T:
        """The record of a line's fields, with what is known `besides`. Raises InputError with what is wrong."""
        self.check_names(given)
        return self._read(given, besides)

    def _read(self, given: Fields, besides: Mapping[str, object]) -> T:
        prepared = self._prepare(given)
        inside = {name: codec._read(prepared, {}) for name, codec in self._inner.items()}
        return self._make(**self.values(prepared), **inside, **besides)


def _default(field: Field[Any]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def cells_of(line: Fields, names: Sequence[str]) -> list[str]:
    """What JSON holds of these fields as cells of a table."""
    return [_cell_of(line.get(name)) for name in names]


def _cell_of(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, allow_nan=False) if value else ""
    if isinstance(value, float | int):
        return repr(value)
    return escape_cell(str(value))
