"""The report as Markdown, for a pull request or a wiki. The cases are left to the other formats."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.report import tables
from reviewer.report.facts import RunReport
from reviewer.wording import score as wording
from reviewer.wording.plain_text import plain_text
from reviewer.wording.tables import (
    Table,
    confusion,
    constants,
    counts,
    figures,
    shares,
    slices,
    sources,
    two_sided_error,
)

_MEANT = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def markdown(report: RunReport) -> str:
    """Title, sentence and every table but the cases."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: RunReport) -> Iterator[str]:
    card = report.scorecard
    yield f"# {wording.title(card)}"
    yield f"\n{wording.review_state(card)}.\n\n{_plain(wording.summary(card, plain_text(report.run)))}\n"
    yield from (f"{_plain(sentence)}\n" for sentence in tables.page_one(report))
    yield from (f"- {_plain(warning)}" for warning in card.warnings)
    yield f"\n{_plain(wording.bounds(card))} {_plain(tables.with_disputed(report))}"
    for heading, table in _sections(report):
        yield f"\n## {heading}\n"
        yield from _table(table)
    yield f"\n## Method\n\nBands: {wording.bands(card)} {_plain(wording.overrides(card))}\n"
    yield from (f"- {name}: {_plain(value)}" for name, value in tables.head(report))
    yield from (f"- {name} SHA-256: {value}" for name, value in tables.hashes(report))


def _sections(report: RunReport) -> Iterator[tuple[str, Table]]:
    card = report.scorecard
    yield "Score and constant policies", constants(card)
    yield "Two-sided error", two_sided_error(card)
    yield "Shares", shares(card)
    yield "Other figures", figures(card)
    yield "Labelled and final action", confusion(card)
    yield "Where the final actions came from", sources(card)
    if report.judges:
        yield "Judges", tables.judges(report)
    if report.locks:
        yield "Release policies locked to the suite", tables.locks(report)
    yield "Response states", counts("State", card.states)
    yield "Slices", slices(card)


def _table(table: Table) -> Iterator[str]:
    yield _row(table.headings)
    yield _row("---" if i < table.n_text else "--:" for i in range(len(table.headings)))
    yield from (_row(_plain(cell) for cell in row) for row in table.rows)


def _row(cells: Iterator[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Text that Markdown takes as it is: no markup, link, image or table edge can come from it."""
    escaped = _MEANT.sub(r"\\\1", " ".join(text.split()))
    return escaped.replace("://", ":\\//").replace("www.", "www\\.")
