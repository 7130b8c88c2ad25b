"""The responses behind one cell of a confusion, by their case's key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QWidget

from reviewer.core.cases import CaseKey
from reviewer.ui.kit.called_by_qt import tells
from reviewer.ui.kit.steady_list import SteadyList, SteadyRows
from reviewer.wording.plain_text import preview

Index = QModelIndex | QPersistentModelIndex
CASES_SHOWN = 8


@dataclass(frozen=True)
class CellCase:
    """One response: the key of its case, which repeat, whether a person has decided it, what else is said of it."""

    case: CaseKey
    repeat: int
    decided: bool
    said: str = ""


class CellCases(SteadyRows):
    """● for the responses that a person has decided, ○ for the others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: Sequence[CellCase] = ()

    def show_cases(self, found: Sequence[CellCase]) -> None:
        self.found = found
        self.put(len(found))

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            repeat = f"  · repeat {one.repeat}" if one.repeat > 1 else ""
            said = f"  · {one.said}" if one.said else ""
            return f"{'●' if one.decided else '○'}  {preview(one.case)}{repeat}{said}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            who = "decided" if one.decided else "automatic"
            words = ", ".join(filter(None, (preview(one.case), f"repeat {one.repeat}", who, one.said)))
            return f"{words}. Return opens it in Review."
        return None


class CellList(SteadyList):
    """As tall as its cases, up to a few; away where there are none. Return opens one."""

    def __init__(self, name: str = "Cases of the cell", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cases = CellCases(self)
        self.setModel(self.cases)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(name)
        self.hide()

    def show_cases(self, found: Sequence[CellCase]) -> None:
        self.cases.show_cases(found)
        self.setVisible(bool(found))
        if found:
            self.setFixedHeight(min(len(found), CASES_SHOWN) * self.sizeHintForRow(0) + 2 * self.frameWidth())
            self.setCurrentIndex(self.cases.index(0))
