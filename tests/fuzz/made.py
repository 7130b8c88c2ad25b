"""Records made of the very names that a format's modules speak of: they get further in than bytes by chance."""

from __future__ import annotations

import ast
import csv
import io
import json
import random
import re
import sys
from functools import cache
from pathlib import Path

from reviewer.exchange.registry import FORMATS

_NAME = re.compile(r"[A-Za-z_][\w.\- ]{0,40}\Z")
_TEXTS = [
    "",
    "a",
    "How?",
    "user",
    "assistant",
    "system",
    "answer",
    "refuse",
    "0",
    "-1",
    "true",
    "2025-01-01T00:00:00Z",
    "{}",
    "[",
    "\0",
    "\u202e",
    "\ud800",
    "=1+1",
    "<b>",
    "../x",
    "9" * 30,
    "x" * 5_000,
]
_VALUES: list[object] = [None, True, False, 0, -1, 1.5, 10**30, 1e308, [], {}]


@cache
def names_of(format_name: str) -> tuple[str, ...]:
    """Texts in the source of the format's module and of the modules of formats that it imports, that could be names."""
    found: set[str] = set()
    for module in _modules(type(FORMATS[format_name]).__module__):
        tree = ast.parse(Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8"))
        texts = [
            each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        found.update(part for text in texts if _NAME.match(text) for part in (text, *text.split(".")) if part)
    return tuple(sorted(found)) or ("prompt",)


def _modules(name: str) -> set[str]:
    tree = ast.parse(Path(str(sys.modules[name].__file__)).read_text(encoding="utf-8"))
    imported = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom) and each.module}
    return {
        name,
        *(each for each in imported if each.startswith("reviewer.exchange") and each != "reviewer.exchange.registry"),
    }


def made(format_name: str, chance: random.Random) -> tuple[str, bytes]:
    """A file name and its content: JSON, JSON Lines or a table."""
    names = names_of(format_name)
    form = chance.choice(["json", "jsonl", "jsonl", "csv"])
    if form == "csv":
        return "made.csv", _table(names, chance)
    rows = [_value(names, chance, 4, kind="object") for _ in range(chance.randint(1, 4))]
    if form == "jsonl":
        return "made.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode()
    whole: object = (
        rows if chance.random() < 0.5 else {chance.choice(names): rows, **dict.fromkeys(chance.sample(names, 1), 1)}
    )
    return "made.json", json.dumps(whole).encode()


def _table(names: tuple[str, ...], chance: random.Random) -> bytes:
    sink = io.StringIO(newline="")
    columns = chance.sample(names, min(len(names), chance.randint(1, 8)))
    writer = csv.writer(sink)
    writer.writerow(columns)
    for _ in range(chance.randint(1, 4)):
        cells = [_value(names, chance, 2) for _ in columns]
        writer.writerow([cell if isinstance(cell, str) else json.dumps(cell) for cell in cells])
    return sink.getvalue().encode("utf-8", "replace")


def _value(names: tuple[str, ...], chance: random.Random, depth: int, *, kind: str = "") -> object:
    kind = kind or chance.choice(["text", "text", "name", "plain", "list", "object", "object", "json"])
    if depth == 0 and kind in ("list", "object", "json"):
        kind = "text"
    if kind == "text":
        return chance.choice(_TEXTS)
    if kind == "name":
        return chance.choice(names)
    if kind == "list":
        return [_value(names, chance, depth - 1) for _ in range(chance.randint(0, 3))]
    if kind == "object":
        return {chance.choice(names): _value(names, chance, depth - 1) for _ in range(chance.randint(1, 9))}
    if kind == "json":
        return json.dumps(_value(names, chance, depth - 1))
    return chance.choice(_VALUES)
