"""Pages that would tell what a blind review hides are not shown while it is blind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from reviewer.review.blinding import Blinding, read_blinding
from reviewer.ui.kit.page import EmptyState

if TYPE_CHECKING:
    from reviewer.ui.frame.main_window import MainWindow

TELLING = frozenset({"runs", "compare", "score", "reports", "agreement", "adjudicate", "gate"})
"""Pages that name versions, or show verdicts or what others decided."""
TELLS_LABELS = "cases"
VEILED = (
    "You are reviewing blind, and this page shows versions, verdicts, labels or what others decided. "
    "To see it, end the blind review first ({review.blind} in Review)."
)


class BlindVeil(QObject):
    """`screen` stands in the place of such a page. How the workspace is reviewed is read as soon as it is open, before
    any page has read anything.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._sight = window, window.session.sight
        go = window.commands["go.review"]
        self.screen: QWidget = EmptyState(VEILED, go.text(), go.trigger)
        self.wanted = ""
        self._generation = 0
        self._sight.changed.connect(self._follow)

    def hides(self, page: str) -> bool:
        """Whether that page is out of sight now."""
        return self._sight.blind and (page in TELLING or (page == TELLS_LABELS and self._sight.unlabelled))

    def begin(self) -> None:
        """Another workspace is open."""
        self._generation = self._window.session.generation
        self._window.session.read(read_blinding, self._take)

    def _take(self, found: Blinding) -> None:
        self._sight.keep_out(blind=found.on, label=found.label)

    def _follow(self) -> None:
        """What is shown may be hidden now, and the other way round. Pages of a former workspace are about to go."""
        if self._generation != self._window.session.generation:
            return
        veiled = self._window.stack.currentWidget() is self.screen
        page = self.wanted if veiled else self._window.page
        if page and self.hides(page) is not veiled:
            self._window.show_page(page)
