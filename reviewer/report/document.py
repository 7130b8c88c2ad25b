"""The report as sections of blocks: what PDF and house templates set, section by section in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reviewer.core.errors import InputError
from reviewer.report import bars, covering, deciding, html, tables
from reviewer.report.blocks import (
    Block,
    CaseRows,
    DataTable,
    Document,
    Drawing,
    Lead,
    NamedValues,
    Paragraph,
    Points,
    ReportSection,
    Subheading,
    Verbatim,
)
from reviewer.report.facts import RunReport
from reviewer.report.options import SECTIONS
from reviewer.wording import comparison, method, movement
from reviewer.wording import score as wording
from reviewer.wording import tables as figures
from reviewer.wording.plain_text import plain_text
from reviewer.wording.tables import named

_Blocks = Iterator[Block]


def document(report: RunReport, most_cases: int | None = None) -> Document:
    """The sections that the report's options ask for. Raises InputError where none of them has anything to say.

    At most `most_cases` cases are listed, and what is left off is said.
    """
    found = (
        ReportSection(key, title, tuple(make(report, most_cases)), sheet)
        for key, title, sheet, make in _SECTIONS
        if report.shown.shows(key)
    )
    sections = tuple(section for section in found if section.blocks)
    if not sections:
        raise InputError(
            "None of the sections that were chosen has anything to say of this run.",
            f"Choose others with --sections, or a higher --level: {', '.join(SECTIONS)}.",
        )
    return Document(title(report), sections)


def title(report: RunReport) -> str:
    """The question where something is to be decided, else the score and its run."""
    if report.versus is not None or report.gate is not None:
        return deciding.question(report)
    return f"{wording.title(report.scorecard)}: {plain_text(report.run)}"


def _decision(report: RunReport, _most: int | None) -> _Blocks:
    if report.versus is not None or report.gate is not None:
        yield from (Paragraph(each) for each in deciding.answers(report))
        yield Paragraph(" ".join(deciding.seen(report)), quiet=True)
    else:
        yield from _headline(report)
    if report.versus is not None:
        yield Drawing(bars.change_plot(deciding.deltas(report.versus)))
        yield DataTable(deciding.changes(report.versus))
        yield Paragraph(deciding.flip_counts(report.versus))
        if report.versus.would_change:
            yield Subheading("What would change the answer")
            yield Points(_plain(report.versus.would_change))
    if report.gate is not None:
        yield Subheading("The release policy")
        yield DataTable(deciding.gate(report.gate, report.versus))
        yield from (Paragraph(each, quiet=True) for each in _plain(report.gate.about))
    yield from (Paragraph(each) for each in covering.said(report.covering))


def _headline(report: RunReport) -> _Blocks:
    card = report.scorecard
    run, suite = plain_text(report.run), plain_text(report.suite)
    yield Paragraph(f"{run} on the suite {suite}. {wording.review_state(card)}.", quiet=True)
    yield Paragraph(wording.summary(card, run))
    yield Lead(wording.figure(card.score.balanced), figures.score_words(card))
    yield Drawing(bars.score_bar(card))
    over = "; the line above the bar spans the bounds" if card.unscored else ""
    bar = f"The bar is the score from 0 to 1. Ticks are the constant policies, by the number of their action{over}."
    yield Paragraph(f"{bar} {wording.bounds(card)} {tables.with_disputed(report)}".rstrip(), quiet=True)
    yield Paragraph(" ".join(wording.meaning(card)))
    yield from (Paragraph(each, quiet=True) for each in tables.page_one(report))
    if card.warnings:
        yield Points(_plain(card.warnings))


def _changes(report: RunReport, _most: int | None) -> _Blocks:
    versus = report.versus
    if versus is None:
        return
    a, b = plain_text(versus.run), plain_text(report.run)
    yield Paragraph(f"A is {a}, B is {b}; both on the cases that they share.", quiet=True)
    yield Paragraph(plain_text(versus.sentence))
    yield DataTable(comparison.figures(versus.comparison), wide=False)
    yield Subheading("Right and wrong")
    yield DataTable(comparison.right_wrong(versus.comparison), wide=False)
    if versus.comparison.movement:
        yield Subheading("Moved or slid: how sure")
        yield DataTable(movement.how_sure(versus.comparison.movement), wide=False)
        yield Paragraph(movement.how_sure_note(versus.comparison.movement), quiet=True)
    if versus.warnings:
        yield Points(_plain(versus.warnings))
    changed = comparison.slices(versus.comparison)
    if changed.rows:
        yield Subheading("Slices")
        yield DataTable(changed)


def _flips(report: RunReport, most: int | None) -> _Blocks:
    if report.versus is None or not report.versus.flips:
        return
    yield Paragraph(deciding.flip_counts(report.versus))
    yield DataTable(deciding.flips(report, most))
    yield from _left_off(len(report.versus.flips), most)


def _score(report: RunReport, _most: int | None) -> _Blocks:
    if report.versus is not None or report.gate is not None:
        yield from _headline(report)


def _errors(report: RunReport, _most: int | None) -> _Blocks:
    yield Drawing(bars.error_bar(report.scorecard))
    yield DataTable(figures.two_sided_error(report.scorecard), wide=False)


def _shares(report: RunReport, _most: int | None) -> _Blocks:
    card = report.scorecard
    yield Drawing(bars.shares_bar(card))
    yield DataTable(figures.shares(card))
    yield Subheading("Beside the constant policies")
    yield DataTable(figures.constants(card), wide=False)
    yield Subheading("Other figures")
    yield DataTable(figures.figures(card))


def _confusion(report: RunReport, _most: int | None) -> _Blocks:
    found = figures.confusion(report.scorecard)
    if not found.rows:
        yield Paragraph("No case is scored yet.")
        return
    yield DataTable(found)
    yield Paragraph(
        "A row is a labelled action. To the right of that action itself the final action was more cautious, to its "
        "left less. A case whose repeats differ counts in parts.",
        quiet=True,
    )


def _sources(report: RunReport, _most: int | None) -> _Blocks:
    card = report.scorecard
    yield DataTable(figures.sources(card), wide=False)
    yield DataTable(figures.counts("Response state", card.states), wide=False)
    if card.unscored_reasons:
        yield DataTable(figures.counts("Unscored because of", card.unscored_reasons), wide=False)
    if report.not_scored:
        yield DataTable(figures.counts("Cases left out, by status", report.not_scored, "Cases"), wide=False)
    if report.judges:
        yield Subheading("Judges")
        yield DataTable(tables.judges(report))
        yield Paragraph(method.JUDGE_NOTE, quiet=True)
    if report.locks:
        yield Subheading("Release policies locked to the suite")
        yield DataTable(tables.locks(report))
        yield Paragraph(method.LOCK_NOTE, quiet=True)


def _people(report: RunReport, _most: int | None) -> _Blocks:
    card = report.scorecard
    people, moved = deciding.roster(report), figures.overrides(card)
    if people.rows:
        yield DataTable(people)
    yield Paragraph(wording.overrides(card))
    if moved.rows:
        yield DataTable(moved)
        if sum(bool(each.change) for each in card.overrides) > len(moved.rows):
            yield Paragraph(f"The {len(moved.rows)} largest are listed; the JSON report holds all.", quiet=True)
        yield Paragraph(method.PART_NOTE, quiet=True)


def _slices(report: RunReport, _most: int | None) -> _Blocks:
    if not report.scorecard.slices:
        return
    yield DataTable(figures.slices(report.scorecard))
    if small := figures.small_slices(report.scorecard):
        yield Paragraph(small, quiet=True)


def _cases(report: RunReport, most: int | None) -> _Blocks:
    if not report.cases:
        yield Paragraph("This run has no responses to labelled cases yet. Run the suite, then make the report again.")
        return
    yield Drawing(html.legend(report.scorecard.scale))
    yield Paragraph(method.STRIP_NOTE, quiet=True)
    yield CaseRows(tuple(html.case_row(case, report.scorecard.scale) for case in report.cases[:most]))
    yield from _left_off(len(report.cases), most)


def _left_off(n: int, most: int | None) -> _Blocks:
    if most is not None and n > most:
        yield Paragraph(f"{n - most:,} more are left off here; the JSON report and the workbook hold all.")


def _method(report: RunReport, _most: int | None) -> _Blocks:
    card = report.scorecard
    held = ", ".join(named(card.scale, action) for action in card.options.hold_back)
    yield NamedValues((("Bands", f"{wording.bands(card)} {card.options.bands}"), ("Holding back", held), *method.RULES))
    yield Subheading("What this report does not say")
    yield Points(method.limits(card))
    yield Subheading("Actions, from least to most cautious")
    yield NamedValues(tuple((named(card.scale, a.id), plain_text(a.definition) or "–") for a in card.scale.actions))
    yield Subheading("Words")
    yield NamedValues(method.GLOSSARY)


def _run(report: RunReport, _most: int | None) -> _Blocks:
    yield NamedValues(tables.head(report))
    yield Subheading("System prompt")
    system = plain_text(report.model_version.system)
    yield Verbatim(system) if system else Paragraph("None.")
    yield Subheading("Hashes (SHA-256)")
    yield NamedValues(tables.hashes(report))


_Make = Callable[[RunReport, int | None], _Blocks]
_SECTIONS: tuple[tuple[str, str, bool, _Make], ...] = (
    ("decision", "In short", False, _decision),
    ("score", "The score of the run", False, _score),
    ("errors", "Two-sided error", False, _errors),
    ("changes", "What changed, figure by figure", True, _changes),
    ("flips", "Cases whose action changed", False, _flips),
    ("shares", "How often it was right", False, _shares),
    ("confusion", "Labelled action and final action", False, _confusion),
    ("sources", "Where the final actions came from", False, _sources),
    ("people", "What people changed", False, _people),
    ("slices", "Slices", False, _slices),
    ("cases", "Cases", True, _cases),
    ("method", "Method", True, _method),
    ("run", "What was run", False, _run),
)


def _plain(untrusted_texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain_text(each) for each in untrusted_texts)
