"""A text from outside as it is: hidden characters as marks, code in letters of one width, long stretches folded.

Whoever shows something about the text speaks of places in the original, in code points; `shown` knows where each of
them stands in the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QWidget

from reviewer.ui.kit.called_by_qt import handles
from reviewer.ui.kit.finding import Match
from reviewer.ui.kit.shown_text import ShownText, Swap, Swapped
from reviewer.ui.kit.spaced_text import SpacedText
from reviewer.ui.kit.text_looks import Emphasis, Section, TextLooks
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import counted

FOLDED_CHARACTERS = 60
"""Of what is folded, that are shown."""
_FOLD_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TextPane(SpacedText):
    """Takes no rich text, follows no address and loads nothing. `reshaped` comes when something was folded or
    opened, and all positions of the document are others; `put_anew` when another text is shown.
    """

    reshaped = Signal()
    put_anew = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self.looks = TextLooks()
        self._folded: frozenset[int] = frozenset()
        self._opened: frozenset[int] = frozenset()
        super().__init__(self.looks, parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def put(self, untrusted_text: str, sections: Sequence[Section] = (), folded: Sequence[int] = ()) -> None:
        """Put another text in, from its beginning; `folded` are the numbers of sections that are folded."""
        self._folded, self._opened = frozenset(folded), frozenset()
        self.looks.begin(sections)
        self._show(untrusted_text)
        self.put_anew.emit()

    def _show(self, untrusted_text: str) -> None:
        self.looks.shown = ShownText(untrusted_text, list(self._folds(untrusted_text)), self._opened)
        self.set_shown(self.shown.shown)

    @property
    def shown(self) -> ShownText:
        return self.looks.shown

    def toPlainText(self) -> str:
        """The original, without marks and with what is folded."""
        return self.shown.original

    def createMimeDataFromSelection(self) -> QMimeData:
        """A copy is of the original."""
        # Qt's own object is filled anew: one made in Python would outlive Python on the clipboard, and crash the exit
        data = super().createMimeDataFromSelection()
        data.text()
        data.clear()
        cursor = self.textCursor()
        part = self.shown.part(cursor.selectionStart(), cursor.selectionEnd())
        data.setText(part.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
        return data

    # places

    def cursor_over(self, start: int, end: int) -> QTextCursor:
        """A cursor that selects a stretch of the document, which is put in as far as that if need be."""
        self.put_in(max(start, end))
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the original stands in the document."""
        return self.looks.span(start, end)

    def bring_into_view(self, start: int, end: int) -> None:
        """Select a stretch of the document, and see all of it where there is room, else its beginning."""
        for anchor, position in ((start, end), (end, start), (end, start)):
            self.setTextCursor(self.cursor_over(anchor, position))
            self.ensureCursorVisible()
            self.settle()

    # how it looks

    def show_emphasis(self, emphasis: Sequence[Emphasis]) -> None:
        """Make stretches of the original bold or underline them; they may not overlap each other."""
        wanted = tuple(sorted(emphasis, key=lambda each: each.start))
        if wanted != self.looks.emphasis:
            self.looks.emphasis = wanted
            self.measure_again()

    def mark_matches(self, matches: Sequence[Match]) -> None:
        """Shade what was searched for."""
        self.looks.matches = tuple(matches)
        self.viewport().update()

    @handles
    def changeEvent(self, event: QEvent) -> None:
        """With the theme's colours those of the marks change too."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.measure_again()

    # folding

    def _folds(self, untrusted_text: str) -> Iterator[Swap]:
        for number in self._folded:
            section = self.looks.sections[number]
            body = untrusted_text[section.body : section.end].rstrip()
            start = section.body + len(body) - len(body.lstrip())
            lines = counted(body.count("\n") + 1, "line")
            words = f"⟨{lines} folded: \u2068{preview(body, FOLDED_CHARACTERS)}\u2069⟩"
            yield Swap(start, section.body + len(body), words, Swapped.FOLD)

    def open_at(self, position: int) -> bool:
        """Open what is folded at a position of the document, or fold or open the section whose heading is there;
        whether there is such a thing.
        """
        place = self.shown.original_place(position)
        number = next((at for at, each in enumerate(self.looks.sections) if each.start <= place < each.body), None)
        folds = (swap for _, _, swap in self.shown.swaps_between(position, position + 1))
        fold = next((swap for swap in folds if swap.why is Swapped.FOLD), None)
        if number is None and fold is None:
            return False
        if number is None:
            number = next(
                (at for at in self._folded if self.looks.sections[at].body <= place < self.looks.sections[at].end), None
            )
        if number is None:
            self._opened |= {place}
        else:
            self._folded ^= {number}
        self._reshape(place)
        return True

    def unfold(self, start: int, end: int) -> None:
        """Open everything folded that holds a part of a stretch of the original."""
        over = self.shown.swaps_between(*self.span(start, end))
        folds = [swap for _, _, swap in over if swap.why is Swapped.FOLD]
        for fold in folds:
            self.open_at(self.shown.document_place(self.shown.split(fold.start)))

    def _reshape(self, place: int) -> None:
        bar = self.verticalScrollBar()
        top = self.shown.original_place(self.top_place()) if bar.value() else 0
        self._show(self.shown.original)
        at = self.shown.document_place(place)
        self.setTextCursor(self.cursor_over(at, at))
        if top:
            self.put_in()
            self.show_at_top(self.shown.document_place(top))
        self.reshaped.emit()

    def step_section(self, by: int) -> bool:
        """To the heading after the one that the cursor is in or under, or to the one before; whether there is one."""
        here = self.shown.original_place(self.textCursor().position())
        before = sum(each.start < here + (by > 0) for each in self.looks.sections)
        at = before if by > 0 else before - 1
        if not 0 <= at < len(self.looks.sections):
            return False
        self.setFocus()
        start = self.shown.document_place(self.looks.sections[at].start)
        self.setTextCursor(self.cursor_over(start, start))
        self.ensureCursorVisible()
        return True

    @handles
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens or folds what the cursor stands on."""
        if event.key() not in _FOLD_KEYS or not self.open_at(self.textCursor().position()):
            super().keyPressEvent(event)

    @handles
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at = self.position_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and at >= 0 and not self.textCursor().hasSelection():
            self.open_at(at)
