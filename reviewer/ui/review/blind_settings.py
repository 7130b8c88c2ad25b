"""How a workspace is reviewed blind: whether, without the label too, and how much comes back unannounced."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QSpinBox, QVBoxLayout, QWidget

from reviewer.review.blinding import MOST_AGAIN, Blinding
from reviewer.review.returning import AFTER_AT_LEAST
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.theme import GRID

WHAT_IS_HIDDEN = (
    "Until you have decided you do not see the verdict, the names of the versions and what others decided. Of two "
    "responses side by side chance says which stands left, for each case anew."
)
WHAT_COMES_BACK = (
    f"Some of what you have decided comes back later, at least {AFTER_AT_LEAST} responses on, without a word and "
    "without your earlier decision in sight. Agreement then shows how often you say the same again. The history keeps "
    "both; the later one counts."
)


BEGINS = "{review.blind} begins and ends it."


class BlindSettings(QDialog):
    """`chosen` carries whether the label is hidden too, and how many per cent come back."""

    chosen = Signal(bool, int)

    def __init__(self, blinding: Blinding, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Blind review")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.label = QCheckBox("Hide the label and band too, until you have decided")
        self.label.setChecked(blinding.label)
        self.again = QSpinBox()
        self.again.setRange(0, MOST_AGAIN)
        self.again.setSuffix(" %")
        self.again.setValue(blinding.again)
        self.again.setAccessibleName("Share of the responses that comes back")
        share = QLabel("Share of the responses that &comes back")
        share.setBuddy(self.again)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(f"{WHAT_IS_HIDDEN} {named_keys(BEGINS)}"))
        layout.addWidget(self.label)
        layout.addSpacing(2 * GRID)
        layout.addWidget(plain_label(WHAT_COMES_BACK))
        layout.addLayout(row(share, self.again, None))
        layout.addWidget(buttons)
        self.setMinimumWidth(64 * GRID)
        self.label.setFocus()

    def _choose(self) -> None:
        self.accept()
        self.chosen.emit(self.label.isChecked(), self.again.value())
