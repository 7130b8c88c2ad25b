"""What went wrong in the program itself, shown whole before anybody copies it."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from reviewer import __version__
from reviewer.host.tracebacks import traceback_text
from reviewer.ui.kit.page import heading, margins, plain_label
from reviewer.ui.kit.theme import GRID

WHAT_IS_IN_IT = (
    "This is all that Copy copies: where in the program it happened. No request, response, note or key is in it, but "
    "the folders that the program lies in are. Nothing is sent."
)


class CrashDialog(QDialog):
    """Shows the text that its Copy copies, to the letter."""

    def __init__(self, error: BaseException, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("What went wrong")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.report = QPlainTextEdit(
            f"Reviewer {__version__}, Python {platform.python_version()}, {platform.system()}\n\n"
            f"{traceback_text(error)}"
        )
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setAccessibleName("What would be copied")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = buttons.addButton("&Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(heading("Something went wrong in Reviewer itself"))
        layout.addWidget(plain_label(WHAT_IS_IN_IT))
        layout.addWidget(self.report, 1)
        layout.addWidget(buttons)
        self.resize(90 * GRID, 60 * GRID)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
