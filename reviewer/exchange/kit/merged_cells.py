"""Cells that a spreadsheet shows as one: a value holds for all rows of its cell; two heading rows are one heading."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reviewer.exchange.kit.delimited import Row
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sources import ZIP_FAULTS

_MOST_BYTES = 32 * 1024 * 1024
"""Merged cells are named behind the rows: of a longer sheet they are not looked for, so that it is read once."""
_MOST_MERGED = 20_000
_MERGED = re.compile(rb'mergeCell\s[^<>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_LOOKED_AT = 20
Rows = Iterator[Row | BadRow]


@dataclass(frozen=True)
class Merged:
    """`down` {first row: [(column, last row)]}, `across` {row: [(first column, last column)]}; columns from 0."""

    down: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    across: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def merged_in(archive: zipfile.ZipFile, member: str) -> Merged:
    """The merged cells of a sheet; none of one that is too long to be looked at twice, that is not there or cannot be
    unpacked: who reads its rows says so.
    """
    found = Merged()
    if member not in archive.NameToInfo or archive.getinfo(member).file_size > _MOST_BYTES:
        return found
    try:
        with archive.open(member) as handle:
            text = handle.read(_MOST_BYTES)
    except (*ZIP_FAULTS, OSError):  # a place beyond the file is the latter
        return found
    for at, each in enumerate(_MERGED.finditer(text)):
        first, top, last, bottom = _column(each[1]), int(each[2]), _column(each[3]), int(each[4])
        if at >= _MOST_MERGED:
            break
        if bottom > top:
            found.down.setdefault(top, []).append((first, bottom))
        if last > first:
            found.across.setdefault(top, []).append((first, last))
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def filled_down(rows: Rows, merged: Merged) -> Rows:
    """The rows, with the value of a cell of several rows in each of them."""
    if not merged.down:
        yield from rows
        return
    held: dict[int, tuple[str, int]] = {}
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        cells = list(row.cells)
        held = {column: said for column, said in held.items() if said[1] >= row.line}
        for column, (text, _) in held.items():
            cells.extend("" for _ in range(len(cells), column + 1))
            cells[column] = cells[column] or text
        for column, last in merged.down.get(row.line, ()):
            held[column] = (cells[column] if column < len(cells) else "", last)
        yield Row(row.line, cells)


def one_heading(rows: Sequence[Row | BadRow], merged: Merged) -> tuple[list[Row | BadRow], tuple[str, ...]]:
    """The first rows with two heading rows as one, “Llama 3” above “Response” as “Llama 3 Response”, and these names;
    the rows as they are, and no names, where there are none."""
    for at, (above, below) in enumerate(pairwise(rows[:_LOOKED_AT])):
        if isinstance(above, Row) and isinstance(below, Row) and _is_above(above, below, merged):
            names = _joined(above, below, merged)
            return [*rows[:at], Row(below.line, names), *rows[at + 2 :]], tuple(names)
    return list(rows), ()


def _is_above(above: Row, below: Row, merged: Merged) -> bool:
    """Whether a row has groups of columns whose names stand in the next one."""
    groups = [each for each in merged.across.get(above.line, ()) if _cell(above, each[0])]
    if not groups or below.line != above.line + 1 or sum(bool(cell.strip()) for cell in above.cells) < 2:
        return False
    named = [_cell(below, column) for first, last in groups for column in range(first, last + 1)]
    return all(named) and not any(name.replace(".", "").isdecimal() for name in named)


def _joined(above: Row, below: Row, merged: Merged) -> list[str]:
    width = max(len(above.cells), len(below.cells))
    over = [_cell(above, column) for column in range(width)]
    for first, last in merged.across.get(above.line, ()):
        over[first : last + 1] = [_cell(above, first)] * (min(last + 1, width) - first)
    names = []
    for column, group in enumerate(over):
        own = _cell(below, column)
        names.append(own if group in ("", own) else group if not own else f"{group} {own}")
    return names


def _cell(row: Row, column: int) -> str:
    return row.cells[column].strip() if column < len(row.cells) else ""
