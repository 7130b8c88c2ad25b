"""Show a window so that all of it, its frame too, lies on the screen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QStyle, QWidget


def fits(size: QSize, room: QRect, title_height: int) -> bool:
    """Whether a window of this size has its place beside panels and below its own title."""
    return size.width() <= room.width() and size.height() + title_height <= room.height()


def show_on_screen(window: QWidget) -> None:
    """As large as it is, or over the whole screen where it is too large: its last line says what was refused."""
    title_height = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    if fits(window.size(), window.screen().availableGeometry(), title_height):
        window.show()
    else:
        window.showMaximized()
