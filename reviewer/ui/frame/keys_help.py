"""? and F1: this page's keys first, in two columns, then those that work everywhere and those of other pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.ui.kit.commands import COMMANDS, Command, CommandTable, keys_text
from reviewer.ui.kit.matching import mismatch
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.theme import GRID

COLUMNS = 2
"""Of commands, each with its keys beside it."""
EVERYWHERE = "Everywhere"


class KeysHelp(QDialog):
    """All commands that have a key, filtered by what is typed."""

    def __init__(self, commands: CommandTable, page: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("All keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._commands, self._page = commands, page
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter: a part of a command, or a key")
        self.filter.setAccessibleName("Filter the keys")
        self.filter.textChanged.connect(self._fill)
        self.table = QTableWidget(0, 2 * COLUMNS)
        self.table.setAccessibleName("All keys")
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + GRID)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.hide()
        for column in range(2 * COLUMNS):
            keys = column % 2 == 1
            mode = QHeaderView.ResizeMode.ResizeToContents if keys else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
        self.nothing = plain_label()
        change, close = QPushButton("Change keys…"), QPushButton("Close")
        change.setAutoDefault(False)
        change.clicked.connect(self._change)
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.filter)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.nothing)
        layout.addWidget(plain_label("Keys of one letter work while no text field has the focus."))
        layout.addLayout(row(None, change, close))
        self.resize(124 * GRID, 84 * GRID)
        self._fill()
        self.filter.setFocus()

    def _change(self) -> None:
        self.accept()
        self._commands["view.keys"].trigger()

    def _fill(self) -> None:
        self.table.clearSpans()
        self.table.setRowCount(0)
        words = self.filter.text()
        for title, commands in self._groups():
            named = [(command, keys_text(self._commands[command.id])) for command in commands]
            self._add_group(title, [each for each in named if _fits(words, *each)])
        nothing = not self.table.rowCount()
        self.nothing.setText("No command and no key is like this." if nothing else "")

    def _groups(self) -> Iterator[tuple[str, Sequence[Command]]]:
        pages = dict.fromkeys(command.page for command in COMMANDS)
        for page in dict.fromkeys((self._page, "", *pages)):
            listed = [each for each in COMMANDS if each.page == page and self._commands[each.id].shortcuts()]
            here = " (this page)" if page and page == self._page else ""
            yield f"{page.capitalize()}{here}" if page else EVERYWHERE, listed

    def _add_group(self, title: str, commands: Sequence[tuple[Command, str]]) -> None:
        """A heading, and the commands under it, the first half of them left of the second."""
        if not commands:
            return
        first = self.table.rowCount()
        rows = -(-len(commands) // COLUMNS)
        self.table.setRowCount(first + 1 + rows)
        heading = QTableWidgetItem(title)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        heading.setForeground(self.palette().text())
        self.table.setItem(first, 0, heading)
        self.table.setSpan(first, 0, 1, 2 * COLUMNS)
        for number, (command, keys) in enumerate(commands):
            column, line = divmod(number, rows)
            self.table.setItem(first + 1 + line, 2 * column, QTableWidgetItem(command.text.rstrip("…")))
            self.table.setItem(first + 1 + line, 2 * column + 1, QTableWidgetItem(keys))


def _fits(words: str, command: Command, keys: str) -> bool:
    typed = words.strip().casefold()
    return mismatch(typed, command.text) is not None or typed in keys.casefold().split(", ")
