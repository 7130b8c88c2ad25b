"""The report as a workbook: every figure as a number, every response and decision on a row of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import sentence
from reviewer.core.scoring.score import FigureKey, Interval, Scorecard
from reviewer.report import behind, covering, deciding, tables
from reviewer.report.behind_sheets import Cell, Sheet, workbook_sheets
from reviewer.report.facts import ReportedCase, ResponseLine, RunReport, Versus
from reviewer.report.json import score_document
from reviewer.report.paper import methods_paragraph
from reviewer.wording import comparison
from reviewer.wording import score as wording
from reviewer.wording.plain_text import plain_text
from reviewer.wording.saying import word_of
from reviewer.wording.tables import named

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_CHARACTERS = 32_767
"""Of one cell, by the format."""
WIDTH, WIDE = 14, 48
MOST_BARS = 40
SAFE_WRITING = {
    "constant_memory": True,  # rows go to the disk as they are written: 80,000 responses stay small
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


SECTION_OF = {
    "Gate": "decision",
    "Comparison": "changes",
    "Flips": "flips",
    "Cases": "cases",
    "Decisions": "cases",
    "Slices": "slices",
    "Confusion": "confusion",
    "Overrides": "people",
    "Reviewers": "reviewers",
    "Labels": "labels",
    "Agreement": "agreement",
    "Adjudications": "adjudications",
    "Unscored": "unscored",
    "Judges": "sources",
}
"""Name of a sheet → the section that it belongs to; those that are not named go with the method."""


@dataclass(frozen=True)
class WorkbookForm:
    """An XLSX file. Nothing in it is a formula or a link, whatever the texts look like."""

    suffix: str = ".xlsx"
    name: str = "Workbook"
    words: str = "figures, responses and decisions for a spreadsheet"

    def write(self, report: RunReport, out: BinaryIO, templates: Path) -> None:
        """Put the whole report into `out`. `templates` is not needed."""
        # read when the first workbook is written
        from xlsxwriter import Workbook

        held = BytesIO()  # on a full disk a zip that is written to directly complains once more when it is let go of
        book = Workbook(held, SAFE_WRITING)
        book.set_properties(
            {
                "title": f"{wording.title(report.scorecard)}: {plain_text(report.run)}",
                "author": f"Reviewer {report.program_version}",
                "created": datetime.fromisoformat(report.created_at),
            }
        )
        styles = _Styles(book)
        for sheet in sheets(report):
            if sheet.name != "Summary" and not report.shown.shows(SECTION_OF.get(sheet.name, "method")):
                continue
            page = book.add_worksheet(sheet.name)
            last = _write(page, sheet, styles)
            if sheet.bars and last > _top(sheet):
                _draw(book, page, sheet, last)
        book.close()
        out.write(held.getbuffer())


class _Styles:
    def __init__(self, book: Workbook) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.lead = book.add_format({"bold": True, "font_size": 14})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.line = book.add_format({"valign": "top"})
        self.number = book.add_format({"num_format": "0.000", "valign": "top"})
        self.count = book.add_format({"num_format": "#,##0", "valign": "top"})


def sheets(report: RunReport) -> Iterator[Sheet]:
    """The sheets in their order; rows of cases and decisions come one by one."""
    card = report.scorecard
    yield _summary(report)
    yield from _against(report)
    yield Sheet("Cases", CASE_HEADINGS, _case_rows(report), wide=frozenset({2}))
    yield Sheet("Decisions", DECISION_HEADINGS, _decision_rows(report), wide=frozenset({6}))
    yield Sheet("Slices", SLICE_HEADINGS, _slice_rows(card), bars=(3, 4), names=1)
    yield Sheet("Confusion", ("Labelled", *(named(card.scale, id_) for id_ in card.scale.ids)), _confusion_rows(card))
    yield from workbook_sheets(report)
    if report.judges:
        judges = tables.judges(report)
        yield Sheet("Judges", judges.headings, _judge_rows(report), wide=frozenset({3, 4}))
    yield Sheet("Method", ("What", "Value"), _method_rows(report), wide=frozenset({1}))
    yield Sheet("All figures", ("Document", "Figure", "Value"), all_figures(report), (BY_NAME,), frozenset({1}))


BY_NAME = "Every number of `score --json` and, where two versions are compared, of `compare --json`, by its name there"
ON_OTHER_SHEETS = ("moved_by",)
"""What has a row for each response and a sheet of its own."""


def all_figures(report: RunReport) -> Iterator[tuple[str, str, float]]:
    """Document, dotted name and value of every number in it; what stands in a list is named by its place there."""
    documents: list[tuple[str, object]] = [("score", score_document(report))]
    documents += [("compare", report.versus.document)] if report.versus else []
    for document, said in documents:
        for name, value in _numbers(said, ""):
            yield document, name, value


def _numbers(said: object, name: str) -> Iterator[tuple[str, float]]:
    if isinstance(said, Mapping):
        for key, value in said.items():
            if key not in ON_OTHER_SHEETS:
                yield from _numbers(value, f"{name}.{key}" if name else str(key))
    elif isinstance(said, list | tuple):
        for at, value in enumerate(said):
            yield from _numbers(value, f"{name}.{at}")
    elif isinstance(said, int | float) and not isinstance(said, bool):
        yield name, said


def _against(report: RunReport) -> Iterator[Sheet]:
    """What changed from the version before, and what the policy says."""
    if report.gate is not None:
        found = deciding.gate(report.gate, report.versus)
        said = (report.gate.sentence, *report.gate.about)
        yield Sheet("Gate", found.headings, found.rows, said, wide=frozenset({0, 2, 3, 4}))
    if report.versus is None:
        return
    headings = ("Change, B − A", "Value", "95 % from", "95 % to", "p", "Interval by")
    lead = (deciding.question(report), *deciding.answers(report), report.versus.sentence)
    yield Sheet("Comparison", headings, _change_rows(report.versus), lead, frozenset({0, 5}), (1,))
    found = deciding.flips(report)
    yield Sheet("Flips", found.headings, found.rows, wide=frozenset({2}))


def _change_rows(versus: Versus) -> Iterator[Sequence[Cell]]:
    for key, change in versus.comparison.deltas.items():
        name = comparison.FIGURES[key].removesuffix(", points")
        if change is None:
            yield name, None, None, None, None, None
        else:
            yield name, change.value, change.low, change.high, change.p, change.method


def _summary(report: RunReport) -> Sheet:
    card = report.scorecard
    said = (wording.summary(card, plain_text(report.run)), f"{wording.review_state(card)}.", wording.bounds(card))
    aside = (*covering.said(report.covering), *tables.page_one(report), tables.with_disputed(report))
    beside = tuple(filter(None, aside))
    warnings = tuple(f"! {warning}" for warning in card.warnings)
    lead = f"{wording.title(card)} of {plain_text(report.run)} on {plain_text(report.suite)}"
    headings = ("Figure", "Value", "95 % from", "95 % to", "Interval by", "What it says")
    return Sheet(
        "Summary", headings, _figure_rows(card), (lead, *said, *beside, *warnings), frozenset({0, 4, 5}), (1,), 0, 8
    )


_FIGURES: tuple[tuple[str, FigureKey, str], ...] = (
    ("Balanced score", "balanced", "Mean credit, with every labelled action weighing the same"),
    ("Plain score", "plain", "Mean credit over the cases"),
    ("Skill", "skill", "0 is no better than the best constant policy, 1 is perfect"),
    ("Exact", "exact", "Share of the cases with the labelled action"),
    ("In band", "in_band", "Share with another action that the case accepts"),
    ("Out of band", "out_of_band", "Share with any other"),
    ("▲ Over-cautious", "over_cautious", "Share out of band on the more cautious side"),
    ("▼ Under-cautious", "under_cautious", "Share out of band on the less cautious side"),
    ("Caution bias", "caution_bias", "Mean signed distance outside the band, in scale steps, over cases"),
    ("Caution bias by label", "caution_bias_by_label", "The same, as the mean over labels"),
    ("d_a", "d_a", "How well the two extreme labels are told apart, at any dial"),
    ("d′", "d_prime", "The same by holding back"),
    ("Criterion c", "criterion", "Below 0 holds back readily"),
    ("Somers' D", "somers_d", "Order of the actions; descriptive only"),
)


def _values(card: Scorecard) -> dict[FigureKey, float | None]:
    found = card.discrimination
    return {
        "balanced": card.score.balanced,
        "plain": card.score.plain,
        "skill": card.skill,
        "exact": card.exact,
        "in_band": card.in_band,
        "out_of_band": card.out_of_band,
        "over_cautious": card.over_cautious,
        "under_cautious": card.under_cautious,
        "caution_bias": card.caution_bias,
        "caution_bias_by_label": card.caution_bias_by_label,
        "d_a": found.d_a,
        "d_prime": found.d_prime,
        "criterion": found.criterion,
        "somers_d": found.somers_d,
    }


def _figure_rows(card: Scorecard) -> Iterator[Sequence[Cell]]:
    values = _values(card)
    for name, key, words in _FIGURES:
        yield name, values[key], *_limits(card.intervals.get(key)), words
    if not card.is_automatic:
        found = card.correction
        yield "Automatic score", card.automatic.balanced, *_limits(None), "The verdicts alone, nobody's decisions"
        words = found.reason or "Balanced score, corrected by the sample that people reviewed"
        yield "Corrected score", found.value, *_limits(found.interval), words
        yield "… of these responses", found.value, *_limits(found.of_run), "The same, of this run's responses only"
    for action, means in card.constants.items():
        yield f"Always {named(card.scale, action)}", means.balanced, *_limits(None), "Balanced score of that policy"
    yield "Scored cases", card.n_cases, *_limits(None), ""
    yield "Responses", card.n_responses, *_limits(None), ""
    yield "Unscored responses", card.unscored, *_limits(None), "Never right, wrong or 0"
    yield "Reviewed responses", card.reviewed, *_limits(None), ""


def _limits(found: Interval | None) -> tuple[Cell, Cell, Cell]:
    return (found.low, found.high, found.method) if found is not None else (None, None, None)


CASE_HEADINGS = (
    *("Case", "Category", "Request", "Label", "Accepts", "Repeat", "State", "Final action", "Source"),
    *("Unscored because", "Automatic", "Credit", "Signed distance", "Reviewed"),
)


def _case_rows(report: RunReport) -> Iterator[Sequence[Cell]]:
    scale = report.scorecard.scale
    for case in report.cases:
        for response in case.responses:
            yield *_case_cells(case, scale), *_response_cells(response, scale)


def _case_cells(case: ReportedCase, scale: ActionScale) -> tuple[Cell, ...]:
    accepts = sentence(case.label, case.band, scale)
    return case.key, case.category, case.request, named(scale, case.label), accepts


def _response_cells(response: ResponseLine, scale: ActionScale) -> tuple[Cell, ...]:
    final = response.final
    return (
        response.repeat,
        str(response.state),
        _action(scale, final.action),
        str(final.source or ""),
        str(final.reason or ""),
        _action(scale, response.automatic),
        response.credit,
        response.distance,
        response.reviewed,
    )


def _action(scale: ActionScale, action: ActionId | None) -> str:
    return named(scale, action) if action is not None else ""


DECISION_HEADINGS = ("Case", "Repeat", "Reviewer", "Kind", "Action", "At", "Note", "Guideline version")


def _decision_rows(report: RunReport) -> Iterator[Sequence[Cell]]:
    scale = report.scorecard.scale
    for case in report.cases:
        for response in case.responses:
            for said in response.decisions:
                word = word_of(said, lambda action: named(scale, action))
                who = said.reviewer, str(said.kind), word, said.at, said.note, said.guideline_version
                yield case.key, response.repeat, *who


SLICE_HEADINGS = (
    *("By", "Slice", "Cases", "Balanced", "Plain", "95 % from", "95 % to"),
    *("▼ Under-cautious", "▲ Over-cautious"),
)


def _slice_rows(card: Scorecard) -> Iterator[Sequence[Cell]]:
    for each in card.slices:
        value = named(card.scale, ActionId(each.value)) if each.by == "label" else each.value
        low, high, _ = _limits(each.interval)
        yield each.by, value, each.n, each.balanced, each.plain, low, high, each.under_cautious, each.over_cautious


def _confusion_rows(card: Scorecard) -> Iterator[Sequence[Cell]]:
    for label, row in card.confusion.items():
        yield named(card.scale, label), *(row[action] for action in card.scale.ids)


def _judge_rows(report: RunReport) -> Iterator[Sequence[Cell]]:
    for row, judge in zip(tables.judges(report).rows, report.judges, strict=True):
        yield *row[:5], judge.judged, judge.unscored


def _method_rows(report: RunReport) -> Iterator[Sequence[Cell]]:
    card = report.scorecard
    yield "Bands", wording.bands(card)
    yield "Holding back", ", ".join(named(card.scale, action) for action in card.options.hold_back)
    yield from behind.versions(report)
    yield from ((f"{name} SHA-256", value) for name, value in tables.hashes(report))
    if report.shown.shows("paper"):
        yield "For a paper", methods_paragraph(report)
    if report.shown.shows("guideline"):
        for version, kept in behind.versions_used(report):
            yield f"Guideline, version {version}", behind.multiline(kept.text or "its text was not kept")
    if report.shown.shows("limits"):
        yield from (("What this report does not say", each) for each in behind.limit_sentences(report))
    for action in card.scale.actions:
        yield named(card.scale, action.id), action.definition


def _write(page: Worksheet, sheet: Sheet, styles: _Styles) -> int:
    """The last row that it wrote."""
    for column in range(len(sheet.headings)):
        page.set_column(column, column, WIDE if column in sheet.wide else WIDTH)
    for at, line in enumerate(sheet.intro):
        page.write_string(at, 0, fit(line), styles.line if at else styles.lead)
    top = _top(sheet)
    page.write_row(top, 0, sheet.headings, styles.head)
    page.freeze_panes(top + 1, 1)
    last = top
    for last, row in enumerate(sheet.rows, top + 1):
        for column, cell in enumerate(row):
            _put(page, (last, column), cell, styles)
    page.autofilter(top, 0, max(last, top), len(sheet.headings) - 1)
    return last


def _top(sheet: Sheet) -> int:
    """The row of the headings."""
    return len(sheet.intro) + bool(sheet.intro)


def _draw(book: Workbook, page: Worksheet, sheet: Sheet, last: int) -> None:
    """A native bar chart of the sheet's `bars` columns, to the right of its table; at most `MOST_BARS` rows of it."""
    chart = book.add_chart({"type": "bar"})
    first, end = _top(sheet) + 1, min(last, _top(sheet) + (sheet.most_bars or MOST_BARS))
    for column in sheet.bars:
        chart.add_series(
            {
                "name": sheet.headings[column],
                "categories": [sheet.name, first, sheet.names, end, sheet.names],
                "values": [sheet.name, first, column, end, column],
            }
        )
    chart.set_title({"name": sheet.name, "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 640, "height": 160 + 26 * (end - first + 1)})
    words = f"Bars of {', '.join(sheet.headings[column] for column in sheet.bars)}, as in the table beside it"
    page.insert_chart(_top(sheet), len(sheet.headings) + 1, chart, {"description": words})


def _put(page: Worksheet, place: tuple[int, int], cell: Cell, styles: _Styles) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        page.write_boolean(*place, cell, styles.line)
    elif isinstance(cell, str):
        page.write_string(*place, fit(cell), styles.text)
    else:
        page.write_number(*place, cell, styles.count if isinstance(cell, int) else styles.number)


def fit(untrusted_text: str) -> str:
    """The text as a cell holds it: plain, and not longer than a cell may be; what is cut says so."""
    text = plain_text(untrusted_text)
    if len(text) <= MOST_CHARACTERS:
        return text
    note = f"… (cut: {len(text):,} characters)"
    return text[: MOST_CHARACTERS - len(note)] + note
