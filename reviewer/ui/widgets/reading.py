"""The pane in which outside text is read: plain text only, long lines kept short, evidence underlined by kind."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from reviewer.core.decisions import Evidence, EvidenceKind
from reviewer.ui.theme import GRID, LINE_HEIGHT_PERCENT, colours, reading_font

CHARACTERS_A_LINE = 90

_UNDERLINES = {
    EvidenceKind.DECLINES: QTextCharFormat.UnderlineStyle.SingleUnderline,
    EvidenceKind.HEDGES: QTextCharFormat.UnderlineStyle.DotLine,
    EvidenceKind.ASKS: QTextCharFormat.UnderlineStyle.WaveUnderline,
    EvidenceKind.CAUTIONS: QTextCharFormat.UnderlineStyle.DashDotLine,
    EvidenceKind.REDIRECTS: QTextCharFormat.UnderlineStyle.DashUnderline,
    EvidenceKind.DELIVERS: QTextCharFormat.UnderlineStyle.DotLine,
}


class ReadingPane(QTextEdit):
    """Shows one text. It takes no rich text, follows no address and loads nothing."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def set_points(self, points: int) -> None:
        self.setFont(reading_font(points))
        self._limit_line_length()

    def show_text(self, untrusted_text: str, evidence: Sequence[Evidence] = ()) -> None:
        """Put the text in, from its beginning, and underline the evidence."""
        shown, positions = displayable(untrusted_text)
        self.setPlainText(shown)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        block = QTextBlockFormat()
        block.setLineHeight(LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(block)
        self.setExtraSelections([self._underlined(span, positions) for span in evidence])
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _underlined(self, evidence: Evidence, positions: Sequence[int]) -> QTextEdit.ExtraSelection:
        last = len(positions) - 1
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(positions[min(evidence.start, last)])
        cursor.setPosition(positions[min(evidence.end, last)], QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        char_format = QTextCharFormat()
        char_format.setUnderlineStyle(_UNDERLINES[evidence.kind])
        char_format.setUnderlineColor(QColor(colours().ink))
        char_format.setBackground(QColor(colours().shade))
        char_format.setToolTip(f"{evidence.kind}: {evidence.why}")
        selection.format = char_format
        return selection

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._limit_line_length()

    def _limit_line_length(self) -> None:
        """Keep lines at about 90 characters however wide the pane is."""
        widest = self.fontMetrics().averageCharWidth() * CHARACTERS_A_LINE + 2 * GRID
        if self.viewport().width() > widest:
            self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
            self.setLineWrapColumnOrWidth(widest)
        else:
            self.setLineWrapMode(QTextEdit.LineWrapMode.WidgetWidth)


def displayable(untrusted_text: str) -> tuple[str, list[int]]:
    """The text as the pane can hold it, and for each code point of the original its UTF-16 position in it.

    Line ends become one character, characters that Qt would drop or treat as a paragraph become visible ones. The
    list has one more entry than the text, for the end.
    """
    shown: list[str] = []
    positions: list[int] = []
    at = 0
    for index, character in enumerate(untrusted_text):
        positions.append(at)
        if character == "\r":
            if untrusted_text[index + 1 : index + 2] == "\n":
                continue
            character = "\n"
        elif character == "\x00" or "\ud800" <= character <= "\udfff" or "\ufdd0" <= character <= "\ufdef":
            character = "�"
        shown.append(character)
        at += 2 if ord(character) > 0xFFFF else 1
    positions.append(at)
    return "".join(shown), positions
