"""The parts of the import dialog that say what a table's columns and label values mean, and which rows are bad."""

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
from reviewer.exchange.kit.checks import CASE_FIELDS
from reviewer.exchange.kit.preview import LabelValue, TablePreview
from reviewer.exchange.kit.records import BadRow
from reviewer.ui.kit.theme import GRID

NOT_USED = "not used"
NO_ACTION = "no action: a bad row"
CELL_CHARACTERS = 120
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
    return QTableWidgetItem(" ".join(untrusted_text[: 2 * CELL_CHARACTERS].split())[:CELL_CHARACTERS])


class ColumnMapping(QWidget):
    """A combo over each column says which field it holds; below them the first rows. `changed` on each choice."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = _table("First rows, under what each column holds", 0, self)
        self.combos: list[QComboBox] = []
        self._columns: tuple[str, ...] = ()

    def show_preview(self, preview: TablePreview) -> None:
        """Show another table with its guesses. The same columns keep the combos that the person is in."""
        if preview.columns != self._columns:
            self._make_combos(preview.columns)
        of_column = {column: field for field, column in preview.mapping.items()}
        for column, combo in zip(self._columns, self.combos, strict=True):
            combo.setCurrentIndex(max(combo.findData(of_column.get(column, "")), 0))
        self.table.setRowCount(1 + len(preview.rows))
        for number, cells in enumerate(preview.rows, start=1):
            for position, cell in enumerate(cells):
                self.table.setItem(number, position, _cell(cell))

    def _make_combos(self, columns: tuple[str, ...]) -> None:
        self._columns, self.combos = columns, []
        self.table.clear()
        self.table.setRowCount(1)
        self.table.setColumnCount(len(columns))
        self.table.setHorizontalHeaderLabels([" ".join(column.split())[:40] for column in columns])
        for position, column in enumerate(columns):
            combo = QComboBox()
            combo.addItem(NOT_USED, "")
            for field in CASE_FIELDS:
                combo.addItem(field, field)
            combo.setAccessibleName(f"What the column {column[:60]} holds")
            combo.activated.connect(lambda _index: self.changed.emit())
            self.combos.append(combo)
            self.table.setCellWidget(0, position, combo)
            self.table.setColumnWidth(position, 20 * GRID)
        self.table.setRowHeight(0, 4 * GRID)

    @property
    def clash(self) -> str:
        """A field that two columns are said to hold, "" if there is none. The person settles it."""
        chosen = [field for combo in self.combos if (field := combo.currentData())]
        return next((field for field in chosen if chosen.count(field) > 1), "")

    @property
    def mapping(self) -> dict[str, str]:
        """{field: column}, with "" for each field that no column holds, so that nothing more is guessed."""
        chosen = {combo.currentData(): column for column, combo in zip(self._columns, self.combos, strict=True)}
        return {field: chosen.get(field, "") for field in CASE_FIELDS}


class LabelMapping(QWidget):
    """Each value of the label column with how often it occurs and the action it stands for."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = _table("What the label values stand for", 3, self)
        self.table.setHorizontalHeaderLabels(["Value", "Rows", "Stands for"])
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(1, 8 * GRID)
        self.table.setColumnWidth(2, 32 * GRID)
        self.combos: dict[str, QComboBox] = {}
        self._scale: ActionScale | None = None

    def show_values(self, values: Sequence[LabelValue], scale: ActionScale) -> None:
        """Show the values of another column with their guesses; the same values keep what was chosen."""
        if [value.value for value in values] == list(self.combos) and scale == self._scale:
            return
        self._scale, self.combos = scale, {}
        self.table.setRowCount(len(values))
        for number, value in enumerate(values):
            combo = QComboBox()
            combo.addItem(NO_ACTION, None)
            for rank, action in enumerate(scale.actions, start=1):
                combo.addItem(f"{rank} {action.name}", action.id)
                combo.setItemData(rank, action.definition, Qt.ItemDataRole.ToolTipRole)
            combo.setCurrentIndex(0 if value.action is None else scale.rank(value.action) + 1)
            combo.setAccessibleName(f"What the label {value.value[:60]} stands for")
            combo.activated.connect(lambda _index: self.changed.emit())
            self.combos[value.value] = combo
            self.table.setItem(number, 0, _cell(value.value))
            self.table.setItem(number, 1, QTableWidgetItem(f"{value.n:,}"))
            self.table.setCellWidget(number, 2, combo)
            self.table.setRowHeight(number, 4 * GRID)

    @property
    def label_map(self) -> dict[str, ActionId]:
        return {value: action for value, combo in self.combos.items() if (action := combo.currentData()) is not None}


class BadRows(QWidget):
    """The rows that are left out: their line and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = _table("Bad rows", 2, self)
        self.table.setHorizontalHeaderLabels(["Line", "Why it is left out"])
        self.table.setColumnWidth(0, 8 * GRID)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def show_rows(self, rows: Sequence[BadRow]) -> None:
        shown = rows[:BAD_ROWS_SHOWN]
        self.table.setRowCount(len(shown) + (len(rows) > len(shown)))
        for number, bad in enumerate(shown):
            reason = QTableWidgetItem(bad.reason)
            reason.setToolTip(bad.reason)
            self.table.setItem(number, 0, QTableWidgetItem(f"{bad.line:,}"))
            self.table.setItem(number, 1, reason)
        if len(rows) > len(shown):
            self.table.setItem(len(shown), 1, QTableWidgetItem(f"and {len(rows) - len(shown):,} more"))
