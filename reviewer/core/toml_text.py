"""TOML from outside as a table, or the sentence that says why it is none: bounded in size, depth and time."""

from __future__ import annotations

import re
import tomllib

TomlTable = dict[str, object]
MOST_CHARACTERS = 1_000_000
_MAX_DEPTH = 50
_TOO_DEEP = "it is nested too deeply"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"' + r"|'[^']*+'")


def parse_toml(untrusted_text: str) -> TomlTable | str:
    """The table that the text is, or why it is none, to stand behind a colon."""
    if len(untrusted_text) > MOST_CHARACTERS:
        return f"it has more than {MOST_CHARACTERS:,} characters"
    if any(_is_long_key(line) for line in untrusted_text.splitlines()):
        return _TOO_DEEP  # the parser's time grows with the square of a dotted key's length
    try:
        found = tomllib.loads(untrusted_text)
    except RecursionError:
        return _TOO_DEEP
    except ValueError as fault:  # of syntax, and of numbers that are too long
        return str(fault)[:200]
    return _TOO_DEEP if _is_deep(found) else found


def _is_long_key(line: str) -> bool:
    return line.count(".") > _MAX_DEPTH and _QUOTED.sub("", line).count(".") > _MAX_DEPTH


def _is_deep(table: TomlTable) -> bool:
    level: list[object] = [table]
    for _ in range(_MAX_DEPTH):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
