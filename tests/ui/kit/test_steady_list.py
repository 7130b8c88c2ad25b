"""A list of very many rows: a changed row is painted anew, and nothing is laid out."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reviewer.ui.kit.focus import FocusRing
from reviewer.ui.kit.steady_list import SteadyList, SteadyRows

ROWS = 20_000


class Numbered(SteadyRows):
    """Notes which rows are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        self.words = "before"

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        self.asked.append(index.row())
        return f"{self.words} {index.row()}" if role == Qt.ItemDataRole.DisplayRole else None


def shown(qtbot: QtBot) -> tuple[Numbered, SteadyList]:
    model, view = Numbered(), SteadyList()
    qtbot.addWidget(view)
    model.put(ROWS)
    view.setModel(model)
    view.show()
    view.setCurrentIndex(model.index(50))
    view.viewport().grab()
    model.asked.clear()
    return model, view


def test_a_change_is_painted_and_nothing_is_laid_out_again(qtbot: QtBot) -> None:
    model, view = shown(qtbot)
    before = view.viewport().grab().toImage()
    model.words = "after"
    model.asked.clear()
    model.dataChanged.emit(model.index(0), model.index(ROWS - 1))
    view.setCurrentIndex(model.index(51))
    view.scrollTo(model.index(51))
    after = view.viewport().grab().toImage()
    assert after != before
    assert len({*model.asked}) < 100


def test_under_the_ring_of_the_focus_a_step_paints_only_what_comes_into_sight(qtbot: QtBot) -> None:
    model, view = shown(qtbot)
    view.setFrameShape(SteadyList.Shape.NoFrame)
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(400, 700)
    view.setParent(host)
    view.setGeometry(20, 20, 300, 600)
    ring = FocusRing(view)
    host.show()
    view.show()
    for row in (60, 61):
        QApplication.processEvents()
        model.asked.clear()
        view.verticalScrollBar().setValue(row)
    QApplication.processEvents()
    assert model.asked
    assert len({*model.asked}) < 6
    assert ring.isVisible()


def test_another_list_and_more_rows_ask_only_what_is_in_sight(qtbot: QtBot) -> None:
    model, view = shown(qtbot)
    model.put(2 * ROWS)
    view.setCurrentIndex(model.index(ROWS + 5))
    view.viewport().grab()
    assert max(model.asked) > ROWS
    assert len({*model.asked}) < 200
    model.put_more(10)
    assert model.rowCount() == 2 * ROWS + 10
    assert view.currentIndex().row() == ROWS + 5


def test_nothing_in_it_is_edited(qtbot: QtBot) -> None:
    _model, view = shown(qtbot)
    QTest.keyClick(view, Qt.Key.Key_F2)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.currentIndex()).center())
    assert view.state() is not SteadyList.State.EditingState
