"""Say that another window has the workspace open, and ask what is to be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from reviewer.app.window_opening import InUseError, WhenInUse
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import in_sentence, plain_text

WHAT_HAPPENS = (
    "Two windows that write do not damage the file: each waits for the other. But neither shows what the other one "
    "stored before it reads it again, so two people may decide the same case twice."
)
NOT_HERE = (
    "Whether it is still open there cannot be seen from here. If it is not, open it anyway. If it is, and the folder "
    "is synchronised, one of the two copies will be lost."
)


class InUseDialog(QDialog):
    """`chosen` carries a `WhenInUse`; closing it opens nothing."""

    chosen = Signal(object)

    def __init__(self, error: InUseError, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open in another window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        cancel = QPushButton("Cancel")
        self.read, self.write = QPushButton("Open to &read"), QPushButton("Open &anyway")
        self.read.setDefault(True)
        cancel.clicked.connect(self.reject)
        self.read.clicked.connect(lambda: self._choose(WhenInUse.READ))
        self.write.clicked.connect(lambda: self._choose(WhenInUse.WRITE))
        layout = QVBoxLayout(self)
        margins(layout)
        layout.setSpacing(GRID)
        layout.addWidget(plain_label(f"{in_sentence(error.path.name)} is open in another window."))
        for each in error.windows:
            layout.addWidget(plain_label(plain_text(each.sentence)))
        layout.addWidget(plain_label(WHAT_HAPPENS if all(each.is_here for each in error.windows) else NOT_HERE))
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.write, self.read))
        self.resize(72 * GRID, 28 * GRID)
        self.read.setFocus()

    def _choose(self, beside: WhenInUse) -> None:
        self.accept()
        self.chosen.emit(beside)


class AskingBeside(QObject):
    """Asks whenever the session meets a workspace that is open elsewhere."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        session.in_use.connect(self._ask)

    def _ask(self, error: InUseError, again: Callable[[WhenInUse], object]) -> None:
        dialog = InUseDialog(error, self._window)
        dialog.chosen.connect(again)
        show_over(dialog)
