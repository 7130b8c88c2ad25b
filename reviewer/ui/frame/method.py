"""A page of the help, a part at a time, beside the work while it is read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.figures.method import HelpSection
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.page import margins
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.theme import GRID

WIDTH, HEIGHT, LIST_WIDTH = 130 * GRID, 80 * GRID, 34 * GRID


class HelpPageDialog(QDialog):
    """Up and Down in the list turn the page; Tab goes into the text and its tables."""

    def __init__(self, parent: QWidget, title: str, sections: Sequence[HelpSection]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sections = sections
        self.list = QListWidget()
        self.list.setAccessibleName("Parts of the page")
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setWordWrap(True)
        self.list.addItems([section.title for section in self.sections])
        self.text = ReadingPane("Page")
        self.tables = TabbedScroll()
        self.tables.setWidgetResizable(True)
        self.tables.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        page = QVBoxLayout()
        page.addWidget(self.text, 1)
        page.addWidget(self.tables, 2)
        both = QHBoxLayout()
        both.addWidget(self.list)
        both.addLayout(page, 1)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addLayout(both, 1)
        layout.addWidget(buttons)
        self.resize(WIDTH, HEIGHT)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def _show(self, number: int) -> None:
        section = self.sections[number]
        self.text.show_text(section.text)
        self.tables.setVisible(bool(section.tables))
        column = QWidget()
        layout = QVBoxLayout(column)
        for at, table in enumerate(section.tables, 1):
            figures = FiguresTable(f"{section.title}, table {at}")
            figures.show_table(table)
            layout.addWidget(figures)
        layout.addStretch(1)
        self.tables.setWidget(column)
