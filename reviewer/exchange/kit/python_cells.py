"""Cells of a table in which a Python program wrote a list or an object as Python writes it."""

from __future__ import annotations

import ast

_MOST_CHARACTERS = 100_000
_BRACKETS = {"[": "]", "{": "}"}


def python_value(text: str) -> object:
    """The list or object that a cell holds, as JSON has it too; the text itself where it is none or is too long."""
    start = text[:1]
    if start not in _BRACKETS or not text.endswith(_BRACKETS[start]) or len(text) > _MOST_CHARACTERS:
        return text
    try:
        held = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text
    return held if isinstance(held, list | dict) else text
