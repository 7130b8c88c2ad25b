"""The parts of the import dialog that say what label values mean, and which rows are bad."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.core.actions import ActionId, ActionScale
from reviewer.exchange.kit.preview import LabelValue
from reviewer.exchange.kit.records import BadRow
from reviewer.ui.exchange.import_columns import cell_text
from reviewer.ui.exchange.import_cover import ImportCover, readable_words
from reviewer.ui.exchange.words import in_the_window
from reviewer.ui.kit.theme import GRID

NO_ACTION = "say which action"
BAD_ROWS_SHOWN = 500


def _table(name: str, columns: int, owner: QWidget) -> QTableWidget:
    """A table for reading that fills its owner."""
    table = QTableWidget(0, columns, owner)
    layout = QVBoxLayout(owner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(table)
    table.setAccessibleName(name)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + GRID)
    return table


def _cell(untrusted_text: str) -> QTableWidgetItem:
    return QTableWidgetItem(cell_text(untrusted_text))


class LabelMapping(QWidget):
    """Each value of the label column with how often it occurs and the action it stands for."""

    changed = Signal()

    def __init__(self, cover: ImportCover, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cover = cover
        self.table = _table("What the label values stand for", 3, self)
        self.table.setHorizontalHeaderLabels(["Value", "Rows", "Stands for"])
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(1, 8 * GRID)
        self.table.setColumnWidth(2, 32 * GRID)
        self.combos: dict[str, QComboBox] = {}
        self._scale: ActionScale | None = None
        self._given: set[str] = set()
        self._known: set[str] = set()
        cover.changed.connect(self._name_values)

    def show_values(self, values: Sequence[LabelValue], scale: ActionScale) -> None:
        """Show the values of another column with their guesses; the same values keep what was chosen."""
        asked = {value.value for value in values}
        if asked == self._given and scale == self._scale:
            return
        self._scale, self.combos, self._given, self._known = scale, {}, asked, set()
        self.table.setRowCount(0)
        self.add_values(values, scale)

    def add_values(self, values: Sequence[LabelValue], scale: ActionScale) -> None:
        """Show further values below those that are there already."""
        fresh = [value for value in values if value.value not in self.combos]
        before = self.table.rowCount()
        self._scale = scale
        self.table.setRowCount(before + len(fresh))
        for number, value in enumerate(fresh, start=before):
            combo = QComboBox()
            combo.addItem(NO_ACTION, None)
            for rank, action in enumerate(scale.actions, start=1):
                combo.addItem(f"{rank} {action.name}", action.id)
                combo.setItemData(rank, action.definition, Qt.ItemDataRole.ToolTipRole)
            combo.setCurrentIndex(0 if value.action is None else scale.rank(value.action) + 1)
            combo.activated.connect(lambda _index: self.changed.emit())
            self.combos[value.value] = combo
            self.table.setItem(number, 1, QTableWidgetItem(f"{value.n:,}"))
            self.table.setCellWidget(number, 2, combo)
            self.table.setRowHeight(number, 4 * GRID)
        self._known |= readable_words(fresh)
        self._name_values()

    def _name_values(self) -> None:
        """Each row and its list by the value, as far as it is not covered."""
        for number, (value, combo) in enumerate(self.combos.items()):
            word = self._cover.word(value, known=value in self._known)
            combo.setAccessibleName(f"What the label {word[:60]} stands for")
            self.table.setItem(number, 0, _cell(word))

    def to_asked(self) -> None:
        """Put the keyboard on the first value that stands for nothing yet."""
        asked = next((combo for combo in self.combos.values() if combo.currentData() is None), None)
        if asked is not None:
            asked.setFocus()

    def show_nothing(self) -> None:
        self._scale, self.combos, self._given, self._known = None, {}, set(), set()
        self.table.setRowCount(0)

    @property
    def n_asked(self) -> int:
        """How many values stand for nothing yet."""
        return sum(combo.currentData() is None for combo in self.combos.values())

    @property
    def label_map(self) -> dict[str, ActionId]:
        return {value: action for value, combo in self.combos.items() if (action := combo.currentData()) is not None}


class BadRows(QWidget):
    """The rows that are left out: their line and why."""

    def __init__(self, cover: ImportCover, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cover, self._rows = cover, tuple[BadRow, ...]()
        self.table = _table("Bad rows", 2, self)
        self.table.setHorizontalHeaderLabels(["Line", "Why it is left out"])
        self.table.setColumnWidth(0, 8 * GRID)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        cover.changed.connect(self._show)

    @property
    def n(self) -> int:
        return len(self._rows)

    def show_rows(self, rows: Sequence[BadRow]) -> None:
        self._rows = tuple(rows)
        self._show()

    def _show(self) -> None:
        rows, shown = self._rows, self._rows[:BAD_ROWS_SHOWN]
        self.table.setRowCount(len(shown) + (len(rows) > len(shown)))
        for number, bad in enumerate(shown):
            reason = QTableWidgetItem(said := self._cover.sentence(in_the_window(bad.reason)))
            reason.setToolTip(said)
            self.table.setItem(number, 0, QTableWidgetItem(f"{bad.line:,}"))
            self.table.setItem(number, 1, reason)
        if len(rows) > len(shown):
            self.table.setItem(len(shown), 1, QTableWidgetItem(f"and {len(rows) - len(shown):,} more"))
