"""A list of very many rows: a changed row is painted anew, and nothing is laid out."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from pytestqt.qtbot import QtBot

from reviewer.ui.kit.steady_list import SteadyList

ROWS = 20_000


class Counting(QAbstractListModel):
    """Counts how often it is asked for its size, which a layout does for every row."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.words = "before"

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 Qt's own
        self.asked += 1
        return 0 if parent.isValid() else ROWS

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        return f"{self.words} {index.row()}" if role == Qt.ItemDataRole.DisplayRole else None


def test_a_change_is_painted_and_nothing_is_laid_out_again(qtbot: QtBot) -> None:
    model, view = Counting(), SteadyList()
    qtbot.addWidget(view)
    view.setModel(model)
    view.show()
    view.setCurrentIndex(model.index(50))
    before = view.viewport().grab().toImage()
    model.words, model.asked = "after", 0
    model.dataChanged.emit(model.index(0), model.index(ROWS - 1))
    view.setCurrentIndex(model.index(51))
    view.scrollTo(model.index(51))
    after = view.viewport().grab().toImage()
    assert after != before
    assert model.asked < ROWS // 20
