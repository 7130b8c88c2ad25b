"""A list of very many rows of one height: what a row holds may change without anything being laid out again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget


class SteadyList(QListView):
    """Qt's own list lays all rows out anew with every change of one, which takes a third of a second for 100,000."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)

    def dataChanged(
        self,
        top_left: QModelIndex | QPersistentModelIndex,
        bottom_right: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Paint them again, and no more."""
        QAbstractItemView.dataChanged(self, top_left, bottom_right, list(roles))
