"""What can be chosen in a box is put in anew only where it is another: an open list stays open."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from reviewer.ui.kit.kept import offer


def test_an_open_list_stays_open_and_the_choice_stays_made(qtbot: QtBot, qapp: QApplication) -> None:
    combo = QComboBox()
    qtbot.addWidget(combo)
    pairs = [("one", ("a", "b")), ("two", ("c", "d"))]
    offer(combo, pairs, ("c", "d"))
    assert combo.currentText() == "two"
    combo.show()
    combo.showPopup()
    combo.view().setCurrentIndex(combo.model().index(0, 0))
    offer(combo, pairs, ("c", "d"))
    assert combo.view().isVisible()
    assert combo.view().currentIndex().row() == 0
    offer(combo, [*pairs, ("three", 3)], 3)
    assert [combo.itemText(at) for at in range(combo.count())] == ["one", "two", "three"]
    assert combo.currentText() == "three"
    offer(combo, pairs, "gone")
    assert combo.currentIndex() == -1
