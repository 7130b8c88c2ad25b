"""Rows that are painted again from their picture look as they did, and are drawn anew once anything in them changed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from reviewer.ui.kit.painted_rows import PaintedRows

WIDTH, HEIGHT = 120, 24


class Rows:
    """Two rows painted into one image, and how often each word was drawn."""

    def __init__(self, ratio: float = 1.0) -> None:
        self.rows, self.drawn, self.ratio = PaintedRows(), list[str](), ratio

    def draw(self, word: str, painter: QPainter, option: QStyleOptionViewItem) -> None:
        self.drawn.append(word)
        painter.fillRect(
            option.rect, QColor("#204060" if option.state & QStyle.StateFlag.State_Selected else "#ffffff")
        )
        painter.setFont(option.font)
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignVCenter, word)

    def painted(self, *words: str, selected: str = "", direct: bool = False) -> QImage:
        image = QImage(int(WIDTH * self.ratio), int(HEIGHT * len(words) * self.ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.ratio)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        for at, word in enumerate(words):
            option = QStyleOptionViewItem()
            option.palette = QApplication.palette()
            option.rect = QRect(0, at * HEIGHT, WIDTH, HEIGHT)
            if word == selected:
                option.state |= QStyle.StateFlag.State_Selected
            if direct:
                self.draw(word, painter, option)
            else:
                self.rows.put(painter, option, word, partial(self.draw, word))
        painter.end()
        return image


def test_a_row_that_moved_is_not_drawn_again_and_looks_the_same(qapp: QApplication) -> None:
    rows = Rows()
    assert rows.painted("bread", "salt") == rows.painted("bread", "salt", direct=True)
    rows.drawn.clear()
    assert rows.painted("salt", "bread") == Rows().painted("salt", "bread", direct=True)
    assert rows.drawn == []


def test_what_is_selected_is_drawn_anew(qapp: QApplication) -> None:
    rows = Rows()
    rows.painted("bread", "salt")
    rows.drawn.clear()
    assert rows.painted("bread", "salt", selected="salt") == Rows().painted(
        "bread", "salt", selected="salt", direct=True
    )
    assert rows.drawn == ["salt"]


def test_twice_as_fine_a_screen_has_a_picture_of_its_own(qapp: QApplication) -> None:
    fine = Rows(2.0)
    assert fine.painted("bread") == fine.painted("bread", direct=True)
    assert fine.painted("bread").size().width() == 2 * WIDTH


def test_between_pixels_a_row_is_drawn_itself(qapp: QApplication) -> None:
    between = Rows(1.25)
    assert between.painted("bread", "salt") == between.painted("bread", "salt", direct=True)
    between.drawn.clear()
    between.painted("bread", "salt")
    assert between.drawn == ["bread", "salt"]
