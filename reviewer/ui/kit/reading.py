"""The pane in which outside text is read: plain text only, long lines kept short, evidence underlined by kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import fill
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QToolTip, QWidget

from reviewer.core.decisions import Evidence, EvidenceKind
from reviewer.ui.kit.evidence import THICK, draw_line, evidence_words
from reviewer.ui.kit.spaced_text import CHARACTERS_A_LINE, SpacedText
from reviewer.ui.kit.theme import GRID, colours


class ReadingPane(SpacedText):
    """Shows one text. It takes no rich text, follows no address and loads nothing.

    `evidence_reached` carries the index of the evidence that the cursor stands in, -1 where it stands in none.
    """

    evidence_reached = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.evidence: tuple[Evidence, ...] = ()
        self._shown = ""
        self._spans: tuple[tuple[int, int], ...] = ()
        self._selected = -1
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(GRID)
        self.document().setUndoRedoEnabled(False)
        self.cursorPositionChanged.connect(lambda: self.evidence_reached.emit(self.evidence_at_cursor()))

    def show_text(self, untrusted_text: str, evidence: Sequence[Evidence] = (), *, stay: bool = False) -> None:
        """Put the text in, from its beginning, and underline the evidence, each kind with a line of its own shape.

        With `stay`, where the same text is shown already, the reader stays at the same line with the same selection.
        """
        evidence = tuple(sorted(evidence, key=lambda span: (span.start, span.end)))
        same = stay and untrusted_text == self._shown
        if same and evidence == self.evidence:
            return
        self._shown = untrusted_text
        self.evidence = evidence
        shown, ends = displayable(untrusted_text, [end for span in evidence for end in (span.start, span.end)])
        self._spans = tuple(zip(ends[::2], ends[1::2], strict=True))
        self._selected = -1
        if same:
            self.setExtraSelections([self._shaded(*span) for span in self._spans])
            return
        self.setPlainText(shown)
        self.space_lines()
        self._shade()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _cursor(self, anchor: int, position: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(anchor)
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _shade(self) -> None:
        self.setExtraSelections([self._shaded(*span) for span in self._spans])

    def changeEvent(self, event: QEvent) -> None:
        """With the theme's colours the shade under the evidence changes too."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._shade()

    def _shaded(self, start: int, end: int) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.cursor = self._cursor(start, end)
        char_format = QTextCharFormat()
        char_format.setBackground(QColor(colours().shade))
        selection.format = char_format
        return selection

    # evidence

    def evidence_at(self, position: int) -> int:
        """Index of the shortest evidence over a position of the document, -1 where there is none."""
        over = [at for at, (start, end) in enumerate(self._spans) if start <= position < end]
        return min(over, key=lambda at: self._spans[at][1] - self._spans[at][0], default=-1)

    def evidence_at_cursor(self) -> int:
        """The evidence that is selected, else the one that the cursor stands in while it is seen, else -1."""
        selected = self._selected_evidence()
        if selected >= 0 or not self.hasFocus():
            return selected
        return self.evidence_at(self.textCursor().position())

    def _selected_evidence(self) -> int:
        cursor = self.textCursor()
        span = (cursor.selectionStart(), cursor.selectionEnd())
        return self._selected if self._selected >= 0 and self._spans[self._selected] == span else -1

    def next_evidence(self, by: int, kind: EvidenceKind | None = None) -> int:
        """Index of the next evidence, of one kind if asked for, from the cursor on (`by` 1) or back (-1); -1 past the
        last.
        """
        here, cursor = self._selected_evidence(), self.textCursor().position()
        if here < 0 and by > 0:
            # the one that the cursor stands in comes first
            here = next((at for at, (_, end) in enumerate(self._spans) if end > cursor), len(self._spans)) - 1
        elif here < 0:
            here = sum(start < cursor for start, _ in self._spans)
        order = range(here + by, len(self.evidence) if by > 0 else -1, by)
        return next((at for at in order if kind is None or self.evidence[at].kind is kind), -1)

    def go_to_evidence(self, at: int) -> None:
        """Select a piece of evidence, which a screen reader reads, and bring its beginning into view."""
        start, end = self._spans[at]
        self._selected = at
        # its end first and then its beginning: all of it is seen where there is room
        for anchor, position in ((start, end), (end, start)):
            self.setTextCursor(self._cursor(anchor, position))
            self.ensureCursorVisible()

    def leave_evidence(self) -> None:
        """Select nothing and go back to the beginning without scrolling."""
        place = self.verticalScrollBar().value()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(place)

    def words_at(self, at: int) -> str:
        """Why this piece counts, and where it stands among the others; nothing for -1."""
        return evidence_words(self.evidence[at], at, len(self.evidence)) if at >= 0 else ""

    def viewportEvent(self, event: QEvent) -> bool:
        """A tool tip over evidence tells why it counts."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = QPointF(event.pos()) - self._offset()
            at = self.evidence_at(self.document().documentLayout().hitTest(place, Qt.HitTestAccuracy.ExactHit))
            QToolTip.showText(event.globalPos(), fill(self.words_at(at), CHARACTERS_A_LINE), self)
            return True
        return super().viewportEvent(event)

    def _offset(self) -> QPointF:
        """Where the document's origin lies in the viewport."""
        return QPointF(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._paint_evidence()
        self.paint_more()

    def _paint_evidence(self) -> None:
        if not self._spans:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self._offset())
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        colour = self.palette().color(QPalette.ColorRole.Text)
        for evidence, (start, end) in zip(self.evidence, self._spans, strict=True):
            self._draw_span(painter, evidence.kind, start, end, top, bottom, colour)
        painter.end()

    def _draw_span(
        self, painter: QPainter, kind: EvidenceKind, start: int, end: int, top: int, bottom: int, colour: QColor
    ) -> None:
        """Underline what can be seen of a span, line by line."""
        layout = self.document().documentLayout()
        block = self.document().findBlock(start)
        while block.isValid() and block.position() < end:
            box = layout.blockBoundingRect(block)
            if box.top() > bottom:
                return
            if box.bottom() >= top:
                for line in _lines_over(block, start, end):
                    _draw_under(painter, kind, block, line, (start, end), box.topLeft(), colour)
            block = block.next()


