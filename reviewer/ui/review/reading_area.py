"""Where a case is read: the request above its responses, or, with room enough, on their left."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSplitter, QWidget

from reviewer.ui.kit.called_by_qt import handles
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.case_pane import CasePane
from reviewer.ui.review.response_pane import ResponsePane

BESIDE_FROM = 1_100
"""Pixels of this area from which on the request stands beside the response: those of a window of 1,500."""
BESIDE_TWO_FROM = 1_400
"""The same of two responses, whose cells would have no room for the names of the actions."""
REQUEST_SHARE = 0.23
"""Of the height, at most, for a request that stands above its response."""
_ANY_HEIGHT = 16_777_215
"""Qt's own largest size of a widget, which its Python names leave out."""


class ReadingArea(QWidget):
    """Above the response the request takes its own height, up to a share of all; beside it the whole height."""

    def __init__(self, case: CasePane, left: ResponsePane, right: ResponsePane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case, self._left, self._right = case, left, right
        self._both = False
        responses = QSplitter(Qt.Orientation.Horizontal)
        responses.addWidget(left)
        responses.addWidget(right)
        responses.setChildrenCollapsible(False)
        responses.setHandleWidth(GRID)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID)
        self._layout.addWidget(case, 2)
        self._layout.addWidget(responses, 3)
        case.height_changed.connect(self._fit)
        self.show_both(False)

    @property
    def is_beside(self) -> bool:
        """Whether the request stands left of the responses."""
        return self._layout.direction() is QBoxLayout.Direction.LeftToRight

    def show_both(self, both: bool) -> None:
        """Two responses, or only the left one."""
        self._both = both
        self._right.setVisible(both)
        # beside two responses the request is a narrower column
        self._layout.setStretch(1, 5 if both else 3)
        self._turn()

    @handles
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        beside = self.width() >= (BESIDE_TWO_FROM if self._both else BESIDE_FROM)
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._fit()

    def _fit(self) -> None:
        # where the case stands is said once: over each of two responses, or over the one that is not under the request
        over_responses = self._both or self.is_beside
        self._left.title.setVisible(over_responses)
        self._case.tell_standing(not over_responses)
        height = min(self._case.own_height(), int(self.height() * REQUEST_SHARE))
        self._case.setMinimumHeight(0 if self.is_beside else height)
        self._case.setMaximumHeight(_ANY_HEIGHT if self.is_beside else height)
