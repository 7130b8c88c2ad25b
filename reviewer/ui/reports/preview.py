"""The report as a page, drawn natively, section by section as every written form has it; page one comes first."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QHeaderView, QLabel, QVBoxLayout, QWidget

from reviewer.report.blocks import (
    Block,
    CaseRows,
    DataTable,
    Drawing,
    Lead,
    NamedValues,
    Paragraph,
    Points,
    ReportSection,
    Subheading,
    Verbatim,
)
from reviewer.ui.kit.cover import Cover
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.find_line import FindLine
from reviewer.ui.kit.heat_map import HeatMap
from reviewer.ui.kit.page import answer_label, heading, plain_label, section_label
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.theme import GRID
from reviewer.ui.reports.case_lines import CaseLinesTable
from reviewer.ui.reports.made import MadeReport
from reviewer.ui.reports.page_search import BREAK, PageSearch
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.bars import ErrorBar, ScoreBar, SharesBar
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.changes_chart import NOW_LESS_BEFORE, ChangesChart
from reviewer.ui.score.frontier_chart import FrontierChart
from reviewer.wording.decision import NAMES
from reviewer.wording.tables import Table

PAGE_WIDTH, LONGEST_WIDTH = 110 * GRID, 36 * GRID
AT_ONCE_S = 0.012
"""How long one turn of the program's loop goes on adding sections."""
WORD = 32
SHORT, LINE = 16, 110
"""Characters of a cell that needs no second line, and of all columns that stand side by side on a page."""


class ReportPreview(TabbedScroll):
    """A page to be read; every text on it is plain text. `completed` comes when the last section stands on it."""

    completed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Report")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.made: MadeReport | None = None
        self._left: Iterator[None] = iter(())
        self.is_complete = True
        self._place = 0
        self.find_line = FindLine(self, PageSearch(self))
        self.completed.connect(self.find_line.search_again)
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self._go_on)

    def show_report(self, made: MadeReport, cover: Cover) -> None:
        """Replace the page; the place on it is kept if it is the same run's. Page one stands at once."""
        same = self.made is not None and self.made.report.run == made.report.run
        self._place = self.verticalScrollBar().value() if same else 0
        self.made = made
        page = _Sheet(made, cover)
        page.add(heading(_breakable(made.title), wrap=True))
        self._left = page.fill(made.sections)
        next(self._left, None)
        self._set_sheet(page)
        self.find_line.search_again()
        self.is_complete = False
        self._next.start()

    def _set_sheet(self, page: QWidget) -> None:
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

    def _go_on(self) -> None:
        """A few sections more; the window answers in between."""
        end = time.monotonic() + AT_ONCE_S
        while time.monotonic() < end:
            if next(self._left, self) is self:
                self._next.stop()
                self.is_complete = True
                self.verticalScrollBar().setValue(self._place)
                self.completed.emit()
                return


class _Sheet(QWidget):
    """A column of headings, texts, charts and tables."""

    def __init__(self, made: MadeReport, cover: Cover) -> None:
        super().__init__()
        self._made, self._cover = made, cover
        self._name = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)

    def fill(self, sections: Sequence[ReportSection]) -> Iterator[None]:
        """Adds a section at each step."""
        for number, section in enumerate(sections):
            self._name = section.title
            if number or section.key != "decision":
                self._column.addSpacing(3 * GRID)
                self.add(hairline())
                self._column.addSpacing(GRID)
                self.add(section_label(section.title))
            for block in section.blocks:
                self._block(section.key, block)
            yield

    def add(self, widget: QWidget) -> None:
        if isinstance(widget, QLabel):
            # what is found in it is selected
            widget.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(widget)

    def _block(self, key: str, block: Block) -> None:
        match block:
            case Subheading(text):
                self._name = text
                self._column.addSpacing(GRID)
                self.add(section_label(text))
            case Paragraph(text, quiet):
                self._text(text, quiet=quiet)
            case Lead(text, beside):
                figure = answer_label()
                figure.setText(text)
                self.add(figure)
                self._text(beside, quiet=True)
            case Points(items):
                self._text("\n".join(f"–  {item}" for item in items))
            case Verbatim(text):
                self._text(text)
            case NamedValues(rows):
                self._pairs(rows)
            case DataTable(table, wide):
                self._table(key, table, wide=wide)
            case Drawing():
                self._chart(key)
            case CaseRows(rows):
                self._cases(len(rows))

    def _text(self, text: str, *, quiet: bool = False) -> None:
        if text:
            self.add((quiet_label if quiet else plain_label)(_breakable(text)))

    def _table(self, key: str, table: Table, *, wide: bool) -> None:
        if key == "confusion":
            heat_map = HeatMap()
            heat_map.show_card(self._made.report.scorecard)
            self.add(heat_map)
            return
        view = FiguresTable(self._name)
        lengths = [_longest(table, column) for column in range(len(table.headings))]
        words = [column for column, n in enumerate(lengths) if column >= table.n_text and n > WORD]
        view.show_table(table, stretch=lengths.index(max(lengths)) if wide and lengths else 0, words=words)
        if sum(lengths) > LINE:
            _share_width(view, lengths)
        self.add(view)

    def _chart(self, key: str) -> None:
        """The window's own chart of what a drawing shows; a legend of the strip is drawn by the table of cases."""
        report = self._made.report
        versus, frontier = report.versus, report.provenance.frontier
        chart: QWidget
        if key == "decision" and versus is not None:
            chart = ChangesChart()
            chart.show_changes({key: versus.comparison.deltas.get(key) for key in NAMES}, NOW_LESS_BEFORE)
        elif key == "frontier":
            chart = FrontierChart()
            chart.show_frontier(frontier)
        elif key in _BARS:
            chart = _BARS[key]()
            chart.show_card(report.scorecard)
        else:
            return
        self.add(chart)

    def _cases(self, most: int) -> None:
        cases = CaseLinesTable(self._cover)
        cases.show_cases(self._made.report.cases[:most], self._made.report.scorecard.scale)
        self.add(cases)

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3 * GRID)
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(pairs):
            label, text = quiet_label(_breakable(name)), plain_label(_breakable(value))
            label.setMaximumWidth(28 * GRID)
            label.setMinimumWidth(20 * GRID)
            for each in (label, text):
                each.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, number, 1)
        self.add(box)


_BARS: dict[str, type[ScoreBar] | type[ErrorBar] | type[SharesBar]] = {
    "decision": ScoreBar,
    "score": ScoreBar,
    "errors": ErrorBar,
    "shares": SharesBar,
}


def _longest(table: Table, column: int) -> int:
    return max((len(row[column]) for row in table.rows), default=0)


def _share_width(view: FiguresTable, lengths: Sequence[int]) -> None:
    """Columns of long texts share what the short ones leave, so that none is pushed off the page."""
    header, longest = view.horizontalHeader(), lengths.index(max(lengths))
    for column, n in enumerate(lengths):
        if n > SHORT:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    if sum(n > SHORT for n in lengths) > 2:
        header.setSectionResizeMode(longest, QHeaderView.ResizeMode.Fixed)
        view.setColumnWidth(longest, LONGEST_WIDTH)


def _breakable(text: str) -> str:
    """Long unbroken text gets places at which a line may end."""
    return " ".join(BREAK.join(w[i : i + WORD] for i in range(0, len(w), WORD)) for w in text.split(" "))


def shown_texts(preview: ReportPreview) -> list[str]:
    """What the labels on the page say, without the places at which their lines may end."""
    return [label.text().replace(BREAK, "") for label in preview.findChildren(QLabel)]
