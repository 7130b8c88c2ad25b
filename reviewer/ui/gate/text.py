"""The policy's file as text, with what is wrong and in which line."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFontDatabase, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from reviewer.ui.gate.draft import PolicyDraft
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID, colours
from reviewer.wording.plain_text import plain_text


class PolicyTextPane(QWidget):
    """Follows the draft and is followed by it; what the form changes can be undone here too."""

    def __init__(self, draft: PolicyDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName("The policy's file")
        self.edit.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.edit.setTabChangesFocus(True)
        self.problem = plain_label()
        self.problem.setAccessibleName("What is wrong in the text")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.edit, 1)
        layout.addWidget(self.problem)
        self.edit.textChanged.connect(lambda: draft.edit(self.edit.toPlainText()))
        draft.changed.connect(self.show_draft)
        draft.replaced.connect(self.show_draft)
        self.show_draft()

    def show_draft(self) -> None:
        if self.edit.toPlainText() != self._draft.text:
            self._put(self._draft.text)
        problem = self._draft.read.problem
        self.problem.setText(f"▸ {plain_text(str(problem))}" if problem else "")
        self.problem.setVisible(problem is not None)
        self._mark(problem.line if problem else 0)

    def _put(self, text: str) -> None:
        """Replace what differs as one step that can be undone; the place in the text stays."""
        old, place = self.edit.toPlainText(), self.edit.textCursor().position()
        start = next((at for at, (a, b) in enumerate(zip(old, text, strict=False)) if a != b), min(len(old), len(text)))
        room = min(len(old), len(text)) - start
        end = next((at for at in range(room) if old[-1 - at] != text[-1 - at]), room)
        cursor = QTextCursor(self.edit.document())
        cursor.setPosition(_units(old[:start]))
        cursor.setPosition(_units(old[: len(old) - end]), QTextCursor.MoveMode.KeepAnchor)
        self.edit.blockSignals(True)
        cursor.insertText(text[start : len(text) - end])
        self.edit.blockSignals(False)
        shown = self.edit.textCursor()
        shown.setPosition(min(place, self.edit.document().characterCount() - 1))
        self.edit.setTextCursor(shown)

    def _mark(self, line: int) -> None:
        """The whole line on a ground of its own."""
        marked = []
        if line:
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(self.edit.document().findBlockByNumber(line - 1))
            selection.format.setBackground(QColor(colours().hairline))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marked.append(selection)
        self.edit.setExtraSelections(marked)


def _units(text: str) -> int:
    """How long Qt counts a text: in units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
