"""Under which name decisions are stored."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.theme import GRID


class NameDialog(QDialog):
    """`chosen` carries the name, never an empty one."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Reviewer's name")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = QLineEdit(name)
        self.name.selectAll()
        label = QLabel("&Name")
        label.setBuddy(self.name)
        self.name.setAccessibleName("Name")
        cancel, self.use = QPushButton("Cancel"), QPushButton("Use this name")
        self.use.setDefault(True)
        self.use.setEnabled(bool(name.strip()))
        self.name.textChanged.connect(lambda text: self.use.setEnabled(bool(text.strip())))
        self.use.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.accepted.connect(lambda: self.chosen.emit(self.name.text().strip()))
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label("Your decisions are stored under this name; those stored already keep theirs."))
        layout.addLayout(row(label, self.name))
        layout.addLayout(row(None, cancel, self.use))
        self.resize(60 * GRID, 16 * GRID)
