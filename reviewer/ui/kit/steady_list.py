"""A list of very many rows of one height: what a row holds may change without anything being laid out again.

The view asks for the number of rows twice a row when it lays a list out, so it is Qt that counts them: asking Python
took a quarter of a second for 100,000.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from reviewer.ui.kit.focus import RING_ROOM


class SteadyRows(QStringListModel):
    """Rows that are counted by Qt and told by `data`, which a subclass has. Their texts here are empty."""

    def put(self, rows: int) -> None:
        """Another list of so many rows; what `data` tells is in place by now."""
        self.setStringList([""] * rows)

    def put_more(self, rows: int) -> None:
        """So many rows more at the end; what `data` tells of them is in place by now."""
        self.insertRows(self.rowCount(), rows)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Nothing is edited or dragged here."""
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


class SteadyList(QListView):
    """Qt's own list lays all rows out anew with every change of one, which takes a third of a second for 100,000."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        # where the ring of the focus lies over the rows, Qt paints all of them for each that is scrolled
        self.setViewportMargins(RING_ROOM, RING_ROOM, RING_ROOM, RING_ROOM)

    def dataChanged(
        self,
        top_left: QModelIndex | QPersistentModelIndex,
        bottom_right: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Paint them again, and no more."""
        QAbstractItemView.dataChanged(self, top_left, bottom_right, list(roles))
