"""The pages of the help: every formula with its source and assumptions; what is kept safe and how that was tested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from reviewer.host.paths import resources_folder
from reviewer.wording.tables import Table

_EMPHASIS = re.compile(r"(\*{1,2})(?=\S)(.+?)(?<=\S)\1")
_FIGURE = re.compile(r"[−+–\d.,/% ]+")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class HelpSection:
    """A part of a page: its paragraphs as plain text, and its tables."""

    title: str
    text: str
    tables: tuple[Table, ...]


def method_text() -> str:
    """Markdown, shipped with the program."""
    return (resources_folder() / "method.md").read_text(encoding="utf-8")


def method_sections() -> tuple[HelpSection, ...]:
    """The same without markup, for showing."""
    return _sections(method_text())


def safety_sections() -> tuple[HelpSection, ...]:
    """Whom the program protects from what, what a person can do, and what was tried, without markup."""
    return _sections((resources_folder() / "safety.md").read_text(encoding="utf-8"))


def _sections(page: str) -> tuple[HelpSection, ...]:
    _, *parts = _HEADING.split(page)
    return tuple(_section(title, body) for title, body in zip(parts[::2], parts[1::2], strict=True))


def _section(title: str, body: str) -> HelpSection:
    words: list[str] = []
    tables: list[Table] = []
    for is_table, lines in groupby(body.strip().splitlines(), lambda line: line.startswith("|")):
        if is_table:
            table = _table(lines)
            if any(_FIGURE.fullmatch(cell) for row in table.rows for cell in row[1:]):
                tables.append(table)
            else:
                words.extend(_listed(table))
        else:
            words.extend(_plain(line) for line in lines)
    return HelpSection(title, "\n".join(words).strip(), tuple(tables))


def _listed(table: Table) -> Iterator[str]:
    """A table that is all words, as a list: a narrow column of words is hard to read."""
    for first, *others in table.rows:
        yield f"•  {first}"
        yield from (f"    {heading}: {cell}" for heading, cell in zip(table.headings[1:], others, strict=True))
        yield ""


def _plain(line: str) -> str:
    unmarked = _EMPHASIS.sub(r"\2", line)
    return f"•  {unmarked[2:]}\n" if unmarked.startswith("- ") else unmarked


def _table(lines: Iterator[str]) -> Table:
    headings, _, *rows = (tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
    return Table(headings, tuple(rows))
