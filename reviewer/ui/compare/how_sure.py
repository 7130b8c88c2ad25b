"""The statistics behind a comparison, folded until they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID, heading_font
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.panels import section
from reviewer.wording import comparison as comparison_tables
from reviewer.wording.movement import how_sure, how_sure_note

if TYPE_CHECKING:
    from reviewer.core.scoring.comparison import Comparison

WHY = "Choose a figure to read how it is computed."


class HowSure(QWidget):
    """`count_opened` carries the row of a count of right and wrong whose cases are asked for."""

    count_opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Comparison | None = None
        self.fold = QToolButton()
        self.sentence, self.smallest, self.note = plain_label(), quiet_label(), quiet_label()
        self.figures, self.counts = FiguresTable("Figures, B − A"), FiguresTable("Case by case")
        self.tests = FiguresTable("How sure it is that the frontier moved")
        self.why = plain_label(WHY)
        self.inner = QWidget()
        self._tests_section = section("Moved or slid", self.tests, self.note)
        self._lay_out()
        self.fold.toggled.connect(self._show_inner)
        self.counts.row_opened.connect(self.count_opened)
        self.figures.selectionModel().currentRowChanged.connect(lambda now, _before: self._explain(now.row()))

    def _lay_out(self) -> None:
        self.fold.setText("How sure")
        self.fold.setCheckable(True)
        self.fold.setAutoRaise(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setFont(heading_font(self.fold.font()))
        self.fold.setToolTip("The statistics behind the verdict. Key: H")
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setAccessibleName("The comparison in one sentence")
        self.smallest.setAccessibleName("What could have been found")
        column = QVBoxLayout(self.inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        for widget in (self.sentence, self.smallest, self._tests_section):
            column.addWidget(widget)
        column.addWidget(section("Right or wrong", self.counts))
        column.addWidget(section("Figures, B − A", self.figures, self.why))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.fold, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.inner)
        self._show_inner(False)

    def _show_inner(self, shown: bool) -> None:
        self.fold.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self.inner.setVisible(shown)

    def show_comparison(self, found: Comparison, sentence: str, smallest: str) -> None:
        self._found = found
        self.sentence.setText(sentence)
        self.smallest.setText(smallest)
        self.smallest.setVisible(bool(smallest))
        self.figures.show_table(comparison_tables.figures(found))
        self.counts.show_table(comparison_tables.right_wrong(found))
        self.tests.show_table(how_sure(found.movement))
        self.note.setText(how_sure_note(found.movement) if found.movement else "")
        self._tests_section.setVisible(found.movement is not None)
        self.why.setText(WHY)

    def _explain(self, row: int) -> None:
        if self._found is not None and 0 <= row < len(comparison_tables.figures(self._found).rows):
            self.why.setText(comparison_tables.why(self._found, row))
