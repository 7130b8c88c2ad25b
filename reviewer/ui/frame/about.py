"""What this program is and which version."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from reviewer import __version__
from reviewer.ui.frame.welcome import WHAT_THIS_IS
from reviewer.ui.kit.page import heading, margins, plain_label

PLACES = (
    "It sends requests only to the endpoints you configure. Review, scoring and reports work without a network. "
    "Licence: Apache-2.0."
)


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Reviewer")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(heading(f"Reviewer {__version__}"))
        layout.addWidget(plain_label(WHAT_THIS_IS))
        layout.addWidget(plain_label(PLACES))
        layout.addWidget(buttons)
        self.resize(480, 240)
