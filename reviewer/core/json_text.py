"""JSON from outside as objects, or the sentence that says why it is none."""

from __future__ import annotations

import json
import re

JsonObject = dict[str, object]

_MAX_DEPTH = 50
_TOO_DEEP = "The JSON is nested too deeply. Write one flat object on each line."
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def parse_object(text: str) -> JsonObject | str:
    """The JSON object that `text` is, or the sentence that says why it is none."""
    try:
        value = _decode(text)
    except json.JSONDecodeError as fault:
        return f"This is not JSON: {fault.msg} at character {fault.pos + 1}. Write one object on each line."
    except RecursionError:
        return _TOO_DEEP
    except ValueError as fault:
        return f"This is not usable JSON: {str(fault)[:120]}. Write numbers that a program can hold."
    if not isinstance(value, dict):
        return 'The line is not a JSON object. Write one object on each line: {"key": …}.'
    if text.count("[") + text.count("{") > _MAX_DEPTH and _is_deep(value):
        return _TOO_DEEP
    if _SURROGATE_ESCAPE.search(text) and not _encodable(value):
        return "The text holds half of a surrogate pair, which is no character. Write whole characters."
    return value


def _is_deep(value: JsonObject) -> bool:
    """Whether it nests deeper than anything here has use for; without recursion, since that is what would fail."""
    level: list[object] = [value]
    for _ in range(_MAX_DEPTH):
        inner: list[object] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        level = inner
    return bool(level)


def _encodable(value: JsonObject) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
