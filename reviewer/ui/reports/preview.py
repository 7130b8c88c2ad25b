"""The report as a page, drawn natively from the same facts and tables that the written forms are made of."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from reviewer.report import tables
from reviewer.report.facts import RunReport
from reviewer.report.html import MOST_CASES
from reviewer.ui.kit.cover import Cover
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.heat_map import HeatMap
from reviewer.ui.kit.page import heading, plain_label, section_label
from reviewer.ui.kit.theme import GRID, answer_font
from reviewer.ui.reports.case_lines import CaseLinesTable
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.bars import ErrorBar, ScoreBar, SharesBar
from reviewer.ui.score.cards import quiet_label
from reviewer.wording import score as wording
from reviewer.wording.plain_text import plain_text, preview
from reviewer.wording.tables import (
    Table,
    constants,
    counts,
    figures,
    named,
    overrides,
    score_words,
    shares,
    slices,
    small_slices,
    sources,
    two_sided_error,
)

PAGE_WIDTH = 110 * GRID
NOTHING_YET = "This run has no responses to labelled cases yet. Run the suite, then make the report again."
MORE = "The exported page also explains the method and the words."


class ReportPreview(QScrollArea):
    """A page to be read; every text on it is plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Report")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.report: RunReport | None = None

    def show_report(self, report: RunReport, cover: Cover) -> None:
        """Replace the page; the place on it is kept if it is the same run's. The cases' texts may be covered."""
        same = self.report is not None and self.report.run == report.run
        place = self.verticalScrollBar().value() if same else 0
        self.report = report
        page = _Sheet(cover)
        _fill(page, report)
        ground = QWidget()
        ground.setAutoFillBackground(True)
        ground.setBackgroundRole(QPalette.ColorRole.Base)
        layout = QHBoxLayout(ground)
        layout.setContentsMargins(3 * GRID, 4 * GRID, 3 * GRID, 6 * GRID)
        layout.addStretch(1)
        page.setMaximumWidth(PAGE_WIDTH)
        layout.addWidget(page, 100)
        layout.addStretch(1)
        self.setWidget(ground)
        self.verticalScrollBar().setValue(place)


class _Sheet(QWidget):
    """A column of headings, texts, charts and tables."""

    def __init__(self, cover: Cover) -> None:
        super().__init__()
        self.cover = cover
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)

    def add(self, widget: QWidget) -> None:
        self._column.addWidget(widget)

    def heading(self, text: str) -> None:
        self._column.addSpacing(3 * GRID)
        self.add(hairline())
        self._column.addSpacing(GRID)
        self.add(section_label(text))

    def text(self, text: str) -> QLabel:
        label = plain_label(text)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add(label)
        return label

    def quiet(self, text: str) -> None:
        if text:
            self.add(quiet_label(text))

    def table(self, name: str, table: Table, *, stretch: int = 0, words: tuple[int, ...] = ()) -> None:
        view = FiguresTable(name)
        view.show_table(table, stretch=stretch, words=words)
        self.add(view)

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3 * GRID)
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(pairs):
            label = quiet_label(name)
            label.setWordWrap(False)
            text = plain_label(_breakable(value))
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, number, 1)
        self.add(box)


def _breakable(text: str) -> str:
    """Long unbroken text gets places at which a line may end."""
    return " ".join("\u200b".join(w[i : i + 32] for i in range(0, len(w), 32)) for w in text.split(" "))


def _fill(page: _Sheet, report: RunReport) -> None:
    for part in (_head, _error, _shares, _confusion, _counts, _people, _slices, _cases, _method):
        part(page, report)


def _head(page: _Sheet, report: RunReport) -> None:
    card, run = report.scorecard, preview(report.run, 120)
    page.add(heading(wording.title(card)))
    page.text(_breakable(f"{run} on the suite {preview(report.suite, 120)}. {wording.review_state(card)}."))
    page.text(_breakable(wording.summary(card, run)))
    value = page.text(wording.figure(card.score.balanced))
    value.setFont(answer_font(value.font()))
    page.quiet(score_words(card))
    bar = ScoreBar()
    bar.show_card(card)
    page.add(bar)
    bounds = f"{wording.bounds(card)} {tables.with_disputed(report)}" if card.n_responses else ""
    page.quiet(bounds.strip())
    page.text(" ".join(wording.meaning(card)))
    if card.warnings:
        page.text("\n".join(f"–  {warning}" for warning in card.warnings))


