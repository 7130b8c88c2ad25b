"""A page or panel that is larger than its place, for people who go through it with Tab."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QScrollArea, QScrollBar

from reviewer.ui.kit.called_by_qt import filters


class TabbedScroll(QScrollArea):
    """Tab brings the whole of what it reaches into sight, its beginning where there is not the room: Qt's own way ends
    at a strip of it.
    """

    @filters
    def focusNextPrevChild(self, forward: bool) -> bool:
        moved = super().focusNextPrevChild(forward)
        inner, reached = self.widget(), QApplication.focusWidget()
        if moved and inner is not None and reached is not None and inner.isAncestorOf(reached):
            at, room = reached.mapTo(inner, QPoint(0, 0)), self.viewport().size()
            _show(self.verticalScrollBar(), at.y(), reached.height(), room.height())
            _show(self.horizontalScrollBar(), at.x(), reached.width(), room.width())
        return moved


def _show(bar: QScrollBar, start: int, length: int, room: int) -> None:
    bar.setValue(min(max(bar.value(), start + length - room), start))
