"""How every figure is computed: the method page, beside the work while it is read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from reviewer.app.method import method_text
from reviewer.ui.theme import GRID
from reviewer.ui.widgets.page import margins
from reviewer.ui.widgets.reading import ReadingPane

WIDTH, HEIGHT = 110 * GRID, 80 * GRID


class MethodDialog(QDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("How the figures are computed")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = ReadingPane("Method")
        self.text.show_text(method_text())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)
        self.resize(WIDTH, HEIGHT)
        self.text.setFocus()
