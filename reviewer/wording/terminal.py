"""What a terminal would obey instead of showing it, written out.

Escape sequences, control characters, marks that turn the direction of writing, tag characters and halves of characters
come from names and texts of files. A terminal would move its cursor, change its title or show another name by them.
"""

from __future__ import annotations

import re

_OBEYED = (
    "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u206f"
    "\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e0fff"
)
_IN_TEXT = re.compile(f"[{_OBEYED}]")
_IN_CELL = re.compile(f"[{_OBEYED}\\t\\n]")


def shown(text: str) -> str:
    """The text with each such character as Python writes it, `\\x1b` or `\\u202e`. Line ends and tabs stay."""
    return _IN_TEXT.sub(_escape, text)


def shown_in_line(text: str) -> str:
    """As `shown`, and line ends and tabs too are written out: no name can begin a line of its own."""
    return _IN_CELL.sub(_escape, text)


def shown_in_json(document: str) -> str:
    """A JSON document that means the same, with each such character as JSON writes it. Line ends between fields stay:
    inside a string JSON has none."""
    return _IN_TEXT.sub(_json_escape, document)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