def _error(page: _Sheet, report: RunReport) -> None:
    page.heading("Two-sided error")
    bar = ErrorBar()
    bar.show_card(report.scorecard)
    page.add(bar)
    page.table("Two-sided error", two_sided_error(report.scorecard))


def _shares(page: _Sheet, report: RunReport) -> None:
    page.heading("How often it was right")
    bar = SharesBar()
    bar.show_card(report.scorecard)
    page.add(bar)
    page.table("Shares", shares(report.scorecard), words=(3,), stretch=3)
    page.heading("Beside the constant policies")
    page.table("Constant policies", constants(report.scorecard))
    page.heading("Other figures")
    page.table("Other figures", figures(report.scorecard), words=(3,), stretch=3)


def _confusion(page: _Sheet, report: RunReport) -> None:
    page.heading("Labelled action and final action")
    if not report.scorecard.confusion:
        page.text("No case is scored yet.")
        return
    heat_map = HeatMap()
    heat_map.show_card(report.scorecard)
    page.add(heat_map)
    page.quiet(
        "Framed: the labelled action itself. To its right the final action was more cautious, to its left less; the "
        "darker a cell, the larger its share of the row. A case whose repeats differ counts in parts."
    )


def _counts(page: _Sheet, report: RunReport) -> None:
    card = report.scorecard
    page.heading("Where the final actions came from")
    page.table("Sources", sources(card))
    page.table("Response states", counts("Response state", card.states))
    if card.unscored_reasons:
        page.table("Unscored because of", counts("Unscored because of", card.unscored_reasons))
    if report.not_scored:
        page.table("Cases left out", counts("Cases left out, by status", report.not_scored, "Cases"))


def _people(page: _Sheet, report: RunReport) -> None:
    page.heading("What people changed")
    page.text(wording.overrides(report.scorecard))
    moved = overrides(report.scorecard)
    if moved.rows:
        page.table("Overrides", moved)
        page.quiet(
            "Reviewers often look at likely failures first. Where only a part was reviewed, the score with their "
            "decisions written over the verdicts is not an unbiased estimate."
        )


def _slices(page: _Sheet, report: RunReport) -> None:
    if report.scorecard.slices:
        page.heading("Slices")
        page.table("Slices", slices(report.scorecard), stretch=1)
        page.quiet(small_slices(report.scorecard))


def _cases(page: _Sheet, report: RunReport) -> None:
    page.heading("Cases")
    if not report.cases:
        page.text(NOTHING_YET)
        return
    page.quiet(
        "How to read a strip: the labelled action is solid, the tolerance band hatched. The marker under it is the "
        "final action, filled once a person has decided and hollow while it is automatic."
    )
    cases = CaseLinesTable(page.cover)
    cases.show_cases(report.cases, report.scorecard.scale)
    page.add(cases)
    if len(report.cases) > MOST_CASES:
        left = len(report.cases) - MOST_CASES
        page.text(f"{left:,} more cases are left off this page; the CSV, JSON and JSONL reports hold all.")


def _method(page: _Sheet, report: RunReport) -> None:
    card = report.scorecard
    held = ", ".join(named(card.scale, action) for action in card.options.hold_back)
    page.heading("Method")
    page.pairs((("Bands", f"{wording.bands(card)} ({card.options.bands})"), ("Holding back", held)))
    page.quiet(MORE)
    page.heading("What was run")
    page.pairs(tables.head(report))
    page.heading("System prompt")
    page.text(_breakable(plain_text(report.model_version.system)) or "None.")
    page.heading("Hashes (SHA-256)")
    page.pairs(tables.hashes(report))
