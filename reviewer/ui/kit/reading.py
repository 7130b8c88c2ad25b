"""The pane in which outside text is read, with its evidence underlined by kind."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QToolTip, QWidget

from reviewer.core.decisions import Evidence, EvidenceKind
from reviewer.ui.kit.called_by_qt import filters, handles, paints
from reviewer.ui.kit.evidence import THICK, draw_line, evidence_words
from reviewer.ui.kit.find_line import FindLine, TextSearch
from reviewer.ui.kit.lazy_text import CHARACTERS_A_LINE
from reviewer.ui.kit.more_lines import MoreLines
from reviewer.ui.kit.overview import Overview
from reviewer.ui.kit.text_looks import Section
from reviewer.ui.kit.text_pane import TextPane
from reviewer.ui.kit.theme import colours
from reviewer.ui.kit.underlines import edges_under


class ReadingPane(TextPane):
    """Shows one text. `evidence_reached` carries the index of the evidence that the cursor stands in, -1 where it
    stands in none.
    """

    evidence_reached = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self.evidence: tuple[Evidence, ...] = ()
        self._spans: tuple[tuple[int, int], ...] = ()
        self._selected = -1
        super().__init__(name, parent)
        self.overview, self.below = Overview(self), MoreLines(self)
        self.find_line = FindLine(self, TextSearch(self))
        self.put_anew.connect(self.find_line.search_again)
        self.reshaped.connect(self._place_evidence)
        self.cursorPositionChanged.connect(lambda: self.evidence_reached.emit(self.evidence_at_cursor()))

    def show_text(
        self,
        untrusted_text: str,
        evidence: Sequence[Evidence] = (),
        *,
        stay: bool = False,
        sections: Sequence[Section] = (),
        folded: Sequence[int] = (),
    ) -> None:
        """Put the text in, from its beginning, and underline the evidence, each kind with a line of its own shape.

        With `stay`, where the same text is shown already, the reader stays at the same line with the same selection.
        The numbers in `folded` are of the sections that are folded at first.
        """
        evidence = tuple(sorted(evidence, key=lambda span: (span.start, span.end)))
        same = stay and untrusted_text == self.toPlainText()
        if same and evidence == self.evidence:
            return
        self.evidence = evidence
        if not same:
            self._spans, self._selected = (), -1
            self.put(untrusted_text, sections, folded)
        self._place_evidence()

    def _place_evidence(self) -> None:
        self._spans = tuple(self.span(each.start, each.end) for each in self.evidence)
        self._selected = -1
        self._shade()
        self.overview.show_stretches("evidence", [(each.start, each.end) for each in self.evidence])

    def _shade(self) -> None:
        """Shade the evidence as far as the text has been put in."""
        length = self.document().characterCount()
        self.setExtraSelections([self._shaded(*span) for span in self._spans if span[1] < length])

    def filled(self) -> None:
        self._shade()

    @handles
    def changeEvent(self, event: QEvent) -> None:
        """With the theme's colours the shade under the evidence changes too."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._shade()

    def _shaded(self, start: int, end: int) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.cursor = self.cursor_over(start, end)
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
        self.unfold(self.evidence[at].start, self.evidence[at].end)
        self._selected = at
        self.bring_into_view(*self._spans[at])

    def leave_evidence(self) -> None:
        """Select nothing and go back to the beginning without scrolling."""
        place = self.verticalScrollBar().value()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(place)

    def words_at(self, at: int) -> str:
        """Why this piece counts, and where it stands among the others; nothing for -1."""
        return evidence_words(self.evidence[at], at, len(self.evidence)) if at >= 0 else ""

    @filters
    def viewportEvent(self, event: QEvent) -> bool:
        """A tool tip over evidence tells why it counts."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self.evidence_at(self.position_at(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), fill(self.words_at(at), CHARACTERS_A_LINE), self)
            return True
        return super().viewportEvent(event)

    @paints
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._spans:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_evidence(painter)
            painter.end()

    def _paint_evidence(self, painter: QPainter) -> None:
        colour = self.palette().color(QPalette.ColorRole.Text)
        for block, origin in self.blocks_in_sight():
            begins, ends = block.position(), block.position() + block.length()
            for evidence, (start, end) in zip(self.evidence, self._spans, strict=True):
                if start < ends and end > begins:
                    for left, right, baseline in edges_under(block, origin, start, end):
                        draw_line(painter, evidence.kind, left, right, baseline + 2 * THICK, colour)
