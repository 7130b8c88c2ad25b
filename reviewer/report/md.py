"""The report as Markdown, for a pull request or a wiki. Of the cases only those that changed are in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.report import covering, deciding, tables
from reviewer.report.blocks import (
    Block,
    DataTable,
    NamedValues,
    Paragraph,
    Points,
    Subheading,
    Verbatim,
)
from reviewer.report.document import blocks_of
from reviewer.report.facts import RunReport
from reviewer.report.sections import TITLES
from reviewer.wording import comparison
from reviewer.wording import score as wording
from reviewer.wording.movement import how_sure
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

MOST_FLIPS = 50
_MEANT = "\\`*_{}[]<>#|~!&"
MEANT = re.compile(f"([{re.escape(_MEANT)}])")
_ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in _MEANT})
"""The same for texts of any length: ten million characters take a tenth of the time."""


def markdown(report: RunReport) -> str:
    """Title, sentence and every table but the cases."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: RunReport) -> Iterator[str]:
    shows = report.shown.shows
    if shows("decision"):
        yield from _decision(report)
    yield from (f"{_plain(sentence)}\n" for sentence in covering.said(report.covering))
    if shows("score") or (shows("decision") and not _decides(report)):
        yield from _score(report)
    for key, heading, table in _sections(report):
        if shows(key):
            yield f"\n## {heading}\n"
            yield from _table(table)
    if shows("method"):
        yield f"\n## Method\n\nBands: {wording.bands(report.scorecard)}\n"
    for key in BEHIND:
        if shows(key):
            yield from _behind(report, key)


BEHIND = (
    *("corrected", "people", "labels", "agreement", "adjudications", "unscored", "reviewers", "guideline"),
    *("paper", "limits", "run"),
)
"""Sections that are the same here as in every other form."""


def _behind(report: RunReport, key: str) -> Iterator[str]:
    blocks = blocks_of(report, key, MOST_FLIPS)
    if blocks:
        yield f"\n## {TITLES[key]}\n"
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case DataTable(table) if table.rows:
            yield from _table(table)
            yield ""
        case Subheading(text):
            yield f"### {_plain(text)}\n"
        case Paragraph(text):
            yield f"{_plain(text)}\n"
        case Points(items):
            yield from (f"- {_plain(item)}" for item in items)
        case NamedValues(rows):
            yield from (f"- {_plain(name)}: {_plain(value)}" for name, value in rows)
            yield ""
        case Verbatim(text):
            yield from (f"> {_plain(line)}  " for line in text.splitlines())
            yield ""


def _score(report: RunReport) -> Iterator[str]:
    card = report.scorecard
    yield f"{'##' if _decides(report) else '#'} {wording.title(card)}"
    yield f"\n{wording.review_state(card)}.\n\n{_plain(wording.summary(card, plain_text(report.run)))}\n"
    yield from (f"{_plain(sentence)}\n" for sentence in tables.page_one(report))
    yield from (f"- {_plain(warning)}" for warning in card.warnings)
    yield f"\n{_plain(wording.bounds(card))} {_plain(tables.with_disputed(report))}"


def _decides(report: RunReport) -> bool:
    return report.versus is not None or report.gate is not None


def _decision(report: RunReport) -> Iterator[str]:
    """The question, the answer, the three changes and the gate, before everything else; nothing for a run alone."""
    if not _decides(report):
        return
    yield f"# {_plain(deciding.question(report))}\n"
    yield from (f"{_plain(sentence)}\n" for sentence in deciding.answers(report))
    if report.versus is not None:
        yield from _table(deciding.changes(report.versus))
        yield f"\n{_plain(deciding.flip_counts(report.versus))}\n\n{_plain(report.versus.sentence)}\n"
        yield from (f"- {_plain(sentence)}" for sentence in report.versus.would_change)
        yield from (f"- {_plain(warning)}" for warning in report.versus.warnings)
    if report.gate is not None:
        yield "\n## Gate\n"
        yield from _table(deciding.gate(report.gate, report.versus))
        yield from (f"\n{_plain(sentence)}" for sentence in report.gate.about)
    yield f"\n{_plain(' '.join(deciding.seen(report)))}\n"


def _sections(report: RunReport) -> Iterator[tuple[str, str, Table]]:
    """Key of the section, heading and table."""
    card = report.scorecard
    if report.versus is not None:
        found = report.versus.comparison
        yield "changes", "What changed, figure by figure (B is this run)", comparison.figures(found)
        yield "changes", "Right and wrong", comparison.right_wrong(found)
        yield "changes", "Moved or slid: how sure", how_sure(found.movement)
        yield "flips", "Cases whose action changed", deciding.flips(report, MOST_FLIPS)
    yield "shares", "Score and constant policies", constants(card)
    yield "errors", "Two-sided error", two_sided_error(card)
    yield "shares", "Shares", shares(card)
    yield "shares", "Other figures", figures(card)
    yield "confusion", "Labelled and final action", confusion(card)
    yield "sources", "Where the final actions came from", sources(card)
    if report.judges:
        yield "sources", "Judges", tables.judges(report)
    if report.locks:
        yield "sources", "Release policies locked to the suite", tables.locks(report)
    yield "sources", "Response states", counts("State", card.states)
    yield "slices", "Slices", slices(card)


def _table(table: Table) -> Iterator[str]:
    yield _row(table.headings)
    yield _row("---" if i < table.n_text else "--:" for i in range(len(table.headings)))
    yield from (_row(_plain(cell) for cell in row) for row in table.rows)


def _row(cells: Iterator[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Text that Markdown takes as it is: no markup, link, image or table edge can come from it."""
    escaped = " ".join(text.split()).translate(_ESCAPED)
    return escaped.replace("://", ":\\//").replace("www.", "www\\.")
