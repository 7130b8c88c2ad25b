"""Finding words in a text: a small line over its upper corner that moves nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QHBoxLayout, QLabel, QLineEdit

from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.finding import Match, Searchable
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.text_pane import TextPane
from reviewer.ui.kit.theme import GRID, small_font

_WIDTH = 22 * GRID
_WIDEST_COUNT = "99,999 of 99,999"
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Searched(Protocol):
    """What a line searches: each place of the words has a number, from 0 in the order of reading."""

    def find(self, words: str) -> int:
        """Find every place of the words and show where they are; how many there are."""

    def first_from_here(self) -> int:
        """The first place from where the person reads on, else the first of all."""

    def go(self, at: int, *, unfold: bool) -> None:
        """Bring a place into view; what is folded opens only if it is to `unfold`."""

    def forget(self) -> None:
        """Show no places any more."""

    def begin_anew(self) -> None:
        """There is another text than before."""


class TextSearch:
    """The places in the text of one pane."""

    def __init__(self, pane: TextPane) -> None:
        self._pane = pane
        self._matches: list[Match] = []
        self._searchable: Searchable | None = None

    def find(self, words: str) -> int:
        if self._searchable is None:
            self._searchable = Searchable(self._pane.toPlainText())
        self._matches = self._searchable.find(words)
        self._pane.mark_matches(self._matches)
        return len(self._matches)

    def first_from_here(self) -> int:
        reads = self._pane.shown.original_place(self._pane.top_place())
        return next((at for at, match in enumerate(self._matches) if match.start >= reads), 0)

    def go(self, at: int, *, unfold: bool) -> None:
        match = self._matches[at]
        if unfold:
            self._pane.unfold(match.start, match.end)
        self._pane.bring_into_view(*self._pane.span(match.start, match.end))

    def forget(self) -> None:
        self._matches, self._searchable = [], None
        self._pane.mark_matches(())

    def begin_anew(self) -> None:
        self._searchable = None


class FindLine(QFrame):
    """Of one pane, over its corner. Return goes to the next place and to the text, where n and N go on; Esc closes it.

    What `searched` is of has to say with `search_again` when it shows another text.
    """

    def __init__(self, pane: QAbstractScrollArea, searched: Searched) -> None:
        super().__init__(pane)
        self._pane, self._searched = pane, searched
        self._n, self._at = 0, -1
        self._was_entered = False
        self.words = QLineEdit()
        self.words.setAccessibleName(f"Find in: {pane.accessibleName()}")
        self.words.setPlaceholderText("Find in this text")
        self.words.setToolTip("Return or n: next, N: previous, Esc: close")
        self.words.setMinimumWidth(_WIDTH)
        self.count = _count_label()
        line = QHBoxLayout(self)
        line.setContentsMargins(GRID // 2, GRID // 2, GRID, GRID // 2)
        line.setSpacing(GRID)
        line.addWidget(self.words)
        line.addWidget(self.count)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.words.textChanged.connect(self._search)
        for watched in (pane, self.words):
            watched.installEventFilter(self)
        self.hide()

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    @property
    def is_in_sight(self) -> bool:
        return self._pane.isVisible()

    @property
    def is_in_use(self) -> bool:
        return self._pane.hasFocus()

    def begin(self) -> None:
        """Show it, ready to be typed into; what was searched for last is there."""
        self._place()
        self.show()
        self.raise_()
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()
        self._search(self.words.text())

    def close_line(self) -> None:
        """Back to the text, where what was found stays selected."""
        self.hide()
        self._n = 0
        self._searched.forget()
        self._pane.setFocus()

    def step(self, by: int) -> None:
        """To the next place (`by` 1) or the one before (-1), round the ends."""
        if self._n:
            self._go((self._at + by) % self._n)

    # searching

    def _search(self, words: str) -> None:
        """Find every place of the words, and go to the first from where the person reads on."""
        self._find(words)
        self._was_entered = False
        if self._n:
            # nothing opens while the person is still typing
            self._go(self._searched.first_from_here(), unfold=False)

    def search_again(self) -> None:
        """Another text is shown: its places are counted, and nothing scrolls."""
        self._searched.begin_anew()
        if self.is_open:
            self._find(self.words.text())

    def _find(self, words: str) -> None:
        self._n, self._at = self._searched.find(words), -1
        self._say()

    def _go(self, at: int, *, unfold: bool = True) -> None:
        self._at = at
        self._searched.go(at, unfold=unfold)
        self._say()

    def _say(self) -> None:
        n = self._n
        if not self.words.text().strip():
            said = ""
        elif not n:
            said = "not found"
        else:
            said = f"{self._at + 1:,} of {n:,}" if self._at >= 0 else f"{n:,} found"
        self.count.setText(said)
        if said and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.words, said))

    # keys

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self._pane:
            self._place()
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            act = self._act_of(event, in_words=watched is self.words)
            if act is not None:
                if event.type() is QEvent.Type.KeyPress:
                    act()
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def _act_of(self, event: QKeyEvent, *, in_words: bool) -> Callable[[], None] | None:
        """What a key does here; nothing for a key that is not about finding."""
        key, back = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.matches(QKeySequence.StandardKey.Find):
            return self.begin
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if not self.is_open or not plain:
            return None
        if key == Qt.Key.Key_Escape:
            return self.close_line
        if key == Qt.Key.Key_F3 or (key == Qt.Key.Key_N and not in_words):
            return partial(self.step, -1 if back else 1)
        if key in _ENDS and in_words:
            return partial(self._enter, -1 if back else 1)
        return None

    def _enter(self, by: int) -> None:
        """To the text, where n and N go on; the place that was shown while typing is the first."""
        self._pane.setFocus()
        if self._at < 0 or self._was_entered:
            self.step(by)
        elif self._n:
            self._go(self._at)
        self._was_entered = True

    def _place(self) -> None:
        """In the upper corner, left of the scroll bar."""
        size = self.sizeHint()
        bar = self._pane.verticalScrollBar()
        room = self._pane.width() - (bar.width() if bar.isVisible() else 0)
        width = min(size.width(), room)
        self.setGeometry(room - width, 0, width, size.height())


def _count_label() -> QLabel:
    label = plain_label(wrap=False)
    label.setFont(small_font(label.font()))
    label.setMinimumWidth(label.fontMetrics().horizontalAdvance(_WIDEST_COUNT))
    return label


def find_in(lines: Sequence[FindLine]) -> None:
    """Open the line of the pane that is in use, else the first that is seen; asked again, the next one's."""
    seen = [each for each in lines if each.is_in_sight]
    if not seen:
        return
    typed_in = next((at for at, each in enumerate(seen) if each.words.hasFocus()), None)
    in_use = next((at for at, each in enumerate(seen) if each.is_in_use), 0)
    coming = seen[in_use if typed_in is None else (typed_in + 1) % len(seen)]
    for each in seen:
        if each is not coming and each.is_open:
            each.close_line()
    coming.begin()
