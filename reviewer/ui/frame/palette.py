"""Ctrl+K: every command of the page by its name; and the page of all keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.ui.kit.commands import COMMANDS, CommandTable, keys_text
from reviewer.ui.kit.page import margins, plain_label
from reviewer.ui.kit.theme import GRID

_ACTION = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class _KeysDelegate(QStyledItemDelegate):
    """A command's keys stand at the right end of its line."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText
        painter.setPen(option.palette.color(role))
        words = option.rect.adjusted(0, 0, -GRID, 0)
        painter.drawText(
            words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys_text(index.data(_ACTION))
        )


class CommandPalette(QDialog):
    """Type a part of a command's name, Return runs it."""

    def __init__(self, commands: CommandTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Commands")
        self._entries = [(command.text.rstrip("…"), action) for command, action in commands.usable()]
        self.search = QLineEdit()
        self.search.setPlaceholderText("Type a part of a command")
        self.search.setAccessibleName("Search commands")
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.itemActivated.connect(self._run)
        self.list.setItemDelegate(_KeysDelegate(self.list))
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.resize(60 * GRID, 50 * GRID)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill("")

    def _fill(self, words: str) -> None:
        self.list.clear()
        for text, action in self._entries:
            if all(word in text.lower() for word in words.lower().split()):
                item = QListWidgetItem(action.text())
                item.setData(_ACTION, action)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys move in the list while the typing goes on; Return runs what is chosen."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.list.setCurrentRow(max(0, min(self.list.currentRow() + step, self.list.count() - 1)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _run(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        action: QAction = item.data(_ACTION)
        self.accept()
        action.trigger()


class KeysHelp(QDialog):
    """All commands with their keys, page by page."""

    def __init__(self, commands: CommandTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("All keys")
        listed = [command for command in COMMANDS if command.keys]
        self.table = QTableWidget(len(listed), 3)
        self.table.setAccessibleName("All keys")
        self.table.setHorizontalHeaderLabels(["Where", "Command", "Keys"])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        for index, command in enumerate(listed):
            where = command.page.capitalize() or "Everywhere"
            for column, text in enumerate((where, commands[command.id].text(), keys_text(commands[command.id]))):
                self.table.setItem(index, column, QTableWidgetItem(text))
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label("Keys of one letter work while no text field has the focus."))
        layout.addWidget(self.table)
        layout.addWidget(buttons)
        self.resize(80 * GRID, 70 * GRID)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
