"""JSON as a stream of records: JSON Lines, a list of objects, or an object whose one list is the records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from reviewer.core.errors import InputError
from reviewer.exchange.kit.field_names import SYNONYMS
from reviewer.exchange.kit.json_text_parts import JsonText, ValueTooLong
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sources import TOO_LONG, Source, faults_named, folded
from reviewer.exchange.kit.streams import RecordEntry, RecordStream, flattened, text_of

_DEEP = "The record is nested too deeply. Write flat objects."
_LOOKED_AT = 20
_MAX_PLACES = 3
_EXAMPLE = 80
_ASKED = frozenset({*SYNONYMS["prompt"], *SYNONYMS["messages"]})
# as pandas writes a table with orient="split", and MLflow with it: names in one list, each row in a list of its own
_SPLIT = re.compile(r"\s*\{\s*\"columns\"\s*:\s*\[\s*\"")
Place = tuple[str, ...]


@dataclass
class _Document:
    """What the document has at its top: places of lists of objects with the names in them, members that are objects,
    and the other values."""

    lists: dict[Place, set[str]] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    objects: int = 0
    others: int = 0


def json_records(source: Source, part: str = "") -> RecordStream:
    """Raises KnownError for what is not text or not JSON. `part` names the list where a file has several."""
    source.check()
    start = source.start().lstrip()
    if start.startswith("{") and not _is_document(source, start):
        return RecordStream(str(source.path), source.name, _of_lines(source))
    if start.startswith("["):
        return RecordStream(str(source.path), source.name, _of_place(source, ()))
    shape = _shape_of(source)
    outside = shape.outside if shape.lists else {}
    return RecordStream(str(source.path), source.name, _of_shape(source, shape, part), outside=outside)


def _of_shape(source: Source, shape: _Document, part: str) -> Iterator[RecordEntry | BadRow]:
    place = _chosen(source, shape, part)
    if place is not None:
        return _of_place(source, place)
    if not shape.lists and _SPLIT.match(source.start()):
        return _of_split(source)
    if shape.objects > 1 and not shape.others:
        return _of_members(source)
    return _of_whole(source)


def _is_document(source: Source, start: str) -> bool:
    """Whether the text is one JSON object, and not one on each line: its first line is no whole object, or it is the
    only line and the object holds lists of objects in place of a request."""
    lines = (text for _, text in source.lines("\n") if text is None or not text.isspace())
    first = next(lines, None)
    if first is None:
        return True
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return not _next_is_object(lines)
    if not isinstance(value, dict) or next(lines, "") != "":
        return False
    return not _ASKED & {folded(name) for name in flattened(value)}


def _next_is_object(lines: Iterator[str | None]) -> bool:
    """Whether one of the next lines is an object: then the first was a bad line of JSON Lines."""
    for _, text in zip(range(_LOOKED_AT), lines, strict=False):
        try:
            if text is not None and isinstance(json.loads(text), dict) and len(text) > 3:
                return True
        except (ValueError, RecursionError):
            continue
    return False


def _of_lines(source: Source) -> Iterator[RecordEntry | BadRow]:
    for line, text in source.lines("\n"):
        if text is None:
            yield BadRow(line, TOO_LONG)
        elif not text.isspace():
            yield _line_entry(line, text)


def _line_entry(line: int, text: str) -> RecordEntry | BadRow:
    try:
        return _entry(line, json.loads(text, strict=False))
    except json.JSONDecodeError as fault:
        return BadRow(line, f"This is not JSON: {fault.msg} at character {fault.pos + 1}. Correct it or leave it out.")
    except RecursionError:
        return BadRow(line, _DEEP)
    except ValueError as fault:
        return BadRow(line, f"This is not usable JSON: {str(fault)[:120]}. Write numbers that a program can hold.")


def _entry(number: int, value: object) -> RecordEntry | BadRow:
    if not isinstance(value, dict):
        return BadRow(number, 'This is no object with named fields. Write {"prompt": …}.')
    return RecordEntry(number, flattened(value))


@contextmanager
def _opened(source: Source) -> Iterator[JsonText]:
    """Raises InputError where the text is no JSON, saying behind which record."""
    with faults_named(source.path), source.opened("\n") as handle:
        yield JsonText(handle)


def _not_json(source: Source, number: int, fault: Exception) -> InputError:
    why = "it is nested too deeply" if isinstance(fault, RecursionError) else str(fault)[:120]
    where = f"behind record {number:,}" if number else "at its start"
    return InputError(f"{source.path} is not whole JSON: {where}, {why}.", "Write the file again with its own program.")


def _of_place(source: Source, place: Place) -> Iterator[RecordEntry | BadRow]:
    number = 0
    with _opened(source) as text:
        try:
            for _ in _members_at(text, place):
                number += 1
                yield _next_entry(text, number)
            if not place:
                text.check_end()
        except (ValueError, RecursionError) as fault:
            raise _not_json(source, number, fault) from None


def _next_entry(text: JsonText, number: int) -> RecordEntry | BadRow:
    try:
        return _entry(number, text.value())
    except ValueTooLong:
        return BadRow(number, TOO_LONG)


def _members_at(text: JsonText, place: Place) -> Iterator[None]:
    """Stops before each item of the list at a place; passes over all else."""
    if not place:
        yield from text.members("[", "]")
        return
    for _ in text.members("{", "}"):
        if text.name() == place[0]:
            yield from _members_at(text, place[1:])
        else:
            text.skip()


def _of_members(source: Source) -> Iterator[RecordEntry | BadRow]:
    number = 0
    with _opened(source) as text:
        try:
            for _ in text.members("{", "}"):
                number, name = number + 1, text.name()
                found = _next_entry(text, number)
                yield found if isinstance(found, BadRow) else RecordEntry(number, {"key": name, **found.values})
        except (ValueError, RecursionError) as fault:
            raise _not_json(source, number, fault) from None


def _of_split(source: Source) -> Iterator[RecordEntry | BadRow]:
    number = 0
    with _opened(source) as text:
        names: list[str] = []
        try:
            for _ in text.members("{", "}"):
                part = text.name()
                if part == "columns":
                    found = text.value()
                    names = list(map(str, found)) if isinstance(found, list) else []
                elif part != "data" or text.peek() != "[":
                    text.skip()
                else:
                    for _ in text.members("[", "]"):
                        number += 1
                        yield _split_row(text, number, names)
        except (ValueError, RecursionError) as fault:
            raise _not_json(source, number, fault) from None


def _split_row(text: JsonText, number: int, names: list[str]) -> RecordEntry | BadRow:
    try:
        row = text.value()
    except ValueTooLong:
        return BadRow(number, TOO_LONG)
    if not isinstance(row, list) or len(row) != len(names):
        return BadRow(
            number, f"The row has not the {len(names)} values that the columns name. Correct it or leave it out."
        )
    return RecordEntry(number, flattened(dict(zip(names, row, strict=True))))


def _of_whole(source: Source) -> Iterator[RecordEntry | BadRow]:
    with _opened(source) as text:
        try:
            yield _next_entry(text, 1)
        except (ValueError, RecursionError) as fault:
            raise _not_json(source, 0, fault) from None


def _shape_of(source: Source) -> _Document:
    shape = _Document()
    with _opened(source) as text:
        try:
            _look(text, (), shape)
        except (ValueError, RecursionError) as fault:
            raise _not_json(source, 0, fault) from None
    return shape


def _look(text: JsonText, place: Place, shape: _Document) -> None:
    for _ in text.members("{", "}"):
        inner = (*place, text.name())
        opening = text.peek()
        if not place:
            shape.objects, shape.others = shape.objects + (opening == "{"), shape.others + (opening != "{")
        if opening == "[":
            _look_into_list(text, inner, shape)
        elif opening == "{" and len(inner) < _MAX_PLACES:
            _look(text, inner, shape)
        elif opening == "{":
            text.skip()
        else:
            _note(text, inner, shape)


def _look_into_list(text: JsonText, place: Place, shape: _Document) -> None:
    for at, _ in enumerate(text.members("[", "]")):
        if at >= _LOOKED_AT or text.peek() != "{":
            text.skip()
            continue
        names = shape.lists.setdefault(place, set())
        try:
            value = text.value()
        except ValueTooLong:
            continue
        names.update(flattened(value) if isinstance(value, dict) else ())


def _note(text: JsonText, place: Place, shape: _Document) -> None:
    try:
        shape.outside[".".join(place)] = text_of(text.value())[:_EXAMPLE]
    except ValueTooLong:
        shape.outside[".".join(place)] = "(a long text)"


def _chosen(source: Source, shape: _Document, part: str) -> Place | None:
    """The list whose items are the records. Raises InputError where several could be."""
    named = {".".join(place): place for place in shape.lists}
    if part:
        if part not in named:
            raise InputError(f"{source.path} has no list {part!r}; it has {', '.join(named) or 'none'}.", "Name one.")
        return named[part]
    asking = [place for place, names in shape.lists.items() if _ASKED & {folded(name) for name in names}]
    found = asking if asking else list(shape.lists)
    if len(found) > 1:
        shown = ", ".join(".".join(place) for place in found)[:300]
        raise InputError(f"{source.path} has several lists of records: {shown}.", "Say which with --sheet NAME.")
    return found[0] if found else None
