"""The method page: every formula, its source, its assumptions, and what the score does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from reviewer.host.paths import resources_folder
from reviewer.wording.tables import Table

_EMPHASIS = re.compile(r"(\*{1,2})(?=\S)(.+?)(?<=\S)\1")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class MethodSection:
    """A part of the page: its paragraphs as plain text, and its tables."""

    title: str
    text: str
    tables: tuple[Table, ...]


def method_text() -> str:
    """Markdown, shipped with the program."""
    return (resources_folder() / "method.md").read_text(encoding="utf-8")


def method_sections() -> tuple[MethodSection, ...]:
    """The same without markup, for showing."""
    _, *parts = _HEADING.split(method_text())
    return tuple(_section(title, body) for title, body in zip(parts[::2], parts[1::2], strict=True))


def _section(title: str, body: str) -> MethodSection:
    words: list[str] = []
    tables: list[Table] = []
    for is_table, lines in groupby(body.strip().splitlines(), lambda line: line.startswith("|")):
        if is_table:
            tables.append(_table(lines))
        else:
            words.extend(_plain(line) for line in lines)
    return MethodSection(title, "\n".join(words).strip(), tuple(tables))


def _plain(line: str) -> str:
    unmarked = _EMPHASIS.sub(r"\2", line)
    return f"•  {unmarked[2:]}\n" if unmarked.startswith("- ") else unmarked


def _table(lines: Iterator[str]) -> Table:
    headings, _, *rows = (tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
    return Table(headings, tuple(rows))
