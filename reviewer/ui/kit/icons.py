"""Icons in the colour of the text, tinted when they are painted: with another theme none has to be set anew."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from reviewer.host.paths import resources_folder
from reviewer.ui.kit.called_by_qt import paints

_clones: list[QIconEngine] = []
"""Qt owns the engine that `clone` hands it and PySide does not know so: kept here, none is deleted twice."""


def icon(name: str) -> QIcon:
    """An icon of the resources in the palette's text colour, whatever that is when it is painted."""
    return QIcon(_Tinted(name))


class IconSign(QWidget):
    """An icon that stands in a layout and is no button."""

    def __init__(self, name: str, pixels: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon(name)
        self.setFixedSize(pixels, pixels)

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
        painter.end()


class _Tinted(QIconEngine):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    @paints
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        drawing = _drawing(self._name).replace(b"currentColor", _ink(mode).encode())
        QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        _clones.append(_Tinted(self._name))
        return _clones[-1]


def _ink(mode: QIcon.Mode) -> str:
    disabled, selected = mode is QIcon.Mode.Disabled, mode is QIcon.Mode.Selected
    group = QPalette.ColorGroup.Disabled if disabled else QPalette.ColorGroup.Active
    role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.WindowText
    return QGuiApplication.palette().color(group, role).name()


@lru_cache
def _drawing(name: str) -> bytes:
    return (resources_folder() / "icons" / f"{name}.svg").read_bytes()
