"""Parts of the score screen: a chart with its readout and the table behind it, and the figures with their "why?"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from reviewer.app.figures.scores import ScoredRun
from reviewer.core.scoring.score import FigureKey
from reviewer.ui.kit.export import Shown
from reviewer.ui.kit.figures_table import EMPTY, FiguresTable
from reviewer.ui.kit.marked import MarkedChart
from reviewer.ui.kit.page import margins, plain_label, section_label
from reviewer.ui.kit.theme import GRID
from reviewer.ui.score.behind_list import BehindList
from reviewer.ui.score.cards import figures_table, held_back_words, quiet_label, why
from reviewer.wording.tables import Table

LOOK = "Point at a mark, or step through them with the arrow keys; a click or Return lists its responses."
ASK = (
    "Why? Click a figure, or choose one with the arrow keys, to read here how it is computed; a click or Return lists "
    "the responses that make it up."
)


class ChartPanel(QWidget):
    """A chart, a line that says what is looked at, and in its place the table; or a sentence where there is nothing."""

    def __init__(
        self, title: str, chart: MarkedChart, table: FiguresTable, *, hint: str = LOOK, lines: int = 2
    ) -> None:
        """`hint` stands in the line that says what is looked at while nothing is; it has room for `lines`, and where
        the chart says everything itself, 0, there is none.
        """
        super().__init__()
        self.title, self.chart, self.table = section_label(title), chart, table
        self.button = QToolButton()
        self.readout, self.none, self.said = plain_label(hint), quiet_label(), plain_label()
        self.said.hide()
        self.readout.setFont(chart.font())
        # room is kept, so that nothing below moves when the words change
        self.readout.setMinimumHeight(lines * self.readout.fontMetrics().lineSpacing())
        self.readout.setAccessibleName(f"{chart.accessibleName()}: what is looked at")
        self.behind = BehindList(chart.accessibleName())
        self._shown = EMPTY
        self._as_table, self._lines = False, lines
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(_title_row(self.title, self.button))
        for widget in (self.said, self.none, self.chart, self.readout, self.table, self.behind):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.chart.read_out.connect(lambda words: self.readout.setText(words or hint))
        self.show_nothing("")

    def show_table(self, table: Table, *, stretch: int = 0, sortable: bool = False) -> None:
        """What the chart shows, as figures; the chart itself was told before."""
        self._shown = table
        self.table.show_table(table, stretch=stretch, sortable=sortable)
        self._arrange()

    def say(self, sentence: str) -> None:
        """What the chart shows, in a sentence above it."""
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))

    def show_nothing(self, sentence: str) -> None:
        """There is nothing to draw, because of `sentence`."""
        self._shown = EMPTY
        self.none.setText(sentence)
        self._arrange()

    def show_tables(self, shown: bool) -> None:
        self._as_table = shown
        self._arrange()

    def as_text(self) -> str:
        """Title and table, tab-separated."""
        return "\n".join((self.title.text(), *("\t".join(c) for c in (self._shown.headings, *self._shown.rows))))

    def shown(self, file_name: Callable[[], str]) -> Shown:
        return Shown(self.chart, self.as_text, file_name)

    def _arrange(self) -> None:
        filled = bool(self._shown.rows)
        self.chart.setVisible(filled and not self._as_table)
        self.readout.setVisible(filled and not self._as_table and self._lines > 0)
        self.table.setVisible(filled and self._as_table)
        self.button.setVisible(filled)
        self.none.setVisible(not filled)


class FiguresPanel(QWidget):
    """The figures of one or two runs; under them how the chosen one is computed, and what was held back.

    `figure_opened` carries key and name of a figure whose responses are asked for.
    """

    figure_opened = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = FiguresTable("Figures")
        self.behind = BehindList("Figures")
        self.why, self.held_back = plain_label(ASK), quiet_label()
        self.why.setFont(self.held_back.font())
        self.why.setAccessibleName("How the chosen figure is computed")
        self._runs: Sequence[ScoredRun] = ()
        self._keys: tuple[FigureKey, ...] = ()
        self._key: FigureKey | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for widget in (self.table, self.why, self.behind, self.held_back):
            layout.addWidget(widget)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._choose(now.row()))
        self.table.row_opened.connect(
            lambda row: self.figure_opened.emit(self._keys[row], self.table.figures.text(row, 0))
        )

    def show_runs(self, runs: Sequence[ScoredRun]) -> None:
        """The chosen figure stays chosen."""
        table, keys = figures_table(runs)
        self._runs, self._keys, chosen = runs, keys, self._key
        self.table.show_table(table, tips=[why(runs, key) for key in keys])
        self.held_back.setText("\n".join(held_back_words(run.card) for run in runs))
        if chosen is not None and chosen in keys:
            self.table.selectRow(keys.index(chosen))

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._keys):
            self._key = self._keys[place]
            name = self.table.figures.text(place, 0)
            self.why.setText(f"{name}: {why(self._runs, self._key)}")


def _title_row(title: QLabel, button: QToolButton | None) -> QHBoxLayout:
    """The title takes the room that the button leaves."""
    layout = QHBoxLayout()
    layout.addWidget(title, 1)
    if button is not None:
        layout.addWidget(button)
    return layout


def section(title: str, *widgets: QWidget, button: QToolButton | None = None) -> QWidget:
    """Widgets below a title, with a button at its right if there is one."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID)
    layout.addLayout(_title_row(section_label(title), button))
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return box


class WarningsBox(QWidget):
    """What to know before the figures are believed, on a ground of its own; away where there is nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.text = section_label("Before you rely on it"), plain_label()
        self.text.setAccessibleName("Warnings")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.title)
        layout.addWidget(self.text)

    def show_warnings(self, warnings: Sequence[str]) -> None:
        self.text.setText("\n".join(f"–  {warning}" for warning in warnings))
        self.setVisible(bool(warnings))
