"""What differs between two texts shown side by side: by weight and line, stepped through, scrolled together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from reviewer.review.difference import TextDifference, difference
from reviewer.ui.kit.keymap import key_of, key_or_name, named_keys
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.text_looks import Emphasis
from reviewer.wording.plural import counted

LANE = "difference"
NOT_BOTH = "There are not two responses in sight here to tell apart."
STILL_COMPARED = "The two texts are still being compared."


class Differences(QObject):
    """Of two panes, while it is `on`: words that stand in both otherwise are bold, those that stand in one only are
    underlined as well. Scrolling one scrolls the other to the same place. Another pair of texts is compared anew.

    `why_not` says why there are not two responses to tell apart, nothing where there are; `page` is where the keys are.
    `refused` carries why a key did nothing.
    """

    refused = Signal(str)

    def __init__(
        self,
        session: Session,
        panes: tuple[ReadingPane, ReadingPane],
        why_not: Callable[[], str],
        page: str,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._session, self._panes, self._why_not, self._page = session, panes, why_not, page
        self._told = ""
        self.on = False
        self.found: TextDifference | None = None
        self._at = -1
        self._following = False
        self._texts = ("", "")
        # both texts of a pair are put in one after the other
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.follow)
        for side, pane in enumerate(self._panes):
            pane.put_anew.connect(self._soon.start)
            pane.verticalScrollBar().valueChanged.connect(partial(self._scrolled, side))

    def toggle(self) -> None:
        """Tell the two texts apart, or no longer."""
        if not self.on and (why := self._why_not()):
            self.refused.emit(named_keys(why))
            return
        self.turn(not self.on)

    def turn(self, on: bool) -> None:
        """On also where the second text is still to come."""
        self.on = on
        self.found = None
        self.follow()
        if not on:
            self._say("Differences are no longer shown.")

    def _say(self, words: str) -> None:
        self._told = words
        self._session.done.emit(words, f"{self._page}.difference")

    def follow(self) -> None:
        """Compare what is shown now; where nothing is to be compared, nothing is told apart."""
        texts = (self._panes[0].shown.original, self._panes[1].shown.original)
        if not self.on or self._why_not():
            self._show_none()
            return
        if texts == self._texts and self.found is not None:
            self._show(self.found)
            return
        self._texts = texts
        self._show_none()
        self._session.work(partial(difference, *texts), partial(self._compared, texts))

    def _compared(self, texts: tuple[str, str], found: TextDifference) -> None:
        if texts == self._texts and self.on and not self._why_not():
            self._show(found)
            self._say(self.words())

    def _show_none(self) -> None:
        """What was told of the pair before is not so of this one."""
        if self.found is not None:
            self._session.notice_over.emit(self._told)
        self._show(None)

    def words(self) -> str:
        """How many differences there are, and how they are stepped through."""
        if self.found is None:
            return ""
        n = len(self.found.parts)
        if not n:
            return "The two texts are the same."
        by = " Long texts are compared by lines first." if self.found.by_lines else ""
        step = key_of(f"{self._page}.next_difference")
        return f"{counted(n, 'difference')}{f'; {step} goes to the next' if step else ''}.{by}"

    def _show(self, found: TextDifference | None) -> None:
        self.found, self._at = found, -1
        parts = found.parts if found else ()
        for side, pane in enumerate(self._panes):
            spans = [((part.left, part.right)[side], (part.left, part.right)[1 - side]) for part in parts]
            emphasis = [Emphasis(*own, underlined=other[0] == other[1]) for own, other in spans if own[0] < own[1]]
            pane.show_emphasis(emphasis)
            pane.overview.show_stretches(LANE, [own for own, _ in spans])

    # stepping

    def step(self, by: int) -> None:
        """To the next difference (`by` 1) or the one before (−1), on both sides; round the end to the other."""
        if not self.on:
            self.refused.emit(f"No differences are shown; {key_or_name(f'{self._page}.difference')} shows them.")
        elif why := self._why_not():
            self.refused.emit(named_keys(why))
        elif self.found is None:
            self.refused.emit(STILL_COMPARED)
        elif not self.found.parts:
            self.refused.emit("The two texts are the same.")
        else:
            self._go((self._at + by) % len(self.found.parts) if self._at >= 0 or by > 0 else len(self.found.parts) - 1)

    def _go(self, at: int) -> None:
        if self.found is None:
            return
        self._at = at
        part = self.found.parts[at]
        self._following = True
        for pane, span in zip(self._panes, (part.left, part.right), strict=True):
            pane.bring_into_view(*pane.span(*span))
        self._following = False
        words = f"Difference {at + 1} of {len(self.found.parts)}."
        self._say(words)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._panes[0], words))

    # scrolling

    def _scrolled(self, side: int, _value: int) -> None:
        if self.found is None or self._following:
            return
        this, other = self._panes[side], self._panes[1 - side]
        place = this.shown.original_place(this.top_place())
        self._following = True
        other.show_at_top(other.shown.document_place(self.found.opposite(place, from_left=side == 0)))
        self._following = False
