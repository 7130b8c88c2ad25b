"""The score as plain text: for a terminal, and for the clipboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewer.report import tables
from reviewer.report.facts import RunReport
from reviewer.wording import score as wording
from reviewer.wording.tables import Table, confusion, constants, figures, score_intervals, shares


def score_text(report: RunReport) -> str:
    """Title, sentence, figures, confusion and warnings."""
    return "\n".join(_lines(report))


def _lines(report: RunReport) -> Iterator[str]:
    card = report.scorecard
    yield f"{wording.title(card)} of {report.run} on {report.suite}"
    yield wording.summary(card, report.run)
    holding = ", ".join(card.options.hold_back)
    yield f"{wording.review_state(card)}; bands {card.options.bands}; holding back: {holding}."
    yield from tables.page_one(report)
    for part in (
        score_intervals(card),
        figures(card),
        shares(card),
        constants(card),
        confusion(card),
    ):
        yield ""
        yield from _table(part)
    for warning in card.warnings:
        yield ""
        yield f"! {warning}"


def _table(part: Table) -> Iterator[str]:
    rows = [tuple(part.headings), *(tuple(row) for row in part.rows)]
    columns = [_aligned([row[i] for row in rows]) for i in range(len(rows[0]))]
    for cells in zip(*columns, strict=True):
        yield "  ".join(cells).rstrip()


def _aligned(cells: Sequence[str]) -> list[str]:
    """A column of figures to the right, of words to the left; its heading follows."""
    width = max(len(cell) for cell in cells)
    figures = all(cell[:1] in "+−–·" or cell[:1].isdigit() for cell in cells[1:]) and len(cells) > 1
    return [cell.rjust(width) if figures else cell.ljust(width) for cell in cells]
