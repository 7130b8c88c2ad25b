"""A table as its columns say it: heading, text, what is said beside the text, and what the column sorts by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from reviewer.core.errors import KnownError
from reviewer.ui.kit.called_by_qt import counts, tells
from reviewer.wording.plain_text import plain_text

LINE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The row's facts, for delegates that paint; None while they are read."""
UNREADABLE = "cannot be read"

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")


@dataclass(frozen=True)
class Column(Generic[R]):
    """`text` is None where a delegate paints the cell. `tip` is what a tool tip says, and a screen reader where there
    is no text; without it the text. `sort` is what the list is sorted by when the heading is clicked, None where it
    cannot be. Figures stand `right`.
    """

    heading: str
    text: Callable[[R], str] | None
    tip: Callable[[R], str] | None = None
    sort: object = None
    right: bool = False

    def said(self, row: R, role: int) -> str | None:
        """The cell for one of the roles that hold words, with hidden characters as marks; None for another role.

        A value that is damaged on the disk is said to be so, and its tool tip says what is wrong with it.
        """
        says: Mapping[int, Callable[[R], str] | None] = {
            Qt.ItemDataRole.DisplayRole: self.text,
            Qt.ItemDataRole.ToolTipRole: self.tip or self.text,
            Qt.ItemDataRole.AccessibleTextRole: self.text or self.tip,
        }
        say = says.get(role)
        if say is None:
            return None
        try:
            return plain_text(say(row))
        except KnownError as error:
            return plain_text(UNREADABLE if role == Qt.ItemDataRole.DisplayRole else f"{UNREADABLE}: {error}")


class ColumnTable(QAbstractTableModel, Generic[R]):
    """A read-only table. Whoever makes one says its columns and gives its rows."""

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)

    def line(self, row: int) -> R | None:
        """The facts of a row, None while they are read or where there is no such row."""
        return None

    def missing_words(self, _row: int) -> str:
        """What stands for a row without facts."""
        return "…"

    @counts
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own signature
        return 0 if parent.isValid() else len(self.columns)

    @tells
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        return self._side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        line = self.line(index.row())
        if role == LINE_ROLE:
            return line
        if line is None:
            shown = role == Qt.ItemDataRole.DisplayRole and index.column() == 0
            return self.missing_words(index.row()) if shown else None
        return self.columns[index.column()].said(line, role)

    def tell(self, first: int, last: int) -> None:
        """These rows look different now."""
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _side(self, section: int) -> Qt.AlignmentFlag | None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return right if self.columns[section].right else None
