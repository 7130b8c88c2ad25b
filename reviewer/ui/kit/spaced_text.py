"""Text for reading: lines as far apart and as long as reads well, and a word on what stands below the fold."""

from __future__ import annotations

import math

from reviewer.ui.kit.lazy_text import LazyText
from reviewer.ui.kit.theme import reading_font


class SpacedText(LazyText):
    """Sets the measures of a text; what is in it is up to those who build on it."""

    def set_points(self, points: int) -> None:
        self.setFont(reading_font(points))

    def own_height(self) -> int:
        """What it takes to show the whole text at the present width, in pixels."""
        return math.ceil(self.document().size().height()) + 2 * self.frameWidth()

    def lines_below(self) -> int:
        """How many lines stand below what is seen, blank ones among them."""
        bar = self.verticalScrollBar()
        return math.ceil((bar.maximum() - bar.value() - self.document().documentMargin()) / self.line_height)

    def lines_end(self) -> float:
        """Where the longest line can end, in pixels from the left of the viewport."""
        return self.document().documentMargin() + self.text_width()

    def keep_room_below(self, pixels: int) -> None:
        """For what is said below the text."""
        self.setViewportMargins(0, 0, 0, pixels)
