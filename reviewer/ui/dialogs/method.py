"""How every figure is computed: the method page, beside the work while it is read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from reviewer.app.method import method_text
from reviewer.ui.theme import GRID
from reviewer.ui.widgets.page import margins

WIDTH, HEIGHT = 100 * GRID, 80 * GRID


class MethodDialog(QDialog):
    """The page is the program's own text, so it may be formatted; it loads nothing and follows no address."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("How the figures are computed")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName("Method")
        self.text.document().setMarkdown(method_text(), QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)
        self.resize(WIDTH, HEIGHT)
        self.text.setFocus()
