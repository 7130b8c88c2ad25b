"""What the model thought before it answered, folded above its response: no part of what is judged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.theme import GRID, small_font

_HEIGHT = 22 * GRID


class ReasoningFold(QWidget):
    """Hidden where there is no reasoning, and folded whenever another response is shown."""

    def __init__(self, side: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reasoning = ""
        self.fold = QPushButton()
        self.fold.setFlat(True)
        self.fold.setFont(small_font(self.fold.font()))
        self.fold.setAccessibleName(f"{side}: the model's reasoning")
        told = "What the model thought first. It is not part of what is judged."
        tell_key(self.fold, "review.reasoning", told)
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fold.clicked.connect(self.toggle)
        self._own_keys = OwnKeys((self.fold,), self)
        self.text = ReadingPane(f"{side} reasoning")
        self.text.setMaximumHeight(_HEIGHT)
        self.text.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.text)
        self.hide()

    def show_reasoning(self, untrusted_reasoning: str, *, again: bool) -> None:
        """`again` where the same response was shown before: it stays unfolded."""
        self._reasoning = untrusted_reasoning
        self.setVisible(bool(untrusted_reasoning.strip()))
        self._set_unfolded(again and not self.text.isHidden())

    def toggle(self) -> None:
        """Unfold it, or fold it again."""
        self._set_unfolded(self.text.isHidden() and bool(self._reasoning.strip()))

    def _set_unfolded(self, unfolded: bool) -> None:
        self.text.show_text(self._reasoning if unfolded else "", stay=not unfolded)
        self.text.setVisible(unfolded)
        what = f"reasoning ({len(self._reasoning):,} characters)"
        self.fold.setText(f"Fold the {what}" if unfolded else f"Show the {what}")
