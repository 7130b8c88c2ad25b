"""What has the focus is seen at a glance: a ring of 2 pixels in the accent colour inside its edge.

Fusion changes an outline of one pixel. The ring is a child of what has the focus, so that it moves, is cut and goes
with it, and takes part in no layout.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QScrollArea, QWidget

from reviewer.ui.kit.called_by_qt import filters, paints
from reviewer.ui.kit.theme import ACCENT, is_dark

RING = 2
RING_ROOM = RING + 1
"""What the ring covers along each edge."""
_CORNER = 3
_OVER_ALL = ("qt_scrollarea_vcontainer", "qt_scrollarea_hcontainer")
"""Qt's own names of what holds scroll bars, which it lays over everything whenever they come."""
OWN_MARK = "own_focus_mark"
"""A property of widgets that show themselves what has the focus in them."""


class FocusRing(QWidget):
    """Painted over one widget."""

    def __init__(self, around: QWidget) -> None:
        super().__init__(around)
        self.setObjectName("focus-ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        around.installEventFilter(self)
        for name in _OVER_ALL:
            bars = around.findChild(QWidget, name, Qt.FindChildOption.FindDirectChildrenOnly)
            if bars is not None:
                bars.installEventFilter(self)
        self._fit(around)
        self.raise_()
        self.show()

    def _fit(self, around: QWidget) -> None:
        self.setGeometry(around.rect())
        inner = self.rect().adjusted(RING_ROOM, RING_ROOM, -RING_ROOM, -RING_ROOM)
        # without its middle it does not cover what scrolls below
        self.setMask(QRegion(self.rect()) - QRegion(inner))

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self.parent() and isinstance(watched, QWidget):
            self._fit(watched)
        elif event.type() is QEvent.Type.ZOrderChange and watched is not self:
            self.raise_()
        return False

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(ACCENT[is_dark()][0]), RING))
        half = RING / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), _CORNER, _CORNER)
        painter.end()


class FocusRings(QObject):
    """Keeps one ring, around what has the focus now."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: FocusRing | None = None
        app.focusChanged.connect(self._move)

    def _move(self, _before: QWidget | None, now: QWidget | None) -> None:
        ring, self._ring = self._ring, None
        if ring is not None:
            ring.destroyed.disconnect(self._forget)
            ring.hide()
            ring.deleteLater()
        if now is not None and shows_ring(now):
            self._ring = FocusRing(now)
            self._ring.destroyed.connect(self._forget)

    def _forget(self) -> None:
        """It went with what it was around."""
        self._ring = None


def shows_ring(widget: QWidget) -> bool:
    """Not around whole pages, menus and windows, nor where a widget shows its focus itself."""
    if widget.isWindow() or isinstance(widget, QMenu | QMenuBar | QScrollArea) or widget.property(OWN_MARK):
        return False
    return widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
