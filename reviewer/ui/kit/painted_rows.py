"""Rows of a list as they were painted: one that only moved, or stands where it stood, is not drawn again."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionViewItem

_MOST = 200
"""Rows that are kept: several times what a screen shows. One row more, and all are drawn anew."""

Draws = Callable[[QPainter, QStyleOptionViewItem], None]


class PaintedRows:
    """For a delegate. Half of what a decision costs on the screen was to draw the other lines of the list again."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, QPixmap] = {}

    def put(self, painter: QPainter, option: QStyleOptionViewItem, shown: Hashable, draw: Draws) -> None:
        """`shown` is all that `draw` depends on beside the row's look and size. Where a picture would not fall on whole
        pixels of the screen, the row is drawn itself."""
        rect, ratio = option.rect, painter.device().devicePixelRatio()
        if ratio != int(ratio) or rect.isEmpty():
            draw(painter, option)
            return
        look = (
            option.state.value,
            option.palette.cacheKey(),
            option.font.key(),
            option.direction,
            option.features.value,
        )
        key = (shown, rect.width(), rect.height(), ratio, look)
        picture = self._rows.get(key)
        if picture is None:
            if len(self._rows) >= _MOST:
                self._rows.clear()
            picture = self._rows[key] = _picture(option, ratio, draw)
        painter.drawPixmap(rect.topLeft(), picture)


def _picture(option: QStyleOptionViewItem, ratio: float, draw: Draws) -> QPixmap:
    rect = option.rect
    picture = QPixmap(rect.size() * int(ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    own = QStyleOptionViewItem(option)
    own.rect = QRect(0, 0, rect.width(), rect.height())
    painter = QPainter(picture)
    painter.setLayoutDirection(option.direction)
    draw(painter, own)
    painter.end()
    return picture
