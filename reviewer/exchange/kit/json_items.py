"""The items of a JSON list of any size, one at a time, or the lines of JSON Lines: records with names either way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

from reviewer.core.errors import InputError
from reviewer.core.json_text import JsonObject
from reviewer.exchange.kit.jsonl import json_objects
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.safe_json import JSON_FAULTS, json_values
from reviewer.exchange.kit.sources import Source, faults_named

_NOT_AN_OBJECT = "The item is not a JSON object. Write a list of objects: [{…}, …]."
_NO_NUMBER = "A number is larger than a program can hold. Write a smaller one."
_NO_CHARACTER = "The text holds half of a surrogate pair, which is no character. Write whole characters."


def json_items(source: Source, prefix: str = "item") -> Iterator[tuple[int, JsonObject] | BadRow]:
    """(number from 1, object) for every item under `prefix`, ijson's name of it: `item` for a list at the top.

    Raises KnownError for what is not text or not JSON; a file that is cut off has its whole items first.
    """
    number = 0
    source.watch.read(_place_of(prefix))
    with _opened(source) as handle:
        try:
            for value in json_values(handle, prefix.split(".") if prefix else []):
                number += 1
                reason = unusable(value)
                if reason or not isinstance(value, dict):
                    yield BadRow(number, reason)
                else:
                    yield number, source.watch.row(value, _place_of(prefix))
        except JSON_FAULTS as fault:
            raise _not_json(source, number, fault) from None


def _place_of(prefix: str) -> str:
    """`samples[]` of `samples.item`; "" of the items of a list at the top."""
    return prefix.removeprefix("item").replace(".item", "[]")


def json_lines_or_items(source: Source, prefix: str = "item") -> Iterator[tuple[int, JsonObject] | BadRow]:
    """The objects of a JSON list, of JSON Lines, or the one object that a file is."""
    start = source.start().lstrip("\ufeff \t\r\n")
    if start[:1] == "[":
        return json_items(source, prefix)
    return json_items(source, "") if _is_one_object(start) else json_objects(source)


def _is_one_object(start: str) -> bool:
    """Whether an object goes on behind its first line, as programs print them for people."""
    lines = start.splitlines()
    return len(lines) > 1 and lines[0].strip() in ("{", "") and not lines[1].lstrip().startswith("{")


def json_parts(source: Source, *names: str) -> JsonObject:
    """The values of these fields of the object at the top, without the rest being held; those that are there.

    Raises KnownError for what is not text or not JSON.
    """
    found: JsonObject = {}
    beside: set[str] = set()
    for name in names:
        with _opened(source) as handle:
            try:
                for value in json_values(handle, [name], beside):
                    found[name] = value
            except JSON_FAULTS as fault:
                raise _not_json(source, 0, fault) from None
    reason = unusable(found)
    if reason:
        raise InputError(f"{source.path}: {reason}", "Write the file again with its own tool.")
    source.watch.see(sorted(beside))
    return source.watch.top(found)


def unusable(value: object) -> str:
    """Why an item cannot be used, in a sentence; "" where it can."""
    if not isinstance(value, dict):
        return _NOT_AN_OBJECT
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        return _NO_CHARACTER
    except ValueError:
        return _NO_NUMBER
    return ""


class _Utf8:
    """A decoded text as UTF-8 bytes, whatever it was in; it can be read from its beginning again."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.opened("")

    def read(self, size: int = -1) -> bytes:
        return self._text.read(size).encode("utf-8", "surrogatepass")

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._text.close()
        self._text = self._source.opened("")
        return 0

    def close(self) -> None:
        self._text.close()


@contextmanager
def _opened(source: Source) -> Iterator[_Utf8]:
    source.check()
    with faults_named(source.path), closing(_Utf8(source)) as handle:
        yield handle


def _not_json(source: Source, number: int, fault: Exception) -> InputError:
    where = f"behind item {number:,}" if number else "at its start"
    said = str(fault).splitlines()[0][:100] if str(fault) else "it ends too early"
    return InputError(f"{source.path} is no whole JSON: {where}, {said}.", "Write the file again with its own tool.")
