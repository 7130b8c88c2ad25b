"""The recovery code of a workspace, shown once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.ui.kit.page import heading, margins, plain_label, row
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import in_sentence

WHAT_IT_IS = (
    "It opens the workspace in the passphrase's place and is shown this once. Write it down or print it, and keep it "
    "away from this computer."
)
COPIED = (
    "The code is on the clipboard, which every program here can read; clipboard managers may keep it. It is taken off "
    "in a minute."
)
NOT_KEPT = "Tick that you have it, or close again to go without it: it is not shown another time."
ON_CLIPBOARD_MS = 60_000


class RecoveryCodeDialog(QDialog):
    """Closing it without having ticked that the code is kept takes a second try."""

    def __init__(self, path: Path, code: str, notes: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Recovery code")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._name, self._asked = path.name, False
        self.notes = tuple(notes)
        self.code = QPlainTextEdit(_in_lines(code))
        self.code.setReadOnly(True)
        self.code.setTabChangesFocus(True)
        self.code.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.code.setAccessibleName("Recovery code")
        self.code.setFixedHeight(4 * self.code.fontMetrics().lineSpacing() + 2 * GRID)
        self.kept = QCheckBox("I &have the code, away from this computer")
        self.told = plain_label()
        self.told.setAccessibleName("What happened")
        self.copy, self.print, self.close_button = QPushButton("&Copy"), QPushButton("&Print…"), QPushButton("C&lose")
        self.copy.clicked.connect(self._copy)
        self.print.clicked.connect(self._print)
        self.close_button.clicked.connect(self.reject)
        self.copy.setAutoDefault(False)
        self.print.setAutoDefault(False)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(heading(f"Recovery code of {in_sentence(path.name)}", wrap=True))
        layout.addWidget(plain_label(WHAT_IT_IS))
        layout.addWidget(self.code)
        for note in notes:
            layout.addWidget(plain_label(note))
        layout.addWidget(self.kept)
        layout.addWidget(self.told)
        layout.addStretch(1)
        layout.addLayout(row(self.copy, self.print, None, self.close_button))
        self.resize(84 * GRID, 48 * GRID)
        self.close_button.setFocus()

    def _copy(self) -> None:
        code = self.code.toPlainText().replace("\n", "-")
        QGuiApplication.clipboard().setText(code)
        self.told.setText(COPIED)
        QTimer.singleShot(ON_CLIPBOARD_MS, QGuiApplication.clipboard(), lambda: take_off_clipboard(code))

    def _print(self) -> None:
        from reviewer.ui.frame.printing import print_text

        text = f"Recovery code of the Reviewer workspace {self._name}\n\n{self.code.toPlainText()}\n\n{WHAT_IT_IS}"
        print_text(self, text, self.told.setText)

    def reject(self) -> None:
        if self.kept.isChecked() or self._asked:
            if QGuiApplication.clipboard().text() == (code := self.code.toPlainText().replace("\n", "-")):
                take_off_clipboard(code)
            super().reject()
            return
        self._asked = True
        self.told.setText(NOT_KEPT)
        self.kept.setFocus()


def _in_lines(code: str) -> str:
    groups = code.split("-")
    return "\n".join("-".join(groups[at : at + 5]) for at in range(0, len(groups), 5))


def take_off_clipboard(text: str) -> None:
    """Empty the clipboard where this is still what it holds."""
    if QGuiApplication.clipboard().text() == text:
        QGuiApplication.clipboard().clear()