def _lines_over(block: QTextBlock, start: int, end: int) -> list[QTextLine]:
    """The laid out lines of a block that hold a part of the span."""
    layout = block.layout()
    lines = [layout.lineAt(number) for number in range(layout.lineCount())]
    first, last = start - block.position(), end - block.position()
    return [line for line in lines if line.textStart() < last and line.textStart() + line.textLength() > first]


def _draw_under(
    painter: QPainter,
    kind: EvidenceKind,
    block: QTextBlock,
    line: QTextLine,
    span: tuple[int, int],
    origin: QPointF,
    colour: QColor,
) -> None:
    """Underline a span's part of one line; in right-to-left text its end lies left of its start."""
    first = max(span[0] - block.position(), line.textStart())
    last = min(span[1] - block.position(), line.textStart() + line.textLength())
    seen = line.naturalTextRect()
    # without the spaces at which the line was broken
    edges = sorted(min(max(_x(line, at), seen.left()), seen.right()) for at in (first, last))
    baseline = origin.y() + line.y() + line.ascent()
    draw_line(painter, kind, origin.x() + edges[0], origin.x() + edges[1], baseline + 2 * THICK, colour)


def _x(line: QTextLine, position: int) -> float:
    """The horizontal place of a position in a line. Qt gives it with the position, where its stubs say an object."""
    found: Any = line.cursorToX(position)
    return float(found[0])


_UNSHOWABLE = re.compile("[\x00\ud800-\udfff\ufdd0-\ufdef]")


def displayable(untrusted_text: str, places: Sequence[int] = ()) -> tuple[str, list[int]]:
    """The text as the pane can hold it, and the UTF-16 position in it of each of these code points of the original.

    Line ends become one character, characters that Qt would drop or treat as a paragraph become visible ones. Places
    may come in any order and lie behind the end. A megabyte takes a few milliseconds, also with many places.
    """
    shown = untrusted_text.replace("\r\n", "\n").replace("\r", "\n")
    shown = shown.replace("\x00", "�") if shown.isascii() else _UNSHOWABLE.sub("�", shown)
    positions: dict[int, int] = {}
    at = position = 0
    for place in sorted({min(place, len(untrusted_text)) for place in places}):
        # a carriage return whose line feed stands at the place itself takes no room either
        pairs = untrusted_text.count("\r\n", at, place + 1)
        position += _utf16_units(untrusted_text[at:place]) - pairs
        at, positions[place] = place, position
    return shown, [positions[min(place, len(untrusted_text))] for place in places]


def _utf16_units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
