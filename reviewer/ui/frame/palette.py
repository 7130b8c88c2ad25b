"""Ctrl+K: commands of the page, queues and cases, by a part of their name and with a slip or two."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from reviewer.store.database import Workspace
from reviewer.ui.frame.finding import PaletteLine, case_findings, queue_findings
from reviewer.ui.kit.called_by_qt import filters, paints, sizes
from reviewer.ui.kit.commands import Command, keys_text
from reviewer.ui.kit.keymap import key_or_name
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.matching import mismatch
from reviewer.ui.kit.page import margins, plain_label
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import preview

if TYPE_CHECKING:
    from reviewer.ui.frame.main_window import MainWindow

_LINE = Qt.ItemDataRole.UserRole
SHORTEST_SEARCH = 2
"""Letters from which on cases are looked for."""
WORDS_SHOWN = 60
NO_CASES: tuple[str, tuple[PaletteLine, ...]] = ("", ())

Index = QModelIndex | QPersistentModelIndex


class _AsideDelegate(QStyledItemDelegate):
    """What belongs to a line, as a command's keys, stands at its right end."""

    @sizes
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, option.fontMetrics.height() + GRID)

    @paints
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        found = index.data(_LINE)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText
        painter.setPen(option.palette.color(role))
        words = option.rect.adjusted(0, 0, -GRID, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, found.aside)


class CommandPalette(QDialog):
    """Type a part of a name, Return does it. Cases are read while the typing goes on and come last."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle("Commands, queues and cases")
        self._window = window
        self._findings = [
            *(PaletteLine(action.text(), keys_text(action), action.trigger) for _, action in this_page_first(window)),
            *queue_findings(window),
        ]
        self._cases, self._ended = NO_CASES, False
        self.finished.connect(self._end)
        self._reading = LatestRead(window.session, self._cases_read)
        self.search = QLineEdit()
        self.search.setPlaceholderText("A part of a command, a queue, a case's key or words of its request")
        self.search.setAccessibleName("Search commands, queues and cases")
        self.search.textChanged.connect(self._typed)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("What was found")
        self.list.itemActivated.connect(self._run)
        self.list.setItemDelegate(_AsideDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.nothing = plain_label()
        self.nothing.setAccessibleName("Nothing found")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing.hide()
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.nothing, 1)
        self.resize(80 * GRID, 60 * GRID)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill()
        self.search.setFocus()

    @property
    def found(self) -> list[str]:
        """The lines that are listed."""
        return [self.list.item(at).text() for at in range(self.list.count())]

    def _typed(self, words: str) -> None:
        words = words.strip()
        if len(words) >= SHORTEST_SEARCH and self._window.session.is_open:
            self._reading.ask(partial(_read_cases, self._window, words))
        self._fill()

    def _end(self, _result: int) -> None:
        self._ended = True

    def _cases_read(self, found: tuple[str, tuple[PaletteLine, ...]]) -> None:
        if not self._ended and found[0] == self.search.text().strip():
            self._cases = found
            self._fill()

    def _fill(self) -> None:
        """What matches best first; the line that was chosen stays so while cases arrive."""
        words = self.search.text().strip()
        cases = self._cases[1] if self._cases[0] == words else ()
        chosen = self.list.currentItem().text() if self.list.currentItem() is not None else ""
        before = self.found
        self.list.clear()
        for finding in (*matching(words, self._findings), *cases):
            item = QListWidgetItem(finding.text)
            item.setData(_LINE, finding)
            self.list.addItem(item)
        found = self.found
        stays = chosen in found and found[: len(before)] == before
        self.list.setCurrentRow(found.index(chosen) if stays else 0)
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.setText(
            f"Nothing here is called “{preview(words, WORDS_SHOWN)}”, and no case has these words. Try fewer letters; "
            f"{key_or_name('help.keys')} lists every key."
        )

    @filters
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
        finding: PaletteLine = item.data(_LINE)
        self.accept()
        finding.act()


def this_page_first(window: MainWindow) -> list[tuple[Command, QAction]]:
    """The commands that can be called now, those of the page before those that work everywhere."""
    return sorted(window.commands.usable(), key=lambda each: each[0].page == "")


def matching(words: str, findings: Iterable[PaletteLine]) -> list[PaletteLine]:
    """Those that the words may mean, the likeliest first, of equals the shortest; all of them without any words."""
    ranked = [(mismatch(words, each.text), each) for each in findings]
    sure = [(rank, each) for rank, each in ranked if rank is not None]
    return [each for _, each in sorted(sure, key=lambda pair: (pair[0], len(pair[1].text) if words.strip() else 0))]


def _read_cases(window: MainWindow, words: str, workspace: Workspace) -> tuple[str, tuple[PaletteLine, ...]]:
    return words, tuple(case_findings(window, workspace, words))
