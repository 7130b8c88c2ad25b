"""What a section of a report is made of, whatever form sets it: every text in it is plain and may be shown as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from reviewer.wording.tables import Table


@dataclass(frozen=True)
class CaseCells:
    """One row of the cases table; `picture` is SVG of our own making, everything else plain text."""

    key: str
    category: str
    request: str
    picture: str
    best: str
    finals: tuple[str, ...]
    verdict: str
    decided_by: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class Subheading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    """`quiet` is what explains rather than says."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Lead:
    """The figure that everything else stands around, and what it is."""

    text: str
    beside: str


@dataclass(frozen=True)
class Points:
    items: tuple[str, ...]


@dataclass(frozen=True)
class DataTable:
    """`wide` tables take the whole width where there is one."""

    table: Table
    wide: bool = True


@dataclass(frozen=True)
class Drawing:
    """SVG of our own making with its alternative text in `aria-label`."""

    svg: str


@dataclass(frozen=True)
class CaseRows:
    rows: tuple[CaseCells, ...]


@dataclass(frozen=True)
class NamedValues:
    """Names with what they stand for."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Verbatim:
    """A longer text from outside, line by line as it is."""

    text: str


Block: TypeAlias = Subheading | Paragraph | Lead | Points | DataTable | Drawing | CaseRows | NamedValues | Verbatim


@dataclass(frozen=True)
class ReportSection:
    """`key` is that of `options.SECTIONS`. A `sheet` begins a page where there are pages."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    sheet: bool = False


@dataclass(frozen=True)
class Document:
    """A whole report, before any form of it."""

    title: str
    sections: tuple[ReportSection, ...]
