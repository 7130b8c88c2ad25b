"""Cells of a table in which a Python program wrote a list or an object as Python writes it."""

from __future__ import annotations

import ast
import re

_MOST_CHARACTERS = 100_000
_BRACKETS = {"[": "]", "{": "}"}
_QUOTED = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_ARRAY = re.compile(rf"\[\s*{_QUOTED}(?:\s+{_QUOTED})+\s*\]")
"""`['refuse' 'answer']`: an array of numpy's, which has no commas, so that Python would read one long text."""


def python_value(text: str) -> object:
    """The list or object that a cell holds, as JSON has it too; the text itself where it is none or is too long."""
    start = text[:1]
    if start not in _BRACKETS or not text.endswith(_BRACKETS[start]) or len(text) > _MOST_CHARACTERS:
        return text
    if _ARRAY.fullmatch(text):
        return [ast.literal_eval(each) for each in re.findall(_QUOTED, text)]
    try:
        held = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text
    return held if isinstance(held, list | dict) else text
